import pytest

pytest.importorskip("pyspark")


def test_workers_of_spark(way, large_data, table, limited):
    """Python workers of Spark run a pandas UDF on a table that is larger than their memory."""
    environment, connects = way
    script = "with_spark_connected.py" if connects else "with_spark.py"
    large_data.run(
        environment, script, large_data.variables["MODEL"], table, "predicted", variables=limited
    )

    large_data.check_table("predicted")
