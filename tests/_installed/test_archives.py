"""Archives: zip files, eggs and finders, whatever is broken in them."""

import struct
import tracemalloc
import types
import zipfile

import pytest
from distributions import distribution_tree, install, lay, pack
from scanning import MEBIBYTE, ODD_FILES, SCALE, Finder, at, found, look, odd_file, scan


class TestArchives:
    """Zip files and eggs are read as directories are."""

    @pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
    def test_zip_file(self, tmp_path, kind):
        """A zip file on the path is read as a directory is."""
        pack(tmp_path / "x.zip", distribution_tree("acme", "1.2", SCALE, kind=kind))
        assert found(tmp_path / "x.zip") == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_zip_file_shadows_and_is_shadowed(self, tmp_path):
        """The order of the path holds across directories and archives."""
        pack(tmp_path / "x.zip", distribution_tree("Acme.Layers", "1.0", SCALE))
        install(tmp_path / "site", "acme_layers", "2.0", SCALE)
        path = [tmp_path / "x.zip", tmp_path / "site"]
        assert [each[2] for each in found(*path)] == ["Acme.Layers 1.0"]
        assert [each[2] for each in found(*reversed(path))] == ["acme_layers 2.0"]

    def test_zip_file_without_metadata(self, tmp_path):
        """A distribution without METADATA is found in an archive too."""
        pack(tmp_path / "x.zip", distribution_tree("acme", "1.2", SCALE, metadata=None))
        providers, _ = scan(tmp_path / "x.zip")
        assert [each[:2] for each in providers] == [("acme>Scale", "acme_layers:Scale")]
        assert providers[0][2].startswith("acme")

    @pytest.mark.parametrize(
        ("metadata", "expected"),
        [("Version: 1.3\n", "acme 1.3"), ("Name: Acme\n", "Acme 1.2"), (None, "acme 1.2")],
    )
    def test_zip_file_with_half_the_metadata(self, tmp_path, metadata, expected):
        """The folder's name supplies what METADATA lacks, in an archive as in a directory."""
        tree = distribution_tree("acme", "1.2", SCALE, metadata=metadata)
        lay(tmp_path / "site", tree)
        pack(tmp_path / "x.zip", tree)
        assert [each[2] for each in scan(tmp_path / "site")[0]] == [expected]
        assert [each[2] for each in scan(tmp_path / "x.zip")[0]] == [expected]

    def test_zip_file_whose_folder_has_another_name(self, tmp_path):
        """In an archive the name in METADATA counts, as it does for importlib_metadata."""
        tree = distribution_tree("acme", "1.0", SCALE, folder="other-1.0.dist-info")
        pack(tmp_path / "x.zip", tree, distribution_tree("acme", "2.0", {"a>B": "m:B"}))
        assert [each[0] for each in found(tmp_path / "x.zip")] == ["acme>Scale"]

    @pytest.mark.parametrize("broken", [{"entry_points": "[x]\nbad"}, {"metadata": b"\xff"}])
    def test_broken_distribution_in_a_zip_file(self, tmp_path, broken):
        """One broken distribution in an archive costs the others nothing."""
        broken = {"entry_points": {"b>B": "m:B"}, **broken}
        pack(
            tmp_path / "x.zip",
            distribution_tree("bad", "1.0", **broken),
            distribution_tree("acme", "1.2", SCALE),
        )
        providers, problems = scan(tmp_path / "x.zip")
        assert ("acme>Scale", "acme_layers:Scale", "acme 1.2") in providers
        assert [problem.path for problem in problems] == [str(tmp_path / "x.zip")]

    def test_nameless_distribution_in_a_zip_file(self, tmp_path):
        """A distribution without any name hides no other, in an archive or in a directory."""
        tree = distribution_tree("", "", {"a>B": "m:B"}, metadata=None, folder=".dist-info")
        pack(tmp_path / "x.zip", tree)
        lay(tmp_path / "site", tree)
        install(tmp_path / "last", "acme", "1.2", SCALE)
        for first in ("site", "x.zip"):
            providers, _ = scan(tmp_path / first, tmp_path / "last")
            assert ("acme>Scale", "acme_layers:Scale", "acme 1.2") in providers

    def test_names_that_end_like_a_folder(self, tmp_path):
        """Two distributions whose names end in ``-info`` are told apart."""
        pack(
            tmp_path / "x.zip",
            distribution_tree("gpu-info", "1.0", {"gpu>Info": "m:I"}),
            distribution_tree("cpu-info", "1.0", {"cpu>Info": "m:I"}),
        )
        assert sorted(each[0] for each in found(tmp_path / "x.zip")) == ["cpu>Info", "gpu>Info"]

    @pytest.mark.parametrize("packed", [True, False])
    def test_egg(self, tmp_path, packed):
        """An egg, as a file or as a folder, is read."""
        tree = distribution_tree("acme", "1.2", SCALE, kind="egg")
        egg = tmp_path / "acme-1.2-py3.11.egg"
        pack(egg, tree) if packed else lay(egg, tree)
        assert found(egg) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]


