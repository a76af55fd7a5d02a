"""The names of functions: a config holds a function's name alone.

A function is written only if its name leads back to this function.
"""

from types import BuiltinMethodType, FunctionType, MethodType

from keras_serializable._keras.packages import root_of
from keras_serializable._keras_releases import BUILT_IN_FUNCTIONS
from keras_serializable._keys import SEPARATOR
from keras_serializable._texts import escaped, origin
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization import written_objects
from keras_serializable.serialization.errors import NotSerializableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable._registry.registry import Registry


def check(function: object, name: str, registry: "Registry") -> None:
    """Raise an error if a function's name leads to another callable, or to none."""
    found = _find(function, name, registry)
    is_plain = isinstance(function, FunctionType)
    if found is not None:
        if is_same(found, function):
            return
        outcome = f"come back as {escaped(origin(found))}"
    elif name in BUILT_IN_FUNCTIONS and not (is_plain and _is_of_keras(function)):
        outcome = "come back as Keras' own function of that name"
    elif not is_plain and SEPARATOR not in name:
        outcome = "nothing knows it by that name"
    else:
        return  # The reader may pass a plain function in custom_objects. Keras accepts it too.
    title = f"{escaped(type(function).__name__)} {escaped(origin(function))}"
    raise NotSerializableError.of_name(title, name, outcome, is_plain=is_plain)


def _find(function: object, name: str, registry: "Registry") -> object | None:
    custom_objects = written_objects.callers_objects()
    # An entry in `module_objects` ends the lookup before discovery.
    found: object | None = registry.get_registered_object(name, custom_objects, {name: None})
    if found is None and not isinstance(function, FunctionType):
        try:
            found = registry.get_registered_object(name, custom_objects)
        except KerasSerializableError:  # The provider failed: the name leads to no object.
            return None
    return found


def _is_of_keras(function: object) -> bool:
    return root_of(getattr(function, "__module__", None)) is not None


def is_same(found: object, obj: object) -> bool:
    """Return whether two objects are one object, or come from one definition that ran twice."""
    if found is obj:
        return True
    if isinstance(obj, (MethodType, BuiltinMethodType)):
        return bool(found == obj)  # each access to a method makes a new object
    return (
        type(found) is type(obj)
        and isinstance(obj, (FunctionType, type))
        and "<locals>" not in obj.__qualname__  # each call of the outer function makes a new one
        and origin(found) == origin(obj)
    )
