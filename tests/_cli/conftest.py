"""What the tests of the command share: running it, and models to run it on."""

import json
from typing import NamedTuple

import pytest
from distributions import install
from model_makers import SCALE, keras_object, sequential, write_keras

from keras_serializable._cli import main


class Done(NamedTuple):
    """What a run of the command has written, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """What it has written, as JSON."""
        return json.loads(self.out)


@pytest.fixture
def run(capsys, monkeypatch):
    """Return a function that runs the command in this process."""
    monkeypatch.delenv("COLUMNS", raising=False)  # readline sets it, also without a terminal

    def run(*arguments):
        capsys.readouterr()
        code = main([str(each) for each in arguments])
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture
def model(tmp_path):
    """Return the file of a model with the custom layer `acme>Scale`."""
    dense = keras_object("Dense", name="dense", units=2, activation="relu")
    more = {"compile_config": {"loss": "mse", "metrics": [keras_object("F1", "m", "beta>F1")]}}
    return write_keras(tmp_path / "model.keras", sequential(SCALE, dense, **more))


KNOWLEDGE = """Metadata-Version: 2.1
Name: knowledge
Version: 1.0
Provides-Extra: keras-tcn
Requires-Dist: keras-tcn>=3; extra == "keras-tcn"

"""


@pytest.fixture
def knowledge(site):
    """Install a distribution with an optional provider, whose library is not installed."""
    table = {"Custom>TCN": "tcn:TCN [keras-tcn]"}
    install(site, "knowledge", "1.0", table, metadata=KNOWLEDGE)
