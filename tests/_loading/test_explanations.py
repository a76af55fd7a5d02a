"""Explanations: what a user is told when a key was not found."""

import os
import sys
import types

import pytest
from distributions import install, lay

from keras_serializable._registry.registry import lookup_of

START = "keras_serializable: "
REMEDY = (
    " Install the distribution that provides it, or import the module that defines it before "
    "loading."
)


@pytest.fixture
def explain(site, registry):
    """Return the explanation of a key."""
    return lookup_of(registry).explain


def test_nothing_is_advertised(explain):
    """Where nothing is installed the explanation says that nothing advertises the package."""
    assert explain("acme>Scale") == (
        f"{START}'acme>Scale' is not registered, and no installed distribution advertises its "
        f"package 'acme'.{REMEDY}"
    )


def test_a_bare_name(explain):
    """For a bare name the explanation says that nothing advertises it."""
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
    """For a bare name, near bare keys are shown, and keys whose package may have been left out."""
    install(site, "acme", "1.2", {"MDN": "mdn:MDN", "acme>Scale": "m:Scale"})
    assert "advertises it (did you mean 'MDN'?)." in explain("MDM")
    assert "advertises it (did you mean 'acme>Scale'?)." in explain("Scales")


def test_a_package_without_the_key(site, registry, explain):
    """A package that was imported without registering the key is named."""
    install(site, "acme", "1.2", {"acme": "acme_m"}, {"acme_m.py": ""})
    assert registry.get_registered_object("acme>Scale") is None
    assert "Its package 'acme' is advertised by acme 1.2, without this key. " in explain(
        "acme>Scale"
    )


def test_the_provider_failed(site, registry, explain):
    """The explanation names the distribution whose provider failed, and why."""
    install(site, "acme", "1.2", {"acme": "acme_m"}, {"acme_m.py": "import no_such_jax"})
    with pytest.raises(ImportError):
        registry.get_registered_object("acme>Scale")
    assert explain("acme>Other") == (
        f"{START}'acme>Other' is advertised by acme 1.2, but importing acme_m failed with "
        "ModuleNotFoundError: No module named 'no_such_jax'. Repair acme."
    )


def test_another_provider_failed(site, registry, explain):
    """The failure of another package's provider is not given as the reason."""
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
    assert second.startswith("Broken metadata, see keras_serializable.problems(): ")
    assert f"{file}: not UTF-8: " in second


def test_only_some_problems_are_shown(site, explain):
    """Of many problems three are enough."""
    for number in range(5):
        install(site, f"bad{number}", "1.0", "[keras_serializable]\nbad\n")
    text = explain("b>B")
    assert text.count("line 2 has no '='") == 3
    assert text.endswith(" and 2 more")


def test_nothing_is_imported(site, explain, imported):
    """Explaining imports no provider."""
    code = "from under_test import *\nimported.append(1)"
    install(site, "acme", "1.2", {"acme": "acme_m", "acme>S": "acme_m:S"}, {"acme_m.py": code})
    explain("acme>Scale")
    assert imported == []


@pytest.mark.parametrize("key", ["", ">", "a>", ">b", "a>b>c", "'", "\n"])
def test_odd_keys(site, explain, key):
    """Whatever was asked for, there is an answer that names it."""
    install(site, "acme", "1.2", {"acme": "acme_m", "acme>S": "acme_m:S", "x": "m:x"})
    assert explain(key).startswith(f"{START}{key!r} is not registered")


def test_a_key_without_end(explain):
    """A key of megabytes is not repeated whole."""
    text = explain("x" * 10_000)
    assert text.startswith(f"{START}'xxxx")
    assert len(text) < 1000


def test_only_some_owners_are_shown(site, explain):
    """Of many owners of a package five are enough."""
    for number in range(100, 150):
        install(site, f"acme-{number}", "1.0", {f"acme>S{number}": "m:S"})
    text = explain("acme>Other")
    first = ", ".join(f"acme-{number} 1.0" for number in range(100, 105))
    assert f"is advertised by {first} and 45 more, without this key" in text
    assert len(text) < 1000


def test_long_texts_are_cut(site, explain):
    """Names, versions and keys without end do not fill the terminal."""
    long = "x" * 5000
    metadata = f"Name: {long}\nVersion: {long}\n"
    install(site, "acme", "1.2", {f"acme>{long}": "m:S", "acme>S": "m:S"}, metadata=metadata)
    assert len(explain("acme>Scale")) < 2000


def test_a_key_that_is_advertised_is_not_its_own_suggestion(site, explain):
    """A key whose provider does not register it is not suggested in its own place."""
    install(site, "efficientnet", "1.1", {"FixedDropout": "efficientnet_m"})
    text = explain("FixedDropout")
    assert "did you mean" not in text
    assert text == (
        f"{START}'FixedDropout' is not registered. The module that efficientnet 1.1 advertises "
        "under that name does not register it. Import the module that defines it before loading."
    )


