"""Tests of the policy: nothing that a rule forbids is imported."""

import sys

import pytest
from distributions import install, install_example, install_hooks

from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.policy import Policy
from keras_serializable._loading.resolver import Resolver
from keras_serializable._registry.registry import Registry
from keras_serializable.errors import (
    HookError,
    MetadataProblemError,
    ProviderConflictError,
    ProviderRefusedError,
)

GUARD = {"name": "guard", "distribution": "corp-guard"}


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"deny_distributions": ["ACME.*"]}, "of the program's set_policy() has 'ACME.*'"),
        ({"deny_distributions": ["acme-[a-z]*"]}, "set_policy() has 'acme-[a-z]*'"),
        ({"deny_distributions": ["[A]CME-*s"]}, "set_policy() has '[A]CME-*s'"),
        ({"deny_keys": ["acme>*"]}, "deny_keys of the program's set_policy() has 'acme>*'"),
        ({"allow_distributions": ["other"]}, "set_policy() has no rule for acme-layers"),
        ({"allow_keys": ["other>*"]}, "allow_keys of the program's set_policy() has no rule for"),
        ({"allow_keys": ["*"], "deny_keys": ["acme>Scale"]}, "set_policy() has 'acme>Scale'"),
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
    assert "off: unset KERAS_SERIALIZABLE_DISCOVERY, or" in resolver.explain("acme>Scale")


@pytest.mark.parametrize("preferred", ["one", "two"])
def test_a_preference_settles_a_conflict(site, registry, resolver, preferred):
    """Of two distributions that contradict each other, the preferred one delivers."""
    install_example(site, "conflict")
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


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("KERAS_SERIALIZABLE_DENY_DISTRIBUTION", "; did you mean ...DENY_DISTRIBUTIONS?"),
        ("KERAS_SERIALIZABLE_DENYKEYS", "; did you mean ...DENY_KEYS?"),
        ("keras_serializable_strict", "; did you mean ...STRICT?"),
        ("Keras_Serializable_STRICT", "; did you mean ...STRICT?"),
        ("KERAS_SERIALIZABLE_XYZ", "no such variable. Those that exist"),
    ],
)
def test_a_variable_that_does_not_exist(name, question):
    """The error names it, offers the nearest that exists, and lists all of them."""
    with pytest.raises(ValueError, match=f"^{name} is set, but there is no such variable") as told:
        Policy.from_environment({name: "1", "KERAS": "x"})
    assert question.replace("...", "KERAS_SERIALIZABLE_") in str(told.value)
    assert "KERAS_SERIALIZABLE_PREFER" in str(told.value)


def test_the_variable_of_the_autoload_distribution():
    """The variable of the autoload distribution is left to that distribution."""
    assert not Policy.from_environment({"KERAS_SERIALIZABLE_AUTOLOAD": "0"}).deny_keys


@pytest.mark.usefixtures("acme")
def test_a_misspelt_variable_is_told_at_every_lookup(site, fresh):
    """No lookup goes on as if the operator had set nothing."""
    code = """
import sys, keras_serializable as ks
for _ in range(2):
    try:
        ks.get_registered_object("acme>Scale")
    except ValueError as error:
        print(str(error)[:46], "acme_layers" in sys.modules)
"""
    expected = "KERAS_SERIALIZABLE_DENY_KEY is set, but there is no such variable"[:46]
    output = fresh(code, site, KERAS_SERIALIZABLE_DENY_KEY="acme>*")
    assert output == f"{expected} False\n" * 2