class TestFinders:
    """Finders on `sys.meta_path` are asked."""

    def test_found(self, tmp_path):
        """What a finder knows is found."""
        install(tmp_path, "acme", "1.2", SCALE)
        finder = Finder(at(tmp_path / "acme-1.2.dist-info"))
        assert found(finders=[finder]) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_of_the_standard_library(self, tmp_path):
        """A finder may return distributions of `importlib.metadata`."""
        from importlib import metadata

        install(tmp_path, "acme", "1.2", SCALE)
        finder = Finder(metadata.Distribution.at(tmp_path / "acme-1.2.dist-info"))
        assert found(finders=[finder]) == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]

    def test_that_fails(self, tmp_path):
        """A finder that raises is a problem, and hides nothing."""

        class Failing:
            def find_distributions(self, context):
                yield from ()
                raise RuntimeError("no network")

        install(tmp_path, "acme", "1.2", SCALE)
        providers, problems = scan(tmp_path, finders=[Failing()])
        assert providers == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]
        assert [problem.cause for problem in problems] == ["RuntimeError: no network"]

    def test_that_knows_a_broken_distribution(self, tmp_path):
        """A finder's distribution that raises is a problem; its other distributions are found."""

        class Broken:
            name, version = "acme", "0.1"

            @property
            def entry_points(self):
                raise OSError("no disk")

            def read_text(self, name):
                raise OSError("no disk either")

        install(tmp_path, "bolt", "1.2", {"bolt>Scale": "b:Scale"})
        install(tmp_path, "acme", "1.2", SCALE)
        finder = Finder(Broken(), at(tmp_path / "bolt-1.2.dist-info"))
        providers, problems = scan(tmp_path, finders=[finder])
        assert ("bolt>Scale", "b:Scale", "bolt 1.2") in providers
        assert "OSError: no disk" in [problem.cause for problem in problems]

    def test_that_knows_a_distribution_whose_folder_raises(self, tmp_path):
        """A distribution that cannot tell its folder is a problem, and hides no other."""
        install(tmp_path, "acme", "1.2", SCALE)

        class Homeless(type(at(tmp_path))):
            def __init__(self):
                pass

            @property
            def _path(self):
                raise RuntimeError("no folder")

        finder = Finder(Homeless(), at(tmp_path / "acme-1.2.dist-info"))
        providers, problems = scan(finders=[finder])
        assert providers == [("acme>Scale", "acme_layers:Scale", "acme 1.2")]
        assert {problem.cause for problem in problems} == {"RuntimeError: no folder"}

    def test_that_knows_a_distribution_without_metadata(self, tmp_path):
        """A finder's distribution without METADATA is named by its folder, and is no problem."""
        install(tmp_path, "acme", "1.2", SCALE, metadata=None)

        class Bare(type(at(tmp_path))):
            metadata = None
            name = property(lambda self: self.metadata["Name"])
            version = property(lambda self: self.metadata["Version"])

        bare = Bare(tmp_path / "acme-1.2.dist-info")
        expected = [("acme>Scale", "acme_layers:Scale", "acme 1.2")]
        assert found(finders=[Finder(bare)]) == expected


