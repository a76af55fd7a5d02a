"""An adaptation: a draft with the models that verify it, and how to contribute it."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from keras_serializable_build._installed import entry_points_of
from keras_serializable_build._verification import ADAPTERS, Verification

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_serializable_build._adapter import Draft
    from keras_serializable_build._scan.places import Unresolved

FOLDER = f"plugins/{ADAPTERS}/libraries"


@dataclass
class Adaptation:
    """A draft with all that is known about it."""

    draft: Draft
    unresolved: list[Unresolved]
    notes: list[str]
    imports: bool = False
    models: list[Verification] = field(default_factory=list[Verification])

    @property
    def is_good(self) -> bool:
        """Whether there is something to cover, and each model is verified."""
        return bool(self.draft.keys) and all(each.is_verified for each in self.models)

    @property
    def steps(self) -> list[str]:
        """How to contribute the draft."""
        if not self.draft.keys:
            return []
        name = canonicalize_name(self.draft.distribution)
        steps = []
        if not self.models:
            steps.append("Save a small model of the library, and verify the draft: --model FILE")
        elif not self.is_good:
            steps.append("Mend the table, or say in `limits` what cannot work and why")
        steps.append(f"In a clone of keras-serializable put the draft into {FOLDER}/{name}.toml")
        steps.append(
            "Put the model into tests/libraries/models, what --values writes into "
            "tests/libraries/values, and a line into tests/libraries/libraries.toml"
        )
        steps.append(f"Run `nox -s adapters -- {name}`, and propose the change")
        return steps

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command's JSON shows it."""
        return {
            "distribution": self.draft.distribution,
            "version": self.draft.version,
            "draft": self.draft.text,
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
        for number, step in enumerate(self.steps, 1):
            yield f"{number}. {step}"


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


def _outcome(model: Verification) -> Iterator[str]:
    """Yield what became of a model."""
    if not model.keys:
        yield f"{model.path}: no custom object of it is in the draft"
    elif model.with_draft:
        yield f"{model.path}: with the draft it does not load: {model.with_draft}"
    else:
        same = {
            "equal": "its prediction is that after an import",
            "differ": "its prediction is another one than after an import",
            "random": "its prediction is random, its weights are compared",
            "none": "no prediction was made, its weights are compared",
        }[model.predictions]
        weights = "" if model.weights == "equal" else f", weights: {model.weights}"
        yield f"{model.path}: it loads with the draft on {model.keras}; {same}{weights}"
    if model.after_import:
        yield f"{model.path}: after an import alone it does not load: {model.after_import}"
    if model.missing:
        yield f"{model.path}: not in the draft: {', '.join(model.missing)}"
