"""Entry points: what the lines of an ``entry_points.txt`` say."""

import importlib_metadata
import pytest
from distributions import install

from keras_serializable._installed import entry_points
from keras_serializable._installed.entry_points import GROUP, broken_lines, by_name, read_groups


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


@pytest.mark.parametrize(
    "header",
    ["[keras_serializable.hooks", "keras_serializable.hooks]", "\ufeff[keras_serializable]"],
)
@pytest.mark.parametrize("before", ["", "[console_scripts]\nx = y\n"])
@pytest.mark.parametrize("after", ["", "[keras_serializable]\nc = d\n"])
def test_broken_header(header, before, after):
    """A section of ours whose header is broken is told: a guard may be in it."""
    values, hooks, causes = read_groups(f"{before}{header}\na = b\n{after}")
    assert (values, hooks) == ({"c": "d"} if after else {}, {})
    (cause,) = causes
    assert "is no header of a section" in cause


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
    "c = d[extra]",
    "c@@e = d[extra]",
    "a@@e = d[extra]",
    "a@@e = d\na@@e = f",
    "[c = d]",
    "[c]",
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
    """Reading in bulk and reading line by line give one result, also for nearly plain files."""
    for text in (f"{before}{PLAIN}{line}", f"{before}{PLAIN}{line}\n"):
        assert read_groups(text) == entry_points._read_lines(text)


def test_plain_files_are_read_in_bulk():
    """A file as build backends write it is read in bulk."""
    many = "".join(f"acme>B{number} = a.b:B{number}\n" for number in range(10))
    for text in (PLAIN, f"[console_scripts]\nx = y:z\n\n{PLAIN}\n", f"{PLAIN}{many}"):
        assert entry_points._read_plain(text) == entry_points._read_lines(text)[0]


def test_the_first_equals_sign_ends_the_name():
    """A value may hold an equals sign; importlib_metadata 9 would refuse the file."""
    assert read_groups("[keras_serializable]\na = b = c") == ({"a": "b = c"}, {}, [])


def test_no_section():
    """What stands before the first section is in no group."""
    assert read_groups("a = b") == ({}, {}, [])


def test_read_hook_group():
    """Hooks have a group of their own."""
    text = "[keras_serializable.hooks]\na = b:c\na = b:d\n[keras_serializable]\nk = l"
    assert read_groups(text) == ({"k": "l"}, {"a": "b:c\nb:d"}, [])


def test_broken_lines():
    """A broken line is reported with its number, and the other lines are read."""
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


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\x85"])
def test_numbered_lines(end):
    """A text is split in blocks, with the result of `str.splitlines`."""
    text = "".join(f"line {number}{end}" for number in range(20_000)) + "end"
    assert list(entry_points._numbered_lines(text)) == list(enumerate(text.splitlines(), 1))
    assert list(entry_points._numbered_lines("")) == []


def test_broken_lines_are_counted():
    """Ten broken lines are described, each cut to a length, and the others are counted."""
    text = "[keras_serializable]\n" + "x" * 1000 + "\n" + "y\n" * 50
    causes = read_groups(text)[2]
    assert causes[0] == f"line 2 has no '=': {'x' * 200!r}"
    assert causes[9:] == ["line 11 has no '=': 'y'", "41 more lines are broken"]
    assert len(read_groups(text[: -2 * 41])[2]) == 10


def test_by_name():
    """The values of a repeated name are one to a line."""
    pairs = [("a", "one:A"), ("b", "two:B"), ("a", "three:A")]
    assert by_name(pairs) == {"a": "one:A\nthree:A", "b": "two:B"}


def test_broken_lines_of_any_group():
    """`problems()` checks every group, and what stands before the first one."""
    text = "x = y\n[other]\noops\na = b\n[keras_serializable]\noh no"
    assert broken_lines(text) == [
        "line 1 stands before the first section: 'x = y'",
        "line 3 has no '=': 'oops'",
        "line 6 has no '=': 'oh no'",
    ]


def test_labels():
    """A label makes names unique, and is no part of the key."""
    text = "[keras_serializable]\na>B@@x = m:B[x]\na>B@@y = n:B\na@b>C = m:C\n"
    values = {"a>B": "m:B[x]\nn:B", "a@b>C": "m:C"}
    assert read_groups(text)[0] == values
    assert read_groups(text.replace("[x]", " [x]").replace("@@y", " @@ y"))[0] == {
        **values,
        "a>B": "m:B [x]\nn:B",
    }
