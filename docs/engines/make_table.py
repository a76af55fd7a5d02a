"""Write the arrays of a folder as a Parquet table with one column, `features`, for Spark."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet


def convert(source: Path, target: Path) -> None:
    """Write one array as one file of the table."""
    rows = np.load(source)
    lists = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), rows.shape[1])
    table = pa.table({"features": lists.cast(pa.list_(pa.float32()))})
    parquet.write_table(table, target, row_group_size=8192)


def main(source: str, target: str) -> None:
    """Write the table: a folder with one file for each array."""
    Path(target).mkdir()
    for file in Path(source).glob("*.npy"):
        convert(file, Path(target) / f"{file.stem}.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
