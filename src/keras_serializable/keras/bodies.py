"""What Keras' functions do while connected. Each body gets the bridge and the original function.

Parameters after these two are those of Keras 2.15, tf_keras and Keras 3.3 to 3.15 alike.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keras_serializable.keras.bridge import Bridge

    Original = Callable[..., object]
    Objects = Mapping[str, object] | None


def get_registered_object(
    bridge: "Bridge",
    original: "Original",  # noqa: ARG001 -- the bridge keeps it: it has other uses for it
    name: object,
    custom_objects: "Objects",
    module_objects: "Objects",
) -> object:
    """Return what Keras finds, else what the registry supplies."""
    return bridge.get_registered_object(name, custom_objects, module_objects)


def get_registered_name(
    bridge: "Bridge",
    original: "Original",  # noqa: ARG001
    obj: object,
) -> str:
    """Return the key Keras knows, else the one that our decorator registered."""
    return bridge.get_registered_name(obj)


def deserialize_keras_object(
    bridge: "Bridge",
    original: "Original",
    config: object,
    custom_objects: "Objects",
    safe_mode: object,
    **kwargs: object,
) -> object:
    """Supply what Keras will look for, and explain its failure."""
    module_objects: Objects = kwargs.get("module_objects")  # type: ignore[assignment]
    custom_objects = bridge.prepare(config, custom_objects, module_objects)
    try:
        return original(config, custom_objects, safe_mode, **kwargs)
    except Exception as error:
        bridge.explain(error)
        raise


def legacy_deserialize_keras_object(
    bridge: "Bridge",
    original: "Original",
    identifier: object,
    module_objects: "Objects",
    custom_objects: "Objects",
    printable_module_name: object,
) -> object:
    """Do the same for ``.h5`` files and old JSON."""
    custom_objects = bridge.prepare_legacy(identifier, custom_objects, module_objects)
    try:
        return original(identifier, module_objects, custom_objects, printable_module_name)
    except Exception as error:
        bridge.explain(error)
        raise


def get(bridge: "Bridge", original: "Original", identifier: object) -> object:
    """Explain the failure of Keras to make an object of one kind from an identifier."""
    try:
        return original(identifier)
    except Exception as error:
        bridge.explain(error)
        raise
