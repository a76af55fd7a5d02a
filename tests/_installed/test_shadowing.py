"""Shadowing: of the distributions with one name one counts."""

import importlib_metadata
import pytest
from distributions import install, lay, metadata_text, pack
from scanning import SCALE, found, scan

from keras_serializable._installed.metadata import MetadataFolder, MetadataFolders
from keras_serializable._installed.shadowing import counting


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


def test_counting(tmp_path):
    """The winners come in the order of the path, by name within an entry; no file is needed."""
    one = [folder(tmp_path, "c-1", SCALE), folder(tmp_path, "b-1", SCALE), folder(tmp_path, "a-1")]
    two = [folder(tmp_path / "two", "d-1", SCALE)]

    def counted(*entries):
        return list(counting([MetadataFolders(folders) for folders in entries]))

    assert counted(one, two) == [one[1], one[0], *two]
    assert counted([one[2]], two) == two
    assert counted([], [one[2]]) == []
