"""Tests for installing and uninstalling."""

import shutil
import zipfile
from pathlib import Path

STATE = """
import json, sys
print(json.dumps([getattr(finder, "__name__", "") for finder in sys.meta_path][0]))
"""
HOOK = "keras_serializable_autoload"
SOURCE = Path(__file__).parents[1]


def test_the_wheel_holds_two_modules_and_the_pth_file(wheels):
    """All files go to the root of site-packages, because Python reads .pth files there."""
    with zipfile.ZipFile(wheels["autoload"]) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        pth = archive.read(f"{HOOK}.pth").decode()

    assert sorted(names) == [f"_{HOOK}.py", f"{HOOK}.pth", f"{HOOK}.py"]
    assert pth == f"import {HOOK}\n"


def test_uninstalling_removes_every_trace(make_environment, wheels):
    """After installing, running with Keras and uninstalling, the environment is as it was."""
    environment = make_environment("core")
    before = environment.files()

    environment.install(wheels["autoload"])
    used = "import keras, sys; print('keras_serializable' in sys.modules)"
    assert environment.python("-c", used).stdout == "True\n"
    added = environment.files() - before
    assert {Path(path).name for path in added} >= {f"{HOOK}.pth", f"{HOOK}.py", "RECORD"}
    environment.pip("uninstall", "--quiet", "--yes", "keras-serializable-autoload")

    assert environment.files() - before <= {empty_cache(environment)}
    assert environment.evaluate("-c", STATE) != HOOK


def test_uninstalling_removes_a_cache_that_pip_did_not_write(make_environment, wheels):
    """Uninstalling also removes a cache that Python, and not pip, has written."""
    environment = make_environment(keras=False)
    before = environment.files()

    environment.install("--no-compile", wheels["autoload"])
    assert not list(environment.site_packages.glob("__pycache__/*"))
    assert environment.evaluate("-c", STATE) == HOOK
    assert list(environment.site_packages.glob("__pycache__/*"))
    environment.pip("uninstall", "--quiet", "--yes", "keras-serializable-autoload")

    assert environment.files() - before <= {empty_cache(environment)}


def empty_cache(environment):
    """Return the only folder that pip may leave: the empty cache folder of site-packages."""
    folder = environment.site_packages / "__pycache__"
    assert not list(folder.glob("*"))
    return str(folder.relative_to(environment.root))


def test_an_editable_installation_connects_and_leaves_no_trace(
    make_environment, tmp_path, monkeypatch
):
    """An editable installation has the .pth file, and the module comes from the source folder."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    source = tmp_path / "source"
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    environment = make_environment("core", "example")
    before = environment.files()

    options = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation")
    environment.pip("install", *options, "--editable", source)
    code = """
import json, keras, keras_serializable_autoload as module
found = keras.saving.get_registered_object("example>squish") is not None
print(json.dumps([module.__file__, found]))
"""
    assert environment.evaluate("-c", code) == [str(source / "src" / f"{HOOK}.py"), True]
    environment.pip("uninstall", "--quiet", "--yes", "keras-serializable-autoload")

    assert environment.files() == before
    assert environment.evaluate("-c", STATE) != HOOK


def test_a_virtual_environment_that_sees_another_connects_once(make_environment, wheels, tmp_path):
    """If autoload is installed in two places of one path, there is only one finder."""
    environment = make_environment("core", "autoload", keras=False)
    second = tmp_path / "second"
    environment.install("--target", second, wheels["autoload"])
    code = f"""
import json, site, sys
site.addsitedir({str(second)!r})
names = [getattr(finder, "__name__", "") for finder in sys.meta_path]
print(json.dumps(names.count({HOOK!r})))
"""
    assert environment.evaluate("-c", code) == 1
