"""Dask: two workers apply the model to the blocks of an array on disk."""

import sys

import dask.array
import numpy as np
from distributed import Client, LocalCluster
from prediction import predict


def apply_model(block: np.ndarray, model: str) -> np.ndarray:
    """Return what the model predicts for one block; a worker runs this."""
    return predict(model, block)


def main(model: str, source: str, target: str) -> None:
    """Read each block, predict, and write: no process holds the whole array."""
    workers = {"n_workers": 2, "threads_per_worker": 1, "memory_limit": "1GiB"}
    with LocalCluster(**workers, dashboard_address=None) as cluster, Client(cluster):
        data = dask.array.from_npy_stack(source, mmap_mode=None)
        outputs = data.map_blocks(
            apply_model, model=model, chunks=(data.chunks[0], (1,)), dtype="float32", meta=data
        )
        dask.array.to_npy_stack(target, outputs)


if __name__ == "__main__":
    main(*sys.argv[1:])
