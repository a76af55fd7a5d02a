"""Tests for the entry points, as `pyproject.toml` declares them."""

import subprocess
import sys
from importlib.metadata import entry_points

import keras_serializable
import pytest

NAME = "keras_serializable_example"
OBJECTS = {
    "example>Elastic": "regularizers:Elastic",
    "example>Rescale": "layers:Scale",
    "example>ResidualMLP": "models:ResidualMLP",
    "example>Scale": "layers:Scale",
    "example>Stripes": "initializers:Stripes",
    "example>UnitRange": "constraints:UnitRange",
    "example>squish": "activations:squish",
    "example.training>SawTooth": "schedules:SawTooth",
    "example.training>SignDescent": "optimizers:SignDescent",
    "example.training>TrimmedError": "losses:TrimmedError",
    "example.training>WithinTolerance": "metrics:WithinTolerance",
    "example.training>largest_error": "metrics:largest_error",
    "example.training>smooth_error": "losses:smooth_error",
}


def advertised():
    """Return the names and values of this distribution's entry points."""
    return {
        entry_point.name: entry_point.value
        for entry_point in entry_points(group="keras_serializable")
        if entry_point.dist.name == "keras-serializable-example"
    }


def test_every_key_is_advertised():
    """Each key has an entry point of its own or belongs to an advertised package."""
    names = advertised()

    assert {key for key in OBJECTS if key not in names and key.split(">")[0] not in names} == set()


def test_nothing_else_is_advertised():
    """Each entry point is a key known here or the package of one."""
    assert set(advertised()) <= {*OBJECTS, "example.training"}


@pytest.mark.parametrize("key", OBJECTS)
def test_looking_a_key_up_finds_its_object(key):
    """A lookup of each key finds its object."""
    found = keras_serializable.get_registered_object(key)

    assert f"{found.__module__}:{found.__name__}" == f"{NAME}.{OBJECTS[key]}"


@pytest.mark.parametrize(
    ("key", "modules"),
    [
        ("example>Scale", {"layers"}),
        ("example>Elastic", {"regularizers"}),
        ("example.training>SawTooth", {"losses", "metrics", "optimizers", "schedules", "training"}),
    ],
    ids=["one object", "one key", "a package"],
)
def test_looking_a_key_up_imports_no_other_module(key, modules):
    """In a new process the lookup imports the module of its key, and no other of the plugin."""
    program = f"""
import sys, keras_serializable
assert keras_serializable.get_registered_object({key!r}) is not None
print(*(name for name in sys.modules if name.startswith("{NAME}.")))
"""
    output = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout

    assert set(output.split()) == {f"{NAME}.{module}" for module in {"_keras", *modules}}


def test_the_old_key_means_the_renamed_class():
    """The old key `example>Rescale` means `Scale`, and `Scale` is saved with its new key."""
    scale = keras_serializable.get_registered_object("example>Scale")

    assert keras_serializable.get_registered_object("example>Rescale") is scale
    assert keras_serializable.get_registered_name(scale) == "example>Scale"
