"""Tests for deeply nested configs: a connected Keras loads them like a plain one."""

import json
import subprocess
import sys

import pytest

# Prints the deepest nesting that loads, without a connection and with one.
DEEPEST = """
import json
import sys

import keras

import keras_serializable


def layer(class_name, **config):
    return {"module": "keras.layers", "class_name": class_name, "registered_name": None,
            "config": config}


WRAPPERS = {
    "Sequential": lambda inner: {
        "module": "keras", "class_name": "Sequential", "registered_name": "Sequential",
        "config": {"name": "nested", "layers": [inner]},
    },
    "TimeDistributed": lambda inner: layer("TimeDistributed", layer=inner),
    "list": lambda inner: [inner],
    "dictionary": lambda inner: {"inner": inner},
}


def loads(wrap, depth):
    config = layer("Rescaling", scale=2.0, offset=0.0)
    for _ in range(depth):
        config = wrap(config)
    try:
        keras.saving.deserialize_keras_object(config)
    except RecursionError:
        return False
    return True


def deepest(wrap):
    fits, fails = 1, sys.getrecursionlimit()
    while fails - fits > 1:
        depth = (fits + fails) // 2
        if loads(wrap, depth):
            fits = depth
        else:
            fails = depth
    return fits


wrap = WRAPPERS[sys.argv[1]]
loads(wrap, 1)  # what Keras imports at the first time
plain = deepest(wrap)
keras_serializable.connect()
loads(wrap, 1)
print(json.dumps([plain, deepest(wrap)]))
"""


@pytest.mark.parametrize("wrapper", ["Sequential", "TimeDistributed", "list", "dictionary"])
def test_depth(wrapper):
    """The deepest nesting that loads connected is at most two levels below plain Keras."""
    command = [sys.executable, "-c", DEEPEST, wrapper]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    plain, connected = json.loads(done.stdout.splitlines()[-1])
    assert plain > 100
    assert connected >= plain - 2, f"{connected} levels connected, {plain} without"
