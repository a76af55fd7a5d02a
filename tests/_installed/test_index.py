"""The index: the providers of a key, of a package and of a place."""

import pytest
from distributions import distribution_tree, install, metadata_text, pack
from scanning import SCALE

from keras_serializable._installed import discovery
from keras_serializable._installed.discovery import Discovery
from keras_serializable._installed.index import Index
from keras_serializable._providers import Distribution, Problem, Provider


class TestIndex:
    """The index answers from what the scan has found."""

    @pytest.fixture
    def index(self, tmp_path):
        """Return an index of two distributions."""
        one, two = tmp_path / "one", tmp_path / "two"
        install(one, "one", "1", {"a>B": "one:B", "a": "one", "B": "one:B", "x": "one:x"})
        install(two, "two", "2", {"a>B": "two:B", "a": "two", "c": "two"})
        return Discovery([str(one), str(two)]).index

    @pytest.mark.parametrize(
        ("key", "values"),
        [
            ("a>B", ["one:B", "two:B"]),  # exactly this key
            ("a>C", ["one", "two"]),  # the package
            ("c>D", ["two"]),
            ("c>D>E", ["two"]),
            ("B", ["one:B"]),  # a bare key
            ("a", ["one", "two"]),  # importing the module may register a bare key
            ("c", ["two"]),
            ("x>y", []),  # a bare key is no package
            ("A>b", []),
            (">B", []),
            ("", []),
        ],
    )
    def test_find(self, index, key, values):
        """An exact key goes before a package, and distributions stay in the order of the path."""
        assert [each.value for each in index.find(key)] == values

    def test_iteration(self, index):
        """Keys come first, then packages, each in the order of the path."""
        assert [f"{each.name}={each.value}" for each in index] == [
            "a>B=one:B",
            "a>B=two:B",
            "B=one:B",
            "x=one:x",
            "a=one",
            "a=two",
            "c=two",
        ]

    def test_empty(self):
        """An index of nothing knows nothing."""
        index = Index(problems=[("a", "b")])
        assert list(index) == []
        assert index.find("a>B") == ()
        assert index.problems == (Problem("a", "b"),)

    def test_hook_plugins_are_no_providers(self, tmp_path):
        """Entry points of the hooks' group are kept apart."""
        groups = {"keras_serializable.hooks": {"h": "m:h"}, "keras_serializable": {"a>B": "m:B"}}
        install(tmp_path, "acme", "1.2", groups)
        index = Discovery([str(tmp_path)]).index
        place = str(tmp_path / "acme-1.2.dist-info")
        assert index.hook_plugins == (Provider("h", "m:h", Distribution("acme", "1.2", place)),)
        assert [each.name for each in index] == ["a>B"]


def test_places(tmp_path):
    """Each metadata folder has its path, in the order of the scan; one in an archive has a name."""

    def places(*entries):
        index = discovery.scan([str(tmp_path / entry) for entry in entries])
        return [folder.place for folder in index.folders]

    install(tmp_path / "one", "acme", "1.2", SCALE)
    for name in ("crank", "drum"):
        pack(tmp_path / f"{name}.zip", distribution_tree(name, "1.0", SCALE))
    install(tmp_path / "two", "bolt", "1.0")
    install(tmp_path / "two", "acme", "1.3")
    one, *two = places("one", "two")
    assert one == str(tmp_path / "one" / "acme-1.2.dist-info")
    assert sorted(two) == [
        str(tmp_path / "two" / f"{name}.dist-info") for name in ("acme-1.3", "bolt-1.0")
    ]
    mixed = places("crank.zip", "one", "no", "drum.zip")
    assert mixed == ["crank-.dist-info", one, "drum-.dist-info"]
    assert places() == []


def test_an_index_never_changes(tmp_path):
    """What is installed later changes no index that was made before."""
    install(tmp_path, "acme", "1.2", SCALE)
    index = discovery.scan([str(tmp_path)])
    before = list(index), index.folders, index.problems, index.hook_plugins
    install(tmp_path, "bolt", "1.2", "[keras_serializable]\nbolt>B = m:B\nbroken")
    assert (list(index), index.folders, index.problems, index.hook_plugins) == before


def test_places_of_a_file(tmp_path):
    """A provider is found by the module and the attribute that a file states."""
    install(tmp_path, "acme", "1.2", {"acme>Scale": "acme.layers:Scale", "acme": "acme.layers"})
    index = discovery.scan([str(tmp_path)])
    assert [each.name for each in index.defined_at("acme.layers", "Scale")] == ["acme>Scale"]
    for place in [("acme.layers", "Shift"), ("acme", "Scale"), (None, "Scale"), ("acme.layers", 3)]:
        assert index.defined_at(*place) == ()


