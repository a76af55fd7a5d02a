"""Requirement lines: what has the code of a provider, and what installs it."""

import pytest
from distributions import install, lay

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


@pytest.mark.parametrize(
    ("record", "direct_url", "is_found"),
    [
        ("acme_keys-1.0.dist-info/RECORD,,\n", None, True),
        ("acme_keys-1.0.dist-info/RECORD,,\n", '{"url": "file:///a", "dir_info": {}}', True),
        ("acme_keys-1.0.dist-info/RECORD,,\n", '{"dir_info": {"editable": true}}', False),
        ("acme_m/__init__.py,,\nacme_keys-1.0.dist-info/RECORD,,\n", None, False),
        (None, None, False),
    ],
)
def test_keys_of_a_library(site, resolver, record, direct_url, is_found):
    """A distribution that holds only the keys of a library needs the library too."""
    install(site, "acme-keys", "1.0", {"acme>Scale": "acme_m.layers:Scale"})
    folder = {"RECORD": record, "direct_url.json": direct_url}
    lay(site / "acme_keys-1.0.dist-info", {name: text for name, text in folder.items() if text})
    install(site, "acme", "2.0", files={"acme_m.py": ""})
    lay(site / "acme-2.0.dist-info", {"RECORD": "acme_m.py,,\nacme-2.0.dist-info/RECORD,,\n"})
    index = resolver.discovery.current()
    (keys,) = index.find("acme>Scale")
    lines = ("acme==2.0", "acme-keys==1.0") if is_found else ("acme-keys==1.0",)
    assert requirement_lines(keys, index) == lines


@pytest.mark.parametrize("other", ["zz", "google-corp", "b"])
def test_a_shared_package(site, resolver, other):
    """Of the distributions that share a package, the one that has the module counts."""
    install(site, "corp-keys", "1.0", {"corp>Scale": "corp.layers:Scale"})
    files = {"corp_keys": "corp/keys/x.py", "corp_layers": "corp/layers.py", other: "corp/auth.py"}
    for name, file in files.items():
        if name != "corp_keys":
            install(site, name, "1.0", files={file: ""})
        folder = f"{name.replace('-', '_')}-1.0.dist-info"
        lay(site / folder, {"RECORD": f"{file},,\n{folder}/RECORD,,\n"})
    index = resolver.discovery.current()
    lines = requirement_lines(index.find("corp>Scale")[0], index)
    assert lines == ("corp_layers==1.0", "corp-keys==1.0")


@pytest.mark.parametrize("record", [b"a,b,c,d\n", b"\n\n", b"\xff,,\n", b"x" * 200_000])
def test_a_broken_list_of_files(site, resolver, record):
    """The list of another distribution hinders nothing."""
    install(site, "acme-keys", "1.0", {"acme>Scale": "acme_m:Scale"})
    lay(site / "acme_keys-1.0.dist-info", {"RECORD": "acme_keys-1.0.dist-info/RECORD,,\n"})
    install(site, "acme", "2.0", files={"acme_m.py": ""})
    lay(site / "acme-2.0.dist-info", {"RECORD": "acme_m.py,,\n"})
    install(site, "aaa", "1.0")
    lay(site / "aaa-1.0.dist-info", {"RECORD": record})
    index = resolver.discovery.current()
    lines = requirement_lines(index.find("acme>Scale")[0], index)
    assert lines == ("acme==2.0", "acme-keys==1.0")


def test_keys_without_their_library(site, resolver):
    """A library that is nowhere has no line."""
    install(site, "acme-keys", "1.0", {"acme>Scale": "acme_m.layers:Scale"})
    lay(site / "acme_keys-1.0.dist-info", {"RECORD": "acme_keys-1.0.dist-info/RECORD,,\n"})
    index = resolver.discovery.current()
    assert requirement_lines(index.find("acme>Scale")[0], index) == ("acme-keys==1.0",)
