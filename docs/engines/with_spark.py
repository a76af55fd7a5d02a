"""PySpark: a pandas UDF applies the model to the batches that Spark's workers receive."""

import sys
from collections.abc import Iterator

import numpy as np
import pandas as pd
from prediction import predict
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf


def main(model: str, source: str, target: str) -> None:
    """Read a table of features in Parquet, predict, and write a table of predictions."""

    @pandas_udf("float")
    def apply_model(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for batch in batches:
            yield pd.Series(predict(model, np.stack(batch))[:, 0])

    spark = SparkSession.builder.getOrCreate()
    table = spark.read.parquet(source)
    table.select(apply_model("features").alias("prediction")).write.parquet(target)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
