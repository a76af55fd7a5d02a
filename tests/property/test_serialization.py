"""What has to hold for any object and any config."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serialization_objects import shop, squish

from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization import ObjectSharingScope, check_round_trip
from keras_serializable.serialization.paths import step

OWN = shop()

numbers = st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
plain = numbers | st.text()
slices = st.builds(slice, numbers, numbers, numbers)
texts_as_bytes = st.text(st.characters(exclude_categories=["Cs"])).map(str.encode)
leaves = plain | slices | st.just(...) | st.just(squish) | texts_as_bytes


def holding(inner):
    """Return a strategy for what holds values of another strategy."""
    return (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.builds(OWN.Part, inner, inner)
        | st.builds(OWN.Box, st.lists(inner, max_size=4))
    )


objects = st.recursive(leaves, holding, max_leaves=40)

names = st.sampled_from(
    [
        *("class_name", "config", "module", "registered_name", "build_config", "compile_config"),
        *("shared_object_id", "value", "dtype", "start", "stop", "step", "size", "parts", "inner"),
    ]
)
words = st.sampled_from(
    [
        *("__bytes__", "__ellipsis__", "__keras_tensor__", "__lambda__", "__numpy__", "__slice__"),
        *("__tensor__", "__typespec__", "function", "builtins", "keras", "keras.layers", "Dense"),
        *("relu", "shop>Part", "shop>Box", "shop>Stateful", "shop>squish", "squish", "Part"),
        *("os", "system", "float32", "int8", "bfloat16", "no>such"),
    ]
)
values = numbers | words | st.text(max_size=5)
configs = st.recursive(
    values,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(names | st.text(max_size=3), inner, max_size=4)
        | st.fixed_dictionaries(
            {"class_name": words | inner, "config": inner},
            optional=dict.fromkeys(("module", "registered_name"), words | inner)
            | {"build_config": inner, "compile_config": inner, "shared_object_id": values},
        )
    ),
    max_leaves=30,
)


# What a Keras that may be installed makes of garbage is its own affair.
pytestmark = pytest.mark.usefixtures("without_keras")


def property_of(**strategies):
    """Return the decorator of a property."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return lambda test: settings(deadline=None, suppress_health_check=checks)(
        given(**strategies)(test)
    )


def error_of(config):
    """Return the documented error of reading a config, `None` if it can be read."""
    try:
        OWN.deserialize(config)
    except KerasSerializableError as error:
        return error
    return None


def parts_of(config):
    """Return every container of a config with each of its keys."""
    todo, found = [config], []
    while todo:
        part = todo.pop()
        if isinstance(part, (dict, list)):
            keys = list(part) if isinstance(part, dict) else range(len(part))
            found += [(part, key) for key in keys]
            todo += [part[key] for key in keys]
    return found


@property_of(obj=objects)
def test_objects_come_back(obj):
    """Whatever is serialized comes back equal, directly and by way of JSON."""
    config = OWN.serialize(obj)
    assert OWN.deserialize(config) == obj
    assert OWN.deserialize(json.loads(json.dumps(config))) == obj


@property_of(obj=objects)
def test_a_round_trip_has_no_differences(obj):
    """An object that came back has the config of the original."""
    assert check_round_trip(obj, OWN.registry) == obj


@property_of(obj=objects)
def test_sharing_changes_nothing_but_the_identity(obj):
    """In a sharing scope an object that stands twice comes back equal in both places."""
    with ObjectSharingScope():
        config = json.loads(json.dumps(OWN.serialize([obj, obj])))
    with ObjectSharingScope():
        one, other = OWN.deserialize(config)
    assert one == other == obj
    if isinstance(obj, (OWN.Part, OWN.Box)):
        assert one is other


@property_of(config=configs)
def test_garbage_ends_in_a_documented_error(config):
    """Any config is either read or refused with an error of ours, and is not changed by it."""
    before = copy.deepcopy(config)
    with ObjectSharingScope():
        error = error_of(config)
    assert error is None or str(error).startswith("config")
    assert repr(config) == repr(before)


@property_of(obj=objects, garbage=configs, data=st.data())
def test_a_spoiled_config_ends_in_a_documented_error(obj, garbage, data):
    """A good config of which one part is replaced by garbage or removed is not worse."""
    config = json.loads(json.dumps([OWN.serialize(obj)]))
    part, key = data.draw(st.sampled_from(parts_of(config)))
    if isinstance(part, dict) and data.draw(st.booleans()):
        del part[key]
    else:
        part[key] = garbage
    error = error_of(config)
    assert error is None or str(error).startswith("config")


@property_of(obj=objects, data=st.data())
def test_the_path_of_an_error_leads_to_its_place(obj, data):
    """The path, followed in the config, ends at the part that is wrong."""
    config = [OWN.serialize(obj)]
    spot = [(part, key) for part, key in parts_of(config) if isinstance(part, (dict, list))]
    part, key = data.draw(st.sampled_from(spot))
    wrong = object()
    part[key] = [wrong]
    error = error_of(config)
    if "an instance of object is no part" in str(error):
        assert follow(config, error.path) is wrong


def follow(config, path):
    """Return what stands at a path of a config."""
    place = config
    rest = path.removeprefix("config")
    while rest:
        keys = place if isinstance(place, dict) else range(len(place))
        # Every step is written in one way only, so the one that fits is the right one.
        steps = {step(place, key): key for key in keys}
        longest = max((each for each in steps if rest.startswith(each)), key=len)
        rest = rest.removeprefix(longest)
        place = place[steps[longest]]
    return place
