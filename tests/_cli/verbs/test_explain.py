"""`explain`: all about one key."""

import json
import sys

import pytest
from distributions import install, install_example

from keras_serializable import Policy, set_policy


@pytest.fixture
def policy():
    """Return a function that sets a policy until the end of the test."""
    yield set_policy
    set_policy(Policy())


def test_provided(site, run):
    """The entry point, its file and the module's file are told, and nothing is imported."""
    install_example(site, "decorated")
    done = run("explain", "acme>Scale")
    lines = done.out.splitlines()
    assert lines[0] == "acme>Scale: provided by acme-layers 1.2"
    assert '"acme>Scale" = "acme_layers:Scale" of acme-layers 1.2' in lines
    assert f"  file:    {site}/acme_layers-1.2.dist-info/entry_points.txt" in lines
    assert f"  module:  {site}/acme_layers.py" in lines
    assert lines[-1] == "A lookup imports acme_layers."
    assert done.code == 0
    assert "acme_layers" not in sys.modules


def loaded(fresh, site, key, *options):
    """Return what `explain --load` writes in a process of its own."""
    arguments = ["explain", key, "--load", *options]
    return fresh(f"from keras_serializable._cli import main\nprint(main({arguments!r}))", site)


def test_load(site, fresh):
    """With --load it is loaded, and what that imported is told."""
    install_example(site, "decorated")
    out, code = loaded(fresh, site, "acme>Scale", "--json").rsplit("\n", 2)[:2]
    told = json.loads(out)["loaded"]
    assert code == "0"
    assert told["object"] == "<class 'acme_layers.Scale'>"
    assert told["imported"] == ["acme_layers"]
    assert told["seconds"] < 10
    assert "\nLoaded in 0." in loaded(fresh, site, "acme>Scale")
    out = loaded(fresh, site, "acme>Nothing")
    assert "\nFailed after 0." in out
    assert ": nothing was found\nImported: nothing" in out
    assert out.endswith("\n1\n")


def test_load_fails(site, fresh):
    """An import that fails is told with its error."""
    install_example(site, "broken-import")
    out = loaded(fresh, site, "acme>Scale")
    assert out.endswith("\n1\n")
    assert "No module named 'no_such_jax'" in out
    assert "A lookup imports" not in out


def test_package(site, run):
    """A key of an advertised package may or may not be there."""
    install_example(site, "package")
    done = run("explain", "acme>Scale")
    assert done.code == 0
    assert "advertises every key of its package. With --load the command says" in done.out
    assert "note:    every key of the package" in done.out


def test_not_found(site, run):
    """A miss says what a lookup's error would say, and the nearest key."""
    install_example(site, "decorated")
    done = run("explain", "acme>Scal")
    assert done.code == 1
    assert "did you mean 'acme>Scale'?" in done.out


def test_module_would_not_be_found(site, run):
    """A module that is not there is told."""
    install(site, "acme", "1.0", {"acme>Scale": "no_such_module.layers:Scale"})
    done = run("explain", "acme>Scale")
    assert done.code == 1
    assert "module:  would not be found" in done.out
    assert "the module 'no_such_module' is not installed" in done.out
    assert done.out.endswith("install the distribution that has this module\n")


def test_built_in(site, run):
    """A name of Keras goes first, and who else advertises it is told."""
    done = run("explain", "Dense")
    assert (done.code, done.out.splitlines()[0]) == (0, "Dense: built in")
    install(site, "acme", "1.0", {"Dense": "acme:Dense"}, {"acme.py": ""})
    done = run("explain", "Dense")
    assert "Otherwise it would be provided by acme 1.0." in done.out


def test_built_in_in_the_installed_keras(site, run):
    """A name that only another generation of Keras has is not Keras' own here."""
    install(site, "keras", "2.15.0")
    assert run("explain", "STFT").out.startswith("STFT: unknown\n")
    assert run("explain", "Dense").out.startswith("Dense: built in\n")
    install(site, "tf_keras", "2.21.0")
    assert run("explain", "STFT").out.startswith("STFT: unknown\n")


def test_conflict(site, run):
    """A conflict is told once, with the way out."""
    install_example(site, "conflict")
    done = run("explain", "acme>Scale")
    assert done.code == 1
    assert done.out.startswith("acme>Scale: ambiguous\n")
    assert done.out.count("KERAS_SERIALIZABLE_PREFER") == 1


def test_refused(site, run, policy):
    """A rule is told for each entry point, and what to do about it."""
    install_example(site, "decorated")
    policy(Policy(deny_keys=["acme>*"]))
    done = run("explain", "acme>Scale")
    assert done.code == 1
    assert "  refused: deny_keys of the program's set_policy() has 'acme>*'" in done.out
    assert "Rule in force: Policy(deny_keys=['acme>*'])" in done.out
    assert "Change the rule" in done.out


def test_optional(run, knowledge):
    """A library that is not installed is told with the command that installs it."""
    done = run("explain", "Custom>TCN")
    assert done.code == 1
    assert "  note:    not installed: keras-tcn>=3" in done.out
    assert 'pip install "keras-tcn>=3"' in done.out


def test_hook_plugins(site, run):
    """Hook plugins are named, because they may decide otherwise."""
    install_example(site, "decorated")
    install_example(site, "guard")
    done = run("explain", "acme>Scale")
    assert "Hook plugin, not asked here:" in done.out
    assert "guard_hooks" not in sys.modules
