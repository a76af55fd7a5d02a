"""Tests for the entry points, as `pyproject.toml` declares them."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

import keras_serializable

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


@pytest.mark.parametrize("key", OBJECTS)
def test_looking_a_key_up_finds_its_object_and_imports_no_other_module(key):
    """In a fresh process the lookup gives the object, and imports what advertises it alone."""
    module, name = OBJECTS[key].split(":")
    program = f"""
import sys, keras_serializable
found = keras_serializable.get_registered_object({key!r})
assert found is not None, "nothing found"
print(found.__module__, found.__name__)
print(*sorted(name for name in sys.modules if name.startswith("{NAME}.")))
"""
    output = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout.splitlines()

    modules = {module}
    if key.startswith("example.training>"):
        modules = {"losses", "metrics", "optimizers", "schedules", "training"}
    assert output[0] == f"{NAME}.{module} {name}"
    assert output[1].split() == sorted(f"{NAME}.{each}" for each in {"_keras", *modules})


def test_the_old_key_gives_the_renamed_class():
    """Files saved as `example>Rescale` load `Scale`, which is saved under its new key."""
    scale = keras_serializable.get_registered_object("example>Scale")

    assert keras_serializable.get_registered_object("example>Rescale") is scale
    assert keras_serializable.get_registered_name(scale) == "example>Scale"
