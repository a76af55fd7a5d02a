"""Verifying a draft: its library's models load in a process that imports nothing."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from keras_serializable_build._kerases import keras_of, why_not_loaded
from keras_serializable_build._model_files import read_model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keras_serializable.model_files import CustomObject, ModelFile, Node

ADAPTERS = "keras-serializable-adapters"
TRIAL = Path(__file__).with_name("_trial.py")
FORMATS = {"keras", "keras-directory", "h5", "saved-model"}
LIMIT = 1e-4  # of a difference between predictions, relative to their largest number


class VerificationError(Exception):
    """A model cannot be tried. The text has the reason."""


@dataclass(frozen=True)
class Verification:
    """What became of one model.

    Attributes:
        path: The file or folder.
        format: Its format, as `keras_serializable.model_files` names it.
        keras: The Keras that loaded it, with its version and backend.
        keys: The keys of its custom objects that the draft has.
        missing: Those that the draft does not have.
        hidden: Keys of the draft by whose name Keras first tries an object of its own.
        after_import: Empty if it loads after an import of the library; else the error.
        with_draft: Empty if it loads with the draft and without an import; else the error.
        predictions: `equal`, `differ`, `random` where two predictions of one model differ, or
            `none` where no input could be made.
        weights: `equal`, `differ`, or `none` where nothing could be compared.
        difference: The largest difference of the predictions, relative to their largest number;
            `None` for predictions of other shapes, too.
        values: The file that now has the inputs and the prediction; empty for none.
    """

    path: str
    format: str
    keras: str
    keys: tuple[str, ...]
    missing: tuple[str, ...]
    hidden: tuple[str, ...]
    after_import: str
    with_draft: str
    predictions: str = "none"
    weights: str = "none"
    difference: float | None = None
    values: str = ""

    @property
    def is_of_draft(self) -> bool:
        """Whether it has objects of the draft."""
        # A name that is hidden means the draft's object only where Keras' own does not load.
        return bool(self.keys or (self.hidden and self.after_import))

    @property
    def is_verified(self) -> bool:
        """Whether it loads with the draft, and is the model that an import gives."""
        if self.with_draft or not self.is_of_draft or self.weights != "equal":
            return False
        return self.predictions != "differ"

    @property
    def kind(self) -> str:
        """The Keras as the file of an adapter names it: `keras 3`, `keras 2` or `tf_keras`."""
        name, _, version = self.keras.partition(" ")
        return name if name == "tf_keras" else f"{name} {version.partition('.')[0]}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as the command's JSON shows it."""
        return {
            **vars(self),
            "keys": list(self.keys),
            "missing": list(self.missing),
            "hidden": list(self.hidden),
            "is_verified": self.is_verified,
        }


@dataclass(frozen=True)
class Adapter:
    """A draft, and how to try it.

    Args:
        distribution: The name of the library's distribution.
        requirement: What installs it.
        keys: Its keys and their values.
    """

    distribution: str
    requirement: str
    keys: Mapping[str, str]

    def value_of(self, found: CustomObject) -> tuple[str, str] | None:
        """Return by which key and value a lookup finds an object, `None` for none."""
        if found.kind == "lambda":
            return None
        for key in (found.key, found.package or ""):
            if key in self.keys:
                return key, self.keys[key]
        if found.kind != "class" and found.package is None:
            ends = [key for key in self.keys if key.endswith(f">{found.key}")]
            if len(ends) == 1:
                return ends[0], self.keys[ends[0]]
        stated = found.origin
        return next(((key, value) for key, value in self.keys.items() if value == stated), None)

    def install(self, folder: Path) -> None:
        """Write the distribution that holds these keys and nothing else.

        It has the name of the real one and stands first on the path, so it takes its place.
        """
        information = folder / f"{ADAPTERS.replace('-', '_')}-0.dist-info"
        information.mkdir(parents=True)
        extra = canonicalize_name(self.distribution)
        metadata = (
            f"Metadata-Version: 2.1\nName: {ADAPTERS}\nVersion: 0\nProvides-Extra: {extra}\n"
            f'Requires-Dist: {self.requirement}; extra == "{extra}"\n\n'
        )
        lines = [f"{key} = {value} [{extra}]" for key, value in self.keys.items()]
        table = "\n".join(["[keras_serializable]", *lines, ""])
        (information / "METADATA").write_text(metadata, encoding="utf-8")
        (information / "entry_points.txt").write_text(table, encoding="utf-8")


