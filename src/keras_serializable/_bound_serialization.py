"""Serialization with one registry: the functions of the public face."""

from keras_serializable import serialization

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from keras_serializable._registry.registry import Registry


class BoundSerialization:
    """Keras' serialization functions with Keras' parameters, bound to one registry."""

    __slots__ = ("_registry",)

    def __init__(self, registry: "Registry") -> None:
        self._registry = registry

    def serialize_keras_object(self, obj: object) -> "Any":
        """Return the config of an object, in Keras 3's format. It works without Keras.

        The config holds the keys of registered classes and functions, and the result of the
        ``get_config()`` of each object. Unlike Keras, this function refuses lambdas, because the
        reader of the config would have to run stored bytecode.

        Args:
            obj: An object with ``get_config()``, a function, a plain value, bytes, a slice, an
                ellipsis, a NumPy array of any shape, a NumPy scalar, or lists, tuples and
                dictionaries of these. If Keras is imported: also Keras' own objects and tensors.

        Returns:
            Dictionaries, lists, tuples and plain values. JSON can store them if all keys of the
            dictionaries are strings.

        Raises:
            NotSerializableError: If something in the object has no config. Like the other two
                errors it has the path of the place inside the object.
            UnsafeConfigError: If something in the object is a lambda.
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
        """Return the object of a config in Keras 3's format. It works without Keras.

        Keys are looked up as by `get_registered_object`, so plugins are discovered. A class
        without ``from_config()`` is called with its config. The objects inside this config are made
        first. If a class belongs to Keras, its config is passed to Keras. tf_keras writes modules
        such as ``keras.layers``, too. They mean tf_keras inside a class of tf_keras, and in a
        process that has imported no other Keras.

        The config may come from anywhere. Lambdas, cycles, and too much depth or size are found
        before anything is made from it. No module is imported because a config names it.

        Args:
            config: A config from `serialize_keras_object`, from Keras, or from a saved model. This
                function does not change it. Keras' own classes may change their part of it.
            custom_objects: The caller's objects by name. They are asked after what is registered.
            safe_mode: A parameter of Keras. Here it has no effect: stored code is never run.

        Returns:
            The object. A tuple in an object becomes a list. A string that is a registered key
            becomes the object of this key, because older files store functions as strings.

        Raises:
            MalformedConfigError: If something in the config has a wrong type or is missing. Like
                the next four errors it has the path of the place in the config, such as
                ``config.layers[2].config.kernel_regularizer``.
            UnknownObjectError: If a class or function is neither registered nor advertised, or if
                it belongs to Keras and Keras cannot be imported.
            UnsafeConfigError: If something in the config is a lambda.
            ConfigLimitError: If the config is nested too deep, contains itself, or has too many
                values.
            RestorationError: If a class does not accept its config. The error of the class is the
                cause.
            ProviderImportError: If the installed provider of a key cannot be imported.
            ProviderContractError: If the module of the provider lacks the advertised object.
            ProviderRefusedError: If a policy or a hook refuses the provider.
            ProviderConflictError: If several distributions advertise a key with different values.
            HookError: If a hook plugin that has to decide fails.
            MetadataProblemError: If strict mode is on, and metadata could not be read.

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
        """Check that an object comes back unchanged from its stored config, in a plugin's tests.

        The object is serialized, stored as JSON, restored, and serialized again. Then the two
        configs are compared, and the functions and classes that were written.

        Args:
            obj: The object.
            custom_objects: The caller's objects by name, for what is not registered.

        Returns:
            The restored object, for further comparison.

        Raises:
            RoundTripError: If the two configs differ, or if a function or class came back as
                another one of its name. The error has the paths and both values.
            NotSerializableError: If something in the object has no config, or JSON would change it.
            UnsafeConfigError: If something in the object is a lambda.
            ConfigLimitError: If the object is nested too deep, contains itself, or has too many
                values.
            UnknownObjectError: If a class or function is neither registered nor advertised.
            RestorationError: If a class does not accept its config.
            MalformedConfigError: If a ``get_config()`` returns a broken config of another object.
            ProviderError: If the installed provider of a key cannot deliver its object.
            ProviderConflictError: If several distributions advertise a key with different values.
            HookError: If a hook plugin that has to decide fails.
            MetadataProblemError: If strict mode is on, and metadata could not be read.

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
            Return every argument of __init__() from get_config(), and do not change it.
        """
        return serialization.check_round_trip(obj, self._registry, custom_objects)
