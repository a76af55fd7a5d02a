"""Metadata: what the files of a distribution say."""

import os
import pathlib

import importlib_metadata
import pytest
from distributions import install, lay

from keras_serializable._installed import metadata
from keras_serializable._installed.entry_points import by_name, numbered_lines, read_lines
from keras_serializable._installed.metadata import (
    GROUP,
    HOOK_GROUP,
    LARGEST_FILE,
    Advertisement,
    normalized_name,
    read_distribution,
    read_file,
    read_groups,
)
from keras_serializable._providers import Distribution


@pytest.mark.parametrize(
    "name", ["acme", "Acme.Layers", "a-_.b", "a--b", "__a__", "keras-serializable_Example", ""]
)
def test_normalized_name(name):
    """Names are compared as importlib_metadata compares them."""
    assert normalized_name(name) == importlib_metadata.Prepared.normalize(name).strip()


@pytest.mark.parametrize(
    ("lines", "values"),
    [
        (["acme>Scale = a:Scale"], {"acme>Scale": "a:Scale"}),
        (["acme>Scale=a:Scale"], {"acme>Scale": "a:Scale"}),
        (["\tacme = a \t"], {"acme": "a"}),
        (["# a = b", "", "   ", "c = d"], {"c": "d"}),
        (["a = b", "a = c", "d = e", "a = b"], {"a": "b\nc\nb", "d": "e"}),
        (["a = b", "[other]", "c = d"], {"a": "b"}),
        (["a = b", "[other]", "c = d", "[keras_serializable]", "e = f"], {"a": "b", "e": "f"}),
        (["a = b\r", "c = d\r"], {"a": "b", "c": "d"}),
    ],
    ids=repr,
)
def test_read_groups(tmp_path, lines, values):
    """The lines of the group are read as importlib_metadata reads them."""
    text = "\n".join(["[before]", "a = b", "[keras_serializable]", *lines])
    assert read_groups(text) == (values, {}, [])
    install(tmp_path, "acme", "1.2", text)
    reference = importlib_metadata.Distribution.at(tmp_path / "acme-1.2.dist-info").entry_points
    assert by_name((each.name, each.value) for each in reference.select(group=GROUP)) == values


PLAIN = "[keras_serializable]\na = b\n"
NEARLY_PLAIN = [
    "c=d",
    "c =d",
    "c= d",
    "c = ",
    " = d",
    "c  = d",
    "c =  d",
    " c = d",
    "c = d ",
    "c d = e",
    "c = d e",
    "c\t = d",
    "c = d\x0b",
    "c = d\x0cd = e",
    "c = d\re = f",
    "c = d\x1ce = f",
    "c = d\x85e = f",
    "\xa0c = d",
    "é = d",
    "# c = d",
    "#c = d",
    "[c] = d",
    "[c = d",
    "c = d [extra]",
    "c = d\nc = e",
    "a = c",
    "c\nd = e=f",
    "c=d = e",
    "c = d\n\ne = f",
    "c = d\n[other]\ne = f",
    "c = d\n[keras_serializable]\ne = f",
    "c = d\n[keras_serializable.hooks]\ne = f",
    "c = d\n [keras_serializable]\ne = f",
    "c = d\n\n\n",
    "",
]


@pytest.mark.parametrize("line", NEARLY_PLAIN)
@pytest.mark.parametrize(
    "before", ["", "[x]\n", "x = y\n", "[keras_serializable]\nx = y\n", "[", "x = y "]
)
def test_what_is_read_in_bulk(before, line):
    """A plain file, and one that is nearly so, are read as line by line."""
    for text in (f"{before}{PLAIN}{line}", f"{before}{PLAIN}{line}\n"):
        groups, causes = read_lines(text, (GROUP, HOOK_GROUP))
        assert read_groups(text) == (groups[GROUP], groups[HOOK_GROUP], causes)


def test_plain_files_are_read_in_bulk():
    """What build backends write for a group of keys is."""
    many = "".join(f"acme>B{number} = a.b:B{number}\n" for number in range(10))
    for text in (PLAIN, f"[console_scripts]\nx = y:z\n\n{PLAIN}\n", f"{PLAIN}{many}"):
        assert metadata._read_plain(text) == read_lines(text, [GROUP])[0][GROUP]


def test_the_first_equals_sign_ends_the_name():
    """What a value may be is for the lookup to judge; importlib_metadata 9 refuses the file."""
    assert read_groups("[keras_serializable]\na = b = c") == ({"a": "b = c"}, {}, [])


def test_no_section():
    """What stands before the first section is in no group."""
    assert read_groups("a = b") == ({}, {}, [])


def test_read_hook_group():
    """Hooks have a group of their own."""
    text = "[keras_serializable.hooks]\na = b:c\na = b:d\n[keras_serializable]\nk = l"
    assert read_groups(text) == ({"k": "l"}, {"a": "b:c\nb:d"}, [])


def test_broken_lines():
    """A line that says nothing costs only itself, and is told with its number."""
    text = "[keras_serializable]\noops\na = b\n\n  oh no [\nc = d\n[other]\nnot ours"
    assert read_groups(text) == (
        {"a": "b", "c": "d"},
        {},
        ["line 2 has no '=': 'oops'", "line 5 has no '=': 'oh no ['"],
    )


@pytest.mark.parametrize("line", ["[other", "other]", "other [extra]"])
def test_a_line_that_is_half_a_section(line):
    """Only what stands in brackets as a whole begins a section."""
    text = f"[keras_serializable]\n{line}\na = b"
    assert read_groups(text) == ({"a": "b"}, {}, [f"line 2 has no '=': {line!r}"])


def test_distribution_is_read_when_asked_for(tmp_path):
    """The headers are read at the first question, once."""
    install(tmp_path, "acme", "1.2", {"a": "b"})
    advertisement = Advertisement({"a": "b"}, {}, str(tmp_path / "acme-1.2.dist-info"))
    assert (advertisement.values, advertisement.hook_values) == ({"a": "b"}, {})
    assert str(advertisement.distribution) == "acme 1.2"
    (tmp_path / "acme-1.2.dist-info" / "METADATA").unlink()
    assert str(advertisement.distribution) == "acme 1.2"


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
    """Name and version come from the headers, and where these are silent from the folder."""
    lay(tmp_path, {folder: files})
    place = str(tmp_path / folder)
    assert read_distribution(place) == Distribution(name, version, place)


def test_read_distribution_that_vanished(tmp_path):
    """Of a folder that is gone its name still tells what it was."""
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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\x85"])
def test_numbered_lines(end):
    """A text is split as `str.splitlines` does it, though in blocks."""
    text = "".join(f"line {number}{end}" for number in range(20_000)) + "end"
    assert list(numbered_lines(text)) == list(enumerate(text.splitlines(), 1))
    assert list(numbered_lines("")) == []


def test_broken_lines_are_counted():
    """Of many broken lines ten are told, cut to a length, and the number of the others."""
    text = "[keras_serializable]\n" + "x" * 1000 + "\n" + "y\n" * 50
    causes = read_groups(text)[2]
    assert causes[0] == f"line 2 has no '=': {'x' * 200!r}"
    assert causes[9:] == ["line 11 has no '=': 'y'", "41 more lines are broken"]
    assert len(read_groups(text[: -2 * 41])[2]) == 10
