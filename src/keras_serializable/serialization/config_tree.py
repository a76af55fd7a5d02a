"""The tree of a config: the parent of each part, and the checks before anything is made from it."""

from keras_serializable.serialization.errors import ConfigLimitError, UnsafeConfigError
from keras_serializable.serialization.limits import MAX_DEPTH, MAX_VALUES
from keras_serializable.serialization.paths import ROOT, step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, TypeAlias

    Container: TypeAlias = dict[Any, Any] | list[Any] | tuple[Any, ...]
    Parents: TypeAlias = dict[int, Container | None]

PLAIN = frozenset({str, int, float, bool, type(None)})
"""The types of values that have no parts."""

CONTAINERS = (dict, list, tuple)


class ConfigTree:
    """The parent of each dictionary, list and unusual value of a config."""

    # Values are compared by identity. A from_config() may ask for a part of its config, and the
    # path of this part is then known.

    __slots__ = ("_kept", "_objects", "_root", "deepest", "parents", "stuck")

    def __init__(self) -> None:
        self.parents: Parents = {}  # id of a value -> its container, `None` for the root
        self.deepest: object = None  # a container on the deepest level
        # The config that was being restored when Python's recursion limit was reached.
        self.stuck: object = None
        # The first config that was added, and the configs of objects in it.
        self._root: object = None
        self._objects: list[dict[Any, Any]] = []
        # Keeps every value alive, because a new value could get the id of a deleted one.
        self._kept: list[list[Any]] = []

    def path(self, value: object, *keys: object) -> str:
        """Return the path of a value, or the path of a part of it under some keys."""
        steps = [step({}, key) for key in reversed(keys)]
        parent = self.parents.get(id(value))
        while parent is not None:
            steps.append(_step_to(value, parent))
            value = parent
            parent = self.parents.get(id(value))
        return ROOT + "".join(reversed(steps))

    def add(self, root: "Container", inside: "Container | None" = None) -> None:
        """Add a config that belongs to `inside`, and check it before anything is made from it."""
        parents: Parents = {id(root): inside}
        objects: list[dict[Any, Any]] = []
        size = repeated = depth = 0
        level: list[Any] = [root]
        while level and size <= MAX_VALUES and depth < MAX_DEPTH:
            self._kept.append(level)
            self.deepest = level[0]
            level, values, again = self._below(level, parents, objects)
            size += values
            repeated += again
            depth += 1
        if self.parents:
            self.parents.update(parents)
        else:
            self.parents, self._root, self._objects = parents, root, objects
        for config in objects:
            if isinstance(config["class_name"], str) and config["class_name"] == "__lambda__":
                raise UnsafeConfigError.when_reading(self.path(config))
        if size > MAX_VALUES:
            raise ConfigLimitError.too_large(MAX_VALUES, self.path(self.deepest))
        if level:
            raise ConfigLimitError.too_deep(self.path(level[0]))
        if repeated:
            self._measure(root, parents)

    def _below(
        self, level: "list[Any]", parents: "Parents", objects: "list[dict[Any, Any]]"
    ) -> "tuple[list[Any], int, int]":
        """Return the next level, the number of values on it, and the number of repeated values."""
        # Adds the parents of the next level to `parents`, and the configs of objects on this level
        # to `objects`. Plain values are counted, but they are not part of the next level.
        known = self.parents
        below: list[Any] = []
        size = repeated = 0
        for container in level:
            kind = type(container)  # Exact types first: this is faster than isinstance().
            if kind is dict or isinstance(container, dict):
                values: Iterable[Any] = container.values()
                if "class_name" in container and "config" in container:
                    objects.append(container)
            elif kind is list or isinstance(container, (list, tuple)):
                values = container
            else:
                continue
            size += len(container)
            for value in values:
                if type(value) in PLAIN:
                    continue
                identity = id(value)
                if identity in parents:
                    repeated += 1
                elif identity not in known:
                    parents[identity] = container
                    below.append(value)
        return below, size, repeated

    def objects(self, root: "Container") -> "Iterable[dict[Any, Any]]":
        """Return the configs of objects in a part of an added config, including the part itself."""
        if root is self._root:
            return self._objects
        return (
            container
            for container in _walk(root)
            if isinstance(container, dict) and "class_name" in container and "config" in container
        )

    def _measure(self, root: "Container", new: "Parents") -> None:
        """Apply the limits to a config with shared parts: a part counts in each of its places."""
        # Each part is measured once: a few nested lists may stand for billions of values.
        measured: dict[int, tuple[int, int]] = {}  # id -> values and levels
        entered: set[int] = set()  # ids of the containers from the root to the current one
        todo: list[Container] = [root]
        while todo:
            container = todo[-1]
            identity = id(container)
            if identity in measured:
                todo.pop()
                continue
            parts = [
                value
                for _, value in pairs(container)
                if isinstance(value, CONTAINERS) and id(value) in new
            ]
            if identity not in entered:
                entered.add(identity)
                for part in parts:
                    if id(part) in entered:
                        raise ConfigLimitError.contains_itself(
                            self.path(part), self.path(container)
                        )
                todo.extend(parts)
                continue
            todo.pop()
            entered.discard(identity)
            sizes = [measured[id(part)] for part in parts]
            size = len(container) + sum(each[0] for each in sizes)
            depth = 1 + max((each[1] for each in sizes), default=0)
            if size > MAX_VALUES:
                raise ConfigLimitError.too_large(MAX_VALUES, self.path(container))
            if depth > MAX_DEPTH:
                raise ConfigLimitError.too_deep(self.path(container))
            measured[identity] = (size, depth)


def _walk(root: "Container") -> "Iterator[Container]":
    """Yield a container and all containers inside it, each once."""
    todo = [root]
    seen = {id(root)}
    while todo:
        container = todo.pop()
        yield container
        for _, value in pairs(container):
            if isinstance(value, CONTAINERS) and id(value) not in seen:
                seen.add(id(value))
                todo.append(value)


def pairs(container: "Container") -> "Iterable[tuple[Any, Any]]":
    """Return the keys, or positions, and values of a container."""
    return container.items() if isinstance(container, dict) else enumerate(container)


def _step_to(value: object, parent: "Container") -> str:
    for key, each in pairs(parent):
        if each is value:
            return step(parent, key)
    return ".…"  # a class has changed the parent since
