"""Programs that are packed into one file, laid out in layers, or stripped of files to be small."""

import compileall
import json
import shutil

import pytest
from distributions import install
from e2e.installers import lay_plugin, plain_class
from virtual_environments import ROOT, Environment

AUTOLOAD = ROOT / "plugins" / "keras-serializable-autoload"
KEYS = {"pack>One": "acme_pack.one:One"}
FOUND = "acme_pack.one 1.0"
MAIN = "program.__main__:main"

PROGRAM = """
import json, sys
import keras_serializable

def main():
    (key,) = sys.argv[1:] or ["pack>One"]
    found = keras_serializable.get_registered_object(key)
    print(json.dumps({
        "found": found and f"{found.__module__} {found.release}",
        "problems": [str(each) for each in keras_serializable.problems() if "acme" in each.path],
        "autoload": "keras_serializable_autoload" in sys.modules,
    }))

if __name__ == "__main__":
    main()
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Return an environment with nothing installed."""
    return Environment(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="module")
def packers(make_environment):
    """Return an environment with what packs programs."""
    return make_environment("pex", "shiv")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory, wheel, backends):
    """Return a folder with the wheels of a program: its own, its plugin's, ours, and all others."""
    folder = tmp_path_factory.mktemp("wheels")
    projects = tmp_path_factory.mktemp("projects")
    plugin = lay_plugin(projects / "plugin", "acme-pack", "1.0", KEYS)
    program = lay_plugin(projects / "program", "program", "1.0", {}, {"__main__.py": PROGRAM})
    for project in (plugin, program):
        backends.run("-m", "flit_core.wheel", "--outdir", folder, project)
    for project in (ROOT, AUTOLOAD):
        shutil.copy(wheel(project), folder)
    backends.pip("download", "--quiet", "--dest", folder, "importlib-metadata", "pluggy")
    return folder


@pytest.fixture
def layer(bare, wheels, tmp_path):
    """Return a folder where `pip install --target` has put a program with all that it needs."""
    folder = tmp_path / "layer"
    bare.pip("install", "--quiet", "--no-index", "--target", folder, *wheels.glob("*.whl"))
    return folder


def answer(environment, *arguments, **options):
    """Run a program; return what it found."""
    return json.loads(environment.python(*arguments, **options).stdout)


def works(*, autoload):
    """Return what a program prints that found its plugin."""
    return {"found": FOUND, "problems": [], "autoload": autoload}


def test_layers(bare, wheels, layer, tmp_path):
    """A plugin in a layer of its own is found by a program in another; no .pth file is read."""
    (plugin,) = wheels.glob("acme_pack-*.whl")
    shutil.rmtree(layer / "acme_pack")
    shutil.rmtree(layer / "acme_pack-1.0.dist-info")
    other = tmp_path / "other"
    bare.pip("install", "--quiet", "--no-index", "--no-deps", "--target", other, plugin)

    assert answer(bare, "-m", "program", path=[layer])["found"] is None
    assert answer(bare, "-m", "program", path=[layer, other]) == works(autoload=False)


def test_zipapp(bare, layer, tmp_path):
    """A plugin in a zipapp is found; Python reads no .pth file there."""
    packed = tmp_path / "program.pyz"
    bare.run("-m", "zipapp", layer, f"--main={MAIN}", f"--output={packed}")

    assert answer(bare, packed) == works(autoload=False)


def test_shiv(bare, packers, layer, tmp_path):
    """A plugin in a file of shiv is found; shiv reads .pth files."""
    packed = tmp_path / "program.pyz"
    packers.run("-m", "shiv", f"--site-packages={layer}", f"--entry-point={MAIN}", "-o", packed)

    variables = {"SHIV_ROOT": str(tmp_path / "shiv")}
    assert answer(bare, packed, variables=variables) == works(autoload=True)


@pytest.mark.parametrize("options", [[], ["--venv=prepend"]], ids=["zipapp", "venv"])
def test_pex(bare, packers, wheels, tmp_path, options):
    """A plugin in a file of pex is found; pex reads .pth files."""
    packed = tmp_path / "program.pex"
    variables = {"PEX_ROOT": str(tmp_path / "pex")}
    packers.run(
        "-m", "pex", "--no-index", f"--find-links={wheels}", f"--entry-point={MAIN}",
        f"--output-file={packed}", *options, *wheels.glob("*.whl"), variables=variables,
    )  # fmt: skip

    assert answer(bare, packed, variables=variables) == works(autoload=True)


def test_what_may_be_stripped(bare, layer):
    """Of all metadata a plugin needs entry_points.txt, and of its modules the compiled ones."""
    for folder in layer.glob("*.dist-info"):
        for file in [path for path in folder.rglob("*") if path.is_file()]:
            if (folder.name, file.name) != ("acme_pack-1.0.dist-info", "entry_points.txt"):
                file.unlink()
    compileall.compile_dir(layer, quiet=1, legacy=True)
    for module in layer.rglob("*.py"):
        module.unlink()

    found = answer(bare, "-m", "program", path=[layer])

    assert found["found"] == FOUND
    assert len(found["problems"]) == 1


def test_what_must_not_be_stripped(bare, layer):
    """Without its entry_points.txt a plugin is not found, and nothing looks broken."""
    (layer / "acme_pack-1.0.dist-info" / "entry_points.txt").unlink()

    assert answer(bare, "-m", "program", path=[layer]) == works(autoload=False) | {"found": None}


def test_the_library_of_an_optional_provider(bare, layer):
    """A library that an extra requires counts as installed if its metadata folder is there."""
    metadata = "Name: acme-keys\nVersion: 1.0\nProvides-Extra: lib\n"
    metadata += "Requires-Dist: acme-lib; extra == 'lib'\n"
    install(layer, "acme-keys", "1.0", {"lib>Two": "acme_lib:Two [lib]"}, metadata=metadata)
    install(layer, "acme-lib", "2.0", None, {"acme_lib.py": plain_class("Two", "2.0")})
    folder = layer / "acme_lib-2.0.dist-info"
    for file in folder.iterdir():
        file.unlink()

    found = answer(bare, "-m", "program", "lib>Two", path=[layer])["found"]
    folder.rmdir()
    missed = answer(bare, "-m", "program", "lib>Two", path=[layer])["found"]

    assert (found, missed) == ("acme_lib 2.0", None)