@pytest.mark.parametrize(
    "rules",
    [
        {"deny_keys": "acme>*"},
        {"allow_keys": [1]},
        {"allow_distributions": "acme"},
        {"deny_distributions": [None]},
        {"prefer": "acme>*=acme"},
        {"prefer": {"acme>*": 1}},
        {"prefer": ["acme>*"]},
        {"discovery": "no"},
        {"strict": 1},
    ],
)
def test_a_rule_of_the_wrong_type(rules):
    """A rule of the wrong type is an error at once, which names the rule and what it got."""
    (name,) = rules
    with pytest.raises(TypeError, match=f"^{name} ") as caught:
        Policy(**rules)
    assert repr(rules[name]) in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "Policy()",
        "Policy(allow_distributions=['a*'], deny_distributions=['b'], strict=True)",
        "Policy(allow_keys=['x'], deny_keys=['y', 'z'], prefer={'a>*': 'b'}, discovery=False)",
    ],
)
def test_a_policy_shows_the_rules_that_are_set(text):
    """The representation of a policy makes an equal one."""
    assert repr(eval(text, {"Policy": Policy})) == text  # noqa: S307 -- our own text


@pytest.mark.parametrize("policy", ["{}", "'deny'", "None", "ks.Policy"])
def test_what_is_no_policy_is_not_set(fresh, policy):
    """The error shows the right spelling, and what was set before stays."""
    code = f"""
import keras_serializable as ks
installed = ks._resolver()
ks.set_policy(ks.Policy(deny_keys=["a>*"]))
try:
    ks.set_policy({policy})
except TypeError as error:
    print("set_policy(keras_serializable.Policy(deny_keys=" in str(error), installed.policy)
"""
    assert fresh(code) == "True Policy(deny_keys=['a>*'])\n"


@pytest.mark.parametrize("of_environment", [True, False])
def test_a_preference_for_another_distribution(site, registry, resolver, of_environment):
    """A misspelt distribution leaves the conflict, whose error names the rule."""
    install_example(site, "conflict")
    choose = "def keras_serializable_choose(providers): return providers[0]\n"
    install_hooks(site, f"@hookimpl\n{choose}", **GUARD)
    pair = {"KERAS_SERIALIZABLE_PREFER": "acme>*=Tow"}
    policy = Policy.from_environment(pair) if of_environment else Policy(prefer={"acme>*": "Tow"})
    resolver.policy = policy
    words = (
        "KERAS_SERIALIZABLE_PREFER has 'acme>*=Tow', but Tow is none of these distributions"
        if of_environment
        else "prefer of the program's set_policy() has 'acme>*=Tow', but Tow is none of these "
        "distributions"
    )
    with pytest.raises(ProviderConflictError) as caught:
        registry.get_registered_object("acme>Scale")
    assert f'"two:Scale" by two 1.0. {words}. Choose one' in str(caught.value)
    assert not {"one", "two"} & set(sys.modules)


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
        "ProviderRefusedError KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS has 'acme-layers' False\n"
    )


@pytest.mark.parametrize(
    ("variable", "value", "rule"),
    [
        ("DENY_KEYS", "b>*, acme>*", "has 'acme>*'"),
        ("ALLOW_KEYS", "b>*", "has no rule for this key"),
        ("ALLOW_DISTRIBUTIONS", "other", "has no rule for acme-layers"),
    ],
)
@pytest.mark.usefixtures("acme")
def test_a_refusal_names_the_variable(site, variable, value, rule):
    """An operator sees which variable has the rule, and the rule as it was written."""
    policy = Policy.from_environment({f"KERAS_SERIALIZABLE_{variable}": value})
    resolver = Resolver(Discovery([str(site)]), policy)
    with pytest.raises(ProviderRefusedError) as caught:
        Registry(lambda: resolver).get_registered_object("acme>Scale")
    assert caught.value.rule == f"KERAS_SERIALIZABLE_{variable} {rule}"


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


SUPPLY = "@hookimpl\ndef keras_serializable_missing(key): return len\n"


