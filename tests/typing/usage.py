"""What a typed program does with the public functions; mypy and pyright check it, nothing runs it.

Where an error is expected it is ignored by its code; mypy tells if that is not needed.
"""

from collections.abc import Mapping

import keras_serializable
from keras_serializable import (
    CustomObjectScope,
    Policy,
    Provider,
    check_round_trip,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    saving,
    serialize_keras_object,
    utils,
)


@register_keras_serializable("usage")
class Scale:
    """A class keeps its type when it is decorated."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def get_config(self) -> dict[str, float]:
        """Return the arguments."""
        return {"factor": self.factor}


@register_keras_serializable(package="usage", name="half")
def halve(x: float) -> float:
    """Keep the type of a function, too."""
    return x / 2


factor: float = Scale(2.0).factor
half: float = halve(2.0)
Scale("two")  # type: ignore[arg-type]
halve("two")  # type: ignore[arg-type]

# The type of a found object is known only when the program runs; as in Keras it can be called.
Found = get_registered_object("usage>Scale")
found_factor: float = Found(2.0).factor
if get_registered_object("usage>Scale", {"a": Scale}, module_objects=None) is None:
    raise LookupError
registry = keras_serializable.Registry()
registry.get_registered_object("usage>Scale")(2.0)
for get in (saving.get_registered_object, utils.get_registered_object):
    get("usage>Scale")(2.0)
get_custom_objects()["usage>Scale"](2.0)
get_custom_objects()["usage>Half"] = halve
key: str = get_registered_name(Scale)
get_registered_object(3)  # type: ignore[arg-type]

# The types in a config, and of what is restored from it, are known only when the program runs.
config = serialize_keras_object(Scale(2.0))
registered_name: str = config["registered_name"]
restored: Scale = deserialize_keras_object(config, custom_objects={"usage>Scale": Scale})
same: Scale = check_round_trip(restored)

objects: Mapping[str, object] = {"half": halve}
with CustomObjectScope(objects), custom_object_scope({"Scale": Scale}):
    pass
providers: list[Provider] = keras_serializable.providers()
keras_serializable.set_policy(Policy(deny_keys=["usage>*"]))
