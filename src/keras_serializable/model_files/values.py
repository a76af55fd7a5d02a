"""The values that `read_model` returns."""

from dataclasses import dataclass
from typing import Literal

from keras_serializable._keys import SCRIPT, name_of, package_of
from keras_serializable.model_files.stamps import Stamp

Kind = Literal["class", "function", "name", "lambda"]
"""The kind of a custom object. ``name``: the file holds only a name, of a class or a function."""

Format = Literal["keras", "keras-directory", "h5", "json", "saved-model"]
"""The format of a model file, recognized by its content."""


@dataclass(frozen=True)
class CustomObject:
    """A class or function of a model that does not belong to Keras.

    Attributes:
        key: The key that Keras looks up, such as ``acme>Scale`` or a bare ``MDN``. For code in the
            file it is ``__lambda__``: Keras looks nothing up there.
        kind: ``class``, ``function`` or ``lambda``; ``name`` if the file holds only a name.
        module: The module that the file states, `None` if it states none. A file states none for
            functions, and an ``.h5`` file states none for layers. It is ``__main__`` for a class of
            a script or a notebook.
        class_name: The class name that the file states, `None` if it states none.
        places: The places in the model where the object occurs, such as
            ``config.layers[2].config.activation``. Control characters in them are escaped, and long
            parts are cut.

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
        """The package of the key, `None` for a bare key."""
        return package_of(self.key)

    @property
    def bare_name(self) -> str:
        """The key without its package."""
        return name_of(self.key)

    @property
    def origin(self) -> "str | None":
        """The place of the class as the value of an entry point, ``module:class``, if stated."""
        if self.kind != "class" or self.module in {None, SCRIPT} or self.class_name is None:
            return None
        return f"{self.module}:{self.class_name}"


@dataclass(frozen=True)
class Node:
    """A part of a model: the model, a layer, a loss, a metric, an optimizer, a custom object.

    Keras' own initializers, activations and other small objects are left out.

    Attributes:
        role: The role in the model: ``model``, ``layer``, ``loss``, ``metric``, ``optimizer``,
            ``activation``, ``initializer`` and so on; ``object`` if the field does not tell.
        name: The name in the model; empty if there is none.
        class_name: The name of the class or function.
        key: The key of a custom object, `None` for an object of Keras.
        place: The place in the config, such as ``config.layers[1]``.
        children: The parts inside this part.

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
        """Whether the part does not belong to Keras."""
        return self.key is not None


@dataclass(frozen=True)
class ModelFile:
    """The content of a model file, read without Keras.

    Attributes:
        path: The path of the file or directory.
        format: ``keras`` for a `.keras` archive, ``keras-directory`` for an unpacked archive,
            ``h5``, ``json``, or ``saved-model`` for a SavedModel directory of Keras 2.
        keras_version: The version of the Keras that saved the model, `None` if it is not stated.
        date_saved: The time of saving, such as ``2026-11-25@16:44:07``, `None` if it is not stated.
        objects: The custom objects, in the order of their first place.
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
        """The keys of the custom objects, each once. Code in the file (``__lambda__``) has none."""
        return tuple(dict.fromkeys(each.key for each in self.objects if each.kind != "lambda"))
