"""The environment variables, as arguments of a policy. `test_policy` tests their effect."""

import inspect

import pytest

from keras_serializable import Policy
from keras_serializable._loading.environment_variables import rules


def test_every_rule_has_a_variable():
    """The variables set all arguments of a policy, and without any they are the defaults."""
    arguments = rules({})
    assert set(arguments) == set(inspect.signature(Policy).parameters)
    assert repr(Policy(**arguments)) == "Policy()"


def test_lists_and_pairs():
    """Lists are separated by commas, blanks do not count, and a key may hold ``=``."""
    variables = {
        "KERAS_SERIALIZABLE_DENY_KEYS": " a>*, ,b ",
        "KERAS_SERIALIZABLE_PREFER": "a=b>C = two",
    }
    arguments = rules(variables)
    assert arguments["deny_keys"] == ["a>*", "b"]
    assert arguments["prefer"] == {"a=b>C": "two"}


@pytest.mark.parametrize(("value", "state"), [("0", False), (" 1 ", True)])
def test_switches(value, state):
    """A switch is either 0 or 1, and anything else is an error."""
    assert rules({"KERAS_SERIALIZABLE_STRICT": value})["strict"] is state
    with pytest.raises(ValueError, match="KERAS_SERIALIZABLE_STRICT is 'yes'; write 0 or 1"):
        rules({"KERAS_SERIALIZABLE_STRICT": "yes"})


def test_a_variable_that_does_not_exist():
    """The error names the variable, the nearest one, and all that exist."""
    with pytest.raises(ValueError, match="did you mean KERAS_SERIALIZABLE_STRICT") as caught:
        rules({"KERAS_SERIALIZABLE_STRICKT": "1"})
    for name in inspect.signature(Policy).parameters:
        assert f"KERAS_SERIALIZABLE_{name.upper()}" in str(caught.value)
    rules({"KERAS_SERIALIZABLE_AUTOLOAD": "0", "OTHER": "x"})


KUBERNETES = [
    *("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_HTTP", "PORT", "PORT_80_TCP"),
    *("PORT_80_TCP_PROTO", "PORT_80_TCP_PORT", "PORT_53_UDP_ADDR", "PORT_5_SCTP"),
]


@pytest.mark.parametrize("service", ["", "DEMO_", "A_1_"])
@pytest.mark.parametrize("variable", KUBERNETES)
def test_the_variables_of_a_service(service, variable):
    """Kubernetes sets them in each pod beside a service named ``keras-serializable…``."""
    assert rules({f"KERAS_SERIALIZABLE_{service}{variable}": "x"}) == rules({})


@pytest.mark.parametrize(
    "variable", ["PORTS", "SERVICE", "PORT_80", "PORT_TCP", "port", "SERVICE_HOSTS", "PORT_8_TCP_X"]
)
def test_what_looks_like_a_variable_of_a_service(variable):
    """A variable that Kubernetes would not set is an error."""
    with pytest.raises(ValueError, match="no such variable"):
        rules({f"KERAS_SERIALIZABLE_{variable}": "x"})
