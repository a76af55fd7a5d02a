"""The index: the providers of a key, of a package and of a place, and which folders count."""

import importlib_metadata
import pytest
from distributions import distribution_tree, install, lay, metadata_text, pack
from scanning import SCALE, found, scan

from keras_serializable._installed import discovery
from keras_serializable._installed.discovery import Discovery
from keras_serializable._installed.index import Index
from keras_serializable._installed.metadata import MetadataFolder, MetadataFolders
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
            ("MDN", None, ["own.m:MDN"]),
            ("MDN", "builtins", ["own.m:MDN"]),
            ("MDN", "own.layers", ["own.m:MDN"]),
            ("MDN", "b.layers", ["b:MDN [lib]"]),
            ("MDN", "my_layers", []),
            ("MDN", "__main__", []),
            ("a>B", "__main__", ["own:B"]),
        ],
    )
    def test_find_in_a_library(self, tmp_path, index, key, module, values):
        """Of a bare key, only a provider in the library that the file names is asked."""
        known = {"MDN": "b:MDN [lib]"}
        install(tmp_path, "1-knowledge", "1", known, requires=["lib; extra == 'lib'"])
        install(tmp_path, "own", "1", {"MDN": "own.m:MDN"})
        index = Discovery([str(tmp_path)]).index
        assert [each.value for each in index.find(key, module)] == values

    @pytest.mark.parametrize(
        ("key", "module", "values"),
        [
            ("a>B", None, []),
            ("a>D", None, ["d:D [none]"]),
            ("E", None, ["e.m:E [none]"]),
            ("x>E", "e.m", ["e.m:E [none]"]),
            ("x>E", "e", []),
            ("g>H", None, ["g:H [lib,none]"]),
            ("E", "e.other", ["e.m:E [none]"]),
            ("E", "my_layers", []),
            ("E", "__main__", []),
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


@pytest.mark.parametrize("packed", [False, True])
def test_optional_in_an_egg_info_folder(tmp_path, packed):
    """What an extra requires may stand in requires.txt alone, on disk or in an archive."""
    known = {"a>B": "b:B [Lib]", "a>C": "c:C [none]"}
    tree = distribution_tree("knowledge", "1", known, kind="egg-info")
    tree["knowledge-1.egg-info"]["requires.txt"] = "[Lib]\nlib>=1\n\n[none]\nnone>=2\n"
    trees = (tree, distribution_tree("lib", "1"))
    path = tmp_path / "one.zip" if packed else tmp_path
    if packed:
        pack(path, *trees)
    else:
        lay(path, {**trees[0], **trees[1]})
    index = discovery.scan([str(path)])
    assert [each.value for each in index.find("a>B")] == ["b:B [Lib]"]
    assert index.find("a>C") == ()
    assert [each.missing for each in index.unavailable("a>C")] == [("none>=2",)]


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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("acme-2.0.dist-info", "Acme-1.0.dist-info"),
        ("a.b-2.0.dist-info", "A_b-1.0.dist-info"),
        ("a-2.0.dist-info", "a.dist-info"),
        ("_ab-2.0.dist-info", "__ab-1.0.dist-info"),
        ("\u212aeras-2.0.dist-info", "keras-1.0.dist-info"),
        ("\u0130x-2.0.dist-info", "i\u0307x-1.0.dist-info"),
        ("x\u212ax-2.0.dist-info", "xkx-1.0.dist-info"),
        ("xx\u0130-2.0.dist-info", "xxi\u0307-1.0.dist-info"),
        ("aCMe-2.0.dist-info", "acmE-1.0.dist-info"),
        # A sigma at the end of a word is another letter than one inside.
        ("\u0391\u0392\u03a3\u0394-2.0.dist-info", "\u03b1\u03b2\u03c3\u03b4-1.0.dist-info"),
        ("\u03b1\u03b2\u03c3\u03b4-2.0.dist-info", "\u0391\u0392\u03a3\u0394-1.0.dist-info"),
        ("1st-2.0.dist-info", "1st-1.0.egg-info"),
        ("-2.0.dist-info", "acme-1.0.dist-info"),
        (".dist-info", "acme-1.0.dist-info"),
        ("acme-2.0.dist-info", "-1.0.dist-info"),
    ],
)
def test_the_first_of_one_name_counts(tmp_path, first, second):
    """However a name is written, the first on the path that has it hides the others."""
    for position, folder in enumerate((first, second)):
        content = {"METADATA": metadata_text("acme", "1.0"), "entry_points.txt": ""}
        if position:
            content["entry_points.txt"] = "[keras_serializable]\nacme>Scale = a:Scale\n"
        lay(tmp_path / str(position), {folder: content})
        install(tmp_path / str(position), f"other{position}", "1.0")
    lay(tmp_path / "1" / second, {"PKG-INFO": metadata_text("acme", "1.0")})
    assert found(tmp_path / "0", tmp_path / "1") == []
    assert len(found(tmp_path / "1", tmp_path / "0")) == 1


