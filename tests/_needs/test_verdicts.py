"""Verdicts: what a lookup would decide about each custom object, with nothing imported."""

import sys

import pytest
from distributions import install, install_example, lay, modules_of, uninstall

from keras_serializable import Policy
from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.resolver import Resolver
from keras_serializable._needs.verdicts import judge
from keras_serializable.model_files import CustomObject, Stamp, StampedObject

OPTIONAL = """Metadata-Version: 2.1
Name: knowledge
Version: 1.0
Provides-Extra: keras-tcn
Requires-Dist: keras-tcn>=3; extra == "keras-tcn"
Provides-Extra: legacy
Requires-Dist: tf_keras; extra == "legacy"
Requires-Dist: oldtcn; extra == "legacy"

"""

LAYERS = {"acme>Scale": "acme_layers:Scale"}


def custom(key, kind="class", module=None, class_name=None):
    """Return a custom object at some place."""
    return CustomObject(key, kind, module, class_name, ("config.layers[0]",))


def told(judged):
    """Return a verdict with its distribution and version."""
    return judged.verdict, judged.distribution, judged.version


class TestProvided:
    """What an installed distribution advertises."""

    def test_exact_key(self, site, resolver):
        """A key has the distribution that advertises it, and its requirement line."""
        install(site, "acme-layers", "1.2", LAYERS, modules_of(LAYERS))
        judged = judge(custom("acme>Scale"), resolver)
        assert told(judged) == ("provided", "acme-layers", "1.2")
        assert (judged.requirements, judged.missing) == (("acme-layers==1.2",), ())

    def test_package(self, site, resolver):
        """A distribution that advertises the package provides each key of it."""
        install(site, "acme", "2.0", {"acme": "acme"}, {"acme.py": ""})
        assert told(judge(custom("acme>Any"), resolver)) == ("provided", "acme", "2.0")
        assert judge(custom("other>Any"), resolver).verdict == "unknown"

    def test_place(self, site, resolver):
        """A class that nothing advertises by its key is found by its place."""
        install(site, "acme", "1.0", LAYERS, modules_of(LAYERS))
        found = custom("Scale", module="acme_layers", class_name="Scale")
        assert judge(found, resolver).verdict == "provided"
        elsewhere = custom("Scale", module="other_layers", class_name="Scale")
        assert judge(elsewhere, resolver).verdict == "unknown"

    def test_bare_key_of_another_library(self, site, resolver):
        """A bare key is not taken from another library than the file names."""
        install(site, "mdn", "1.0", {"MDN": "mdn:MDN"}, {"mdn.py": ""})
        assert judge(custom("MDN", module="mdn.layers", class_name="MDN"), resolver).is_found
        assert not judge(custom("MDN", module="other", class_name="MDN"), resolver).is_found

    @pytest.mark.parametrize("kind", ["function", "name"])
    def test_function_without_its_package(self, site, resolver, kind):
        """A function whose package the file leaves out is found if one key ends in its name."""
        install(site, "acme", "1.0", {"acme>squish": "acme:squish"})
        assert judge(custom("squish", kind), resolver).distribution == "acme"
        assert judge(custom("squish", "class"), resolver).verdict == "unknown"
        install(site, "beta", "1.0", {"beta>squish": "beta:squish"})
        resolver.refresh()
        judged = judge(custom("squish", kind), resolver)
        assert judged.verdict == "ambiguous"
        assert judged.reason == "that name is advertised as 'acme>squish', 'beta>squish'"

    def test_without_its_module(self, site, resolver):
        """A distribution that has the key and not the module does not provide it."""
        install(site, "acme-keys", "1.0", {"acme>Scale": "acme_of_others.layers:Scale"})
        judged = judge(custom("acme>Scale"), resolver)
        assert told(judged) == ("broken", "acme-keys", "1.0")
        assert not judged.is_found
        assert judged.requirements == ("acme-keys==1.0",)
        assert judged.reason == (
            "acme-keys 1.0 advertises it, but the module 'acme_of_others' is not installed: "
            "install the distribution that has this module"
        )

    def test_the_next_provider(self, site, resolver):
        """Where the first module is nowhere, a lookup comes to what is defined at the place."""
        install(site, "acme-keys", "1.0", {"acme>Scale": "acme_old.layers:Scale"})
        install(site, "acme", "2.0", {"acme.v2>Scale": "acme_layers:Scale"}, {"acme_layers.py": ""})
        found = custom("acme>Scale", module="acme_layers", class_name="Scale")
        assert told(judge(found, resolver)) == ("provided", "acme", "2.0")
        assert told(judge(custom("acme>Scale"), resolver)) == ("broken", "acme-keys", "1.0")

    def test_an_editable_install(self, site, tmp_path, resolver):
        """A module that only a restart makes importable is not said to be missing."""
        install(site, "acme", "1.0", {"acme>Scale": "acme_edited:Scale"})
        lay(tmp_path / "src", {"acme_edited.py": ""})
        (site / "acme.pth").write_text(f"{tmp_path / 'src'}\n")
        judged = judge(custom("acme>Scale"), resolver)
        assert judged.verdict == "broken"
        assert "Restart the process" in judged.reason

    def test_nothing_is_imported(self, site, resolver):
        """No module of a plugin is imported for a verdict, nor one that a file names."""
        install_example(site, "decorated")
        before = set(sys.modules)
        judge(custom("acme>Scale", module="acme_layers", class_name="Scale"), resolver)
        judge(custom("acme>Other", module="acme_layers", class_name="Other"), resolver)
        assert "acme_layers" not in set(sys.modules) - before


