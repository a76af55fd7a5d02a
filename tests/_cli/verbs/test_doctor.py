"""`doctor`: how an environment is set up."""

import platform

from distributions import install, install_example

import keras_serializable


def test_report(site, run):
    """Versions, the path with its distributions, and nothing that is wrong."""
    install_example(site, "decorated")
    install(site, "keras", "3.15.1")
    done = run("doctor")
    assert f"keras-serializable {keras_serializable.__version__} in" in done.out
    assert platform.python_version() in done.out
    assert "keras 3.15.1" in done.out
    (line,) = [line.split() for line in done.out.splitlines() if line.endswith(str(site))]
    assert line[:2] == ["2", "1"]
    assert "by acme-layers 1.2" in done.out
    assert "Broken metadata: none" in done.out
    assert done.code == 0


def test_problems(site, run):
    """Broken metadata is told, and the exit code says so."""
    install(site, "bad", "1.0", "[keras_serializable]\nbad\n")
    done = run("doctor")
    assert done.code == 1
    assert "entry_points.txt: line 2 has no '=': 'bad'" in done.out


def test_autoload(site, run):
    """What connects programs at their start is told."""
    assert run("doctor", "--json").json["autoload"] is None
    install(site, "keras-serializable-autoload", "0.1")
    done = run("doctor")
    line = "Connected at start: no, it is switched off (keras-serializable-autoload 0.1)"
    assert line in done.out


def test_hook_plugins(site, run):
    """Hook plugins are named."""
    install_example(site, "guard")
    assert len(run("doctor", "--json").json["hook_plugins"]) == 1


def test_variables(site, fresh):
    """The variables are shown, with what is wrong with them; doctor itself still works."""
    code = "from keras_serializable._cli import main\nprint(main(['doctor']))"
    out = fresh(code, site, KERAS_SERIALIZABLE_DENNY_KEYS="a>*")
    assert "  KERAS_SERIALIZABLE_DENNY_KEYS=a>*" in out
    assert "Every lookup fails: KERAS_SERIALIZABLE_DENNY_KEYS is set, but there is no such" in out
    assert out.endswith("\n1\n")
    out = fresh(code, site, KERAS_SERIALIZABLE_DENY_KEYS="a>*")
    assert "  Policy(deny_keys=['a>*'])" in out
