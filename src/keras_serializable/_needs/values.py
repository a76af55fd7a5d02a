"""The values that say what a model needs, and from where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from keras_serializable._needs.html_tables import html_table
from keras_serializable._needs.install_lines import pip_install
from keras_serializable._needs.model_file_lines import keras_requirement, object_comment
from keras_serializable.model_files import CustomObject, ModelFile, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

Verdict = Literal[
    "built in",
    "provided",
    "known, not installed",
    "unknown",
    "ambiguous",
    "refused by rule",
    "lambda",
]
"""Whether an object of a model would be found.

- ``built in``: it is Keras' own.
- ``provided``: an installed distribution advertises it.
- ``known, not installed``: what to install is known, from an optional provider or from the file.
- ``unknown``: nothing that is installed knows it.
- ``ambiguous``: several distributions advertise it differently.
- ``refused by rule``: the policy forbids it.
- ``lambda``: it is code that the file holds. Keras loads it only with ``safe_mode=False``.
"""

FOUND = ("built in", "provided")
"""The verdicts of what would be found."""


@dataclass(frozen=True)
class NeededObject(CustomObject):
    """A custom object of a model, and who provides it.

    It has the attributes of a `keras_serializable.model_files.CustomObject`, and these:

    Attributes:
        verdict: ``provided``, ``known, not installed``, ``unknown``, ``ambiguous``, ``refused by
            rule`` or ``lambda``; for a part of Keras ``built in``.
        distribution: The distribution that provides it. For an optional provider: the library that
            has the code. If no installed distribution knows the key: the one that the file claims.
        version: The version of this distribution, ``None`` where it is not known.
        requirements: What has to be installed for it, as lines of a requirements file. The first
            one is the distribution that has the code.
        missing: Those of the requirements that are not installed here.
        reason: What else is known, in one sentence; empty where nothing is.
        is_claimed: Whether distribution and version are what the file claims.

    Example:
        >>> scale = NeededObject(
        ...     "acme>Scale", "class", None, None, ("config.layers[0]",), "provided",
        ...     "acme-layers", "1.2", ("acme-layers==1.2",),
        ... )
        >>> scale.is_found, scale.requirement
        (True, 'acme-layers==1.2')
    """

    __module__ = "keras_serializable"

    verdict: Verdict
    distribution: "str | None" = None
    version: "str | None" = None
    requirements: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    is_claimed: bool = False

    @property
    def is_found(self) -> bool:
        """Whether a lookup would find it."""
        return self.verdict in FOUND

    @property
    def requirement(self) -> "str | None":
        """The requirement line of the distribution that has the code, ``None`` if unknown."""
        return self.requirements[0] if self.requirements else None

    def to_dict(self) -> "dict[str, Any]":
        """Return it as the command's JSON shows it."""
        return {
            "key": self.key,
            "kind": self.kind,
            "verdict": self.verdict,
            "distribution": self.distribution,
            "version": self.version,
            "requirement": self.requirement,
            "requirements": list(self.requirements),
            "missing": list(self.missing),
            "is_claimed": self.is_claimed,
            "reason": self.reason,
            "module": self.module,
            "class_name": self.class_name,
            "places": list(self.places),
        }


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
        """Whether every custom object would be found. Whether a Keras is there does not count."""
        return all(each.is_found for each in self.objects)

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
        lines = [keras_requirement(self.file) or ""]
        needed = [line for each in self.objects for line in each.requirements]
        return list(dict.fromkeys(filter(None, [*lines, *(self.core if needed else ()), *needed])))

    @property
    def claimed(self) -> "list[str]":
        """Those of the requirement lines that rest on nothing but the stamp of the file."""
        return claimed_lines(self.objects)

    @property
    def to_install(self) -> "list[str]":
        """The requirement lines of what is known and not installed, Keras included."""
        lines = [keras_requirement(self.file) or "keras"] if not self.keras else []
        for each in self.objects:
            lines += each.missing
        return list(dict.fromkeys(lines))

    @property
    def comments(self) -> "list[str]":
        """The comment lines of what no requirement line covers."""
        comments = [
            object_comment(each, each.reason or each.verdict)
            for each in self.objects
            if not each.requirements
        ]
        if keras_requirement(self.file) is None:
            comments.insert(0, "# Keras: the file does not say which version has saved it")
        return comments

    @property
    def summary(self) -> str:
        """One or two sentences: whether the model will load, and what to install for it."""
        return " ".join(_sentences(self))

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


def provided_by(found: NeededObject) -> str:
    """Return a verdict with its distribution, in words."""
    if found.distribution is None:
        return found.verdict
    by = f"{found.distribution} {found.version or ''}".rstrip()
    if found.verdict == "provided":
        return f"provided by {by}"
    if found.is_claimed:
        return f"{found.verdict}: the file claims {by}"
    return f"{found.verdict}: {by}"


def _collect(node: Node, places: "dict[tuple[str, str], list[str]]") -> None:
    if not node.is_custom:
        # The config of a loss or a metric may be a name, for a class or a function.
        kind = "class" if node.role in {"model", "layer", "optimizer"} else "name"
        places.setdefault((node.class_name, kind), []).append(node.place)
    for child in node.children:
        _collect(child, places)


def _sentences(needs: ModelNeeds) -> "list[str]":
    missing = [each for each in needs.objects if not each.is_found]
    claimed = needs.claimed
    install = [line for line in needs.to_install if line not in claimed]
    if not missing:
        texts = ["It will load."] if needs.keras else ["It will load where a Keras is installed."]
    else:
        texts = [f"It will not load: {_counted(missing)}."]
    if install or claimed:
        covers_all = all(each.verdict == "known, not installed" for each in missing)
        helps = "Known to be missing:" if missing and not covers_all else "To install:"
        texts.append(f"{helps} {_commands(install, claimed)}")
    return texts


def _commands(known: "list[str]", claimed: "list[str]") -> str:
    """Return the commands that install what is missing; a claim is told as a claim."""
    parts = [pip_install(known)] if known else []
    if claimed:
        parts.append(f"as the file claims, {pip_install(claimed)}")
    return "; ".join(parts)


def _counted(missing: "list[NeededObject]") -> str:
    counts: dict[str, list[str]] = {}
    for each in missing:
        counts.setdefault(each.verdict, []).append(each.key)
    return ", ".join(
        f"{len(keys)} {verdict if verdict != 'known, not installed' else 'not installed'}"
        for verdict, keys in counts.items()
    )
