"""Notes: what discovery knows is added to the error that the user sees."""

import pickle
import sys
import traceback

import pytest
from distributions import install

from keras_serializable._keras.notes import _missed, add_note, remember_miss
from keras_serializable._loading import explanations
from keras_serializable._providers import Distribution, Provider
from keras_serializable._registry.registry import lookup_of
from keras_serializable.errors import ProviderError

FUNCTION = (
    "{'module': 'builtins', 'class_name': 'function', 'config': 'wavy', "
    "'registered_name': 'function'}"
)


def notes(error):
    """Return the notes of an error, in every Python: before 3.11 they end the message."""
    noted = getattr(error, "__keras_serializable_note__", None)
    return [] if noted is None else [noted[1]]


@pytest.fixture
def noted(registry):
    """Return a function that adds a note to an error, and returns the notes of the error."""
    _missed.set(())  # what another test has missed

    def add(error):
        add_note(error, lookup_of(registry))
        return notes(error)

    return add


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("acme>Scale", "Could not locate class 'Scale'. Full config: {'n': 'acme>Scale'}"),
        ("Scale", "Could not locate class 'Scale'. Make sure that it is registered."),
        ("Scale", "Unknown layer: 'Scale'. Please ensure that it is in the scope."),
        ("Scale", "Could not interpret initializer identifier: Scale"),
        ("acme>Scale", "must be a Layer. Received: layer=Scale of type <class 'str'>."),
        ("Scale", "must be a Layer. Received: layer=Scale of type <class 'str'>."),
        ("acme>Scale", "Cannot deserialize object of type `Scale`. If `Scale` is a custom class"),
        ("wavy", f"Could not interpret loss identifier: {FUNCTION}"),
        ("wavy", f"Unknown activation function '{FUNCTION}' cannot be deserialized."),
        ("wavy", f"Could not locate function 'wavy'. Full object config: {FUNCTION}"),
    ],
)
def test_errors_about_a_key(noted, name, message):
    """The error that names the key gets a note about it."""
    remember_miss(name)
    (note,) = noted(ValueError(message))
    assert note.startswith(f"keras_serializable: '{name}' is not registered")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("function", f"Could not locate function 'wavy'. Full object config: {FUNCTION}"),
        ("Scale", "Dense() got an unexpected argument. config={'class_name': 'Scale'}"),
        ("Scale", "Unknown layer: 'Scales'"),
        ("loss", "Unknown loss function: 'wavy'"),
        ("acme>Scale", "Unknown layer: 'acme>Shift'"),
        ("acme>Scale", "must be a Layer. Received: layer=Scales of type <class 'str'>."),
        ("acme>Scale", "Unknown layer: 'Scale'"),
    ],
)
def test_errors_about_something_else(noted, name, message):
    """An error that only quotes the name, or has another one, gets no note."""
    remember_miss(name)
    assert noted(ValueError(message)) == []


@pytest.mark.parametrize("name", ["acme>Scale", "Scale"])
@pytest.mark.parametrize("layer", ["Scale", "Other"])
def test_a_layer_whose_name_is_called(noted, name, layer):
    """Keras 2 calls the name of a layer that it lacks; a variable has this name."""

    def process_node(layer):
        layer()

    remember_miss(name)
    with pytest.raises(TypeError) as caught:
        process_node(layer)
    assert bool(noted(caught.value)) == (layer == "Scale")
    assert noted(TypeError("'str' object is not callable")) == []


def test_a_function_that_is_looked_up_as_a_class(noted):
    """Keras 2 misses 'function' where an .h5 file names a function: the note names that one."""
    remember_miss("function")
    inner = ValueError("Unknown activation function: 'function'. Please ensure that ...")
    assert noted(inner) == []
    outer = TypeError(f"Error when deserializing class 'Dense' using {FUNCTION}: {inner}")
    outer.__cause__ = inner
    (note,) = noted(outer)
    assert "the missing function is 'wavy'" in note
    assert "Save the model as .keras." in note