def test_the_order_is_that_of_the_path_and_of_the_names(tmp_path):
    """In whatever order a directory is listed, its distributions come by name."""
    names = [f"acme{number}" for number in range(10, 40)]
    for name in names:
        install(tmp_path / "one", name, "1.0", {"acme": name})
    install(tmp_path / "two", "aaa", "1.0", {"acme": "aaa"})
    values = [value for _, value, _ in found(tmp_path / "one", tmp_path / "two")]
    assert values == [*names, "aaa"]


def test_capitals_at_the_end(tmp_path):
    """A folder that ends in capitals is named by its METADATA alone, as importlib_metadata does."""
    lay(tmp_path, {"acme-layers-1.0.DIST-INFO": {"METADATA": metadata_text("acme-layers", "1.0")}})
    install(tmp_path, "acme_layers", "1.0", SCALE, metadata=None)
    assert found(tmp_path) == []
    install(tmp_path, "other", "1.0", {"other>Scale": "o:Scale"})
    lay(tmp_path / "zoo-1.0.Dist-Info", {"METADATA": metadata_text("other", "1.0")})
    reference = importlib_metadata.MetadataPathFinder.find_distributions(
        importlib_metadata.DistributionFinder.Context(path=[str(tmp_path)])
    )
    assert {each._normalized_name for each in reference} == {"acme_layers", "other"}


def test_capitals_at_the_end_beside_an_archive(tmp_path):
    """A plain file on the path changes nothing for a folder that ends in capitals."""
    lay(tmp_path / "one", {"zoo-1.0.Dist-Info": {"METADATA": metadata_text("acme", "1.0")}})
    install(tmp_path / "two", "acme", "1.0", SCALE)
    (tmp_path / "file").touch()
    assert found(tmp_path / "one", tmp_path / "two", tmp_path / "file") == []


