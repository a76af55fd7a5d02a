"""Small Kerases: the functions that are intercepted, in their places and with their parameters.

    lay(site, small_keras())
    lay(site, small_keras("tf_keras", {"src/losses.py": [("custom_objects=None", "strict")]}))
    lay(site, small_keras_2())

They are checked in: `installed/small-keras-3` looks keys up as Keras 3.15 does,
`installed/small-keras-2` as Keras 2.15. They have nothing else. The real ones are tested with the
plugins.
"""

from distributions import INSTALLED

KINDS = (
    "activations",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "regularizers",
)


def small_keras(root="keras", edits=()):
    """Return the file tree of a small Keras 3.

    Args:
        root: Its import name.
        edits: For each file to edit, texts that it holds and what to put in the place of each.
    """
    return _tree(INSTALLED / "small-keras-3" / "keras", root, edits)


def small_keras_2(root="tf_keras"):
    """Return the file tree of a small Keras 2."""
    return _tree(INSTALLED / "small-keras-2" / "tf_keras", root)


def _tree(folder, root, edits=()):
    files = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.py")
    }
    for name, replacements in dict(edits).items():
        for old, new in replacements:
            assert old in files[name], name
            files[name] = files[name].replace(old, new)
    sources, own = f"{root}.src", f"{folder.name}.src"
    return {root: {name: text.replace(own, sources) for name, text in files.items()}}
