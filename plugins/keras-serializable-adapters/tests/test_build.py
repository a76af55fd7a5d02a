"""The build: entry points and extras made of the files of the libraries, and what they do."""

import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

import hatch_build
import pytest
from distributions import install, uninstall

import keras_serializable
from keras_serializable import ProviderConflictError
from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.resolver import Resolver
from keras_serializable._needs.verdicts import judge
from keras_serializable._registry.registry import Registry, lookup_of
from keras_serializable.model_files import read_model

PROJECT = pathlib.Path(__file__).parents[1]
LIBRARIES = hatch_build.read_libraries(PROJECT / "libraries")
SMALL = {
    "one": {"requirement": "one>=1", "keys": {"a>B": "one:B", "C": "one:C"}},
    "two": {
        "requirement": "two>=2,<3",
        "keys": {"C": "two:C", "d>E": "two.new:E"},
        "keys-for": {"tf_keras": {"d>E": "two.old:E"}},
    },
}


def test_entry_points():
    """Each value names its library as an extra, and values of one key have labels."""
    assert hatch_build.entry_points(SMALL) == {
        "a>B": "one:B[one]",
        "C@@one": "one:C[one]",
        "C@@two": "two:C[two]",
        "d>E@@two": "two.new:E[two]",
        "d>E@@two/tf_keras": "two.old:E[two,tf_keras]",
    }


def test_extras():
    """Each library is an extra, and so is a Keras that some keys are for."""
    assert hatch_build.extras(SMALL) == {
        "one": ["one>=1"],
        "two": ["two>=2,<3"],
        "tf_keras": ["tf_keras"],
    }


def test_an_unknown_keras():
    """Keys for a Keras that is not known are an error."""
    wrong = {"one": {**SMALL["one"], "keys-for": {"theano": {"a>B": "one:B"}}}}
    with pytest.raises(hatch_build.LibraryError, match=r"one\.toml has keys for theano"):
        hatch_build.entry_points(wrong)


@pytest.mark.parametrize(("line", "field"), [("limits = []", "limits"), ("", "more")])
def test_a_wrong_field(tmp_path, line, field):
    """A field that is missing or not known is an error that names it."""
    text = (PROJECT / "libraries" / "keras-sig.toml").read_text()
    text = text.replace(line, "") if line else f'more = "x"\n{text}'
    (tmp_path / "keras-sig.toml").write_text(text)
    with pytest.raises(hatch_build.LibraryError, match=field):
        hatch_build.read_libraries(tmp_path)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library(library):
    """A file says all that it must, and its keys can be names of entry points."""
    content = LIBRARIES[library]
    assert content["requirement"].startswith(f"{library}>=")
    assert set(content["kerases"]) <= {"keras 3", "keras 2", "tf_keras"}
    assert content["kerases"]
    assert content["verified"].keys() == {"version", "keras", "date"}
    for key, value in content["keys"].items():
        assert "=" not in key
        assert "@@" not in key
        assert key == key.strip()
        assert key[0] not in "#;["
        module, _, attribute = value.partition(":")
        assert all(part.isidentifier() for part in module.split("."))
        assert all(part.isidentifier() for part in attribute.split(".") if attribute)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_page(library):
    """The docs tell of each library; none is left out in silence."""
    page = PROJECT.parents[1] / "docs" / "libraries.md"
    assert f"\n| {library} | `{LIBRARIES[library]['requirement']}` | " in page.read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Return a directory in which pip has installed the adapters."""
    site = tmp_path_factory.mktemp("site")
    options = ("--quiet", "--no-deps", "--no-index", "--disable-pip-version-check")
    command = [sys.executable, "-m", "pip", "install", *options, f"--target={site}", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return site


@pytest.fixture
def site(installed, tmp_path, monkeypatch):
    """Return a directory on `sys.path` in which the adapters are installed."""
    site = tmp_path / "site"
    shutil.copytree(installed, site)
    monkeypatch.syspath_prepend(str(site))
    return site


@pytest.fixture
def resolver(site):
    """Return a resolver that knows nothing but the site."""
    return Resolver(Discovery([str(site)]))


def test_the_wheel_holds_metadata_only(wheel):
    """There is no module in it."""
    with zipfile.ZipFile(wheel) as archive:
        assert all(".dist-info/" in name for name in archive.namelist())


def test_nothing_is_installed(site, resolver):
    """Without a library each key is a miss that says what to install."""
    providers = list(resolver.discovery.index)
    assert len(providers) > 1500
    assert not any(each.is_available for each in providers)
    assert resolver.discovery.problems() == []
    assert Registry(lambda: resolver).get_registered_object("Custom>TCN") is None
    assert resolver.explain("Custom>TCN").endswith(': pip install "keras-tcn>=3.5".')
    assert resolver.explain("TCN", "tcn.tcn").endswith(': pip install "keras-tcn>=3.5".')
    assert 'pip install "keras-hub>=0.32"' in resolver.explain("keras_hub>LayerOfTomorrow")
    told = resolver.explain("GCNConv")
    assert 'pip install "keras-geometric>=0.0.2" or pip install "spektral>=1.3"' in told


def test_a_library_comes_and_goes(site, resolver):
    """An installed library is found, and it is a miss again without it."""
    registry = Registry(lambda: resolver)
    install(site, "keras-tcn", "3.5.6", files={"tcn": {"__init__.py": "", "tcn.py": TCN}})
    assert registry.get_registered_object("Custom>TCN").__module__ == "tcn.tcn"
    uninstall(site, "keras-tcn", "3.5.6", ["tcn/tcn.py"])
    assert Registry(lambda: resolver).get_registered_object("Custom>TCN") is None


def test_a_library_that_advertises_itself(site, resolver):
    """The library's own entry point is taken, and there is no conflict."""
    own = {"Custom>TCN": "own_tcn:TCN"}
    install(site, "keras-tcn", "4.0", own, {"own_tcn.py": TCN})
    found = Registry(lambda: resolver).get_registered_object("Custom>TCN")
    assert found.__module__ == "own_tcn"