class TestDuplicates:
    """Of the distributions with one name the first on the path counts."""

    def test_first_on_the_path(self, tmp_path):
        """The first one is found, whatever the second one says."""
        install(tmp_path / "one", "acme", "1.0", SCALE)
        install(tmp_path / "two", "acme", "2.0", {"acme>Scale": "b:Scale", "acme>Other": "b:Other"})
        assert found(tmp_path / "one", tmp_path / "two") == [
            ("acme>Scale", "acme_layers:Scale", "acme 1.0")
        ]
        assert [each[2] for each in found(tmp_path / "two", tmp_path / "one")] == ["acme 2.0"] * 2

    @pytest.mark.parametrize(
        "name", ["Acme.Layers", "acme-layers", "ACME__layers", "acme_-.layers"]
    )
    def test_names_are_normalised(self, tmp_path, name):
        """Spellings of one name are one distribution."""
        install(tmp_path / "one", "acme_layers", "1.0", SCALE)
        install(tmp_path / "two", name, "2.0", SCALE)
        assert [each[2] for each in found(tmp_path / "one", tmp_path / "two")] == [
            "acme_layers 1.0"
        ]

    def test_one_that_advertises_nothing_shadows_too(self, tmp_path):
        """A first distribution without entry points hides a second one with some."""
        install(tmp_path / "one", "acme", "1.0")
        install(tmp_path / "two", "acme", "2.0", SCALE)
        assert found(tmp_path / "one", tmp_path / "two") == []

    def test_metadata_goes_first(self, tmp_path):
        """A folder without METADATA, as a broken uninstall leaves it, shadows no complete one."""
        install(tmp_path / "one", "acme", "1.0", SCALE, metadata=None)
        install(tmp_path / "two", "acme", "2.0", SCALE)
        assert [each[2] for each in found(tmp_path / "one", tmp_path / "two")] == ["acme 2.0"]

    def test_one_directory_twice(self, tmp_path):
        """A directory that stands on the path twice is one directory."""
        install(tmp_path, "acme", "1.2", SCALE)
        (tmp_path / "again").symlink_to(tmp_path)
        assert len(found(tmp_path, tmp_path, tmp_path / "again", f"{tmp_path}/")) == 1

    @pytest.mark.parametrize("names", [("acme", "a\nb"), ("a\nb", "acme"), ("a\nb", "c\nd")])
    def test_line_breaks_in_names(self, tmp_path, names):
        """A folder name with a line break in it, as some file systems allow, confuses nothing."""
        for name in names:
            install(tmp_path, name, "1.0", {f"{name.split()[0]}>B": "m:B"})
        assert sorted(each[0] for each in found(tmp_path)) == sorted(
            f"{name.split()[0]}>B" for name in names
        )

    def test_nameless_folders(self, tmp_path):
        """A folder without a name is the distribution that its METADATA names."""
        install(tmp_path / "one", "acme", "1.0", {"a>A": "m:A"}, folder=".dist-info")
        install(tmp_path / "two", "bolt", "1.0", {"b>B": "m:B"}, folder="-1.0.dist-info")
        install(tmp_path / "three", "acme", "2.0", {"a>C": "m:C"})
        path = [tmp_path / name for name in ("one", "two", "three")]
        assert sorted(each[0] for each in scan(*path)[0]) == ["a>A", "b>B"]

    def test_a_nameless_folder_beside_others(self, tmp_path):
        """A folder with a name counts by that name, whatever METADATA says."""
        install(tmp_path / "one", "bolt", "1.0", {"b>B": "m:B"}, folder=".dist-info")
        install(tmp_path / "one", "acme", "1.0", {"a>A": "m:A"}, folder="other-1.0.dist-info")
        install(tmp_path / "two", "acme", "2.0", {"a>C": "m:C"})
        assert sorted(each[0] for each in found(tmp_path / "one", tmp_path / "two")) == [
            "a>A",
            "a>C",
            "b>B",
        ]

    def test_egg_info_file_in_a_zip_file(self, tmp_path):
        """An ``.egg-info`` file counts as one with metadata, in an archive as in a directory."""
        lay(tmp_path / "site", {"acme-1.0.egg-info": "Name: acme\nVersion: 1.0\n"})
        pack(tmp_path / "x.zip", {"acme-1.0.egg-info": "Name: acme\nVersion: 1.0\n"})
        install(tmp_path / "last", "acme", "2.0", SCALE)
        for first in ("site", "x.zip"):
            assert found(tmp_path / first, tmp_path / "last") == []


def folder(directory, name, entry_points=()):
    """Return the record of a metadata folder."""
    return MetadataFolder(f"{directory}/", f"{name}.dist-info", dict(entry_points), {})


def test_the_folders_that_count(tmp_path):
    """They come in the order of the path, by name within an entry; no file is needed."""
    one = [folder(tmp_path, "c-1", SCALE), folder(tmp_path, "b-1", SCALE), folder(tmp_path, "a-1")]
    two = [folder(tmp_path / "two", "d-1", SCALE)]

    def counted(*entries):
        index = Index([MetadataFolders(folders) for folders in entries])
        return [each.distribution.path for each in index]

    def places(*folders):
        return [each.place for each in folders]

    assert counted(one, two) == places(one[1], one[0], *two)
    assert counted([one[2]], two) == places(*two)
    assert counted([], [one[2]]) == []


def test_installed(tmp_path):
    """A distribution is found by its normalized name; of several folders the one that counts."""
    install(tmp_path / "first", "Acme.Layers", "1", metadata=None)
    install(tmp_path / "second", "acme-layers", "2")
    install(tmp_path / "second", "acme-layers", "3", kind="egg-info")
    index = Discovery([str(tmp_path / "first"), str(tmp_path / "second")]).index
    found = index.installed("acme_layers")
    assert (found.name, found.version in {"2", "3"}) == ("acme-layers", True)
    assert index.installed("acme") is None
