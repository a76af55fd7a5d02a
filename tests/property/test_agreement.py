"""Whatever importlib_metadata finds is found: random environments, and both are asked.

An environment is a path of directories, archives, eggs and oddities, and finders before or after
importlib_metadata's own. Where importlib_metadata raises, which one broken file is enough for,
there is nothing to compare, and discovery must not raise.

There is one exception: what pip left over is no distribution here; see `is_left_over`.
"""

import contextlib
import itertools
import os
import pathlib
import sys
import tempfile
from importlib import metadata as standard_library

import importlib_metadata
from distributions import distribution_tree, lay, pack
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from keras_serializable._installed.discovery import Discovery
from keras_serializable._installed.entry_points import GROUP

EXAMPLES = settings(
    max_examples=int(os.environ.get("TEST_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Few names, so that distributions share them: spellings of one name, names like folders, odd ones.
NAMES = st.sampled_from(
    [
        "acme",
        "Acme",
        "acme-layers",
        "acme_layers",
        "Acme.Layers",
        "acme__layers",
        "gpu-info",
        "cpu.info",
        "x",
        "é",
        "a b",
        "acme.dist-info",
        "",
        "-",
        ".",
    ]
)
VERSIONS = st.sampled_from(["1.0", "2.0", "1.0.post1+local", ""])
FOLDERS = st.sampled_from(
    [
        None,
        None,
        None,
        "{0}.{2}",
        "{0}-{1}-py3.11.{2}",
        "{0}-{1}.{3}",
        "other-1.{2}",
        ".{2}",
        "-{1}.{2}",
        "{0}-{1}.{2}.bak",
        "{0}_{1}{2}",
        "n\nl-1.{2}",
        "~cme-1.{2}",
        "~{0}-{1}.{2}",
    ]
)
KEYS = st.sampled_from(["acme>Scale", "acme", "MDN", "a b>c", "é>ü", "", ">"])
VALUES = st.sampled_from(["acme:Scale", "acme.layers", "a : b [extra]", "", "x = y", "# no"])
LINES = st.one_of(
    st.builds("{} = {}".format, KEYS, VALUES),
    st.sampled_from(["", "# comment", "  ", f"[{GROUP}]", "[console_scripts]", f"[ {GROUP} ]"]),
    st.sampled_from([f"[[{GROUP}]]", f"[{GROUP}.hooks]", f"  [{GROUP}]  ", f"#[{GROUP}]"]),
)
MALFORMED = st.sampled_from(["no equals", "[", "]", f"\ufeff[{GROUP}]", f"[{GROUP}"])


def texts(lines):
    """Return a strategy for the content of an ``entry_points.txt``."""
    start = st.sampled_from([f"[{GROUP}]", f"[{GROUP}]", "[console_scripts]", "#"])
    ends = st.sampled_from(["\n", "\r\n"])
    return st.builds(
        lambda start, lines, end: end.join([start, *lines, ""]),
        start,
        st.lists(lines, max_size=4),
        ends,
    )


ENTRY_POINTS = st.one_of(st.none(), texts(LINES), texts(LINES), texts(LINES))
HEADERS = st.sampled_from(
    ["Metadata-Version: 2.1\nName: {0}\nVersion: {1}\n\nName: body\n"] * 4
    + [
        "Name: Other\nVersion: 9\n",
        "name:{0}\nVERSION:  {1}  \n",
        "Summary: folded\n  line\nName: {0}\nVersion: {1}\n",
        "Summary: folded\n  Name: no\nName: {0}\nVersion: {1}\n",
        "Version: {1}\n",
        "Name: {0}\n",
        "\nName: {0}\nVersion: {1}\n",
        "",
    ]
)


@st.composite
def distribution_trees(draw, entry_points=ENTRY_POINTS):
    """Return the tree of one distribution, usual or odd."""
    name, version = draw(NAMES), draw(VERSIONS)
    kind = draw(st.sampled_from(["dist-info", "dist-info", "egg-info", "egg"]))
    headers = draw(st.one_of(st.none(), HEADERS, HEADERS, HEADERS))
    folder = draw(FOLDERS)
    folder = folder and folder.format(name, version, kind, kind.upper())
    if draw(st.integers(0, 19)) == 0:
        return {f"{name or 'file'}-{version}.egg-info": headers or "Name: file\n"}
    tree = distribution_tree(
        name,
        version,
        draw(entry_points),
        kind=kind,
        folder=folder,
        metadata=None if headers is None else headers.format(name, version) or "\n",
    )
    (information,) = tree.values()
    if information.get("METADATA") and draw(st.integers(0, 9)) == 0:
        information["PKG-INFO"] = "Name: Package-Info\nVersion: 0\n"
    return tree


def merged(trees):
    """Return one tree of several; of folders with one name the first stays."""
    result = {}
    for tree in trees:
        for name, content in tree.items():
            result.setdefault(name, content)
    return result


TREES = st.lists(distribution_trees(), max_size=4).map(merged)
DIRECTORIES = st.tuples(st.sampled_from(["site", "site", "x.egg", "X.EGG"]), st.just(lay), TREES)
ARCHIVES = st.tuples(
    st.sampled_from(["x.zip", "acme-1.0-py3.11.egg", "x.whl", "x"]), st.just(pack), TREES
)
PLAIN = st.tuples(st.just("site"), st.just(lay), TREES)
ODDITIES = st.sampled_from(
    ["nowhere", "file", "file/below", "circle", "broken.zip", "nul\0", "", "again", "again/"]
)


class Finder:
    """A finder of distributions beyond the path."""

    def __init__(self, distributions):
        self._distributions = distributions

    def find_spec(self, *arguments):
        """Find no module."""

    def find_distributions(self, context=None):
        """Return them all."""
        return list(self._distributions)


class InMemory(standard_library.Distribution):
    """A distribution that exists in memory alone, in terms of the standard library."""

    def __init__(self, files):
        self._files = files

    def read_text(self, filename):
        """Return a file, if there is one."""
        return self._files.get(filename)

    def locate_file(self, path):
        """Return a path; there is nothing at it."""
        return pathlib.Path(path)


@contextlib.contextmanager
def environment(entries, oddities=(), finders=()):
    """Build an environment and put it in place of the process' own.

    An entry is name, writer and tree; an oddity the position and name of an entry that is none; a
    finder whether it comes first, whether it is the standard library's kind, and its tree.
    """
    former, former_finders = list(sys.path), list(sys.meta_path)
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        lay(root, {"file": "x", "broken.zip": b"PK\3\4"})
        (root / "circle").symlink_to("circle")
        path = []
        for number, (name, write, tree) in enumerate(entries):
            (root / str(number)).mkdir()
            write(root / str(number) / name, tree)
            path.append(str(root / str(number) / name))
        for position, oddity in oddities:
            if oddity.startswith("again"):
                entry = path[position % len(path)] + oddity[5:] if path else str(root)
            else:
                entry = oddity and f"{root}/{oddity}"
            path.insert(position, entry)
        for number, (first, in_memory, tree) in enumerate(finders):
            lay(root / f"finder{number}", tree)
            found = [
                InMemory({key: text for key, text in content.items() if isinstance(text, str)})
                if in_memory
                else importlib_metadata.Distribution.at(root / f"finder{number}" / name)
                for name, content in tree.items()
                if isinstance(content, dict)
            ]
            position = 0 if first else len(sys.meta_path)
            sys.meta_path.insert(position, Finder(found))
        # The standard library stays on the path: importlib_metadata imports parts of itself late.
        sys.path[:] = [*path, *former]
        try:
            yield
        finally:
            sys.path[:], sys.meta_path[:] = former, former_finders
            importlib_metadata.MetadataPathFinder.invalidate_caches()


def field(distribution, name):
    """Return a header of a distribution, `None` where importlib_metadata raises or has none."""
    try:
        return (getattr(distribution, name) or "").strip() or None  # blanks carry no meaning
    except Exception:  # noqa: BLE001 -- MetadataNotFound, KeyError: as many as there are versions
        return None


def is_left_over(distribution):
    """Return whether pip left it over: only importlib_metadata takes it for a distribution.

    pip renames the folder that it replaces, and passes over one with such a name as we do.
    """
    return getattr(getattr(distribution, "_path", None), "name", "").startswith("~")


def compare():
    """Assert that discovery and importlib_metadata see one environment alike."""
    ours = [
        (each.name, each.value, each.distribution.name, each.distribution.version)
        for each in Discovery().index
    ]
    try:
        found = importlib_metadata.entry_points(group=GROUP)
    except Exception:  # noqa: BLE001 -- nothing to compare; ours did not raise
        return
    theirs = [
        (each.name, each.value, field(each.dist, "name"), field(each.dist, "version"))
        for each in found
        if not is_left_over(each.dist)
    ]
    assert sorted(each[:2] for each in ours) == sorted(each[:2] for each in theirs)
    # Where importlib_metadata knows no name or version, ours is that of the folder, or empty.
    for pair in {each[:2] for each in theirs}:
        own = [each[2:] for each in ours if each[:2] == pair]
        wanted = [each[2:] for each in theirs if each[:2] == pair]
        assert any(
            all(
                want is None or have == want
                for haves, wants in zip(order, wanted, strict=True)
                for have, want in zip(haves, wants, strict=True)
            )
            for order in itertools.permutations(own)
        ), (own, wanted)


@EXAMPLES
@given(st.lists(PLAIN, max_size=4))
def test_directories(entries):
    """Plain directories: duplicates, shadows, names and folders as odd as can be."""
    with environment(entries):
        compare()


@EXAMPLES
@given(st.lists(st.one_of(DIRECTORIES, ARCHIVES), max_size=3))
def test_archives(entries):
    """Zip files, wheels and eggs, packed and unpacked, between directories."""
    with environment(entries):
        compare()


@EXAMPLES
@given(
    st.lists(st.one_of(PLAIN, ARCHIVES), max_size=3),
    st.lists(st.tuples(st.integers(0, 3), ODDITIES), min_size=1, max_size=3),
)
def test_odd_entries(entries, oddities):
    """Path entries that stand there twice, or are nothing that could be read."""
    with environment(entries, oddities):
        compare()


@EXAMPLES
@given(
    st.lists(PLAIN, max_size=2),
    st.lists(st.tuples(st.booleans(), st.booleans(), TREES), min_size=1, max_size=2),
)
def test_finders(entries, finders):
    """Finders on `sys.meta_path`, before and after importlib_metadata's own."""
    with environment(entries, (), finders):
        compare()


BROKEN_TREES = st.lists(
    distribution_trees(texts(st.one_of(LINES, MALFORMED))), min_size=1, max_size=4
).map(merged)


@EXAMPLES
@given(st.lists(st.tuples(st.just("site"), st.just(lay), BROKEN_TREES), min_size=1, max_size=3))
@example([("site", lay, distribution_tree("acme", "1.0", "[x]\nno equals\n"))])
def test_malformed(entries):
    """Malformed files: nothing raises, and what importlib_metadata can read is read alike."""
    with environment(entries):
        compare()


@EXAMPLES
@given(
    st.lists(st.one_of(DIRECTORIES, ARCHIVES, PLAIN), max_size=4),
    st.lists(st.tuples(st.integers(0, 4), ODDITIES), max_size=2),
    st.lists(st.tuples(st.booleans(), st.booleans(), TREES), max_size=1),
)
def test_everything(entries, oddities, finders):
    """Directories, archives, odd entries and finders together."""
    with environment(entries, oddities, finders):
        compare()