class TestOptional:
    """What an optional provider knows."""

    def test_not_installed(self, site, resolver):
        """The library is named, with the requirement of the metadata and of what knows it."""
        install(site, "knowledge", "1.0", {"Custom>TCN": "tcn:TCN [keras-tcn]"}, metadata=OPTIONAL)
        judged = judge(custom("Custom>TCN"), resolver)
        assert told(judged) == ("known, not installed", "keras-tcn", None)
        assert judged.requirements == ("keras-tcn>=3", "knowledge==1.0")
        assert judged.missing == ("keras-tcn>=3",)
        assert judged.reason == "known to knowledge 1.0"

    def test_libraries_with_one_name(self, site, resolver):
        """Each library that a bare name may be from is told, but only one if the file names it."""
        known = {"Conv@@a": "a.m:Conv [keras-tcn]", "Conv@@b": "b.m:Conv [legacy]"}
        install(site, "knowledge", "1.0", known, metadata=OPTIONAL)
        judged = judge(custom("Conv"), resolver)
        assert judged.missing == ("keras-tcn>=3",)
        assert judged.reason == "known to knowledge 1.0; or it is from tf_keras, oldtcn"
        judged = judge(custom("Conv", module="b.m", class_name="Conv"), resolver)
        assert (judged.distribution, judged.reason) == ("oldtcn", "known to knowledge 1.0")

    def test_a_function_without_its_package(self, site, resolver):
        """A bare name of a function may be that of a key; of a class it is not."""
        known = {"Custom>TCN": "tcn:TCN [keras-tcn]"}
        install(site, "knowledge", "1.0", known, metadata=OPTIONAL)
        for kind, verdict in (("function", "known, not installed"), ("class", "unknown")):
            assert judge(custom("TCN", kind=kind), resolver).verdict == verdict

    def test_installed(self, site, resolver):
        """The library is named with its installed version."""
        install(site, "knowledge", "1.0", {"Custom>TCN": "tcn:TCN [keras-tcn]"}, metadata=OPTIONAL)
        install(site, "Keras-TCN", "3.5.7", files={"tcn.py": ""})
        judged = judge(custom("Custom>TCN"), resolver)
        assert told(judged) == ("provided", "Keras-TCN", "3.5.7")
        assert judged.requirements == ("Keras-TCN==3.5.7", "knowledge==1.0")
        assert judged.missing == ()

    def test_a_keras_is_not_the_library(self, site, resolver):
        """Where an extra requires a Keras too, the library is the other distribution."""
        install(site, "knowledge", "1.0", {"Custom>TCN": "oldtcn:TCN [legacy]"}, metadata=OPTIONAL)
        judged = judge(custom("Custom>TCN"), resolver)
        assert judged.distribution == "oldtcn"
        assert set(judged.missing) == {"tf_keras", "oldtcn"}


class TestStamp:
    """What the file itself claims."""

    STAMP = Stamp(
        {"acme>Scale": StampedObject("acme-layers", "1.2", "acme>Scale = acme_layers:Scale")},
        "3.13.1",
        "3.15.1",
    )

    def test_not_installed(self, resolver):
        """The claimed distribution is known, and said to be a claim."""
        judged = judge(custom("acme>Scale"), resolver, self.STAMP)
        assert told(judged) == ("known, not installed", "acme-layers", "1.2")
        assert judged.missing == judged.requirements == ("acme-layers==1.2",)
        assert judged.is_claimed
        assert judge(custom("acme>Other"), resolver, self.STAMP).verdict == "unknown"

    def test_installed(self, site, resolver):
        """What is installed goes before what the file claims; a difference is told."""
        install(site, "acme-layers", "1.2", LAYERS, modules_of(LAYERS))
        judged = judge(custom("acme>Scale"), resolver, self.STAMP)
        assert (judged.verdict, judged.reason, judged.is_claimed) == ("provided", "", False)
        uninstall(site, "acme-layers", "1.2")
        install(site, "fork", "3.0", {"acme>Scale": "fork:Scale"}, {"fork.py": ""})
        resolver.refresh()
        judged = judge(custom("acme>Scale"), resolver, self.STAMP)
        assert told(judged) == ("provided", "fork", "3.0")
        assert judged.reason == "the file claims that it was saved with acme-layers 1.2"


