"""The values that say what a model file says."""

from dataclasses import dataclass
from typing import Literal

from keras_serializable.model_files.stamps import Stamp

Kind = Literal["class", "function", "name", "lambda"]
"""What a custom object is. ``name``: the file gives a name alone, for a class or a function."""

Format = Literal["keras", "keras-directory", "h5", "json", "saved-model"]
"""The format of a model file, told by its content."""


@dataclass(frozen=True)
class CustomObject:
    """A class or function of a model that is not Keras' own.

    Attributes:
        key: What Keras looks up, such as ``acme>Scale`` or a bare ``MDN``; ``__lambda__`` for
            code that the file holds, which is not looked up.
        kind: Whether the file says that it is a ``class``, a ``function``, a ``lambda``, or only
            gives its ``name``.
        module: The module that the file states for it. A file states none for functions, and
            ``.h5`` files state none for layers.
        class_name: The class name that the file states for it.
        places: Where in the model it occurs, such as ``config.layers[2].config.activation``. A
            control character in a place is escaped, and a long part of one is cut.

    Example:
        >>> scale = CustomObject("acme>Scale", "class", "acme.layers", "Scale", ("config",))
        >>> scale.package, scale.bare_name, scale.origin
        ('acme', 'Scale', 'acme.layers:Scale')
    """

    key: str
    kind: Kind
    module: "str | None"
    class_name: "str | None"
    places: tuple[str, ...]

    @property
    def package(self) -> "str | None":
        """The package of the key, ``None`` for a bare key."""
        package, separator, _ = self.key.rpartition(">")
        return package if separator else None

    @property
    def bare_name(self) -> str:
        """The key without its package."""
        return self.key.rpartition(">")[2]

    @property
    def origin(self) -> "str | None":
        """The place of its definition as an entry point's value, ``module:class``, if stated."""
        if self.kind != "class" or self.module is None or self.class_name is None:
            return None
        return f"{self.module}:{self.class_name}"


@dataclass(frozen=True)
class Node:
    """A part of a model: the model, a layer, a loss, a metric, an optimizer, a custom object.

    Keras' own initializers, activations and the like are left out.

    Attributes:
        role: What it is in the model: ``model``, ``layer``, ``loss``, ``metric``, ``optimizer``,
            ``activation``, ``initializer`` and so on; ``object`` where the place does not tell.
        name: Its name in the model; empty where it has none.
        class_name: The name of its class or function.
        key: The key of the custom object that it is, ``None`` if it is Keras' own.
        place: Where in the config it stands.
        children: The parts inside it.

    Example:
        >>> node = Node("layer", "scale_1", "Scale", "acme>Scale", "config.layers[1]", ())
        >>> node.is_custom
        True
    """

    role: str
    name: str
    class_name: str
    key: "str | None"
    place: str
    children: "tuple[Node, ...]"

    @property
    def is_custom(self) -> bool:
        """Whether it is not Keras' own."""
        return self.key is not None


@dataclass(frozen=True)
class ModelFile:
    """What a model file says, read without Keras.

    Attributes:
        path: The file or directory.
        format: ``keras`` for a `.keras` archive, ``keras-directory`` for an unpacked one, ``h5``,
            ``json``, or ``saved-model`` for a SavedModel directory of Keras 2.
        keras_version: The version of the Keras that saved it, if the file states one.
        date_saved: When it was saved, if the file states it: ``2026-11-25@16:44:07``.
        objects: Its custom objects, in the order of their first place.
        tree: The model and its parts.
        stamp: Which distributions provided its custom objects, as the file claims; ``None`` where
            it has no stamp, or a broken one.
        stamp_problem: What is wrong with its stamp. A broken stamp hinders nothing else.

    Example:
        >>> tree = Node("model", "", "Sequential", None, "", ())
        >>> ModelFile("model.keras", "keras", "3.15.1", None, (), tree).keys
        ()
    """

    path: str
    format: Format
    keras_version: "str | None"
    date_saved: "str | None"
    objects: tuple[CustomObject, ...]
    tree: Node
    stamp: Stamp | None = None
    stamp_problem: "str | None" = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the custom objects, each once, without the code that the file holds."""
        return tuple(dict.fromkeys(each.key for each in self.objects if each.kind != "lambda"))
