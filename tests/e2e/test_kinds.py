"""Each kind of object, saved in one process and loaded in another that imports no plugin."""

import json
import re

import pytest
from e2e.formats import FORMATS
from virtual_environments import ROOT

TRAINING = {"losses", "metrics", "optimizers", "schedules", "training"}
KINDS = {
    "layer": ("layers.Scale", {"layers"}),
    "model subclass": ("models.ResidualMLP", {"models"}),
    "activation in a Dense": ("activations.squish", {"activations"}),
    "activation in an Activation": ("activations.squish", {"activations"}),
    "initializer": ("initializers.Stripes", {"initializers"}),
    "regularizer": ("regularizers.Elastic", {"regularizers"}),
    "constraint": ("constraints.UnitRange", {"constraints"}),
    "wrapped layer": ("layers.Scale", {"layers"}),
    "shared layer": ("layers.Scale", {"layers"}),
    # These classes are advertised as a package, by one module that imports all of it.
    "loss class": ("losses.TrimmedError", TRAINING),
    "loss function": ("losses.smooth_error", {"losses"}),
    "metric class": ("metrics.WithinTolerance", TRAINING),
    "metric function": ("metrics.largest_error", {"metrics"}),
    "optimizer": ("optimizers.SignDescent", TRAINING),
    "schedule": ("schedules.SawTooth", TRAINING),
}
"""For each kind the only object in the file from the plugin, and what loading it imports."""

# `get()` exists for some kinds only; a subclassed model in an .h5 file loads in no program: Keras
# writes it under a name without its package.
CELLS = [
    (kind, file_format)
    for kind in KINDS
    for file_format in FORMATS
    if (kind, file_format) != ("model subclass", ".h5")
    and (file_format != "get" or "layer" not in kind)
    and (kind, file_format)
    not in {("model subclass", "get"), ("activation in an Activation", "get"), ("schedule", "get")}
]
each_cell = pytest.mark.parametrize(
    ("kind", "file_format"), CELLS, ids=[f"{kind}: {suffix}" for kind, suffix in CELLS]
)
each_whole_file = pytest.mark.parametrize(
    ("kind", "file_format"), [cell for cell in CELLS if cell[1] in {".keras", ".h5"}]
)


def holds(outcome, kind):
    """Return whether what was loaded contains the object of the plugin."""
    name = f'"keras_serializable_example.{KINDS[kind][0]}"'
    return name in json.dumps(outcome.get("loaded"))


@each_cell
def test_loads_when_connected(outcomes, kind, file_format):
    """With `connect()` and nothing else, the object in the file is the plugin's."""
    outcome = outcomes("connected")[f"{kind}/{file_format}"]
    assert holds(outcome, kind), outcome


@pytest.mark.parametrize("way", ["connected", "connected first"])
@each_whole_file
def test_predicts_as_when_saved(outcomes, files, kind, file_format, way):
    """The loaded model predicts what the saved one predicted."""
    loaded = outcomes(way)[f"{kind}/{file_format}"]["loaded"]
    expected = json.loads((files / f"{kind.replace(' ', '-')}.expected").read_text())
    assert loaded["numbers"]["outputs"] == expected


@each_cell
def test_fails_without_us(outcomes, kind, file_format):
    """Without us the file does not load, or not with the plugin's object."""
    outcome = outcomes("without")[f"{kind}/{file_format}"]
    assert not outcome["imported"]
    assert not holds(outcome, kind)


@each_cell
def test_imports_the_provider_alone(outcomes, kind, file_format):
    """Of all installed plugins, what advertises the key is imported and nothing else."""
    names = {"", "._keras", *(f".{module}" for module in KINDS[kind][1])}
    imported = outcomes("connected")[f"{kind}/{file_format}"]["imported"]
    assert set(imported) == {f"keras_serializable_example{name}" for name in names}


@each_whole_file
def test_connecting_before_keras_is_imported(outcomes, kind, file_format):
    """Connecting before Keras is imported makes no difference."""
    cell = f"{kind}/{file_format}"
    assert outcomes("connected first")[cell] == outcomes("connected")[cell]


@each_cell
def test_disconnecting_restores(outcomes, kind, file_format):
    """After `disconnect()` a file does what it does without us, down to the error's text."""
    cell = f"{kind}/{file_format}"
    with_us, without = outcomes("disconnected")[cell], outcomes("without")[cell]
    assert {**with_us, "traceback": None} == {**without, "traceback": None}


def test_the_page_of_messages_quotes_keras(outcomes):
    """What the page of messages shows of Keras' errors is what this Keras says."""
    page = (ROOT / "docs" / "messages.md").read_text("utf-8")
    section = page.partition("\n## Messages of Keras\n")[2].partition("\n## ")[0]
    said = [str(outcome.get("message")) for outcome in outcomes("without").values()]
    for block in re.findall(r"(?ms)^```text\n(.*?)\n```$", section):
        parts = [part.strip() for part in block.split("…")]
        assert any(all(part in message for part in parts) for message in said), block


def test_every_kind_is_tried(files):
    """The kinds here are those of the matrix."""
    assert set(json.loads((files / "saved.json").read_text())) == set(KINDS)
