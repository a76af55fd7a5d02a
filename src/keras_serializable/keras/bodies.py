"""The bodies that Keras' functions run while connected.

Only the code of these functions is used, never the functions themselves: it runs inside the Keras
module whose function it replaces, where the bridge has put itself under one global name. A body
adds as few stack frames as it can, because Keras recurses through `deserialize_keras_object`.

Parameters are those of Keras 2.15, tf_keras and Keras 3.3 to 3.15 alike.
"""

# What surrounds them in Keras decides the style of the bodies, and knows no types.
# pyright: basic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable.keras.bridge import Bridge

    __keras_serializable__: Bridge
    __keras_serializable_get__: Callable[..., object]


def get_registered_object(name, custom_objects=None, module_objects=None):  # type: ignore[no-untyped-def]
    return __keras_serializable__.get_registered_object(name, custom_objects, module_objects)


def get_registered_name(obj):  # type: ignore[no-untyped-def]
    return __keras_serializable__.get_registered_name(obj)


def deserialize_keras_object(config, custom_objects=None, safe_mode=True, **kwargs):  # type: ignore[no-untyped-def]
    bridge = __keras_serializable__
    custom_objects = bridge.prepare(config, custom_objects, kwargs.get("module_objects"))
    try:
        return bridge.deserialize(config, custom_objects, safe_mode, **kwargs)
    except Exception as error:
        bridge.explain(error)
        raise


def legacy_deserialize_keras_object(  # type: ignore[no-untyped-def]
    identifier, module_objects=None, custom_objects=None, printable_module_name="object"
):
    bridge = __keras_serializable__
    custom_objects = bridge.prepare_legacy(identifier, custom_objects, module_objects)
    try:
        return bridge.legacy_deserialize(
            identifier, module_objects, custom_objects, printable_module_name
        )
    except Exception as error:
        bridge.explain(error)
        raise


def get(identifier):  # type: ignore[no-untyped-def]
    try:
        return __keras_serializable_get__(identifier)
    except Exception as error:
        __keras_serializable__.explain(error)
        raise


def get_with_options(identifier, **kwargs):  # type: ignore[no-untyped-def]
    try:
        return __keras_serializable_get__(identifier, **kwargs)
    except Exception as error:
        __keras_serializable__.explain(error)
        raise