def verify(
    adapter: Adapter,
    path: Path,
    *,
    keras: str | None,
    time_limit: float,
    say: Callable[[str], None],
    values: Path | None = None,
) -> Verification:
    """Load a model after an import and, in another process, with the draft and no import.

    Args:
        adapter: The draft.
        path: The model.
        keras: The Keras that loads it, `None` for the one that its file suggests.
        time_limit: The most seconds that each process may take.
        say: Is told what is done now.
        values: Where to keep the inputs and the prediction.

    Raises:
        VerificationError: If the model cannot be tried.
        ValueError: If the file cannot be read as a model.
        OSError: If the file cannot be opened.
    """
    model = _read(path)
    found = {each.key: adapter.value_of(each) for each in model.objects if each.kind != "lambda"}
    keys = {key: value[1] for key, value in found.items() if value is not None}
    hidden = _names_of_keras(model.tree) & {*adapter.keys}
    # A load with `custom_objects` gets these too, because nothing else makes Keras take them.
    objects = {**keys, **{key: adapter.keys[key] for key in hidden}}
    modules = list(dict.fromkeys(value.partition(":")[0] for value in objects.values()))
    root = keras or keras_of(model)
    obstacle = why_not_loaded(root, model)
    if obstacle:
        raise VerificationError(obstacle)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        adapter.install(folder / "site")
        kept = folder / "values.npz"
        task: dict[str, Any] = {
            "file": str(path.resolve()),
            "keras": root,
            "roots": sorted({module.partition(".")[0] for module in modules}),
            "values": str(kept),
            "weights": str(folder / "weights.npz"),
            "objects": objects,
        }
        say(f"loading {path} after an import of {adapter.distribution}")
        first = _try({**task, "modules": modules, "connect": False}, [], folder, time_limit)
        say(f"loading {path} with the draft, and nothing imported")
        site = [str(folder / "site")]
        second = _try({**task, "modules": [], "connect": True}, site, folder, time_limit)
        written = values if kept.is_file() else None
        if written is not None:
            written.write_bytes(kept.read_bytes())
    difference = second.get("difference")
    return Verification(
        path=str(path),
        format=model.format,
        keras=second.get("keras") or first.get("keras") or root,
        keys=tuple(keys),
        missing=tuple(key for key, value in found.items() if value is None),
        hidden=tuple(sorted(hidden)),
        after_import=_failure(first),
        with_draft=_failure(second),
        predictions=_predictions(first, second),
        weights=second.get("weights", "none"),
        difference=difference if difference is not None and math.isfinite(difference) else None,
        values="" if written is None else str(written),
    )


def _names_of_keras(node: Node) -> set[str]:
    """Return the names in a model by which Keras finds its own objects."""
    names = {node.class_name} if node.key is None else set[str]()
    return names.union(*map(_names_of_keras, node.children))


def _failure(told: Mapping[str, Any]) -> str:
    return "" if told["result"] == "loads" else str(told["message"])


def _predictions(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    difference = second.get("difference")
    if difference is None:
        return "none"
    if first.get("is_random"):
        return "random"
    return "equal" if difference <= LIMIT else "differ"


def _read(path: Path) -> ModelFile:
    model = read_model(path)
    if model.format not in FORMATS:
        message = f"{path} is a config without weights: name the saved model"
        raise VerificationError(message)
    return model


def _try(
    task: dict[str, Any], path: Sequence[str], folder: Path, time_limit: float
) -> dict[str, Any]:
    """Carry out a task in a process of its own, and return what became of it."""
    answer = folder / "answer.json"
    answer.unlink(missing_ok=True)
    environment = {**os.environ, "KERAS_SERIALIZABLE_AUTOLOAD": "0"}
    environment.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if task["keras"] == "tf_keras":
        environment["TF_USE_LEGACY_KERAS"] = "1"
    try:
        done = subprocess.run(  # noqa: S603 -- this interpreter and a file of ours
            [sys.executable, str(TRIAL), str(answer)],
            input=json.dumps({**task, "path": [*path, *sys.path]}),
            capture_output=True,
            text=True,
            errors="replace",
            env=environment,
            timeout=time_limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"result": "hangs", "message": f"it takes longer than {time_limit:g} s"}
    try:
        told: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    except (OSError, ValueError):
        last = "".join(done.stderr.strip().splitlines()[-1:])
        return {"result": "ends", "message": f"the process ends ({done.returncode}): {last}"}
    return told
