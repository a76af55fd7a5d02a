"""The survey of a config: where everything is, and that it is safe to walk through."""

from keras_serializable.serialization.errors import ROOT, ConfigLimitError, UnsafeConfigError, step
from keras_serializable.serialization.limits import MAX_DEPTH, MAX_VALUES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeAlias

    Container: TypeAlias = dict[Any, Any] | list[Any] | tuple[Any, ...]
    # A value, the id of its container, and its key there.
    Place: TypeAlias = tuple[object, int | None, object]

PLAIN = frozenset({str, int, float, bool, type(None)})
"""The types of values that have no parts."""

CONTAINERS = (dict, list, tuple)

_LAMBDA_REASON = (
    "a Python lambda, stored as bytecode: running it would carry the risk of arbitrary code "
    "execution, and is never done, whatever `safe_mode` says"
)
_LAMBDA_REMEDY = (
    "Where the model is made, replace the lambda by a function with a name, decorate that with "
    "@register_keras_serializable(), and save again."
)


def is_lambda(config: "dict[Any, Any]") -> bool:
    """Return whether this is the config of a lambda."""
    name = config.get("class_name")
    return isinstance(name, str) and name == "__lambda__" and "config" in config


class Survey:
    """Every dictionary, list and odd value of a config, each with the way to it.

    The way is known by identity, so a part that comes back through somebody else's
    ``from_config`` is still known to be that part. Each value is kept alive here, so its identity
    stays its own.
    """

    __slots__ = ("_places", "deepest")

    def __init__(self) -> None:
        self._places: dict[int, Place] = {}
        self.deepest: object = None

    def knows(self, value: object) -> bool:
        """Return whether a value is part of what was surveyed."""
        return id(value) in self._places

    def path(self, value: object, *keys: object) -> str:
        """Return the path of a value, or of what is inside it under some keys."""
        steps = [step(value if position == 0 else {}, key) for position, key in enumerate(keys)]
        place = self._places.get(id(value))
        while place is not None and place[1] is not None:
            outer = self._places[place[1]]
            steps.insert(0, ".…" if place[2] is SOMEWHERE else step(outer[0], place[2]))
            place = outer
        return ROOT + "".join(steps)

    def add(self, root: "Container", inside: object = None) -> None:
        """Survey a config before anything is made from it.

        Args:
            root: The config.
            inside: The known part that it comes from, if it does; where exactly, it does not say.

        Raises:
            UnsafeConfigError: If there is a lambda anywhere in it.
            ConfigLimitError: If it is too deep or too large, or contains itself.
        """
        new: dict[int, Place] = {}
        has_shared = False
        values = depth = 0
        new[id(root)] = (root, None, None) if inside is None else (root, id(inside), SOMEWHERE)
        level: list[Container] = [root]
        try:
            while level:
                depth += 1
                self.deepest = level[0]
                if depth > MAX_DEPTH:
                    raise ConfigLimitError(*_too_deep())
                below: list[Container] = []
                for container in level:
                    here = id(container)
                    values += len(container)
                    if isinstance(container, dict) and is_lambda(container):
                        self.deepest = container
                        raise UnsafeConfigError(_LAMBDA_REASON, _LAMBDA_REMEDY)
                    for key, value in pairs(container):
                        if type(value) in PLAIN:
                            continue
                        there = id(value)
                        if there in new:
                            has_shared = True
                        elif there not in self._places:
                            new[there] = (value, here, key)
                            if isinstance(value, CONTAINERS):
                                below.append(value)
                if values > MAX_VALUES:
                    raise ConfigLimitError(*_too_large())
                level = below
            self._places.update(new)
            if has_shared:
                self._weigh(root, new)
        except (ConfigLimitError, UnsafeConfigError) as error:
            self._places.update(new)
            error.path = self.path(self.deepest)
            raise

    def _weigh(self, root: "Container", new: "dict[int, Place]") -> None:
        """Measure a config in which something occurs twice, counting it twice, without walking so.

        That something may also contain itself, or be a few lists that stand for billions.
        """
        weights: dict[int, tuple[int, int]] = {}  # values and levels
        open_: set[int] = set()  # the way from the root to here
        todo: list[Container] = [root]
        while todo:
            container = todo[-1]
            here = id(container)
            self.deepest = container
            if here in weights:
                todo.pop()
                continue
            parts = [
                value
                for _, value in pairs(container)
                if isinstance(value, CONTAINERS) and id(value) in new
            ]
            if here in open_:
                todo.pop()
                open_.discard(here)
                weighed = [weights[id(part)] for part in parts]
                size = len(container) + sum(each[0] for each in weighed)
                height = 1 + max((each[1] for each in weighed), default=0)
                if size > MAX_VALUES:
                    raise ConfigLimitError(*_too_large())
                if height > MAX_DEPTH:
                    raise ConfigLimitError(*_too_deep())
                weights[here] = (size, height)
                continue
            open_.add(here)
            for part in parts:
                if id(part) in open_:
                    raise ConfigLimitError(
                        f"it contains {self.path(part)}, of which it is itself a part",
                        "A config is a tree: put a name or number in place of the way back.",
                    )
                todo.append(part)


SOMEWHERE = object()
"""In place of a key: inside, but where exactly is not known."""


def pairs(container: "Container") -> "Iterable[tuple[Any, Any]]":
    """Return the keys, or positions, and values of a container."""
    return container.items() if isinstance(container, dict) else enumerate(container)


def _too_deep() -> "tuple[str, str]":
    return f"nested more than {MAX_DEPTH} levels deep", "No object needs such a config."


def _too_large() -> "tuple[str, str]":
    return f"more than {MAX_VALUES:,} values", "Keep large data in a file beside the config."