def test_a_miss_before_the_newest(noted):
    """The note is about the name in the error, even if Keras has missed other names since."""
    for name in ("acme>Scale", "acme>Shift", "function"):
        remember_miss(name)
    (note,) = noted(ValueError("Unknown layer: 'acme>Scale'"))
    assert "'acme>Scale' is not registered" in note


@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_one_note_for_a_chain(noted, link):
    """An error that wraps another gets the note of its cause."""
    made = []

    def count(frame, event, argument):
        if event == "call" and frame.f_code is explanations.explain.__code__:
            made.append(1)

    remember_miss("acme>Scale")
    error = ValueError("Unknown layer: 'acme>Scale'")
    former = sys.getprofile()
    sys.setprofile(count)
    try:
        (first,) = noted(error)
        for _ in range(8):
            outer = TypeError(f"cannot be deserialized: {error}")
            setattr(outer, link, error)
            assert noted(outer) == [first]
            error = outer
    finally:
        sys.setprofile(former)
    assert made == [1]


def test_an_error_that_wraps_one_and_is_about_another_key(noted):
    """The note of the cause is not given to an error that does not name its key."""
    remember_miss("acme>Scale")
    inner = ValueError("Unknown layer: 'acme>Scale'")
    noted(inner)
    outer = TypeError("something else")
    outer.__cause__ = inner
    assert noted(outer) == []


def test_an_error_that_is_its_own_cause(noted):
    """A chain of causes that forms a ring is walked once."""
    remember_miss("acme>Scale")
    one, two = ValueError("Unknown layer: 'acme>Scale'"), ValueError("two")
    one.__context__, two.__context__ = two, one
    assert len(noted(one)) == 1


def test_our_own_errors_get_none(noted):
    """A provider's error gets no note: its text says everything."""
    remember_miss("acme>Scale")
    provider = Provider("acme>Scale", "m:Scale", Distribution("acme"))
    assert noted(ProviderError("acme>Scale", provider, "it is late", "")) == []


def test_once(noted):
    """An error that passes twice shows its note once, after its own message."""
    remember_miss("acme>Scale")
    error = ValueError("Unknown layer: 'acme>Scale'")
    (note,) = noted(error)
    noted(error)
    shown = "".join(traceback.format_exception_only(error))
    assert shown == f"ValueError: Unknown layer: 'acme>Scale'\n{note}\n"


def test_the_module_that_the_file_names(site, noted):
    """The module tells where a bare name comes from."""
    (site / "acme_layers.py").touch()
    remember_miss("Scale", "acme_layers.core")
    (note,) = noted(ValueError("Unknown layer: 'Scale'"))
    assert "The module 'acme_layers' is on the path" in note


def test_no_note_hides_the_error(resolver, noted):
    """If the explanation fails, the error gets a shorter note."""
    resolver.policy = "no policy"
    remember_miss("acme>Scale")
    (note,) = noted(ValueError("Unknown layer: 'acme>Scale'"))
    assert note.startswith("keras_serializable: 'acme>Scale' is not registered (AttributeError: ")


def test_travel(noted):
    """An error with a note survives pickling."""
    remember_miss("acme>Scale")
    error = ValueError("Unknown layer: 'acme>Scale'")
    noted(error)
    assert notes(pickle.loads(pickle.dumps(error))) == notes(error)  # noqa: S301 -- our own


def test_a_hostile_message(noted):
    """A message of a megabyte is searched in one go."""
    remember_miss("Scale")
    assert noted(ValueError("Unknown " * 130_000)) == []


def test_the_note_is_printable(site, noted):
    """No control character of a key or of metadata reaches the note."""
    install(site, "acme", "1.2", {"acme\x1b[1m>Scale": "m:Scale"}, metadata="Name: ac\x1b[2Jme\n")
    remember_miss("acme\x1b[1m>Shift\udcff")
    (note,) = noted(ValueError("Unknown layer: 'acme\x1b[1m>Shift\udcff'"))
    assert "ac\\x1b[2Jme" in note
    assert note.replace("\n", "").isprintable()
