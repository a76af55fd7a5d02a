"""The survey of a config: where everything is, and that it is safe to walk through."""

from keras_serializable.serialization.errors import (
    ROOT,
    ConfigError,
    ConfigLimitError,
    UnsafeConfigError,
    step,
)
from keras_serializable.serialization.limits import MAX_DEPTH, MAX_VALUES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeAlias

    Container: TypeAlias = dict[Any, Any] | list[Any] | tuple[Any, ...]

PLAIN = frozenset({str, int, float, bool, type(None)})
"""The types of values that have no parts."""

CONTAINERS = (dict, list, tuple)


class Survey:
    """Where each dictionary, list and odd value of a config is.

    That is known by identity, so a part that comes back through somebody else's ``from_config``
    is still known to be that part.

    Attributes:
        outer: What a value is in, by the id of the value; `None` for the root.
        deepest: A container on the deepest level.
        stuck: The config of the object whose making reached Python's recursion limit, if one did.
    """

    __slots__ = ("_kept", "_objects", "deepest", "outer", "stuck")

    def __init__(self) -> None:
        self.outer: dict[int, Container | None] = {}
        # The configs of objects in the first config that was surveyed.
        self._objects: list[dict[Any, Any]] = []
        # Every container is kept alive, so that its id stays its own.
        self._kept: list[list[Container]] = []
        self.deepest: object = None
        self.stuck: object = None

    def path(self, value: object, *keys: object) -> str:
        """Return the path of a value, or of what is inside it under some keys."""
        steps = [step({}, key) for key in reversed(keys)]
        outer = self.outer.get(id(value))
        while outer is not None:
            steps.append(_step_to(value, outer))
            value = outer
            outer = self.outer.get(id(value))
        return ROOT + "".join(reversed(steps))

    def add(  # noqa: C901, PLR0912 -- reads best in one piece
        self, root: "Container", inside: "Container | None" = None
    ) -> None:
        """Survey a config before anything is made from it.

        Args:
            root: The config.
            inside: The known part that it comes from, if it does; where exactly, it does not say.

        Raises:
            UnsafeConfigError: If there is a lambda anywhere in it.
            ConfigLimitError: If it is too deep or too large, or contains itself.
        """
        new: dict[int, Container | None] = {id(root): inside}
        known = self.outer
        is_tree = True
        occurs_twice = False
        size = 0
        levels: list[list[Any]] = []
        above: list[list[Any]] = [[inside]]  # for each level what each of it is in
        objects: list[dict[Any, Any]] = []
        level: list[Any] = [root]
        while level and size <= MAX_VALUES and len(levels) < MAX_DEPTH:
            levels.append(level)
            count, below, owners = _below(level, objects)
            size += count
            if is_tree:
                is_tree = _add_level(new, known, below, owners)
                if is_tree:
                    above.append(owners)
                    level = below
                    continue
                new = {  # as before this level
                    id(value): owner
                    for each in zip(levels, above, strict=True)
                    for value, owner in zip(*each, strict=True)
                }
            level = []
            for value, owner in zip(below, owners, strict=True):
                if id(value) in new:
                    occurs_twice = True
                elif id(value) not in known:
                    new[id(value)] = owner
                    level.append(value)
        self._kept.extend(levels)
        self.deepest = levels[-1][0]
        if known:
            known.update(new)
        else:
            self.outer = new
            self._objects = objects
        for config in objects:
            if isinstance(config["class_name"], str) and config["class_name"] == "__lambda__":
                raise _unsafe(self.path(config))
        if size > MAX_VALUES:
            raise _too_large(self.path(self.deepest))
        if level:
            raise _too_deep(self.path(level[0]))
        if occurs_twice:
            self._weigh(root, new)

    def objects(self, root: "Container") -> "Iterable[dict[Any, Any]]":
        """Return the configs of objects in a part of what was surveyed, itself included."""
        if root is self._kept[0][0]:
            return self._objects
        return (
            container
            for container in _walk(root)
            if isinstance(container, dict) and "class_name" in container and "config" in container
        )

    def _weigh(self, root: "Container", new: "dict[int, Any]") -> None:
        """Measure a config in which something occurs twice, counting it twice, without walking so.

        That something may also contain itself, or be a few lists that stand for billions.
        """
        weights: dict[int, tuple[int, int]] = {}  # values and levels
        on_the_way: set[int] = set()  # from the root to here
        todo: list[Container] = [root]
        while todo:
            container = todo[-1]
            here = id(container)
            if here in weights:
                todo.pop()
                continue
            parts = [
                value
                for _, value in pairs(container)
                if isinstance(value, CONTAINERS) and id(value) in new
            ]
            if here not in on_the_way:
                on_the_way.add(here)
                for part in parts:
                    if id(part) in on_the_way:
                        raise ConfigLimitError(
                            f"it contains {self.path(part)}, of which it is itself a part",
                            "A config is a tree: put a name or number in place of the way back.",
                            self.path(container),
                        )
                todo.extend(parts)
                continue
            todo.pop()
            on_the_way.discard(here)
            weighed = [weights[id(part)] for part in parts]
            size = len(container) + sum(each[0] for each in weighed)
            height = 1 + max((each[1] for each in weighed), default=0)
            if size > MAX_VALUES:
                raise _too_large(self.path(container))
            if height > MAX_DEPTH:
                raise _too_deep(self.path(container))
            weights[here] = (size, height)


