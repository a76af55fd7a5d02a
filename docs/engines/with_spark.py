"""PySpark: a pandas UDF applies the model to the batches that Spark's Python workers receive."""

import sys
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import prediction
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf


def main(
    model: str,
    source: str,
    target: str,
    predict: Callable[[str, np.ndarray], np.ndarray] = prediction.predict,
) -> None:
    """Read a Parquet table of features, predict, and write a table of predictions."""
    spark = SparkSession.builder.getOrCreate()
    spark.sparkContext.addPyFile(prediction.__file__)

    @pandas_udf("float")
    def apply_model(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for batch in batches:
            yield pd.Series(predict(model, np.stack(batch))[:, 0])

    table = spark.read.parquet(source)
    table.select(apply_model("features").alias("prediction")).write.mode("overwrite").parquet(
        target
    )
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