def test_a_key_that_is_advertised_and_did_not_reach_keras(site, explain):
    """A key that is advertised is not said to be unknown, though Keras did not find it."""
    install(site, "acme", "1.2", {"Dense": "acme_m:Dense"})
    assert explain("Dense") == (
        f"{START}'Dense' is advertised by acme 1.2, but did not reach Keras: it is made for "
        "another Keras, the file means another library, or Keras has its own object of that name. "
        "Pass custom_objects={'Dense': Dense}."
    )


@pytest.mark.parametrize("module", ["__main__", "my_layers.dense"])
def test_a_class_of_the_users_own(site, explain, module):
    """A class of a script or of another module is not said to be that of a library."""
    install(site, "acme", "1.2", {"Scale": "acme_m:Scale"})
    place = "a script or a notebook" if module == "__main__" else repr(module)
    assert explain("Scale", module) == (
        f"{START}'Scale' is not registered. It is defined in {place}, and the object of this name "
        "in acme is another one. Pass the right one: custom_objects={'Scale': Scale}."
    )
    assert "did not reach Keras" in explain("Scale", "acme_m")


def test_a_class_of_a_script(explain):
    """It is not in any distribution, so none is to be installed."""
    assert explain("acme>Scale", "__main__").endswith(
        "'acme'. A script or a notebook defines it: pass custom_objects={'acme>Scale': Scale}."
    )


def test_a_bare_name_that_packages_advertise(site, explain):
    """A file from before the class had a key is told which keys have the name now."""
    packages = {f"p{number}>Scale": "m:Scale" for number in range(5)}
    install(site, "acme", "1.2", {**packages, "p0>Scales": "m:Scales"})
    assert explain("Scale") == (
        f"{START}'Scale' is not registered, and no installed distribution advertises it. That name "
        "is advertised as 'p0>Scale', 'p1>Scale', 'p2>Scale' and 2 more. If that is the object, "
        "pass custom_objects={'Scale': keras_serializable.get_registered_object('p0>Scale')}."
    )


@pytest.mark.parametrize("key", ["acme-layers>Scale", "acme_layers>Scale"])
def test_metadata_that_was_stripped(site, explain, key):
    """The text does not say to install a module that is there without metadata."""
    lay(site, {"acme_layers": {"__init__.py": "raise SystemExit('imported')"}})
    text = explain(key)
    assert f"The module 'acme_layers' is on the path ({site / 'acme_layers'}): import " in text
    assert "keep the .dist-info folder (PyInstaller: --copy-metadata)." in text
    assert "Install the distribution" not in text


def test_the_module_that_the_file_names(site, explain):
    """A bare name has no package, but the file may name its module."""
    (site / "mdn.py").touch()
    assert f"The module 'mdn' is on the path ({site / 'mdn.py'})" in explain("MDN", "mdn.layers")
    assert explain("MDN", "mdn_layers").endswith(REMEDY)


def test_a_module_that_is_imported(site, explain, monkeypatch):
    """What an import has not registered is not to be imported again."""
    (site / "acme_part.py").touch()
    monkeypatch.setitem(sys.modules, "acme_part", types.ModuleType("acme_part"))
    assert (
        "The module 'acme_part' is imported, and has not registered this key: pass "
        "custom_objects={'Scale': Scale}." in explain("Scale", "acme_part")
    )


def test_a_library_that_advertises_nothing(site, explain):
    """What its import does not register is passed, or advertised by somebody else."""
    install(site, "acme-layers", "1.2", files={"acme_layers.py": ""})
    assert explain("Scale", "acme_layers.nets").endswith(
        "import acme_layers.nets before loading. If it does not register this key, pass "
        "custom_objects={'Scale': Scale}. `keras-serializable adapt acme-layers` drafts what makes "
        "its models load without either."
    )


@pytest.mark.parametrize("key", ["json>Scale", "keras>Scale"])
def test_modules_that_say_nothing(site, explain, key):
    """A module of Python or Keras on the path is no reason for a missing key."""
    (site / "keras.py").touch()
    assert explain(key).endswith(REMEDY)


def test_an_editable_install_that_was_not_read(tmp_path, site, explain):
    """A .pth file of a later install is named, and what makes the process read it."""
    lay(tmp_path / "src", {"acme_m.py": ""})
    (site / "acme.pth").write_text(f"{tmp_path / 'src'}\n")
    text = explain("acme_m>Scale")
    assert f"The module 'acme_m' is in {tmp_path / 'src'}. This process has not" in text
    assert f"Restart the process, or call site.addsitedir({str(tmp_path / 'src')!r})." in text


HOSTILE = "\x1b[2J\x9b\u202e"


