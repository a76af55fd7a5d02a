"""Check that `read_model` finds in files of the installed Keras what is in them, and no more.

    python tests/matrix/model_files.py

`MATRIX_KERAS` names the Keras, as for `matrix.py`. Every kind of object of the example plugin is
saved in every format that holds a config. `inspect_model` has to name the plugin as what provides
it, in a process that can import no Keras. `requirements` has to name it for the model in memory.
Every layer, loss, metric, optimizer and so on of Keras itself that needs no argument is put into a
config: none of them is custom.
"""

# ruff: noqa: T201 - a command prints.

from __future__ import annotations

import importlib.metadata
import importlib.util
import inspect
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cells import import_plugin
from kinds import KINDS, family_of, file_of, import_keras, save

from keras_serializable import requirements
from keras_serializable.model_files import read_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PLUGIN = "keras-serializable-example==1.0.0"
NEEDED = (
    *("keras_serializable", "keras_serializable_example"),
    *("importlib_metadata", "zipp", "pluggy"),
    "typing_extensions",  # of importlib_metadata, on some Pythons
)
"""What a process without Keras may import."""
INSPECT = """
import importlib.util, json, sys
assert not any(map(importlib.util.find_spec, ("keras", "tf_keras", "tensorflow")))
from keras_serializable import inspect_model
told = {}
for file in json.load(sys.stdin):
    objects = inspect_model(file).objects
    told[file] = [(each.key, each.verdict, each.requirement) for each in objects]
print(json.dumps(told))
"""
FORMATS = (".keras", ".h5", "JSON", "SavedModel")
FAMILIES = {
    "layers": "layer",
    "losses": "loss",
    "metrics": "metrics",
    "optimizers": "optimizer",
    "initializers": "kernel_initializer",
    "regularizers": "kernel_regularizer",
    "constraints": "kernel_constraint",
}
"""The modules of Keras' own classes, and a field that holds an object of each."""

ENOUGH = 300
"""Configs that must have been checked: an error in this program must not pass for a success."""


def expected_keys(keras: Any, plugin: Any, kind_name: str, file_format: str) -> set[str]:
    """Return the keys that the file of a cell must have."""
    kind = KINDS[kind_name]
    is_legacy = not hasattr(keras, "ops")
    if kind.is_compiled and file_format == "JSON" and is_legacy:
        return set()  # what a model was compiled with is not in it
    if kind_name == "model subclass" and file_format in {".h5", "JSON"}:
        # Keras gives the class of the model itself without its package.
        return {"ResidualMLP"} if is_legacy or file_format == ".h5" else {"example>ResidualMLP"}
    obj = kind.example(keras, plugin)
    registered = getattr(keras, "saving", keras.utils).get_registered_name
    inner = {"activation in an Activation": plugin.activations.squish}
    inner |= dict.fromkeys(("wrapped layer", "shared layer"), plugin.layers.Scale)
    target = inner.get(kind_name, obj if inspect.isfunction(obj) else type(obj))
    key = registered(target)
    release = tuple(map(int, version_of(keras).split(".")[:2]))
    if kind.is_compiled and inspect.isfunction(target):
        # Keras 2.15 and Keras 3 up to 3.6 save a function that a model was compiled with without
        # its package.
        without_package = {(2, 15): {".keras"}}.get(release, set())
        if (3, 0) <= release <= (3, 6):
            without_package = {".keras", "JSON"}
        key = key.rpartition(">")[2] if file_format in without_package else key
    return {key}


def check_plugin(keras: Any, folder: Path) -> Iterator[str]:
    """Yield for each file with an object of the plugin what is wrong with it, if anything."""
    plugin = import_plugin()
    files: dict[Path, set[str]] = {}
    for kind_name in KINDS:
        for file_format in FORMATS:
            try:
                save(keras, plugin, kind_name, file_format, folder)
            except Exception:  # noqa: BLE001, S112 - some Kerases cannot save some kinds.
                continue
            file = file_of(folder, kind_name, file_format)
            found = set(read_model(file).keys)
            expected = expected_keys(keras, plugin, kind_name, file_format)
            right = found == expected
            yield "" if right else f"{kind_name} in {file_format}: {found}, not {expected}"
            files[file] = expected
        yield from check_requirements(keras, plugin, kind_name)
    yield from check_needs(files)