@pytest.mark.usefixtures("acme")
class TestHookPlugins:
    """Rules hold for hook plugins too."""

    @pytest.mark.parametrize("is_broken", [False, True])
    def test_a_denied_hook_plugin_is_not_imported(self, site, registry, resolver, is_broken):
        """A guard that is denied is not imported, be it broken or not."""
        install_example(site, "guard")
        if is_broken:
            (site / "guard_hooks.py").write_text("1 / 0")
        resolver.policy = Policy(deny_distributions=["Corp.*"])
        assert registry.get_registered_object("acme>Scale").__name__ == "Scale"
        assert registry.get_registered_object("nobody>Knows") is None
        assert "guard_hooks" not in sys.modules

    def test_a_guard_that_is_left_out_of_an_allow_list(self, site, registry, resolver):
        """A guard that no rule allows is not imported, and lets nothing pass: nobody denied it."""
        install_example(site, "guard")
        resolver.policy = Policy(allow_distributions=["acme*"])
        words = (
            r"corp-guard 3\.0 cannot be loaded: allow_distributions of the program's "
            r"set_policy\(\) has no rule for corp-guard\. .* Add corp-guard to this allow list"
        )
        with pytest.raises(HookError, match=words):
            registry.get_registered_object("acme>Scale")
        assert not {"guard_hooks", "acme_layers"} & set(sys.modules)
        resolver.policy = Policy(allow_distributions=["acme*", "corp-guard"])
        with pytest.raises(ProviderRefusedError, match="is not on the list"):
            registry.get_registered_object("acme>Scale")

    def test_a_watcher_that_is_left_out_of_an_allow_list(self, site, registry, resolver):
        """A watcher that no rule allows is not imported, and hurts nobody."""
        install_hooks(site, "1 / 0", entry_point="watch>log", **GUARD)
        resolver.policy = Policy(allow_distributions=["acme*"])
        assert registry.get_registered_object("acme>Scale").__name__ == "Scale"
        assert "guard_hooks" not in sys.modules

    @pytest.mark.parametrize("rules", [{"deny_keys": ["z>*"]}, {"allow_keys": ["acme>*"]}])
    def test_a_key_that_a_rule_denies_is_not_supplied(self, site, registry, resolver, rules):
        """No hook is imported for a denied key; the explanation names the rule."""
        install_hooks(site, SUPPLY, **GUARD)
        resolver.policy = Policy(**rules)
        assert registry.get_registered_object("z>X") is None
        assert "guard_hooks" not in sys.modules
        (name,) = rules
        assert f"This key is not looked for: {name} of the program" in resolver.explain("z>X")
        assert registry.get_registered_object("acme>X") is len

    def test_a_hook_is_not_asked_to_choose_for_a_denied_key(self, site, registry, resolver):
        """A rule that denies a key goes before a conflict about it."""
        install(site, "other", "1.0", {"acme>Scale": "os:name"})
        choose = "@hookimpl\ndef keras_serializable_choose(providers): return providers[0]\n"
        install_hooks(site, choose, **GUARD)
        resolver.policy = Policy(deny_keys=["acme>*"])
        with pytest.raises(ProviderRefusedError, match=r"deny_keys of .* has 'acme>\*'"):
            registry.get_registered_object("acme>Scale")
        assert "guard_hooks" not in sys.modules

    def test_a_hook_cannot_choose_a_denied_distribution(self, site, registry, resolver):
        """A provider that a hook has chosen has to pass the rules."""
        install(site, "other", "1.0", {"acme>Scale": "os:name"})
        choose = "@hookimpl\ndef keras_serializable_choose(providers): return providers[0]\n"
        install_hooks(site, choose, **GUARD)
        resolver.policy = Policy(deny_distributions=["acme-layers"])
        with pytest.raises(ProviderRefusedError, match=r"deny_distributions .* 'acme-layers'"):
            registry.get_registered_object("acme>Scale")
        assert "acme_layers" not in sys.modules

    def test_an_audit_hook_sees_a_hook_plugin_coming(self, site, fresh):
        """The event is raised once, before the import, with name, value and distribution."""
        install_hooks(site, SUPPLY, **GUARD)
        code = """
import sys, keras_serializable as ks
def watch(event, arguments):
    if event == "keras_serializable.load":
        print(*arguments, "guard_hooks" in sys.modules)
sys.addaudithook(watch)
print(ks.get_registered_object("a>b"), ks.get_registered_object("a>c"))
"""
        expected = "guard guard_hooks corp-guard 3.0 False\n"
        assert fresh(code, site) == f"{expected}{len!r} {len!r}\n"
