"""Keras' serialization functions, bound to one registry."""

from keras_serializable import serialization

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from keras_serializable._registry.registry import Registry


class BoundSerialization:
    """Keras' serialization functions with Keras' parameters, none of which is a registry."""

    __slots__ = ("_registry",)

    def __init__(self, registry: "Registry") -> None:
        self._registry = registry

    def serialize_keras_object(self, obj: object) -> "Any":
        """Return the config of an object, in Keras 3's format. Keras is not needed for it.

        Registered classes and functions are named by their keys. The ``get_config()`` of a class
        tells the rest. Unlike Keras, this function refuses lambdas: nobody should have to run
        stored bytecode.

        Args:
            obj: An object with ``get_config()``, a function, a plain value, bytes, a slice, an
                ellipsis, a NumPy array or scalar, or lists, tuples and dictionaries of these. With
                Keras imported also Keras' own objects and tensors.

        Returns:
            Dictionaries, lists, tuples and plain values, which JSON can store where the keys of
            the dictionaries are strings.

        Raises:
            NotSerializableError: If something in the object has no config. The error tells the
                path of the place inside the object, as the next two errors do.
            UnsafeConfigError: If there is a lambda in the object.
            ConfigLimitError: If the object is nested too deep, contains itself, or has too many
                values.

        Example:
            >>> from keras_serializable import register_keras_serializable, serialize_keras_object
            >>> @register_keras_serializable("doc")
            ... class Scale:
            ...     def __init__(self, factor):
            ...         self.factor = factor
            ...     def get_config(self):
            ...         return {"factor": self.factor}
            >>> serialize_keras_object(Scale(3)) == {
            ...     "module": Scale.__module__,
            ...     "class_name": "Scale",
            ...     "config": {"factor": 3},
            ...     "registered_name": "doc>Scale",
            ... }
            True

        Source: ``keras.saving.serialize_keras_object`` of Keras 3.
        """
        return serialization.serialize(obj, self._registry)

    def deserialize_keras_object(
        self,
        config: object,
        custom_objects: "Mapping[str, object] | None" = None,
        safe_mode: bool = True,  # noqa: ARG002, FBT001, FBT002 -- Keras' signature
    ) -> "Any":
        """Return the object of a config in Keras 3's format. Keras is not needed for it.

        Keys are looked up as by `get_registered_object`, so plugins are discovered. A class
        without ``from_config()`` is called with its config, after the objects inside the config
        have been made. Only a config of one of Keras' own classes is handed to Keras, if Keras can
        be imported.

        The config may come from anywhere. Before anything is made from it, it is searched for
        lambdas, cycles, depth and size. No module that it names is imported.

        Args:
            config: What `serialize_keras_object` returned, here or in Keras, or a part of a saved
                model. It is not changed, but Keras' own classes do change what is handed to them.
            custom_objects: The caller's objects by name. They are asked after what is registered.
            safe_mode: A parameter of Keras. Here it changes nothing: stored code is never run.

        Returns:
            The object. A tuple comes back as a list. A string that is a registered key comes back
            as the object of that key: so older files name functions.

        Raises:
            MalformedConfigError: If something in the config has a wrong type or is missing. The
                error tells the path of the place, such as
                ``config.layers[2].config.kernel_regularizer``, as the next four errors do.
            UnknownObjectError: If a class or function is unknown, or is one of Keras' and Keras
                cannot be imported.
            UnsafeConfigError: If there is a lambda in the config.
            ConfigLimitError: If the config is nested too deep, contains itself, or has too many
                values.
            RestorationError: If a class does not accept its config. The error of the class is the
                cause.
            ProviderImportError: If the installed provider of a key cannot be imported.
            ProviderContractError: If it does not hold what its entry point promises.
            ProviderConflictError: If several distributions advertise a key differently.

        Example:
            >>> from keras_serializable import deserialize_keras_object, serialize_keras_object
            >>> from keras_serializable import register_keras_serializable
            >>> @register_keras_serializable("doc")
            ... class Shift:
            ...     def __init__(self, by):
            ...         self.by = by
            ...     def get_config(self):
            ...         return {"by": self.by}
            >>> config = serialize_keras_object({"first": Shift(1), "then": [Shift(2), Shift(3)]})
            >>> deserialize_keras_object(config)["then"][1].by
            3

        Source: ``keras.saving.deserialize_keras_object`` of Keras 3.
        """
        return serialization.deserialize(config, self._registry, custom_objects)

    def check_round_trip(
        self, obj: object, custom_objects: "Mapping[str, object] | None" = None
    ) -> "Any":
        """Check that an object comes back unchanged from its stored config. A test for plugins.

        The object is serialized, stored as JSON, restored, and serialized again. Then the two
        configs are compared.

        Args:
            obj: The object.
            custom_objects: Objects by name, for what is not registered.

        Returns:
            The object that came back, for further comparison.

        Raises:
            RoundTripError: If the configs differ. The error tells at which paths, and how.
            NotSerializableError: If something in the object has no config, or JSON would change it.
            ConfigError: If the config cannot be restored. `deserialize_keras_object` lists the
                errors.

        Example:
            >>> from keras_serializable import check_round_trip, register_keras_serializable
            >>> @register_keras_serializable("doc")
            ... class Forgetful:
            ...     def __init__(self, factor=1):
            ...         self.factor = factor
            ...     def get_config(self):
            ...         return {"factor": self.factor}
            ...     @classmethod
            ...     def from_config(cls, config):
            ...         return cls()
            >>> check_round_trip(Forgetful(1)).factor
            1
            >>> check_round_trip(Forgetful(3))
            Traceback (most recent call last):
                ...
            keras_serializable.serialization.errors.RoundTripError: Forgetful does not survive a \
round trip:
              config.config.factor was 3 and is now 1
        """
        return serialization.check_round_trip(obj, self._registry, custom_objects)
