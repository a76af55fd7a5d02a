"""Installs distributions for tests: checked-in ones, or trees that are written as dictionaries.

    install_example(site, "undecorated")
    install(site, "acme", "1.2", {"acme>Scale": "acme_layers:Scale"}, {"acme_layers.py": "..."})

The usual plugins are in `installed/`, a folder for each, and the usual modules of others in
`installed/modules`. Distributions with a parameter, and broken ones, are generated, as an installer
would leave them behind.
"""

import os
import pathlib
import shutil
import zipfile

GROUP = "keras_serializable"
HOOK_GROUP = f"{GROUP}.hooks"
INSTALLED = pathlib.Path(__file__).parent / "installed"


PREFACE = "from under_test import *\nimported.append(__name__)\n"
"""The first lines of a generated plugin, whose imports a test counts; see conftest.py."""


def module_text(name):
    """Return the text of the module `name` in `installed/modules`, which counts its imports too."""
    return (INSTALLED / "modules" / f"{name}.py").read_text("utf-8")


def modules_of(table):
    """Return the files of the top-level modules that the values of entry points name; all empty."""
    return {f"{value.split(':')[0].split('.')[0]}.py": "" for value in table.values()}


class Link:
    """A symbolic link in a file tree; a target that does not exist makes it dangle."""

    def __init__(self, target):
        self.target = target


def lay(root, tree):
    """Write a file tree into the directory `root`, which is made if it is not there.

    A tree has names, which may hold slashes, and under each a string or bytes for a file, a
    dictionary for a directory, or a `Link`.
    """
    root = pathlib.Path(root)
    root.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            lay(path, content)
        elif isinstance(content, Link):
            path.symlink_to(content.target)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")


def entry_points_text(groups):
    """Return the content of an ``entry_points.txt`` with the names and values of each group."""
    lines = []
    for group, pairs in groups.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in pairs.items()), ""]
    return "\n".join(lines)


def metadata_text(name, version, requires=()):
    """Return the content of a ``METADATA`` file; `requires` are requirements with their markers."""
    lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in requires)]
    return "\n".join(["Metadata-Version: 2.1", *lines, "", "A description.", ""])


def distribution_tree(
    name,
    version,
    entry_points=None,
    files=None,
    *,
    kind="dist-info",
    folder=None,
    metadata="",
    requires=(),
):
    """Return the file tree of an installed distribution.

    `entry_points` has the names and values of our group, or of each of several groups, or is the
    content of the file; for `None` there is no file. `files` are modules, as a tree. `kind` is
    ``dist-info``, ``egg-info`` for a folder of that kind, or ``egg`` for an ``EGG-INFO``. `folder`
    and `metadata` take the place of the usual name and METADATA; for `None` there is no METADATA.
    `requires` are the requirements in the usual METADATA.
    """
    if isinstance(entry_points, dict) and not any(
        isinstance(value, dict) for value in entry_points.values()
    ):
        entry_points = entry_points_text({GROUP: entry_points}) if entry_points else {}
    elif isinstance(entry_points, dict):
        entry_points = entry_points_text(entry_points)
    information = {}
    if metadata is not None:
        file = "METADATA" if kind == "dist-info" else "PKG-INFO"
        information[file] = metadata or metadata_text(name, version, requires)
    if entry_points is not None:
        information["entry_points.txt"] = entry_points
    if folder is None:
        stem = f"{name.replace('-', '_')}-{version}"
        folder = "EGG-INFO" if kind == "egg" else f"{stem}.{kind}"
    return {folder: information, **(files or {})}


def install(site, name, version="1.0", entry_points=None, files=None, **options):
    """Write an installed distribution into the directory `site`; see `distribution_tree`."""
    lay(site, distribution_tree(name, version, entry_points, files, **options))


def install_example(site, name):
    """Copy the distributions of the folder `name` in `installed/` into the directory `site`."""
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(INSTALLED / name, site, ignore=without, dirs_exist_ok=True)


HOOKS_PREFACE = "from keras_serializable.hooks import hookimpl\nseen = []\n"
"""The first lines of a generated hook plugin."""


def install_hooks(site, body, name="watcher", entry_point=None, distribution=None):
    """Install a hook plugin whose functions are `body`, in a module called after `name`."""
    plugins = {HOOK_GROUP: {entry_point or name: f"{name}_hooks"}}
    files = {f"{name}_hooks.py": HOOKS_PREFACE + body}
    install(site, distribution or name, "3.0", plugins, files)


def uninstall(site, name, version="1.0", files=()):
    """Remove the metadata folder of a distribution, and `files`."""
    site = pathlib.Path(site)
    shutil.rmtree(site / f"{name.replace('-', '_')}-{version}.dist-info")
    for file in files:
        (site / file).unlink()


def pack(archive, *trees):
    """Write file trees without links into a zip file, as a zipped site-packages has them."""

    def write(prefix, tree):
        for name, content in tree.items():
            if isinstance(content, dict):
                zipped.writestr(f"{prefix}{name}/", "")
                write(f"{prefix}{name}/", content)
            else:
                zipped.writestr(prefix + name, content)

    with zipfile.ZipFile(archive, "w") as zipped:
        for tree in trees:
            write("", tree)


def keep_time(directory):
    """Return a function that sets a directory's time back to what it is now.

    A change in between looks like one that was made within a tick of the file system's clock.
    """
    times = pathlib.Path(directory).stat()
    return lambda: os.utime(directory, ns=(times.st_atime_ns, times.st_mtime_ns))