def test_two_libraries_with_one_key(site, resolver):
    """The place in the file says which is meant; without it the conflict names both libraries."""
    paths = {"kgcnn": "kgcnn/layers/mlp.py", "spektral": "spektral/models/general_gnn.py"}
    for library, path in paths.items():
        install(site, library, "9", files={path: TCN.replace("TCN", "MLP")})
    lookup = lookup_of(Registry(lambda: resolver))
    for path in paths.values():
        module = path.removesuffix(".py").replace("/", ".")
        assert lookup._resolve("MLP", (module, "MLP")).__module__ == module
    with pytest.raises(ProviderConflictError, match="one of kgcnn, spektral"):
        lookup._resolve("MLP")


TCN = "class TCN:\n    def get_config(self): return {}\n"


RUNS = hatch_build.tomllib.loads(
    (PROJECT.parents[1] / "tests" / "libraries" / "libraries.toml").read_text()
)["runs"]


def test_each_library_is_tried():
    """Each library has a run of its own name, and each model belongs to one run."""
    assert LIBRARIES.keys() <= RUNS.keys()
    tried = [model for name, run in RUNS.items() for model in run.get("models", [name])]
    assert sorted(tried) == sorted({model.stem for model in MODELS})


# The layer of this library is called as one of Keras' own.
UNKNOWN = {"attention.h5", "attention.keras"}
MODELS = sorted(PROJECT.parents[1].glob("tests/libraries/models/*.*"))


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_what_a_model_needs(installed, model):
    """For a file of each library, some missing key says which library to install."""
    resolver = Resolver(Discovery([str(installed)]))
    told = [resolver.explain(each.key, each.module) for each in read_model(model).objects]
    is_known = any("pip install" in each for each in told)
    assert is_known == (model.name not in UNKNOWN)


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_what_inspect_tells(installed, model):
    """For a file of each library, `inspect` names the requirement of the library."""
    resolver = Resolver(Discovery([str(installed)]))
    judged = [judge(each, resolver) for each in read_model(model).objects]
    told = "".join(f"{each.missing} {each.reason}" for each in judged)
    library = next(
        run.get("library", name)
        for name, run in RUNS.items()
        if model.stem in run.get("models", [name])
    )
    name = re.split(r"[<>=]", LIBRARIES[library]["requirement"])[0]
    assert (f"{name}>=" in told or f"{name}<" in told) == (model.name not in UNKNOWN)


@pytest.fixture
def keras(site):
    """Return a Keras 3 that is connected."""
    keras = pytest.importorskip("keras", minversion="3")
    keras_serializable.connect()
    yield keras
    keras_serializable.disconnect()


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_the_note_of_a_failing_load(keras, model, monkeypatch):
    """Where a library is not installed, Keras' error says what to install."""
    if not (read_model(model).keras_version or "").startswith("3."):
        pytest.skip("a file of Keras 2")
    monkeypatch.chdir(model.parent)
    with pytest.raises((TypeError, ValueError)) as caught:
        keras.saving.load_model(model)
    assert "pip install" in "".join(getattr(caught.value, "__notes__", [str(caught.value)]))