def _walk(root: "Container") -> "Iterator[Container]":
    """Yield a container and those inside it, each once."""
    todo = [root]
    seen = {id(root)}
    while todo:
        container = todo.pop()
        yield container
        for value in container.values() if isinstance(container, dict) else container:
            if type(value) not in PLAIN and isinstance(value, CONTAINERS) and id(value) not in seen:
                seen.add(id(value))
                todo.append(value)


def _below(
    level: "list[Any]", objects: "list[dict[Any, Any]]"
) -> "tuple[int, list[Any], list[Container]]":
    """Return how many values one level holds, those that are not plain, and what each is in.

    Every value of a config passes here, so this is written for speed.

    Args:
        level: Containers, and other values that are not plain.
        objects: The configs of objects among them are added to this.
    """
    size = 0
    below: list[Any] = []
    owners: list[Container] = []
    for container in level:
        kind = type(container)
        values: Iterable[Any]
        if kind is dict or isinstance(container, dict):
            values = container.values()
            if "class_name" in container and "config" in container:
                objects.append(container)
        elif kind is list or isinstance(container, (list, tuple)):
            values = container
        else:
            continue
        size += len(container)
        for value in values:
            if type(value) not in PLAIN:
                below.append(value)
                owners.append(container)
    return size, below, owners


def _add_level(
    new: "dict[int, Container | None]",
    known: "dict[int, Container | None]",
    below: "list[Any]",
    owners: "list[Container]",
) -> bool:
    """Add one level to what is new; return whether all of it is indeed new and occurs once.

    Nearly every config is a tree, in which nothing occurs twice. To add all of a level and count
    what has become of it takes half as long as to ask for each value. But if something was there
    already, what it was in is lost.
    """
    if known and not known.keys().isdisjoint(map(id, below)):
        return False
    expected = len(new) + len(below)
    new.update(zip(map(id, below), owners, strict=True))
    return len(new) == expected


def pairs(container: "Container") -> "Iterable[tuple[Any, Any]]":
    """Return the keys, or positions, and values of a container."""
    return container.items() if isinstance(container, dict) else enumerate(container)


def _step_to(value: object, outer: "Container") -> str:
    for key, each in pairs(outer):
        if each is value:
            return step(outer, key)
    return ".…"  # handed over as a copy, or changed since


def _unsafe(path: str) -> ConfigError:
    return UnsafeConfigError(
        "a Python lambda, stored as bytecode: running it would carry the risk of arbitrary code "
        "execution, and is never done, whatever `safe_mode` says",
        "Where the model is made, replace the lambda by a function with a name, decorate that "
        "with @register_keras_serializable(), and save again.",
        path,
    )


def _too_deep(path: str) -> ConfigError:
    return ConfigLimitError(
        f"nested more than {MAX_DEPTH} levels deep", "No object needs such a config.", path
    )


def _too_large(path: str) -> ConfigError:
    return ConfigLimitError(
        f"more than {MAX_VALUES:,} values", "Keep large data in a file beside the config.", path
    )
