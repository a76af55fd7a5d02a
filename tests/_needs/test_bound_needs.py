"""The public functions: what a model needs."""

import sys

import pytest
from distributions import install, install_example, uninstall
from model_makers import SCALE, keras_object, sequential, write_keras

import keras_serializable as ks
from keras_serializable import (
    ClaimedRequirementWarning,
    MissingRequirementWarning,
    Policy,
    inspect_model,
    requirements,
    stamp,
)

CORE = f"keras-serializable=={ks.__version__}"


@pytest.fixture
def model(tmp_path):
    """Return the file of a model with one custom layer."""
    return write_keras(tmp_path / "model.keras", sequential(SCALE))


def test_inspect(site, model):
    """The default registry's distributions count, and those installed meanwhile."""
    assert inspect_model(model).objects[0].verdict == "unknown"
    install_example(site, "decorated")
    needs = inspect_model(str(model))
    assert needs.objects[0].distribution == "acme-layers"
    assert needs.loads
    assert needs.path == str(model)
    assert "acme_layers" not in sys.modules


def test_the_program_s_policy_holds(site, model):
    """What the program forbids is refused here, too."""
    install_example(site, "decorated")
    ks.set_policy(Policy(deny_keys=["acme>*"]))
    try:
        assert inspect_model(model).objects[0].verdict == "refused by rule"
    finally:
        ks.set_policy(Policy())


def test_requirements_of_a_file(site, model):
    """The lines of a file; what nobody knows is a warning."""
    with pytest.warns(MissingRequirementWarning, match="which distribution has"):
        assert requirements(model) == ["keras==3.15.1"]
    install_example(site, "decorated")
    assert requirements(model) == ["keras==3.15.1", CORE, "acme-layers==1.2"]


def test_requirements_that_a_file_claims(site, model):
    """A line that only the stamp of the file names is a warning."""
    install_example(site, "decorated")
    stamp(model)
    assert requirements(model)[-1] == "acme-layers==1.2"
    uninstall(site, "acme-layers", "1.2")
    with pytest.warns(ClaimedRequirementWarning, match=r"only the stamp of .* 'acme-layers==1\.2'"):
        assert requirements(model)[-1] == "acme-layers==1.2"


def test_neither_model_nor_path():
    """Something else is an error that says what is expected."""
    for wrong in (3, None, object(), ["model.keras"]):
        with pytest.raises(TypeError, match="expected a Keras model or the path"):
            requirements(wrong)


def test_which_keras_asks(site, tmp_path):
    """Of two values that an optional provider has for one key, the Keras of the file decides."""
    metadata = (
        "Metadata-Version: 2.1\nName: knowledge\nVersion: 1.0\n"
        'Requires-Dist: keras; extra == "k3"\nRequires-Dist: acme-3; extra == "k3"\n'
        'Requires-Dist: tf_keras; extra == "k2"\nRequires-Dist: acme-2; extra == "k2"\n\n'
    )
    table = {"acme>Scale@@3": "new:Scale [k3]", "acme>Scale@@2": "old:Scale [k2]"}
    install(site, "knowledge", "1.0", table, metadata=metadata)
    for name in ("keras", "tf_keras", "acme-2", "acme-3"):
        install(site, name, "1.0")
    model = sequential(keras_object("Scale", None, "acme>Scale"))
    for version, distribution in (("3.15.1", "acme-3"), ("2.16.0", "acme-2")):
        file = write_keras(tmp_path / "m.keras", model, {"keras_version": version})
        assert inspect_model(file).objects[0].distribution == distribution
    file = write_keras(tmp_path / "m.keras", model, {"keras_version": "2.15.0"})
    assert inspect_model(file).objects[0].verdict == "ambiguous"
