"""Misses: what a user is told whose key was not found."""

import pytest
from distributions import install

START = "keras_serializable: "
REMEDY = (
    " Install the distribution that provides it, or import the module that defines it before "
    "loading."
)


@pytest.fixture
def explain(site, registry):
    """Return the explanation of a key."""
    return registry.explain


def test_nothing_is_advertised(explain):
    """Where nothing is installed it says that nothing advertises the package."""
    assert explain("acme>Scale") == (
        f"{START}'acme>Scale' is not registered, and no installed distribution advertises its "
        f"package 'acme'.{REMEDY}"
    )


def test_a_bare_name(explain):
    """Of a bare name it says that nothing advertises it."""
    assert explain("Scale") == (
        f"{START}'Scale' is not registered, and no installed distribution advertises it.{REMEDY}"
    )


def test_did_you_mean_a_package(site, explain):
    """A package that is nearly right is shown."""
    install(site, "acme", "1.2", {"acme_layers>Scale": "m:Scale", "acme_losses": "m"})
    assert "its package 'acme_layer' (did you mean 'acme_layers' or 'acme_losses'?)." in explain(
        "acme_layer>Scale"
    )


def test_did_you_mean_a_key(site, explain):
    """Within a package that is advertised, the nearest keys are shown, and whose they are."""
    install(site, "acme", "1.2", {"acme>Scale": "m:Scale", "acme>Dense": "m:Dense"})
    install(site, "acme-more", "0.3", {"acme>Other": "m:Other"})
    assert explain("acme>Scales") == (
        f"{START}'acme>Scales' is not registered. Its package 'acme' is advertised by acme 1.2, "
        "acme-more 0.3, without this key (did you mean 'acme>Scale'?). Install a version that has "
        "it, or import the module that defines it before loading."
    )


def test_the_package_goes_before_the_name(site, explain):
    """A key of the right package is nearer than the same name in another one."""
    install(site, "acme", "1.2", {"acme>Dense": "m:Dense"})
    install(site, "bolt", "1.2", {"bolt>Scale": "m:Scale"})
    assert "bolt" not in explain("acme>Scale")


def test_did_you_mean_a_bare_key(site, explain):
    """So it is with bare names."""
    install(site, "acme", "1.2", {"MDN": "mdn:MDN"})
    assert "advertises it (did you mean 'MDN'?)." in explain("MDM")


def test_a_package_without_the_key(site, registry, explain):
    """A package that was imported and does not have the key."""
    install(site, "acme", "1.2", {"acme": "acme_m"}, {"acme_m.py": ""})
    assert registry.get_registered_object("acme>Scale") is None
    assert "Its package 'acme' is advertised by acme 1.2, without this key. " in explain(
        "acme>Scale"
    )


def test_the_provider_failed(site, registry, explain):
    """The distribution whose provider failed, and why."""
    install(site, "acme", "1.2", {"acme": "acme_m"}, {"acme_m.py": "import no_such_jax"})
    with pytest.raises(ImportError):
        registry.get_registered_object("acme>Scale")
    assert explain("acme>Other") == (
        f"{START}'acme>Other' is advertised by acme 1.2, but importing acme_m failed with "
        "ModuleNotFoundError: No module named 'no_such_jax'. Repair that distribution."
    )


def test_another_provider_failed(site, registry, explain):
    """A failure of somebody else is not the reason."""
    install(site, "acme", "1.2", {"acme": "acme_m"}, {"acme_m.py": "import no_such_jax"})
    with pytest.raises(ImportError):
        registry.get_registered_object("acme>Scale")
    assert "no_such_jax" not in explain("bolt>Scale")


def test_problems_are_shown(site, explain):
    """What could not be read may be why the key was not found."""
    install(site, "bad", "1.0", b"[keras_serializable]\nb>B = \xff:B")
    first, second = explain("b>B").split("\n")
    assert first.startswith(f"{START}'b>B' is not registered")
    file = site / "bad-1.0.dist-info" / "entry_points.txt"
    assert second.startswith("Not all metadata is sound (")
    assert f"{file}: not UTF-8: " in second


def test_only_some_problems_are_shown(site, explain):
    """Of many problems three are enough."""
    for number in range(5):
        install(site, f"bad{number}", "1.0", "[keras_serializable]\nbad\n")
    text = explain("b>B")
    assert "(5 found)" in text
    assert text.count("line 2 has no '='") == 3
    assert text.endswith(", ...")


def test_nothing_is_imported(site, explain, under_test):
    """Explaining imports no provider."""
    code = "from under_test import *\nimported.append(1)"
    install(site, "acme", "1.2", {"acme": "acme_m", "acme>S": "acme_m:S"}, {"acme_m.py": code})
    explain("acme>Scale")
    assert under_test.imported == []


@pytest.mark.parametrize("key", ["", ">", "a>", ">b", "a>b>c", "'", "\n"])
def test_odd_keys(site, explain, key):
    """Whatever was asked for, there is an answer that names it."""
    install(site, "acme", "1.2", {"acme": "acme_m", "acme>S": "acme_m:S", "x": "m:x"})
    assert explain(key).startswith(f"{START}{key!r} is not registered")


def test_a_key_without_end(explain):
    """A key that no person would write, from a file that no Keras wrote, is not repeated whole."""
    text = explain("x" * 10_000)
    assert text.startswith(f"{START}'xxxx")
    assert len(text) < 1000
