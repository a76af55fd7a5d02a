"""Bytes, the ellipsis and NumPy's arrays in configs."""

import numpy as np
import pytest

from keras_serializable.serialization import MalformedConfigError, NotSerializableError

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


class TestBytes:
    def test_bytes(self, own):
        """Bytes are stored as UTF-8 text."""
        config = {"class_name": "__bytes__", "config": {"value": "grün"}}
        assert own.serialize("grün".encode()) == config
        assert own.deserialize(config) == "grün".encode()

    def test_bytes_that_are_no_text(self, own):
        """Keras' format has no place for other bytes; the error tells what to do instead."""
        with pytest.raises(NotSerializableError, match=r"config\.key: .* base64") as caught:
            own.serialize({"key": b"\xff"})
        assert caught.value.path == "config.key"


def test_ellipsis(own):
    """The ellipsis has a config of its own."""
    config = {"class_name": "__ellipsis__", "config": {}}
    assert own.serialize(...) == config
    assert own.deserialize(config) is ...
    assert own.deserialize({"class_name": "__ellipsis__", "config": None}) is ...


class TestNumPy:
    @pytest.mark.parametrize(
        "dtype", ["bool", "uint8", "int64", "float16", "float32", "float64", "complex64"]
    )
    def test_arrays(self, own, dtype):
        """An array is stored as lists and the name of its dtype."""
        array = np.array([[0, 1], [1, 0]], dtype=dtype)
        config = own.serialize(array)
        assert config == {
            "class_name": "__numpy__",
            "config": {"value": array.tolist(), "dtype": dtype},
        }
        restored = own.deserialize(config)
        assert restored.dtype == array.dtype
        assert (restored == array).all()

    def test_scalars_are_plain(self, own):
        """A scalar, and an array without axes, is stored as the number that it is."""
        values = [np.float32(0.5), np.int8(3), np.bool_(True), np.array(7)]  # noqa: FBT003
        assert own.serialize(values) == [0.5, 3, True, 7]
        assert [type(each) for each in own.serialize(values)] == [float, int, bool, int]

    @pytest.mark.parametrize(
        "value", ["array(['a'])", "datetime64('2020-01-01')", "add", "complex64(1)"]
    )
    def test_what_the_format_has_no_place_for(self, own, value):
        """Text, dates, functions and complex scalars of NumPy are refused, with a way out."""
        with pytest.raises(NotSerializableError, match="in get_config"):
            own.serialize(eval(value, vars(np).copy()))  # noqa: S307

    @pytest.mark.parametrize(
        ("config", "path"),
        [
            ({"value": [1], "dtype": "V1000000000"}, "dtype"),
            ({"value": [1], "dtype": "object"}, "dtype"),
            ({"value": [1], "dtype": "string"}, "dtype"),
            ({"value": [1], "dtype": ["int8"]}, "dtype"),
            ({"value": [1]}, "dtype"),
            ({"dtype": "int8"}, "value"),
            ({"value": 1, "dtype": "int8"}, "value"),
            ({"value": [[1], [2, 3]], "dtype": "int8"}, "value"),
            ({"value": [300], "dtype": "int8"}, "value"),
            ({"value": ["x"], "dtype": "float32"}, "value"),
            ({"value": [{}], "dtype": "float32"}, "value"),
        ],
    )
    def test_no_array(self, own, config, path):
        """What is no array of numbers is refused before NumPy asks for gigabytes."""
        with pytest.raises(MalformedConfigError) as caught:
            own.deserialize([{"class_name": "__numpy__", "config": config}])
        assert caught.value.path == f"config[0].config.{path}"

    def test_a_dtype_of_another_library(self, own):
        """The short floats come from ml_dtypes; without it the error says so."""
        config = {"class_name": "__numpy__", "config": {"value": [1.5], "dtype": "bfloat16"}}
        try:
            import ml_dtypes  # noqa: F401
        except ImportError:
            with pytest.raises(MalformedConfigError, match="Install ml_dtypes"):
                own.deserialize(config)
        else:
            assert own.deserialize(config).tolist() == [1.5]

    def test_is_not_imported_needlessly(self, fresh):
        """A program that serializes no array imports neither NumPy nor Keras."""
        code = """
import sys, keras_serializable
config = keras_serializable.serialize_keras_object([1, slice(2), ...])
keras_serializable.deserialize_keras_object(config)
print({"numpy", "keras", "importlib_metadata"} & set(sys.modules))
"""
        assert fresh(code) == "set()\n"