class TestLeftovers:
    """What pip left over when it was interrupted is no distribution."""

    def test_in_an_archive(self, tmp_path):
        """A leftover in a zip file is skipped."""
        trees = distribution_tree("~ilde", "1.0", SCALE), distribution_tree("tilde", "2.0", SCALE)
        pack(tmp_path / "x.zip", *trees)
        assert found(tmp_path / "x.zip") == [("acme>Scale", "acme_layers:Scale", "tilde 2.0")]

    def test_of_a_finder(self, tmp_path):
        """A leftover that a finder returns is skipped."""
        install(tmp_path, "~ilde", "1.0", SCALE)
        assert found(finders=[Finder(at(tmp_path / "~ilde-1.0.dist-info"))]) == []


@pytest.mark.usefixtures("in_time")
class TestOddFiles:
    """An odd file is no archive, and odd content costs only itself."""

    @pytest.mark.parametrize("kind", ODD_FILES)
    def test_path_entries(self, tmp_path, kind):
        """A device or another odd file on the path is no archive."""
        install(tmp_path / "good", "acme", "1.2", SCALE)
        odd_file(tmp_path / "odd", kind)
        assert len(look([tmp_path / "odd", tmp_path / "good"])[0]) == 1

    @pytest.mark.parametrize("file", ["entry_points.txt", "METADATA"])
    def test_a_bomb_in_an_archive(self, tmp_path, file):
        """A file that would grow beyond the limit when it is unpacked is not read."""
        tree = distribution_tree("bad", "1.0", {"bad>A": "m:A"})
        (files,) = tree.values()
        files[file] += "\n" * (20 * MEBIBYTE)
        with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(f"bad-1.0.dist-info/{name}", content)
        assert (tmp_path / "x.zip").stat().st_size < MEBIBYTE
        del tree, files, content
        tracemalloc.start()
        try:
            names, told = look([tmp_path / "x.zip"])
            assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
        finally:
            tracemalloc.stop()
        assert [each.cause for each in told] == [
            f"OSError: {file}: larger than {16 * MEBIBYTE} bytes"
        ]
        assert names == ([] if file == "entry_points.txt" else ['"bad>A" = "m:A" of bad 1.0'])

    def test_a_table_of_contents_without_end(self, tmp_path):
        """An archive whose table of contents alone would fill the memory is not read."""
        install(tmp_path / "good", "acme", "1.2", SCALE)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 2**31, 2**20, 0)
        with (tmp_path / "x.zip").open("wb") as file:
            file.seek(2**40)
            file.write(end)
        names, told = look([tmp_path / "x.zip", tmp_path / "good"])
        assert len(names) == 1
        assert [each.cause for each in told] == [
            f"OSError: its table of contents is larger than {64 * MEBIBYTE} bytes"
        ]

    def test_a_distribution_that_is_no_text(self):
        """A distribution whose entry points are no text hides no other."""

        class Numbers:
            name, version = 1, 2.0

            def __init__(self, name, value):
                entry_point = types.SimpleNamespace(name=name, value=value)
                self.entry_points = self
                self.select = lambda group: [entry_point]

            def read_text(self, file):
                return 3

        for name, value in ((4, "m:A"), ("a>A", 5), (None, None)):
            names, told = look([], [Finder(Numbers(name, value))])
            assert names == []
            assert len(told) == len({each.cause for each in told}) > 0

    def test_an_error_without_a_text(self, tmp_path):
        """An error of a finder that cannot be shown is named by its class."""

        class UnspeakableError(Exception):
            def __str__(self):
                raise RuntimeError

        class Failing:
            def find_distributions(self, context):
                raise UnspeakableError

        _, told = look([], [Failing()])
        assert [each.cause for each in told] == ["UnspeakableError: UnspeakableError"]
