"""What the demo prints of a load: which keys were found where, and what was imported when."""

import json
import pkgutil
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import keras_serializable

PLUGIN = "keras_serializable_example"


class Watch:
    """Watches what a model's load imports of the plugin.

    Args:
        model: The file of the model, a ``.keras`` archive.
    """

    def __init__(self, model: Path) -> None:
        with zipfile.ZipFile(model) as archive:
            config = json.loads(archive.read("config.json"))
        self.keys = list(dict.fromkeys(text for text in _strings(config) if ">" in text))
        # Of each import: when, for which key, of which entry point, and what was there before.
        self.loads: list[tuple[float, str, str, set[str]]] = []

    def __enter__(self) -> "Watch":
        self.imported_before = _imported()
        sys.addaudithook(self._note)
        self._start = time.perf_counter()
        return self

    def __exit__(self, *exception: object) -> None:
        self._seconds = time.perf_counter() - self._start

    def _note(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "keras_serializable.load":
            key, value, _ = map(str, arguments)
            self.loads.append((time.perf_counter() - self._start, key, value, _imported()))

    def report(self) -> None:
        """Print what was found where, and what was imported when."""
        print("2. A new process imports keras and keras_serializable, but no plugin, and loads it.")
        print()
        print(f"   The file names {len(self.keys)} keys that Keras does not know. They are in")
        print()
        providers = {provider.name: provider for provider in keras_serializable.providers()}
        distribution = None
        for key in self.keys:
            provider = providers.get(key) or providers[key.partition(">")[0]]
            if provider.distribution != distribution:
                distribution = provider.distribution
                print(f"   {distribution}")
            whole = f", for all of {provider.name}" if provider.advertises_package else ""
            print(f"     {key:<32}  {provider.value}{whole}")
        print()
        print(f"   keras.saving.load_model took {self._seconds * 1000:.0f} ms, and imported")
        print()
        states = [before for *_, before in self.loads[1:]] + [_imported()]
        for (moment, key, value, before), after in zip(self.loads, states, strict=True):
            module = value.partition(":")[0]
            print(f"   after {moment * 1000:4.0f} ms  {module}, for {key}")
            others = sorted(name.rpartition(".")[2] for name in after - before - {module, PLUGIN})
            if others:
                print(f"                  which itself imports {', '.join(others)}")
        print()

    def check(self, model: Any, inputs: Path, predictions: Path) -> None:
        """Print what was promised; leave with an error where it does not hold."""
        root = sys.modules[PLUGIN].__path__
        modules = {f"{PLUGIN}.{module.name}" for module in pkgutil.iter_modules(root)}
        predicted = model.predict(np.load(inputs), verbose=0)
        _promise(
            not self.imported_before,
            "before the load no module of the plugin was imported",
        )
        _promise(
            {key for _, key, *_ in self.loads} <= set(self.keys),
            "each import was for a key that stands in the file",
        )
        _promise(
            modules - _imported() == {f"{PLUGIN}.constraints"},
            f"no key asks for {PLUGIN}.constraints: it was not imported",
        )
        _promise(
            np.array_equal(predicted, np.load(predictions)),
            f"the {predicted.size} predictions equal those of the first process",
        )
        _promise(
            [type(model.optimizer).__name__, type(model.loss).__name__]
            == ["SignDescent", "TrimmedError"],
            "the model is compiled, with the optimizer and the loss of the plugin",
        )
        print()


def _imported() -> set[str]:
    return {name for name in sys.modules if name.partition(".")[0] == PLUGIN}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _promise(kept: bool, text: str) -> None:  # noqa: FBT001 -- reads as a sentence
    if not kept:
        sys.exit(f"   BROKEN: {text}")
    print(f"   ok  {text}")
