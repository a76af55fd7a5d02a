"""The index: the providers of a key, of a package and of a place."""

import pytest
from distributions import distribution_tree, install, pack
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
        return discovery.scan([str(tmp_path / entry) for entry in entries]).places()

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
    before = list(index), index.places(), index.problems, index.hook_plugins
    install(tmp_path, "bolt", "1.2", "[keras_serializable]\nbolt>B = m:B\nbroken")
    assert (list(index), index.places(), index.problems, index.hook_plugins) == before


def test_places_of_a_file(tmp_path):
    """A provider is found by the module and the attribute that a file states."""
    install(tmp_path, "acme", "1.2", {"acme>Scale": "acme.layers:Scale", "acme": "acme.layers"})
    index = discovery.scan([str(tmp_path)])
    assert [each.name for each in index.defined_at("acme.layers", "Scale")] == ["acme>Scale"]
    for place in [("acme.layers", "Shift"), ("acme", "Scale"), (None, "Scale"), ("acme.layers", 3)]:
        assert index.defined_at(*place) == ()
