"""The page of messages has an entry for each error and warning, with words that are really said."""

import ast
import importlib
import re
from pathlib import Path

import pytest
from virtual_environments import ROOT

import keras_serializable

PAGE = (ROOT / "docs" / "messages.md").read_text("utf-8")
BLOCK = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACES = ("", ".errors", ".model_files", ".serialization")
OURS, OF_KERAS = "## A provider fails", "## Messages of Keras"


def classes():
    """Return the names of the public errors and warnings."""
    modules = [importlib.import_module(f"keras_serializable{place}") for place in PLACES]
    found = {getattr(module, name) for module in modules for name in module.__all__}
    raised = [each for each in found if isinstance(each, type) and issubclass(each, Exception)]
    return sorted({each.__name__ for each in raised})


def plain(text):
    """Return a text with single spaces."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def said():
    """Return the fixed parts of all texts in the source, one a line."""
    parts = set()
    for file in Path(keras_serializable.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                parts.add(plain(node.value))
    return "\n".join(parts)


@pytest.mark.parametrize("name", classes())
def test_every_error_and_warning_has_an_entry(name):
    """A heading of the page is the name of the class."""
    assert f"\n### {name}\n" in PAGE


def test_the_messages_are_said(said):
    """The words of each message on the page stand in the source, apart from Keras' messages."""
    texts = [plain(block) for block in BLOCK.findall(PAGE[PAGE.index(OURS) :])]
    texts += re.findall(r'(?m)^\| "(.*?)" \|', PAGE[: PAGE.index(OF_KERAS)])
    assert len(texts) > 40

    # A message joins a reason and a remedy, so each sentence is looked for by itself.
    parts = {part.strip(" .") for text in texts for part in re.split(r"…|\. ", text)}
    assert [part for part in sorted(parts) if part not in said] == []
