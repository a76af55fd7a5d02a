"""An adaptation: a draft with the models that verify it, and how to contribute it."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from keras_serializable_build._installed import entry_points_of
from keras_serializable_build._verification import ADAPTERS, Verification

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_serializable_build._adapter import Draft
    from keras_serializable_build._scan.places import Unresolved

FOLDER = f"plugins/{ADAPTERS}/libraries"
TESTS = "tests/libraries"


@dataclass
class Adaptation:
    """A draft with all that is known about it.

    Attributes:
        draft: The draft.
        unresolved: The places that the scan could not follow.
        notes: What a person has to know of the library and of its keys.
        imports: Whether its modules were imported.
        namesakes: The keys that have the name of one of Keras' own objects.
        models: The models that were loaded.
        output: The file that has the draft; empty for none.
    """

    draft: Draft
    unresolved: list[Unresolved]
    notes: list[str]
    imports: bool = False
    namesakes: list[str] = field(default_factory=list[str])
    models: list[Verification] = field(default_factory=list[Verification])
    output: str = ""

    @property
    def is_good(self) -> bool:
        """Whether there is something to cover, and each model is verified."""
        return bool(self.draft.keys) and all(each.is_verified for each in self.models)

    @property
    def steps(self) -> list[str]:
        """What is left to do to contribute the draft."""
        if not self.draft.keys:
            return []
        name = canonicalize_name(self.draft.distribution)
        file = f"{FOLDER}/{name}.toml"
        steps = [] if self.models and self.is_good else [self._first_step]
        if not self.output or not _is_in(Path(self.output), file):
            steps.append(
                f"In a clone of keras-serializable put {self.output or 'the draft'} into {file}"
            )
        if self.draft.requirement != self.draft.distribution:
            steps.append(
                "In `requirement` you may lower the version to the oldest release in which a scan "
                "finds all keys"
            )
        steps.append(f"Put {self._test_data}")
        steps.append(f"Run `nox -s adapters -- {name}`, and propose the change")
        return steps

    @property
    def _first_step(self) -> str:
        """What comes before contributing a draft that no model has verified."""
        if not self.models:
            return "Save a small model of the library, and verify the draft: --model FILE"
        failing = [{*each.keys, *each.hidden} for each in self.models if not each.is_verified]
        if all(keys and keys <= {*self.namesakes} for keys in failing):
            return "Say in `limits` what cannot work, and what helps: custom_objects, for example"
        return "Mend the table, or say in `limits` what cannot work and why"

    @property
    def _test_data(self) -> str:
        """What has to be put among the data of the tests, and where."""
        models = [Path(each.path) for each in self.models]
        values = "".join(each.values for each in self.models)
        parts = []
        if not models or not all(_is_in(file, f"{TESTS}/models/{file.name}") for file in models):
            parts.append(f"the model, a .keras or .h5 file, into {TESTS}/models")
        if not values or not _is_in(Path(values), f"{TESTS}/values/{Path(values).name}"):
            parts.append(f"{values or 'what --values writes'} into {TESTS}/values")
        line = f"a line into {TESTS}/libraries.toml"
        return f"{', '.join(parts)}, and {line}" if parts else line

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command's JSON shows it."""
        return {
            "distribution": self.draft.distribution,
            "version": self.draft.version,
            "draft": self.draft.text,
            "output": self.output,
            "keys": dict(self.draft.keys),
            "kerases": list(self.draft.kerases),
            "models": [each.to_dict() for each in self.models],
            "unresolved": [
                {"place": str(told.place), "reason": told.reason} for told in self.unresolved
            ],
            "notes": self.notes,
            "steps": self.steps,
        }

    def report(self) -> Iterator[str]:
        """Yield what a person has to know beside the draft."""
        draft = self.draft
        yield from self.notes
        if self.unresolved:
            scan = f"scan --installed {draft.distribution}{' --import' if self.imports else ''}"
            yield f"{len(self.unresolved)} places could not be followed: `{scan}` names them"
        if not draft.keys:
            yield f"{draft.distribution} registers and defines nothing that Keras saves"
        for each in self.models:
            yield from _outcome(each)
        if self.output:
            yield f"{self.output}: it has the draft"
        for each in self.models:
            if each.values:
                yield f"{each.values}: it has the inputs of {each.path} and its prediction"
        for number, step in enumerate(self.steps, 1):
            yield f"{number}. {step}"


def namesakes(draft: Draft) -> list[str]:
    """Return the keys that have the name of one of Keras' own objects; none without the core."""
    try:
        # The names of every Keras are in the core, which reads model files by them.
        from keras_serializable.model_files._names import names_of  # noqa: PLC0415
    except ModuleNotFoundError:
        return []
    generations = {"3" if kind == "keras 3" else "2" for kind in draft.kerases}
    tables = [names_of(generation) for generation in generations]
    return [
        key for key in draft.keys if ">" not in key and any(t.has_name(key, None) for t in tables)
    ]


def note_on(names: Sequence[str]) -> str:
    """Return what follows for keys that have the name of one of Keras' own objects."""
    return (
        f"Keras has objects of its own named {', '.join(names)}, and tries these first in .h5 "
        "files, and in Keras 2: such a model of the library may need custom_objects"
    )


def notes_on(distribution: str) -> list[str]:
    """Return who advertises something of the library already."""
    notes: list[str] = []
    own = len(entry_points_of(distribution))
    if own:
        notes.append(f"{distribution} advertises {own} keys itself, and these go first")
    try:
        metadata = importlib.metadata.metadata(ADAPTERS)
    except importlib.metadata.PackageNotFoundError:
        return notes
    if canonicalize_name(distribution) in (metadata.get_all("Provides-Extra") or ()):
        notes.append(f"{ADAPTERS} {metadata['Version']} covers {distribution} already")
    return notes


def _is_in(file: Path, place: str) -> bool:
    """Return whether a file has a place in a clone of the repository."""
    return file.resolve().as_posix().endswith(f"/{place}")


def _outcome(model: Verification) -> Iterator[str]:
    """Yield what became of a model."""
    if model.with_draft and model.is_of_draft:
        yield f"{model.path}: with the draft it does not load: {model.with_draft}"
    elif not model.is_of_draft:
        yield f"{model.path}: no custom object of it is in the draft"
    else:
        way = "with custom_objects" if model.after_import else "after an import"
        same = {
            "equal": f"its prediction is that {way}",
            "differ": f"its prediction is another one than {way}",
            "random": "its prediction is random, its weights are compared",
            "none": "no prediction was made, its weights are compared",
        }[model.predictions]
        weights = "" if model.weights == "equal" else f", weights: {model.weights}"
        yield f"{model.path}: it loads with the draft on {model.keras}; {same}{weights}"
    if model.after_import:
        compared = "" if model.weights == "none" else ", so custom_objects were used to compare"
        yield f"{model.path}: an import alone is too little{compared}: {model.after_import}"
    if model.hidden:
        yield f"{model.path}: Keras first tries its own {', '.join(model.hidden)}"
    if model.missing:
        yield f"{model.path}: not in the draft: {', '.join(model.missing)}"
