"""Requirement lines: what has the code of a provider, and what installs it."""

import pytest
from distributions import install

from keras_serializable._needs.requirement_lines import requirement_lines, source_of

LAYERS = {"acme>Scale": "acme_layers:Scale", "Custom>TCN": "tcn:TCN [keras-tcn]"}
REQUIRES = ["tf_keras; extra == 'keras-tcn'", "keras-tcn>=3; extra == 'keras-tcn'"]


@pytest.fixture
def provider(site, resolver):
    """Return what finds a provider and the index by a key."""
    install(site, "acme", "1.2", LAYERS, requires=REQUIRES)

    def find(key):
        resolver.refresh()
        index = resolver.discovery.index
        return (index.find(key) or index.unavailable(key))[0], index

    return find


def test_own_object(provider):
    """A distribution that has its own object is installed by its own line."""
    assert requirement_lines(*provider("acme>Scale")) == ("acme==1.2",)
    assert [str(each) for each in source_of(*provider("acme>Scale"))] == ["acme 1.2", ""]


def test_object_of_a_library(site, provider):
    """The library of an optional provider comes first: as required, or as it is installed."""
    tcn, index = provider("Custom>TCN")
    assert requirement_lines(tcn, index) == ("tf_keras", "keras-tcn>=3", "acme==1.2")
    assert [str(each) for each in source_of(tcn, index)] == ["keras-tcn", "known to acme 1.2"]
    install(site, "keras_tcn", "3.5")
    tcn, index = provider("Custom>TCN")
    assert requirement_lines(tcn, index) == ("tf_keras", "keras_tcn==3.5", "acme==1.2")
    assert [str(each) for each in source_of(tcn, index)] == ["keras_tcn 3.5", "known to acme 1.2"]
