"""Reading a config: its custom objects with their places, and the tree of its parts.

An object is custom if Keras would look it up among the registered objects. Keras has two functions
for it: `deserialize_keras_object` in `keras.saving` for configs with modules, and the function of
this name in `keras.legacy.saving` for `.h5` files and other configs without modules.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from keras_serializable._keys import stated_module
from keras_serializable.model_files._custom_objects import MAX_NAME, CustomObjects
from keras_serializable.model_files._fields import (
    PARTS,
    ROLES,
    is_code,
    is_object,
    is_of_keras,
    kind_of,
    takes_names,
    text_or_none,
)
from keras_serializable.model_files._names import names_of
from keras_serializable.model_files._places import ROOT, TRAINING, step_into
from keras_serializable.model_files.errors import MalformedModelError, ModelLimitError
from keras_serializable.model_files.values import Kind, Node

LAMBDA = "__lambda__"
# Class names of plain data: of Keras itself, and of TensorFlow types in Keras 2.
_DATA = frozenset(
    {
        *("__bytes__", "__ellipsis__", "__keras_tensor__", "__numpy__", "__slice__"),
        *("__tensor__", "__tuple__", "CompositeTensor", "TensorShape", "TypeSpec"),
    }
)
_MODELS = frozenset({"Functional", "Model", "Sequential"})


class ConfigReader:
    """Reads the configs of one file, written by Keras of generation ``"2"``, ``"3"`` or unknown."""

    def __init__(self, path: str, generation: "str | None") -> None:
        self._path = path
        self._names = names_of(generation)
        self.custom_objects = CustomObjects(path)

    def read_model(self, config: Mapping[str, Any], training: object = None) -> Node:
        """Return the tree of a model's config, and collect its custom objects."""
        # `training` has the compile arguments, if they are stored beside the config.
        nodes = self._read_parts(config, "", "layers")
        trained = self._read_parts(training, TRAINING, None)
        if len(nodes) != 1:
            raise MalformedModelError(self._path, "its config belongs to no layer or model")
        (root,) = nodes
        children = (*root.children, *trained)
        return Node("model", root.name, root.class_name, root.key, root.place, children)

    def read_record(self, config: Mapping[str, Any], prefix: str, kind: str) -> None:
        """Collect the custom objects of another record of a SavedModel, if they are new."""
        # The other records of a functional model repeat parts of its config. A subclassed model
        # has no config, so only the other records hold its layers.
        inner = ConfigReader(self._path, "2")
        inner._read_parts(config, prefix, kind)
        for each in inner.custom_objects.objects():
            if each.key not in self.custom_objects:
                for place in each.places:
                    self.custom_objects.add(
                        each.key, each.kind, each.module, each.class_name, place
                    )

    def _read_parts(self, value: object, place: str, kind: "str | None") -> list[Node]:
        """Return the parts inside a whole config."""
        try:
            return self._read_value(value, place, kind, in_keras=True)
        except RecursionError:
            # `MAX_DEPTH` levels fit, unless the stack of the caller is nearly full.
            raise ModelLimitError.too_deep(self._path) from None

    def _read_value(
        self, value: object, place: str, kind: "str | None", *, in_keras: bool
    ) -> list[Node]:
        """Return the parts inside any value of a config."""
        if isinstance(value, str):
            return self._read_name(value, place, kind, in_keras=in_keras)
        if isinstance(value, list):
            nodes: list[Node] = []
            for position, item in enumerate(value):
                if isinstance(item, (dict, list, str)):
                    step = f"{place}[{position}]"
                    nodes += self._read_value(item, step, kind, in_keras=in_keras)
            return nodes
        if not isinstance(value, dict):
            return []
        if is_object(value):
            return self._read_object(value, place, kind)
        # The keys of a dictionary of losses or metrics are names of outputs.
        inherited = kind if kind in {"losses", "metrics"} else None
        return self._read_fields(value.items(), place, inherited, in_keras=in_keras)

    def _read_fields(
        self,
        fields: Iterable[tuple[str, object]],
        place: str,
        inherited: "str | None",
        *,
        in_keras: bool,
    ) -> list[Node]:
        nodes: list[Node] = []
        for field, value in fields:
            if isinstance(value, (dict, list, str)):
                kind = inherited or kind_of(field)
                nodes += self._read_value(value, step_into(place, field), kind, in_keras=in_keras)
        return nodes

    def _read_name(
        self, name: str, place: str, kind: "str | None", *, in_keras: bool
    ) -> list[Node]:
        """Return the part that a name means, in a field where Keras looks up names."""
        # A custom class may use a bare name for anything, so it is not counted.
        if not name or kind is None or not takes_names(kind):
            return []
        if ">" in name:
            own = self._names.has_key(name)
        else:
            own = not in_keras or self._names.has_name(name, kind)
        key = None if own else self._add(name, "name", None, None, place)
        return self._node(kind, "", name, key, place, [])

    def _read_object(self, value: Mapping[str, Any], place: str, kind: "str | None") -> list[Node]:
        """Return the part of a config with a class name."""
        class_name, config = value["class_name"], value["config"]
        if class_name in _DATA and "module" not in value:
            return []
        if class_name == LAMBDA:
            self._add(LAMBDA, "lambda", None, None, place)
            inside = self._read_value(config, step_into(place, "config"), None, in_keras=False)
            return self._node(kind, "", LAMBDA, LAMBDA, place, inside)
        if class_name == "function" and isinstance(config, str):
            return self._read_function(value, config, place, kind)
        if class_name == "__typespec__":
            return self._read_type_specification(value, place)
        key = self._class_key(value, kind)
        if key is not None:
            self._add(key, "class", text_or_none(stated_module(value)), class_name, place)
        inside = self._read_config(value, place, in_keras=key is None)
        name = config.get("name") if isinstance(config, dict) else None
        return self._node(kind, name or value.get("name"), class_name, key, place, inside)

    def _read_config(self, value: Mapping[str, Any], place: str, *, in_keras: bool) -> list[Node]:
        """Return the parts inside an object."""
        config = value["config"]
        inner = step_into(place, "config")
        nodes: list[Node] = []
        if isinstance(config, str):  # a wrapped function, named by its key
            nodes += self._read_name(config, inner, "functions", in_keras=False)
        elif isinstance(config, dict):
            code = self._read_code(value["class_name"], config, inner)
            rest = ((key, each) for key, each in config.items() if key not in code)
            nodes += self._read_fields(rest, inner, None, in_keras=in_keras)
        else:  # the layers of a Sequential, before Keras 2.2.3
            nodes += self._read_value(config, inner, "layers", in_keras=in_keras)
        compiled = value.get("compile_config")
        nodes += self._read_value(compiled, step_into(place, "compile_config"), None, in_keras=True)
        for field in ("build_config", "inbound_nodes"):
            nodes += self._read_value(
                value.get(field), step_into(place, field), None, in_keras=False
            )
        return nodes

    def _read_code(self, class_name: str, config: Mapping[str, Any], place: str) -> set[str]:
        """Collect code and functions of a Lambda layer of Keras 2; return the fields read."""
        read: set[str] = set()
        for field in ("function", "mask", "output_shape"):
            value, form = config.get(field), config.get(f"{field}_type")
            inner = step_into(place, field)
            if form == "lambda" or (
                class_name == "Lambda" and field == "function" and is_code(value)
            ):
                self._add(LAMBDA, "lambda", None, None, inner)
                self._read_value(value, inner, None, in_keras=False)
                read.add(field)
            elif isinstance(value, str) and form == "function":
                if not self._names.has_name(value, "functions"):
                    module = text_or_none(config.get("module"))
                    self._add(value, "function", module, None, inner)
                read.add(field)
        return read

    def _read_function(
        self, value: Mapping[str, Any], name: str, place: str, kind: "str | None"
    ) -> list[Node]:
        """Return the part of a function; its config is the key."""
        module = text_or_none(value.get("module"))
        if ">" in name:
            own = self._names.has_key(name)
        elif module == "builtins" or module is None:
            # `builtins` is the module of the type `function`, not of this function.
            own = self._names.has_name(name, "functions")
        else:
            own = is_of_keras(module)
        stated = None if module == "builtins" else module
        key = None if own else self._add(name, "function", stated, None, place)
        return self._node(kind, "", name, key, place, [])

    def _read_type_specification(self, value: Mapping[str, Any], place: str) -> list[Node]:
        """Return the part of a TypeSpec, unless it belongs to TensorFlow."""
        module = text_or_none(value.get("module"))
        name = text_or_none(value.get("registered_name")) or text_or_none(value.get("spec_name"))
        if name is None or (module or "").partition(".")[0] == "tensorflow":
            return []
        class_name = text_or_none(value.get("spec_name"))
        key = self._add(name, "class", module, class_name, place)
        return self._node(None, "", class_name, key, place, [])

    def _class_key(self, value: Mapping[str, Any], kind: "str | None") -> "str | None":
        """Return the key of a class, `None` if the class is Keras' own."""
        class_name = value["class_name"]
        registered = text_or_none(value.get("registered_name"))
        key: str = registered or class_name
        if ">" in key:
            return None if self._names.has_key(key) else key
        module = text_or_none(value.get("module"))
        if module:
            return None if is_of_keras(module) else key
        if registered:
            # Keras' own classes state a module. This class was defined in `__main__`.
            return key
        return None if self._names.has_name(class_name, kind) else key

    def _add(
        self, key: str, kind: Kind, module: "str | None", class_name: "str | None", place: str
    ) -> str:
        self.custom_objects.add(key, kind, module, class_name, place or ROOT)
        return key

    def _node(
        self,
        kind: "str | None",
        name: object,
        class_name: "str | None",
        key: "str | None",
        place: str,
        children: list[Node],
    ) -> list[Node]:
        """Return the node of a part; for a small object of Keras only the nodes inside it."""
        if key is None and kind not in PARTS:
            return children
        role = ROLES.get(kind or "", "object")
        if kind == "layers" and class_name in _MODELS:
            role = "model"
        shown = (name if isinstance(name, str) else "")[:MAX_NAME]
        self.custom_objects.spend(place)
        named = (class_name or "")[:MAX_NAME]
        return [Node(role, shown, named, key, place or ROOT, tuple(children))]
