"""Replacements: the functions that run in place of Keras' functions while connected.

Each gets the bridge, Keras' own function, and the parameters that this function has in all known
releases. A parameter before ``/`` has different names in the modules of Keras. Keras' own function
runs first. If it fails, the bridge is asked. There is one exception: `deserialize` of a key with a
package. The reason is in `Bridge.prepare`.
"""

from keras_serializable._keras.stamps import state_of
from keras_serializable._registry.scope import scoped_objects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from keras_serializable._keras.bridge import Bridge

    Original = Callable[..., object]
    Objects = Mapping[str, object] | None


def get_registered_object(
    bridge: "Bridge",
    original: "Original",
    name: object,
    custom_objects: "Objects",
    module_objects: "Objects",
) -> object:
    """Return the object of a name from our open scopes, Keras or the registry, in this order."""
    scope = scoped_objects()
    if scope and name in scope:
        return scope[name]  # type: ignore[index]
    found = original(name, custom_objects, module_objects)
    if found is None and isinstance(name, str):
        return bridge.supply_unregistered(name)
    return found


def get_registered_name(
    bridge: "Bridge",
    original: "Original",
    obj: object,
) -> object:
    """Return the key that Keras has for an object, else the key that our decorator registered."""
    return bridge.registered_name(obj) or original(obj)


def retrieve(  # noqa: PLR0913, PLR0917 -- Keras' parameters
    bridge: "Bridge",
    original: "Original",
    error: Exception,
    name: object,
    registered_name: object,
    module: object,
    obj_type: object,
    full_config: object,
    custom_objects: "Objects",
) -> object:
    """Return the class or function of a config, after Keras has failed to find it."""
    found = bridge.supply_retrieved(name, registered_name, full_config, obj_type, custom_objects)
    if not found:
        bridge.explain(error)
        raise error
    custom_objects = {**(custom_objects or {}), **found}
    return original(name, registered_name, module, obj_type, full_config, custom_objects)


def deserialize(
    bridge: "Bridge", original: "Original", config: object, /, custom_objects: "Objects"
) -> object:
    """Return the object of one kind that a config or a string describes."""
    # Most configs belong to objects of Keras. Their key is `None`, and nothing is prepared.
    if scoped_objects() or (isinstance(config, dict) and config.get("registered_name")):
        custom_objects = bridge.prepare(config, custom_objects)
    try:
        result = original(config, custom_objects)
    except Exception as error:
        found = bridge.supply_named(config, custom_objects)
        if not found:
            bridge.explain(error)
            raise
    else:
        if not isinstance(result, str):  # Keras returns the name of an unknown object.
            return result
        found = bridge.supply_named(config, custom_objects)
        if not found:
            return result
    return original(config, {**(custom_objects or {}), **found})


def save_model(
    bridge: "Bridge", original: "Original", model: object, filepath: object, overwrite: object
) -> object:
    """Save a model as Keras does, and stamp the file."""
    former = state_of(filepath)
    result = original(model, filepath, overwrite)
    bridge.stamp_saved(filepath, former)
    return result


def explained(
    bridge: "Bridge",
    original: "Original",  # noqa: ARG001 -- it has failed
    error: Exception,
    first: object,  # noqa: ARG001 -- it has another name in each function
    /,
) -> object:
    """Add a note to the error of Keras, and raise it."""
    bridge.explain(error)
    raise error
