"""Draw the pictures of the documentation: `nox -s pictures` writes them beside this file.

Each picture is a column of boxes, read from top to bottom. It is narrow, so that a phone shows its
letters in a readable size.
"""

import sys
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

WIDTH, BOX, STEP = 4.2, 0.5, 0.68  # inches
INK, QUIET, ACCENT = "#1a2b3c", "#526271", "#0a5ea8"

Boxes = list[tuple[str, str, bool]]  # name, text, whether it is marked
LOOKUP: Boxes = [
    ("open scopes", "custom_object_scope, the innermost first", False),
    ("registered objects", "by our decorator, or by a Keras'", False),
    ("custom_objects", "the caller's objects", False),
    ("module_objects", "the caller's built-in objects", False),
    ("index", "Who advertises this key? One scan of sys.path", True),
    ("rules and hooks", "May it be imported? They are asked first", True),
    ("import", "one module: the one in the entry point", True),
    ("the object", "or None, a miss, as in Keras", False),
]
LAYERS: Boxes = [
    ("__main__, _cli", "the command", False),
    ("_needs", "what a saved model needs", False),
    ("__init__, saving, utils", "public names; the default registry is made here", True),
    ("serialization", "Keras 3's config format without Keras", False),
    ("_keras", "joins the registry to each Keras", False),
    ("_loading", "from a key to its object, or to the reason why not", True),
    (
        "_installed, _registry, model_files",
        "who advertises what; registered objects; saved models",
        True,
    ),
    ("errors, _providers, _keys, _texts", "shared by all", False),
]


def draw_column(file: Path, title: str, boxes: Boxes) -> None:
    """Draw boxes below each other, joined by arrows; those that are marked have another color."""
    height = STEP * len(boxes) + 0.35
    figure = plt.figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, height))
    axes.axis("off")
    center = WIDTH / 2
    axes.text(center, height - 0.2, title, ha="center", va="center", weight="bold", color=INK)
    for number, (name, text, is_marked) in enumerate(boxes):
        top = height - 0.45 - STEP * number
        color = ACCENT if is_marked else QUIET
        frame = {"fill": False, "edgecolor": color, "linewidth": 1.6}
        axes.add_patch(plt.Rectangle((0.1, top - BOX), WIDTH - 0.2, BOX, **frame))
        words = {"ha": "center", "va": "center", "fontsize": 9.5}
        axes.text(center, top - 0.16, name, **words, weight="bold", color=INK)
        axes.text(center, top - 0.35, text, **words, color=QUIET)
        if number:
            arrow = {"arrowstyle": "->", "color": QUIET, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", (center, top), (center, top + STEP - BOX), arrowprops=arrow)
    figure.savefig(file, facecolor="white", metadata={"Date": None})
    plt.close(figure)


def main(folder: Path) -> None:
    """Write every picture into a folder."""
    # The files are equal each time, and their letters are text.
    mpl.rcParams.update({"svg.hashsalt": "keras-serializable", "svg.fonttype": "none"})
    draw_column(folder / "lookup.svg", "The first that has the key answers", LOOKUP)
    draw_column(folder / "layers.svg", "Imports point downward", LAYERS)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
