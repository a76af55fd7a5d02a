"""Tests of the policy: nothing that a rule forbids is imported."""

import sys

import pytest
from distributions import install

from keras_serializable.discovery import Discovery
from keras_serializable.errors import (
    MetadataProblemError,
    ProviderConflictError,
    ProviderRefusedError,
)
from keras_serializable.loading import Resolver
from keras_serializable.policy import Policy
from keras_serializable.registry import Registry

LAYERS = "class Scale:\n    def get_config(self): return {}\n"


@pytest.fixture
def acme(site):
    """Install one plugin."""
    install(
        site, "acme-layers", "1.2", {"acme>Scale": "acme_layers:Scale"}, {"acme_layers.py": LAYERS}
    )


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"deny_distributions": ["ACME.*"]}, "deny_distributions has 'acme_*', set by the program"),
        ({"deny_keys": ["acme>*"]}, "deny_keys has 'acme>*', set by the program"),
        ({"allow_distributions": ["other"]}, "allow_distributions has no rule for it"),
        ({"allow_keys": ["other>*"]}, "allow_keys has no rule for it"),
        ({"allow_keys": ["*"], "deny_keys": ["acme>Scale"]}, "deny_keys has 'acme>Scale'"),
    ],
)
def test_a_refused_provider_is_not_imported(registry, resolver, rules, words):
    """A rule forbids the import before it happens, and the error names it and the distribution."""
    resolver.policy = Policy(**rules)
    with pytest.raises(ProviderRefusedError, match=r"acme-layers 1\.2") as caught:
        registry.get_registered_object("acme>Scale")
    assert words in str(caught.value)
    assert words in caught.value.rule
    assert "acme_layers" not in sys.modules


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    "rules",
    [
        {"allow_distributions": ["acme_layers"], "allow_keys": ["acme>?cale"]},
        {"deny_distributions": ["acme"], "deny_keys": ["Acme>*"]},
        {},
    ],
)
def test_what_no_rule_forbids_is_imported(registry, resolver, rules):
    """Rules that do not match, and an allow list that does, leave the key working."""
    resolver.policy = Policy(**rules)
    assert registry.get_registered_object("acme>Scale").__name__ == "Scale"


@pytest.mark.usefixtures("acme")
def test_a_program_cannot_lift_the_policy_of_the_operator(site):
    """What the operator denies stays denied, whatever the program allows."""
    resolver = Resolver(Discovery([str(site)]), Policy(deny_keys=["acme>*"]))
    resolver.policy = Policy(allow_keys=["*"], allow_distributions=["*"])
    with pytest.raises(ProviderRefusedError):
        Registry(lambda: resolver).get_registered_object("acme>Scale")


@pytest.mark.usefixtures("acme")
def test_discovery_can_be_switched_off(registry, resolver):
    """With discovery off an advertised key is an ordinary miss, and the explanation says why."""
    resolver.policy = Policy(discovery=False)
    assert registry.get_registered_object("acme>Scale") is None
    assert "discovery is switched off" in resolver.explain("acme>Scale")


@pytest.mark.parametrize("preferred", ["one", "two"])
def test_a_preference_settles_a_conflict(site, registry, resolver, preferred):
    """Of two distributions that contradict each other, the preferred one delivers."""
    for name in ("one", "two"):
        install(site, name, "1.0", {"acme>Scale": f"{name}:Scale"}, {f"{name}.py": LAYERS})
    with pytest.raises(ProviderConflictError, match="KERAS_SERIALIZABLE_PREFER='acme>Scale="):
        registry.get_registered_object("acme>Scale")
    resolver.policy = Policy(prefer={"acme>*": preferred})
    assert registry.get_registered_object("acme>Scale").__module__ == preferred


def test_strict_mode_turns_problems_into_errors(site, registry, resolver):
    """In strict mode a lookup that reaches discovery fails as long as metadata is broken."""
    install(site, "broken", "1.0", "[keras_serializable]\nno equals sign\n")
    assert registry.get_registered_object("acme>Scale") is None
    resolver.policy = Policy(strict=True)
    with pytest.raises(MetadataProblemError, match="no equals sign") as caught:
        registry.get_registered_object("acme>Scale")
    assert len(caught.value.problems) == 1


def test_the_environment_is_understood():
    """Each variable sets its rule, and lists are separated by commas."""
    policy = Policy.from_environment(
        {
            "KERAS_SERIALIZABLE_ALLOW_DISTRIBUTIONS": "acme, other-*",
            "KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS": "bad",
            "KERAS_SERIALIZABLE_ALLOW_KEYS": "acme>*",
            "KERAS_SERIALIZABLE_DENY_KEYS": ",acme>X,",
            "KERAS_SERIALIZABLE_PREFER": "acme>Scale=one, a=b>C = two",
            "KERAS_SERIALIZABLE_DISCOVERY": "0",
            "KERAS_SERIALIZABLE_STRICT": "1",
        }
    )
    assert policy.allow_distributions == ("acme", "other-*")
    assert policy.deny_distributions == ("bad",)
    assert policy.allow_keys == ("acme>*",)
    assert policy.deny_keys == ("acme>X",)
    assert policy.prefer == {"acme>Scale": "one", "a=b>C": "two"}
    assert not policy.discovery
    assert policy.strict


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("KERAS_SERIALIZABLE_DISCOVERY", "no", "is 'no'; write 0 or 1"),
        ("KERAS_SERIALIZABLE_STRICT", "true", "is 'true'; write 0 or 1"),
        ("KERAS_SERIALIZABLE_PREFER", "acme", "has 'acme'; write key=distribution"),
    ],
)
def test_a_variable_that_makes_no_sense_is_refused(name, value, words):
    """The error names the variable, its value and what to write instead."""
    with pytest.raises(ValueError, match=name) as caught:
        Policy.from_environment({name: value})
    assert words in str(caught.value)


def test_a_string_is_no_list_of_patterns():
    """A lone string would be taken letter by letter, so it is refused."""
    with pytest.raises(TypeError, match="list of patterns"):
        Policy(deny_keys="acme>*")


@pytest.mark.usefixtures("acme")
def test_the_environment_governs_a_program_that_knows_nothing_of_it(site, fresh):
    """The default registry of a fresh process obeys the environment, and set_policy adds to it."""
    code = """
import sys, keras_serializable as ks
ks.set_policy(ks.Policy(allow_keys=["*"]))
try:
    ks.get_registered_object("acme>Scale")
except ImportError as error:
    print(type(error).__name__, error.rule, "acme_layers" in sys.modules)
"""
    assert fresh(code, site, KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS="acme-layers") == (
        "ProviderRefusedError deny_distributions has 'acme_layers', "
        "set by the environment (KERAS_SERIALIZABLE_*) False\n"
    )


@pytest.mark.usefixtures("acme")
def test_an_audit_hook_sees_the_import_coming_and_may_forbid_it(site, fresh):
    """The audit event is raised before the import, with key, value and distribution."""
    code = """
import sys, keras_serializable as ks
def watch(event, arguments):
    if event == "keras_serializable.load":
        print(*arguments, "acme_layers" in sys.modules)
        raise RuntimeError("not here")
sys.addaudithook(watch)
try:
    ks.get_registered_object("acme>Scale")
except RuntimeError as error:
    print(error, "acme_layers" in sys.modules)
"""
    assert fresh(code, site) == (
        "acme>Scale acme_layers:Scale acme-layers 1.2 False\nnot here False\n"
    )
