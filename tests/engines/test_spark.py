import os
import shutil

import numpy as np
import pytest
from large_data import LIMIT, PARTS

pytest.importorskip("pyspark")


def lay_tables(large_data, folder):
    """Write the data as a Parquet table in many parts; the disk holds one."""
    import pyarrow as pa
    from pyarrow import parquet

    part = np.load(large_data.folder / "part.npy")
    features = pa.FixedSizeListArray.from_arrays(pa.array(part.ravel()), part.shape[1])
    table = pa.table({"features": features.cast(pa.list_(pa.float32()))})
    folder.mkdir()
    parquet.write_table(table, folder / "0.parquet", row_group_size=8192)
    for number in range(1, PARTS):
        os.link(folder / "0.parquet", folder / f"{number}.parquet")


@pytest.fixture(scope="module")
def tables(large_data):
    """Return the folder of a Parquet table that one worker's memory does not hold."""
    folder = large_data.folder / "tables"
    lay_tables(large_data, folder)
    return folder


@pytest.fixture
def interpreter(way, tmp_path):
    """Return a command that starts Python with little memory; Java needs more."""
    command = tmp_path / "python"
    limit = LIMIT // 1024
    command.write_text(f'#!/bin/sh\nulimit -d {limit}\nexec "{way[0].interpreter}" "$@"\n')
    command.chmod(0o755)
    return command


def test_workers_of_spark(way, large_data, tables, interpreter):
    """Python workers of Spark run a pandas UDF on a table that is larger than their memory."""
    from pyarrow import parquet

    environment, connects = way
    script = "with_spark_connected.py" if connects else "with_spark.py"
    target = large_data.folder / "predictions"
    shutil.rmtree(target, ignore_errors=True)
    large_data.run(
        environment, script, large_data.variables["MODEL"], tables, target,
        variables={"PYSPARK_PYTHON": str(interpreter), "SPARK_LOCAL_IP": "127.0.0.1"},
    )  # fmt: skip

    predicted = np.sort(parquet.read_table(target)["prediction"].to_numpy())
    expected = np.sort(np.tile(large_data.expected[:, 0], PARTS))
    np.testing.assert_allclose(predicted, expected, atol=1e-5)