def test_control_characters(site, explain):
    """Nothing of metadata, of a file's name or of a key reaches a terminal as it is."""
    install(
        site,
        "acme",
        "1.2",
        {f"acme>S{HOSTILE}": "m:S", "bolt": f"m{HOSTILE}", f"c>{HOSTILE}": "m:c"},
        metadata=f"Name: ac{HOSTILE}me\nVersion: 1{HOSTILE}\n",
    )
    install(site, f"bad{HOSTILE}", "1.0", f"[keras_serializable]\nbad{HOSTILE}\n")
    (site / os.fsdecode(b"no-utf-8-\xff.dist-info")).mkdir()
    for key in (f"acme>{HOSTILE}", f"{HOSTILE}>Scale", HOSTILE, "acme>\udcff", "bolt>S"):
        text = explain(key)
        assert text.replace("\n", "").isprintable()
        text.encode()


def test_did_you_mean_among_very_many(site, explain):
    """Of thousands of keys the nearest is found, and few are compared letter by letter."""
    install(site, "acme", "1.2", {f"acme>Layer{number}": "m:S" for number in range(5000)})
    install(site, "bolt", "1.2", {"acme>FourierFeatures": "m:S"})
    compared = []

    def count(frame, event, argument):
        if event == "call" and frame.f_code.co_name == "real_quick_ratio":
            compared.append(1)

    former = sys.getprofile()
    sys.setprofile(count)
    try:
        text = explain("acme>FourierFeature")
    finally:
        sys.setprofile(former)
    assert "(did you mean 'acme>FourierFeatures'?)" in text
    assert 0 < len(compared) <= 300


class TestLibrariesThatAreNotInstalled:
    """A key that an optional provider has is a miss that says what to install."""

    @pytest.fixture(autouse=True)
    def known(self, site):
        """Install a distribution that knows libraries."""
        known = {
            "Custom>TCN": "tcn.tcn:TCN [keras-tcn]",
            "geo>Conv": "geo.layers:Conv [geo]",
            "Conv": "geo.layers:Conv [geo]\nConv = other.conv:Conv [other]",
            "cv>Blur": "cv.layers:Blur [cv]",
        }
        extras = {"keras-tcn": "keras-tcn>=3", "geo": "geo", "other": "other>1", "cv": "cv<2"}
        requires = [f"{requirement}; extra == '{name}'" for name, requirement in extras.items()]
        requires.append("torch; extra == 'cv'")
        install(site, "knowledge", "1.0", known, requires=requires)

    def test_a_key(self, explain):
        """The text names the requirement, and the distribution that knows it."""
        assert explain("Custom>TCN") == (
            f"{START}'Custom>TCN' is not registered. knowledge 1.0 says where it is from: "
            'pip install "keras-tcn>=3".'
        )

    def test_several_requirements(self, explain):
        """All that is missing is in one command."""
        assert explain("cv>Blur").endswith(' is from: pip install "cv<2" "torch".')

    def test_another_key_of_the_package(self, explain):
        """Where all known keys of a package are from one library, it may be in another version."""
        assert explain("cv>Blurs") == (
            f"{START}'cv>Blurs' is not registered. knowledge 1.0 says where other keys of its "
            'package \'cv\' are from: pip install "cv<2" "torch".'
        )

    def test_several_libraries(self, explain):
        """Each library that may be meant is told, but only one if the file names it."""
        assert explain("Conv").endswith(': pip install "geo" or pip install "other>1".')
        assert explain("Conv", "other.conv").endswith(' from: pip install "other>1".')
        assert "pip install" not in explain("Conv", "my_layers")
        assert "pip install" not in explain("Conv", "__main__")

    def test_a_place(self, explain):
        """A file with a bare key is understood by the module that it names."""
        assert explain("TCN", "tcn.tcn").endswith(' is from: pip install "keras-tcn>=3".')
        assert "pip install" not in explain("TCN", "tcn.other")

    def test_a_name_without_its_package(self, explain):
        """A bare name may stand for a key with a package, if the file says nothing else."""
        assert explain("TCN") == (
            f"{START}'TCN' is not registered. knowledge 1.0 says where 'Custom>TCN' is from: pip "
            'install "keras-tcn>=3".'
        )
        assert "pip install" not in explain("TCN", "__main__")

    def test_an_installed_namesake(self, site, explain):
        """A library that is installed does not hide that the file means the other one."""
        install(site, "other", "2.0")
        assert 'pip install "geo"' in explain("Conv", "geo.layers")
        assert "did not reach Keras" in explain("Conv", "other.conv")
        assert "did not reach Keras" in explain("Conv")

    def test_the_nearest_names(self, site, explain):
        """What cannot be found is not suggested."""
        assert "did you mean" not in explain("Custom>TCM")
        install(site, "keras-tcn", "3.5")
        assert "did you mean 'Custom>TCN'?" in explain("Custom>TCM")
