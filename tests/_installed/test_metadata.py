"""Metadata: what the files of a distribution say."""

import os
import pathlib

import importlib_metadata
import pytest
from distributions import distribution_tree, install, lay, metadata_text

from keras_serializable._installed.metadata import (
    LARGEST_FILE,
    MetadataFolder,
    cause,
    name_and_version,
    normalized_name,
    read_distribution,
    read_file,
)
from keras_serializable._installed.requirements import by_extra
from keras_serializable._providers import Distribution


@pytest.mark.parametrize(
    "name", ["acme", "Acme.Layers", "a-_.b", "a--b", "__a__", "keras-serializable_Example", ""]
)
def test_normalized_name(name):
    """Names are compared as importlib_metadata compares them."""
    assert normalized_name(name) == importlib_metadata.Prepared.normalize(name).strip()


def test_distribution_is_read_when_asked_for(tmp_path):
    """The headers are read at the first question, once."""
    install(tmp_path, "acme", "1.2", {"a": "b"})
    folder = MetadataFolder(f"{tmp_path}{os.sep}", "acme-1.2.dist-info", {"a": "b"}, {})
    assert folder.place == str(tmp_path / "acme-1.2.dist-info")
    assert (folder.entry_points, folder.hook_entry_points) == ({"a": "b"}, {})
    assert str(folder.distribution) == "acme 1.2"
    (tmp_path / "acme-1.2.dist-info" / "METADATA").unlink()
    assert str(folder.distribution) == "acme 1.2"


HEADERS = "Metadata-Version: 2.1\nName: Acme.Layers\nVersion: 1.2\n\nName: body\n"


@pytest.mark.parametrize(
    ("folder", "files", "name", "version"),
    [
        ("acme_layers-1.2.dist-info", {"METADATA": HEADERS}, "Acme.Layers", "1.2"),
        ("acme_layers-1.2.egg-info", {"PKG-INFO": HEADERS}, "Acme.Layers", "1.2"),
        ("x-9.dist-info", {"METADATA": HEADERS, "PKG-INFO": "Name: y\n"}, "Acme.Layers", "1.2"),
        ("x-9.dist-info", {"METADATA": HEADERS.replace("\n", "\r\n")}, "Acme.Layers", "1.2"),
        ("x-9.dist-info", {"METADATA": "NAME: acme\nversion:1.2\n"}, "acme", "1.2"),
        ("acme_layers-1.2.dist-info", {}, "acme_layers", "1.2"),
        ("acme_layers.egg-info", {}, "acme_layers", ""),
        ("acme-1.2.dist-info", {"METADATA": ""}, "acme", "1.2"),
        ("acme-1.2.dist-info", {"METADATA": "Metadata-Version: 2.1\n\nName: body"}, "acme", "1.2"),
        ("acme-1.2.dist-info", {"METADATA": "Version: 1.3\n"}, "acme", "1.3"),
        ("acme-1.2.dist-info", {"METADATA": "Version: 1.3\n", "PKG-INFO": HEADERS}, "acme", "1.3"),
        ("acme-1.2.dist-info", {"METADATA": b"Summary: \xff\nName: Acme\n"}, "Acme", "1.2"),
        ("acme-1.2.dist-info", {"METADATA": {}}, "acme", "1.2"),
        ("acme-1.2-py3.11.egg-info", {}, "acme", "1.2"),
        (
            "x-9.dist-info",
            {"METADATA": "Summary: two\n        lines\nName: acme\nVersion: 1.2\n"},
            "acme",
            "1.2",
        ),
    ],
)
def test_read_distribution(tmp_path, folder, files, name, version):
    """Name and version come from the headers, or from the folder if a header is missing."""
    lay(tmp_path, {folder: files})
    place = str(tmp_path / folder)
    assert read_distribution(place) == Distribution(name, version, place)


def test_read_distribution_that_vanished(tmp_path):
    """A folder that is gone is still named by its own name."""
    place = str(tmp_path / "acme-1.2.dist-info")
    assert read_distribution(place) == Distribution("acme", "1.2", place)


class TestReadFile:
    """Every metadata file is read by one function, which waits for nothing and fills no memory."""

    @pytest.mark.parametrize("size", [0, 1, 8191, 8192, 8193, 100_000])
    @pytest.mark.parametrize("mark", [b"", b"x"])
    def test_regular_files(self, tmp_path, size, mark):
        """A file is read whole, or its beginning where that is enough."""
        content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        (tmp_path / "file").write_bytes(content)
        path = str(tmp_path / "file")
        wanted = content if mark in content else b""
        assert read_file(path, mark=mark) == wanted
        assert read_file(path, head=1000) == content[:1000]
        directory = os.open(tmp_path, os.O_RDONLY)
        try:
            assert read_file("file", directory, mark=mark) == wanted
        finally:
            os.close(directory)

    def test_limit(self, tmp_path):
        """A file of just the size that is allowed is read, a larger one only in part."""
        path = tmp_path / "file"
        path.touch()
        os.truncate(path, LARGEST_FILE)
        assert len(read_file(str(path))) == LARGEST_FILE
        os.truncate(path, LARGEST_FILE + 1)
        for mark in (b"", b"x"):
            with pytest.raises(OSError, match=f"larger than {LARGEST_FILE} bytes"):
                read_file(str(path), mark=mark)
        assert read_file(str(path), head=3) == b"\0\0\0"

    @pytest.mark.parametrize("mark", [b"", b"\0"])
    @pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev", "fifo", "/proc/self/mem"])
    def test_other_files(self, tmp_path, path, mark):
        """A device, a FIFO or a directory is refused at once, with a mark or without."""
        os.mkfifo(tmp_path / "fifo")
        if mark and path in ("fifo", "/dev/null"):  # empty, so the mark is not in it
            assert read_file(str(tmp_path / path), mark=mark) == b""
        else:
            with pytest.raises(OSError, match=r"not a regular|Is a directory|Input/output"):
                read_file(str(tmp_path / path), mark=mark)

    def test_a_fifo_with_content(self, tmp_path):
        """What a FIFO holds is not taken for a file, though it has the mark."""
        os.mkfifo(tmp_path / "fifo")
        writer = os.open(tmp_path / "fifo", os.O_RDWR)
        try:
            os.write(writer, b"[keras_serializable]\n")
            with pytest.raises(OSError, match="not a regular file"):
                read_file(str(tmp_path / "fifo"), mark=b"keras")
            with pytest.raises(OSError, match="not a regular file"):
                read_file(str(tmp_path / "fifo"))
            with pytest.raises(BlockingIOError):
                read_file(str(tmp_path / "fifo"), mark=b"keras")
        finally:
            os.close(writer)

    def test_made_up_files(self):
        """A file of the system that says it is empty is read to its end."""
        if pathlib.Path("/proc/self/status").exists():
            assert b"Name:" in read_file("/proc/self/status")


