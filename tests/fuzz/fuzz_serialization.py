"""The fuzz target for reading configs; see README.md beside it."""

import json
import pathlib
import sys

import atheris

with atheris.instrument_imports(include=["keras_serializable"]):
    from keras_serializable import serialization
    from keras_serializable.errors import KerasSerializableError

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
sys.modules["keras"] = None  # what Keras makes of a config is not the question here

from serialization_objects import shop  # noqa: E402 -- after sys.path is set

OWN = shop()
NAMES = ("class_name", "config", "module", "registered_name", "build_config", "compile_config")
WORDS = (
    *("__bytes__", "__ellipsis__", "__keras_tensor__", "__lambda__", "__numpy__", "__slice__"),
    *("__tensor__", "__typespec__", "function", "builtins", "keras.layers", "os", "relu"),
    *("shop>Part", "shop>Box", "shop>Stateful", "shop>squish", "squish", "float32", "bfloat16"),
    *("value", "dtype", "start", "stop", "step", "size", "inner", "parts", "shared_object_id"),
)


class Maker:
    """Makes a config of the bytes that the fuzzer tries; one that may share parts, or loop."""

    def __init__(self, data):
        self.data = atheris.FuzzedDataProvider(data)
        self.made = []

    def value(self, depth=0):
        """Return any value."""
        choice = self.data.ConsumeIntInRange(0, 9 if depth < 40 else 5)
        if choice == 0:
            return self.data.PickValueInList([None, True, False, 0, -1, 2**70, 1.5, float("nan")])
        if choice in (1, 2):
            return self.data.PickValueInList([*NAMES, *WORDS])
        if choice == 3:
            return self.data.ConsumeUnicode(8)
        if choice == 4:
            return self.data.ConsumeInt(4)
        if choice == 5:
            return self.data.PickValueInList(self.made) if self.made else ()
        made = [] if choice == 6 else {}
        self.made.append(made)
        if choice == 6:
            made += [self.value(depth + 1) for _ in range(self.data.ConsumeIntInRange(0, 4))]
        else:
            if choice == 7:
                made["class_name"] = self.data.PickValueInList([*WORDS])
                made["config"] = self.value(depth + 1)
            for _ in range(self.data.ConsumeIntInRange(0, 4)):
                made[self.data.PickValueInList([*NAMES, *WORDS])] = self.value(depth + 1)
        return made


def config_of(data):
    """Return a config made of the fuzzer's bytes: as JSON if they are some, else freely."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return Maker(data).value()


def check(data):
    """Read a config; what is read must survive being written and read again."""
    config = config_of(data)
    try:
        with serialization.ObjectSharingScope():
            obj = OWN.deserialize(config)
    except KerasSerializableError as error:
        text = str(error)
        assert text.startswith("config"), text
        assert len(text) < 20_000, len(text)
        return
    try:
        written = OWN.serialize(obj)
    except serialization.ConfigError:
        return  # what is read from hostile text need not be text that can be stored
    assert repr(OWN.serialize(OWN.deserialize(written))) == repr(written)


if __name__ == "__main__":
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