def check_needs(files: dict[Path, set[str]]) -> Iterator[str]:
    """Yield what is wrong with the verdicts on files, if anything."""
    for file, told in needs_without_keras(files).items():
        found = {(key, verdict, requirement) for key, verdict, requirement in told}
        # An .h5 file of a subclassed model has its bare name alone: its module is not in the file.
        expected = files[Path(file)]
        bare = {key for key in expected if key == "ResidualMLP"}
        right = {(key, "provided", PLUGIN) for key in expected - bare}
        right |= {(key, "unknown", None) for key in bare}
        yield "" if found == right else f"{file}: {found}, not {right}"


def needs_without_keras(files: Iterable[Path]) -> dict[str, list[list[str | None]]]:
    """Return what a process that can import no Keras says of files: key, verdict, requirement."""
    with tempfile.TemporaryDirectory() as site:
        for name in NEEDED:
            spec = importlib.util.find_spec(name)
            if spec is not None and spec.origin is not None:
                origin = Path(spec.origin)
                place = origin.parent if origin.name == "__init__.py" else origin
                Path(site, place.name).symlink_to(place)
        plugin = importlib.metadata.distribution(PLUGIN.partition("==")[0])
        metadata = Path(str(plugin.locate_file("."))).glob("keras_serializable_example-*.dist-info")
        for folder in metadata:
            Path(site, folder.name).symlink_to(folder)
        done = subprocess.run(
            [sys.executable, "-S", "-c", INSPECT],
            input=json.dumps([str(each) for each in files]),
            env={"PYTHONPATH": site},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout))


def check_requirements(keras: Any, plugin: Any, kind_name: str) -> Iterator[str]:
    """Yield what is wrong with the requirements of a model in memory, if anything."""
    lines = requirements(KINDS[kind_name].model(keras, plugin))
    name = keras.__name__.partition(".")[0].replace("tensorflow", "keras")
    name = "tf_keras" if "tf_keras" in keras.__name__ else name
    keras_line = f"{name}=={version_of(keras)}"
    right = lines[:1] == [keras_line] and lines[-1] == PLUGIN and len(lines) == len(set(lines))
    yield "" if right else f"{kind_name} in memory: {lines}"


def check_own(keras: Any, folder: Path) -> Iterator[str]:
    """Yield for each config of an object of Keras what is wrong with it, if anything."""
    path = folder / "own.json"
    for family, field in FAMILIES.items():
        module = getattr(keras, family)
        for name in dir(module):
            cls = getattr(module, name)
            if not inspect.isclass(cls):
                continue
            try:
                obj = cls()
                config = obj.get_config()
                configs = [
                    {"class_name": cls.__name__, "config": config},
                    keras.saving.serialize_keras_object(obj),
                    family_of(keras, KINDS_OF[family]).serialize(obj),
                ]
                texts = [json.dumps(sequential(field, each, keras)) for each in configs]
            except Exception:  # noqa: BLE001, S112 - it needs arguments, or is abstract.
                continue
            for text in texts:
                path.write_text(text)
                found = read_model(path).keys
                yield f"{family}.{name}: {found} in {text[:300]}" if found else ""


KINDS_OF = {kind.family: kind for kind in KINDS.values()}


def sequential(field: str, config: Any, keras: Any) -> dict[str, Any]:
    """Return a model that has an object in one of its fields."""
    part = {"class_name": "TimeDistributed", "config": {field: config}}
    layers = [config if field == "layer" else part]
    model = {"class_name": "Sequential", "config": {"name": "own", "layers": layers}}
    return {**model, "keras_version": version_of(keras)}


def version_of(keras: Any) -> str:
    """Return the version of a Keras; `tensorflow.keras` states none."""
    return getattr(keras, "__version__", "2.15.0")


def report(keras: Any, results: list[str], enough: int) -> int:
    """Print the results that are not empty: what is wrong. Return the exit code."""
    wrong = [each for each in results if each]
    print(*wrong, sep="\n")
    print(f"{keras.__name__} {version_of(keras)}: {len(wrong)} of {len(results)} are wrong")
    return 1 if wrong or len(results) < enough else 0


def main() -> int:
    """Print what is wrong; return the exit code."""
    keras = import_keras()
    with tempfile.TemporaryDirectory() as folder:
        results = [*check_plugin(keras, Path(folder)), *check_own(keras, Path(folder))]
    return report(keras, results, ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
