"""The value that says what a model needs, and from where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keras_serializable._needs.html_tables import html_table
from keras_serializable._needs.install_lines import pip_install
from keras_serializable._needs.model_file_lines import (
    keras_requirements,
    keras_root,
    object_comment,
)
from keras_serializable._needs.needed_objects import NeededObject, provided_by
from keras_serializable._texts import listed
from keras_serializable.model_files import ModelFile, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ENDINGS = {"keras": (".keras",), "h5": (".h5", ".hdf5")}
"""By which ending of its name Keras 3 knows the format of a file."""


@dataclass(frozen=True)
class ModelNeeds:
    """What a saved model needs, and who provides it here. In Jupyter it shows as a table.

    What the running program itself has registered does not count: the values are those for a
    program that imports no plugin.

    Attributes:
        file: What the file says: its path, format, Keras, tree.
        objects: Its custom objects with their verdicts, in the order of their first place.
        keras: The Kerases that are installed here, such as ``keras 3.15.1``.
        core: The requirement lines of what finds providers: this package, and
            ``keras-serializable-autoload`` where it is installed.

    Example:
        >>> tree = Node("model", "", "Sequential", None, "(root)", ())
        >>> file = ModelFile("model.keras", "keras", "3.15.1", None, (), tree)
        >>> needs = ModelNeeds(file, (), ("keras 3.15.1",), ("keras-serializable==0.1.0",))
        >>> needs.loads, needs.requirements, needs.summary
        (True, ['keras==3.15.1'], 'It will load.')
    """

    __module__ = "keras_serializable"

    file: ModelFile
    objects: tuple[NeededObject, ...]
    keras: tuple[str, ...]
    core: tuple[str, ...]

    @property
    def path(self) -> str:
        """The file or directory."""
        return self.file.path

    @property
    def loads(self) -> bool:
        """Whether Keras would find every custom object, or can do without its class.

        Whether a Keras is installed does not count.
        """
        return self.format_problem is None and not self.not_found

    @property
    def not_found(self) -> tuple[NeededObject, ...]:
        """The custom objects for want of which the model would not load."""
        restored = self.restored
        return tuple(each for each in self.objects if not each.is_found and each not in restored)

    @property
    def restored(self) -> tuple[NeededObject, ...]:
        """The layers that Keras 2 restores from the graph of a SavedModel without their classes."""
        if self.file.format != "saved-model":
            return ()
        layers = set(_places_of(self.file.tree, {"layer", "model"}))
        return tuple(
            each
            for each in self.objects
            # Other verdicts are errors of a lookup, which Keras does not catch.
            if each.verdict in {"unknown", "known, not installed"}
            and layers.issuperset(each.places)
        )

    @property
    def format_problem(self) -> "str | None":
        """Why no Keras of here would read the file, and what to do; ``None`` if one would."""
        file_format = self.file.format
        majors = {each.rpartition(" ")[2].partition(".")[0] for each in self.keras}
        if file_format == "saved-model" and majors == {"3"}:
            return "Keras 3 loads no SavedModel: pip install tf_keras"
        if file_format == "keras-directory" and majors == {"2"}:
            return 'Only Keras 3 loads an unpacked .keras archive: pip install "keras>=3"'
        # Keras 2 knows an HDF5 file by its content.
        goes_by_name = file_format == "keras" or keras_root(self.file) == "keras"
        endings = _ENDINGS.get(file_format)
        if endings is None or not goes_by_name or self.path.endswith(endings):
            return None
        kind = "a .keras archive" if file_format == "keras" else "an HDF5 file"
        return f"Keras reads {kind} only if its name ends in {' or '.join(endings)}: rename it"

    @property
    def built_in(self) -> tuple[NeededObject, ...]:
        """The model's parts that are Keras' own: its layers, losses, metrics, optimizer."""
        places: dict[tuple[str, str], list[str]] = {}
        _collect(self.file.tree, places)
        return tuple(
            NeededObject(name, kind, None, name, tuple(found), "built in")  # type: ignore[arg-type]
            for (name, kind), found in places.items()
        )

    @property
    def requirements(self) -> "list[str]":
        """The requirement lines: Keras by the version in the file, then what the objects need.

        Some may be no more than `claimed`.
        """
        lines = keras_requirements(self.file)
        needed = [line for each in self.objects for line in each.requirements]
        return list(dict.fromkeys([*lines, *(self.core if needed else ()), *needed]))

    @property
    def claimed(self) -> "list[str]":
        """Those of the requirement lines that rest on nothing but the stamp of the file."""
        return claimed_lines(self.objects)

    @property
    def to_install(self) -> "list[str]":
        """The requirement lines of what is known and not installed, Keras included."""
        lines = [] if self.keras else keras_requirements(self.file) or ["keras"]
        for each in self.objects:
            lines += each.missing
        return list(dict.fromkeys(lines))

    @property
    def comments(self) -> "list[str]":
        """The comment lines of what no requirement line covers."""
        comments = [
            object_comment(each, each.reason or each.verdict)
            for each in self.objects
            if not each.is_covered
        ]
        if not keras_requirements(self.file):
            comments.insert(0, "# Keras: the file does not say which version has saved it")
        elif keras_root(self.file) == "keras":
            comments.insert(
                0, "# Keras 3 also needs a backend of your choice: jax, tensorflow, torch"
            )
        return comments

    @property
    def summary(self) -> str:
        """One or two sentences: whether the model will load, and what to install for it."""
        return _summary_of(self)

    def to_dict(self, *, custom_only: bool = False) -> "dict[str, Any]":
        """Return it as the command's JSON shows it.

        Args:
            custom_only: Leave out what is Keras' own.
        """
        objects = self.objects if custom_only else (*self.objects, *self.built_in)
        return {
            "path": self.path,
            "format": self.file.format,
            "keras_version": self.file.keras_version,
            "date_saved": self.file.date_saved,
            "loads": self.loads,
            "keras_installed": list(self.keras),
            "requirements": self.requirements,
            "to_install": self.to_install,
            "claimed": self.claimed,
            "stamp_problem": self.file.stamp_problem,
            "format_problem": self.format_problem,
            "summary": self.summary,
            "objects": [each.to_dict() for each in objects],
        }

    def _repr_html_(self) -> str:
        """Return the table that Jupyter shows."""
        rows = [
            (each.key, each.kind, provided_by(each), each.requirement or "", each.places[0])
            for each in self.objects
        ]
        title = f"{self.path}: {self.summary}"
        return html_table(("key", "kind", "verdict", "requirement", "first place"), rows, title)


def claimed_lines(objects: "Iterable[NeededObject]") -> "list[str]":
    """Return the requirement lines of objects that only the stamp of a file claims."""
    lines: dict[str, bool] = {}
    for each in objects:
        for line in each.requirements:
            lines[line] = lines.get(line, True) and each.is_claimed
    return [line for line, is_claimed in lines.items() if is_claimed]


def _collect(node: Node, places: "dict[tuple[str, str], list[str]]") -> None:
    if not node.is_custom:
        # The config of a loss or a metric may be a name, for a class or a function.
        kind = "class" if node.role in {"model", "layer", "optimizer"} else "name"
        places.setdefault((node.class_name, kind), []).append(node.place)
    for child in node.children:
        _collect(child, places)


def _places_of(node: Node, roles: "set[str]") -> "Iterator[str]":
    """Yield the places of the parts with one of these roles."""
    if node.role in roles:
        yield node.place
    for child in node.children:
        yield from _places_of(child, roles)


def _summary_of(needs: "ModelNeeds") -> str:
    """Return in a few sentences whether a model will load, and what to install for it."""
    missing = needs.not_found
    claimed = needs.claimed
    install = [line for line in needs.to_install if line not in claimed]
    if missing:
        texts = [f"It will not load: {_counted(missing)}."]
    elif needs.format_problem:
        texts = ["It will not load."]
    else:
        texts = ["It will load."] if needs.keras else ["It will load where a Keras is installed."]
    if needs.format_problem:
        texts.append(f"{needs.format_problem}.")
    if needs.restored:
        layers = listed(dict.fromkeys(each.key for each in needs.restored))
        texts.append(f"Keras restores without their classes, from the graph in the file: {layers}.")
    if install or claimed:
        covers_all = all(each.verdict == "known, not installed" for each in missing)
        helps = "Known to be missing:" if missing and not covers_all else "To install:"
        texts.append(f"{helps} {_commands(install, claimed)}")
    return " ".join(texts)


def _commands(known: "list[str]", claimed: "list[str]") -> str:
    """Return the commands that install what is missing; a claim is told as a claim."""
    parts = [pip_install(known)] if known else []
    if claimed:
        parts.append(f"as the file claims, {pip_install(claimed)}")
    return "; ".join(parts)


def _counted(missing: "Iterable[NeededObject]") -> str:
    counts: dict[str, list[str]] = {}
    for each in missing:
        counts.setdefault(each.verdict, []).append(each.key)
    return ", ".join(
        f"{len(keys)} {verdict if verdict != 'known, not installed' else 'not installed'}"
        for verdict, keys in counts.items()
    )