class TestOptional:
    """Optional providers come last, and only where their library is installed."""

    @pytest.fixture
    def index(self, tmp_path):
        """Return an index of a library, and of a distribution that knows it and another one."""
        known = {
            "a>B": "b:B [lib]",
            "a>C": "c:C [lib]",
            "a>D": "d:D [none]",
            "a": "a.m [lib]",
            "E": "e.m:E [none]",
            "none>F": "f:F [none]",
            "g>H": "g:H [lib,none]",
        }
        requires = ["lib>=1; extra == 'lib'", "none>=2; extra == 'none'"]
        install(tmp_path, "0-knowledge", "1", known, requires=requires)
        install(tmp_path, "lib", "1", {"a>B": "own:B", "a": "own"})
        return Discovery([str(tmp_path)]).index

    @pytest.mark.parametrize(
        ("key", "values"),
        [
            ("a>B", ["own:B"]),
            ("a>C", ["own", "c:C [lib]", "a.m [lib]"]),
            ("a>D", ["own", "a.m [lib]"]),
            ("a", ["own", "a.m [lib]"]),
            ("E", []),
            ("none>F", []),
            ("g>H", []),
        ],
    )
    def test_find(self, index, key, values):
        """A library's own entry points go first, its package too."""
        assert [each.value for each in index.find(key)] == values

    @pytest.mark.parametrize(
        ("key", "module", "values"),
        [
            ("a>B", None, []),
            ("a>D", None, ["d:D [none]"]),
            ("E", None, ["e.m:E [none]"]),
            ("x>E", "e.m", ["e.m:E [none]"]),
            ("x>E", "e", []),
            ("g>H", None, ["g:H [lib,none]"]),
        ],
    )
    def test_unavailable(self, index, key, module, values):
        """What is not installed is found by its key, or by its name in a module."""
        assert [each.value for each in index.unavailable(key, module)] == values

    def test_unavailable_in(self, index):
        """What is not installed is found by the package of its keys."""
        assert [each.value for each in index.unavailable_in("none")] == ["f:F [none]"]
        assert [each.value for each in index.unavailable_in("a")] == ["d:D [none]"]
        assert index.unavailable_in("E") == ()

    def test_places(self, index):
        """A place has no provider whose library is not installed."""
        assert [each.value for each in index.defined_at("c", "C")] == ["c:C [lib]"]
        assert index.defined_at("e.m", "E") == ()

    def test_names(self, index):
        """Names are those that can be found, and so are the distributions that advertise them."""
        assert sorted(index.names()) == ["a", "a>B", "a>C"]
        assert index.names(">C") == ["a>C"]
        assert [each.name for each in index.advertisers("a")] == ["0-knowledge", "lib"]
        assert index.advertisers("none") == []

    def test_iteration(self, index):
        """All are listed, with what they require and what is missing."""
        listed = {each.value: each for each in index}
        assert len(listed) == 9
        both = listed["g:H [lib,none]"]
        assert (both.requirements, both.missing) == (("lib>=1", "none>=2"), ("none>=2",))
        assert [each.value for each in index if each.is_optional and each.is_available] == [
            "b:B [lib]",
            "c:C [lib]",
            "a.m [lib]",
        ]


@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_optional_in_an_archive(tmp_path, kind):
    """What an archive requires is read from its metadata, too."""
    known = {"a>B": "b:B [lib]", "a>C": "c:C [none]"}
    requires = ["lib>=1; extra == 'lib'", "none>=2; extra == 'none'"]
    archive = tmp_path / "one.zip"
    tree = distribution_tree("knowledge", "1", known, kind=kind, requires=requires)
    pack(archive, tree, distribution_tree("lib", "1"))
    index = discovery.scan([str(archive)])
    assert [each.value for each in index.find("a>B")] == ["b:B [lib]"]
    assert [each.missing for each in index.unavailable("a>C")] == [("none>=2",)]


def test_metadata_is_read_when_an_optional_key_is_asked_for(tmp_path):
    """Neither a scan nor a lookup of another key reads what an extra requires."""
    install(tmp_path, "knowledge", "1", {"a>B": "b:B [lib]"})
    index = discovery.scan([str(tmp_path)])
    assert index.find("a>C") == ()
    metadata = tmp_path / "knowledge-1.dist-info" / "METADATA"
    metadata.write_text(metadata_text("knowledge", "1", ["lib; extra == 'lib'"]), encoding="utf-8")
    assert index.find("a>B") == ()
    assert [each.missing for each in index.unavailable("a>B")] == [("lib",)]
