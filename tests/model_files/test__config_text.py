"""The JSON text of a config: bounds of time and memory."""

import json
import sys

import pytest
from hostile_files import cases, check, long_places, nested_objects
from model_makers import SCALE, keras_object, sequential, write_h5, write_json

HUGE = b"%d" % 10**4000


OBJECT = b'{"class_name":"Sequential","config":%s}'


NAMES = b'{"class_name":"Sequential","config":{"layers":[{"class_name":"%s","config":{}}]}}'


TEXTS = {
    "Latin-1": (b'{"class_name": "\xe9"}', "MalformedModelError", "it is not UTF-8 (byte 16)"),
    "cut off": (b'{"class_name": "Sequent', "MalformedModelError", "it is not JSON"),
    "more behind it": (b"{} {}", "MalformedModelError", "it is not JSON"),
    "a list": (b"[]", "NoConfigError", "it has no class_name and config"),
    "a class name that is a number": (
        b'{"class_name": 1, "config": {}}',
        "NoConfigError",
        "it has no class_name and config",
    ),
    "data for a model": (
        b'{"class_name": "__bytes__", "config": {"value": "x"}}',
        "MalformedModelError",
        "its config belongs to no layer or model",
    ),
    "100,000 levels": (OBJECT % (b"[" * 100_000), "ModelLimitError", "more than 256 levels"),
    "5,000 objects deep": (nested_objects(5_000), "ModelLimitError", "more than 256 levels"),
    "levels behind a string without end": (
        b'{"class_name": "' + b"[" * 9999,
        "ModelLimitError",
        "more than 256 levels",
    ),
    "a million values": (
        OBJECT % (b"[" + b"{}," * 1_000_000 + b"0]"),
        "ModelLimitError",
        "more than 400000 values",
    ),
    "9 MB of text": (OBJECT % (b'"' + b"x" * (9 << 20) + b'"'), "ModelLimitError", "8388608 bytes"),
    "33 MB of numbers": (
        OBJECT % (b"[" + b"0.123," * 5_600_000 + b"0]"),
        "ModelLimitError",
        "it is longer than 33554432 bytes",
    ),
    "a name of 1 MB": (NAMES % (b"x" * 1_000_000), "ModelLimitError", "longer than 1000"),
    "long names above many objects": (long_places(), "ModelLimitError", "too many objects"),
    "quotes that end nothing": (
        b'{"' + rb"\"" * 4_000_000,
        "MalformedModelError",
        "it is not JSON",
    ),
    "lists of numbers without end": (
        b'{"a":' + b"[1,2,3" * 60_000,
        "ModelLimitError",
        "more than 256 levels",
    ),
    "a lone surrogate in a key": (
        NAMES % rb"\ud800>A\u001b[31m",
        None,
        r"('\ud800>A\x1b[31m',)",
    ),
    "numbers of 4,000 digits": (
        OBJECT % (b'{"layers":[%s]}' % b",".join([HUGE] * 1500)),
        None,
        "()",
    ),
    "8 MB of wide characters": (
        OBJECT % ('{"layers":["%s"]}' % ("\U0001f600" * 2_000_000)).encode(),
        None,
        "()",
    ),
    "390,000 small values": (
        OBJECT % (b'{"layers":[' + b'{"a":0},' * 195_000 + b"0]}"),
        None,
        "()",
    ),
    "190,000 different texts": (
        OBJECT % json.dumps({"loss": [str(each) for each in range(190_000)]}).encode(),
        "ModelLimitError",
        "too many objects",
    ),
}


@cases(TEXTS)
@pytest.mark.parametrize("suffix", ["json", "h5"])
def test_texts(read, tmp_path, make, error, text, suffix):
    """A hostile config, as a file and as an attribute."""
    path = tmp_path / f"model.{suffix}"
    if suffix == "json":
        write_json(path, make)
        if not make.startswith(b"{"):
            error, text = "MalformedModelError", "none of a .keras archive"
    else:
        write_h5(path, make)
        if error == "NoConfigError":
            error = "MalformedModelError"
    check(read(path), path, error, text)


def test_json_as_keras_reads_it(read, tmp_path):
    """What occurs twice counts where it occurs last, and numbers may be none, as for Keras."""
    text = (
        b'{"class_name": "Sequential", "config": {"layers": [{"class_name": "a>A", '
        b'"class_name": "b>B", "config": {"x": NaN, "y": -Infinity, "z": 1e999}}]}}'
    )
    assert read(write_json(tmp_path / "model.json", text)) == ("read", "('b>B',)")


def test_a_full_stack(tmp_path):
    """A caller whose stack is nearly full gets a clean error, or the answer."""
    from keras_serializable.model_files import ModelLimitError, read_model

    layer = SCALE
    for _ in range(60):
        layer = keras_object("TimeDistributed", layer=layer)
    path = write_json(tmp_path / "model.json", sequential(layer))
    outcomes = set()

    def descend(left):
        if left:
            descend(left - 1)
            return
        try:
            outcomes.add(read_model(path).keys)
        except ModelLimitError:
            outcomes.add("limit")

    for depth in range(100, sys.getrecursionlimit() - 100, 50):
        try:
            descend(depth)
        except RecursionError:
            break  # not even the file could be opened
    assert outcomes == {("acme>Scale",), "limit"}
