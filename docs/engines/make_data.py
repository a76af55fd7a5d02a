"""Save `model.keras`, which has objects of a plugin, and data for it in the folder `data`.

`python make_data.py 20` makes 20 files of 64 MiB each; without a number it makes 4.
"""

import pickle
import sys
from pathlib import Path

import keras
import numpy as np

from keras_serializable_example.activations import squish
from keras_serializable_example.layers import Scale

ROWS, FEATURES = 2**16, 2**8  # of a file


def make_model() -> keras.Model:
    """Return a model with a layer and an activation of the plugin."""
    return keras.Sequential(
        [
            keras.Input((FEATURES,)),
            Scale(factor_initializer=keras.initializers.Constant(2.0)),
            keras.layers.Dense(8, activation=squish),
            keras.layers.Dense(1),
        ]
    )


def save_part(file: Path, seed: int) -> None:
    """Save an array of random rows."""
    rows = np.random.default_rng(seed).standard_normal((ROWS, FEATURES), dtype="float32")
    np.save(file, rows)


def save_information(folder: Path, parts: int) -> None:
    """Save what `dask.array.from_npy_stack` reads beside the arrays of a folder."""
    chunks = ((ROWS,) * parts, (FEATURES,))
    information = {"chunks": chunks, "dtype": np.dtype("float32"), "axis": 0}
    (folder / "info").write_bytes(pickle.dumps(information))


def main(parts: int = 4) -> None:
    """Save the model and the data."""
    make_model().save("model.keras")
    folder = Path("data")
    folder.mkdir(exist_ok=True)
    for number in range(parts):
        save_part(folder / f"{number}.npy", seed=number)
    save_information(folder, parts)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
