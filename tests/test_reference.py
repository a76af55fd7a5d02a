"""The reference lists every public name, and every public docstring has all of its sections."""

import importlib
import inspect
import re

import pytest
from virtual_environments import ROOT

REFERENCE = (ROOT / "docs" / "reference.md").read_text("utf-8")
PLACES = (
    "",
    ".errors",
    ".hooks",
    ".model_files",
    ".saving",
    ".serialization",
    ".utils",
)
PUBLIC = [
    (f"keras_serializable{place}", name)
    for place in PLACES
    for name in importlib.import_module(f"keras_serializable{place}").__all__
]


def described():
    """Return the pairs of public functions and classes with a docstring of their own."""
    for place, name in PUBLIC:
        public = getattr(importlib.import_module(place), name)
        if isinstance(public, type) or inspect.isroutine(public):
            yield pytest.param(public, id=f"{place}.{name}")


@pytest.fixture(scope="module")
def shown():
    """Return the objects that the directives of the reference show, by address."""
    found = {}
    place = ""
    for directive, address in re.findall(r"(?m)^\.\. (currentmodule|auto\w+):: (\S+)$", REFERENCE):
        if directive == "currentmodule":
            place = address
            continue
        full = address if "." in address else f"{place}.{address}"
        module, _, name = full.rpartition(".")
        found[full] = getattr(importlib.import_module(module), name)
    return found


@pytest.mark.parametrize(("place", "name"), PUBLIC)
def test_every_public_name_is_in_the_reference(shown, place, name):
    """A directive of the reference shows the object of the name, or a sentence has the name."""
    public = getattr(importlib.import_module(place), name)
    is_shown = f"{place}.{name}" in shown or any(each is public for each in shown.values())
    assert is_shown or f"``{name}``" in REFERENCE


def test_the_reference_shows_only_public_names(shown):
    """Each directive of the reference shows a name of an `__all__`."""
    assert set(shown) <= {f"{place}.{name}" for place, name in PUBLIC}


@pytest.mark.parametrize("public", list(described()))
def test_every_public_docstring_has_its_sections(public):
    """A public docstring has an example; that of a function also has its parameters and result."""
    text = inspect.getdoc(public)
    assert "Example:" in text
    if inspect.isroutine(public):
        signature = inspect.signature(public)
        assert not signature.parameters or "Args:" in text
        assert signature.return_annotation in {None, "None"} or "Returns:" in text
        for parameter in signature.parameters:
            assert re.search(rf"(?m)^ +{parameter}: ", text)
