"""The code that Keras' functions run while connected.

Only the code of these functions is used. It runs inside the Keras module whose function it
replaces, and finds the bridge there under a global name. Keras' own code always runs first; the
bridge is asked where that code has failed.

The named parameters are those of Keras 2.15, tf_keras and Keras 3.0 to 3.15. What a release has
beyond them goes through ``*args`` and ``**options``.
"""

# The Keras module decides names and style here, and knows no types.
# pyright: basic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable.keras.bridge import Bridge

    __keras_serializable__: Bridge
    __keras_serializable_deserialize__: Callable[..., object]
    __keras_serializable_explained__: Callable[..., object]


def get_registered_object(name, custom_objects=None, module_objects=None):  # type: ignore[no-untyped-def]
    return __keras_serializable__.get_registered_object(name, custom_objects, module_objects)


def get_registered_name(obj):  # type: ignore[no-untyped-def]
    return __keras_serializable__.get_registered_name(obj)


def retrieve(  # type: ignore[no-untyped-def]
    name, registered_name, module, obj_type, full_config, custom_objects=None, *args, **options
):
    bridge = __keras_serializable__
    asked = (name, registered_name, module, obj_type, full_config)
    try:
        return bridge.retrieve(*asked, custom_objects, *args, **options)
    except Exception as error:
        found = bridge.supply_retrieved(name, registered_name, module, obj_type, custom_objects)
        if not found:
            bridge.explain(error)
            raise
    return bridge.retrieve(*asked, {**(custom_objects or {}), **found}, *args, **options)


def deserialize(config, custom_objects=None, *args, **options):  # type: ignore[no-untyped-def]
    bridge = __keras_serializable__
    original = __keras_serializable_deserialize__
    custom_objects = bridge.prepare(config, custom_objects)
    try:
        result = original(config, custom_objects, *args, **options)
    except Exception as error:
        found = bridge.supply_named(config, custom_objects)
        if not found:
            bridge.explain(error)
            raise
    else:
        # Keras hands back the name of what it does not know.
        found = bridge.supply_named(config, custom_objects) if isinstance(result, str) else None
        if not found:
            return result
    return original(config, {**(custom_objects or {}), **found}, *args, **options)


def explained(first, *args, **options):  # type: ignore[no-untyped-def]
    try:
        return __keras_serializable_explained__(first, *args, **options)
    except Exception as error:
        __keras_serializable__.explain(error)
        raise
