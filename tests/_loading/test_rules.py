"""Rules: which provider loads a key, and whether it may."""

import pytest

from keras_serializable import (
    Distribution,
    Policy,
    Provider,
    ProviderConflictError,
    ProviderRefusedError,
)
from keras_serializable._loading.rules import Rules, key_refusal

ONE = Provider("a>B", "one:B", Distribution("one", "1.0"))
TWO = Provider("a>B", "two:B", Distribution("two", "2.0"))
COPY = Provider("a>B", "one : B", Distribution("copy", "1.0"))


class Hooks:
    """Hooks that decide as the test says."""

    def __init__(self, chosen=None, reason=None):
        self.chosen = chosen
        self.reason = reason

    def choose(self, key, providers):
        return self.chosen

    def refuse(self, key, provider):
        return self.reason


def test_one_value_is_no_conflict():
    """Providers that name one object do not contradict each other."""
    assert Rules((), None).chosen("a>B", (ONE, COPY)) is ONE


def test_a_conflict():
    """Without a policy or a hook that chooses, a conflict is an error."""
    for hooks in (None, Hooks()):
        with pytest.raises(ProviderConflictError) as caught:
            Rules((Policy(),), hooks).chosen("a>B", (ONE, TWO))
        assert caught.value.providers == (ONE, TWO)


def test_a_policy_chooses_before_a_hook():
    """A preference goes before a hook; a preference that fits no provider is an error."""
    prefers = Policy(prefer={"a>*": "two"})
    assert Rules((prefers,), Hooks(chosen=ONE)).chosen("a>B", (ONE, TWO)) is TWO
    assert Rules((Policy(),), Hooks(chosen=ONE)).chosen("a>B", (ONE, TWO)) is ONE
    idle = Policy(prefer={"a>*": "three"})
    with pytest.raises(ProviderConflictError, match="is none of these distributions"):
        Rules((idle,), Hooks(chosen=ONE)).chosen("a>B", (ONE, TWO))


@pytest.mark.parametrize(
    ("policies", "hooks", "rule"),
    [
        ((Policy(), Policy(deny_distributions=["one"])), None, "deny_distributions"),
        ((Policy(deny_keys=["a>*"]),), Hooks(reason="never"), "deny_keys"),
        ((Policy(),), Hooks(reason="never"), "never"),
    ],
)
def test_permission(policies, hooks, rule):
    """What one policy or hook refuses is refused, and the error has the first rule."""
    with pytest.raises(ProviderRefusedError) as caught:
        Rules(policies, hooks).permit("a>B", ONE)
    assert caught.value.rule.startswith(rule)


def test_what_is_permitted():
    """A provider to which nobody objects is allowed."""
    Rules((), None).permit("a>B", ONE)
    Rules((Policy(deny_keys=["b>*"]),), Hooks()).permit("a>B", ONE)


def test_a_key_that_nobody_may_look_for():
    """The answer is the rule of the first policy that has one."""
    policies = (Policy(), Policy(deny_keys=["a>*"]), Policy(allow_keys=["b>*"]))
    assert key_refusal("a>B", policies).startswith("deny_keys")
    assert key_refusal("b>B", policies) is None