def test_headers_after_long_ones(tmp_path):
    """A licence text before the name is read; what comes after the limit is not."""
    folded = "License: x\n" + "        text\n" * 10_000
    lay(tmp_path, {"x-1.dist-info": {"METADATA": f"{folded}Name: acme\nVersion: 2\n"}})
    assert str(read_distribution(str(tmp_path / "x-1.dist-info"))) == "acme 2"
    lay(tmp_path, {"y-1.dist-info": {"METADATA": f"{folded * 3}Name: acme\nVersion: 2\n"}})
    assert str(read_distribution(str(tmp_path / "y-1.dist-info"))) == "y 1"


REQUIRES_TXT = """\
numpy

[:python_version<"3"]
six

[Keras.TCN]
keras-tcn >=3
tcn[plot] @ https://example.org/tcn.zip
more; os_name != "none"

[old:python_version<"3" or os_name=="none"]
tomli
"""


def without_marker(line):
    """Return a requirement without its marker."""
    return line.partition(";")[0].strip()


@pytest.mark.parametrize("headers", ["PKG-INFO", None])
def test_requirements_of_an_egg_info_folder(tmp_path, headers):
    """Where the headers have no requirement, requires.txt has them under headings of extras."""
    folder = tmp_path / "one-1.egg-info"
    folder.mkdir()
    (folder / "requires.txt").write_text(REQUIRES_TXT)
    if headers:
        (folder / headers).write_text(metadata_text("one", "1"))
    lines = MetadataFolder(f"{tmp_path}/", folder.name, {}, {}).requirement_lines()
    if headers:
        (found,) = importlib_metadata.distributions(path=[str(tmp_path)])
        assert {without_marker(line) for line in lines} == set(map(without_marker, found.requires))
    assert by_extra(lines) == {
        "keras_tcn": ("keras-tcn >=3", "tcn[plot] @ https://example.org/tcn.zip", "more"),
        "old": (),
    }


def test_requirements_in_the_headers_go_first(tmp_path):
    """A requires.txt beside headers with requirements is not read, as importlib_metadata has it."""
    tree = distribution_tree("one", "1", kind="egg-info", requires=["a; extra == 'x'"])
    lay(tmp_path, tree)
    (tmp_path / "one-1.egg-info" / "requires.txt").write_text("[y]\nb\n")
    folder = MetadataFolder(f"{tmp_path}/", "one-1.egg-info", {}, {})
    assert by_extra(folder.requirement_lines()) == {"x": ("a",)}


@pytest.mark.parametrize("content", [None, "", "# [x]", "[x", "]\n[]\n[:]\n"])
def test_odd_requirements(tmp_path, content):
    """No file, an empty one or odd headings name no extra."""
    folder = tmp_path / "one-1.egg-info"
    folder.mkdir()
    if content is not None:
        (folder / "requires.txt").write_text(content)
    assert by_extra(MetadataFolder(f"{tmp_path}/", folder.name, {}, {}).requirement_lines()) == {}


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("acme_layers-1.2-py3.11.egg-info", ("acme_layers", "1.2")),
        ("acme.dist-info", ("acme", "")),
        ("-1.0.dist-info", ("", "1.0")),
        (".dist-info", ("", "")),
    ],
)
def test_name_and_version(folder, expected):
    """A folder's name holds the distribution's name, the version, or neither."""
    assert name_and_version(folder) == expected


def test_cause():
    """The cause is the system's text without the path, or a text cut to a length."""
    error = FileNotFoundError(2, "No such file or directory", "x.dist-info")
    assert cause(error) == "No such file or directory"
    assert cause(ValueError("x" * 1000)) == "x" * 200


def test_the_distribution_of_a_folder(tmp_path):
    """A folder is named by its own name if that has one in small letters, else by METADATA."""
    for name in ("Acme.Layers-1.0.dist-info", "-1.0.dist-info", "acme-1.0.DIST-INFO"):
        lay(tmp_path, {name: {"METADATA": metadata_text("Other.Name", "1.0")}})
    site = f"{tmp_path}{os.sep}"
    folders = [MetadataFolder(site, each.name, {}, {}) for each in tmp_path.iterdir()]
    assert sorted(each.distribution_name() for each in folders) == [
        "acme_layers",
        "other_name",
        "other_name",
    ]
    assert all(each.has_metadata() for each in folders)
    assert not any(each.advertises for each in folders)
    assert not MetadataFolder("", "nowhere-1.0.dist-info", {}, {}).has_metadata()