class TestNotFound:
    """What a lookup would not find, and why."""

    def test_unknown(self, resolver):
        """A key that nothing advertises."""
        judged = judge(custom("acme>Scale"), resolver)
        assert (told(judged), judged.requirements) == (("unknown", None, None), ())
        assert judged.reason == ""

    def test_unknown_of_a_library(self, site, resolver):
        """A library that is installed and advertises nothing is named."""
        install(site, "acme-layers", "1.2")
        judged = judge(custom("Scale", module="acme_layers.nets", class_name="Scale"), resolver)
        assert judged.verdict == "unknown"
        assert judged.reason == "acme-layers 1.2 is installed, and does not advertise it"

    def test_unknown_of_a_script(self, resolver):
        """A class that a script defines is in no distribution."""
        judged = judge(custom("acme>Scale", module="__main__", class_name="Scale"), resolver)
        assert (judged.verdict, judged.reason) == ("unknown", "a script or a notebook defines it")

    def test_lambda(self, resolver):
        """Code that the file holds is not looked up."""
        judged = judge(custom("__lambda__", "lambda"), resolver)
        assert judged.verdict == "lambda"
        assert "safe_mode=False" in judged.reason

    def test_ambiguous(self, site, resolver):
        """Distributions that contradict each other, with the way out."""
        install_example(site, "conflict")
        judged = judge(custom("acme>Scale"), resolver)
        assert told(judged) == ("ambiguous", None, None)
        assert "KERAS_SERIALIZABLE_PREFER='acme>Scale=<distribution>'" in judged.reason
        resolver.policy = Policy(prefer={"acme>Scale": "two"})
        assert told(judge(custom("acme>Scale"), resolver)) == ("provided", "two", "1.0")

    @pytest.mark.parametrize(
        ("policy", "rule"),
        [
            (Policy(deny_keys=["acme>*"]), ("deny_keys", "has 'acme>*'")),
            (Policy(deny_distributions=["acme-*"]), ("deny_distributions", "has 'acme-*'")),
            (
                Policy(allow_distributions=["x"]),
                ("allow_distributions", "has no rule for acme-layers"),
            ),
        ],
    )
    def test_refused(self, site, resolver, policy, rule):
        """A rule that forbids the provider is told, with where it was set."""
        install_example(site, "decorated")
        resolver.policy = policy
        judged = judge(custom("acme>Scale"), resolver)
        assert told(judged) == ("refused by rule", "acme-layers", "1.2")
        assert judged.reason == " of the program's set_policy() ".join(rule)

    def test_discovery_is_off(self, site, resolver):
        """Where discovery is switched off, nothing is found."""
        install_example(site, "decorated")
        resolver.policy = Policy(discovery=False)
        judged = judge(custom("acme>Scale"), resolver)
        assert judged.verdict == "refused by rule"
        assert "switched off: unset KERAS_SERIALIZABLE_DISCOVERY, or" in judged.reason

    def test_strict(self, site, resolver):
        """In strict mode broken metadata refuses every key."""
        install_example(site, "decorated")
        install(site, "bad", "1.0", "[keras_serializable]\nbad\n")
        resolver.policy = Policy(strict=True)
        judged = judge(custom("acme>Scale"), resolver)
        assert judged.verdict == "refused by rule"
        assert judged.reason.startswith("strict mode: some metadata could not be read")


def test_a_lookup_decides_alike(site, registry, resolver):
    """For each key of some environments the verdict agrees with what a lookup then does."""
    for example in ("decorated", "metadata-only", "conflict", "broken-import", "aliases"):
        install_example(site, example)
    keys = {each.name for each in resolver.discovery.current()} | {"acme>None", "none"}
    fresh = Resolver(Discovery([str(site)]))
    for key in sorted(keys):
        judged = judge(custom(key), fresh)
        try:
            found = registry.get_registered_object(key)
        except Exception as error:  # noqa: BLE001 -- compared below
            outcome = type(error).__name__
        else:
            outcome = "found" if found is not None else "None"
        expected = {
            "provided": {"found", "ProviderImportError", "ProviderContractError"},
            "ambiguous": {"ProviderConflictError"},
            "unknown": {"None"},
        }[judged.verdict]
        assert outcome in expected, (key, judged)
