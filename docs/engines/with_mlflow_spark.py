"""MLflow and Spark: Spark's Python workers apply a model that MLflow has saved to a table."""

import sys

import mlflow.pyfunc
from pyspark.sql import SparkSession


def main(model: str, source: str, target: str) -> None:
    """Read a Parquet table of features, predict, and write a table of predictions."""
    spark = SparkSession.builder.getOrCreate()
    apply_model = mlflow.pyfunc.spark_udf(spark, model, "float", env_manager="local")
    table = spark.read.parquet(source)
    table.select(apply_model("features").alias("prediction")).write.mode("overwrite").parquet(
        target
    )
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
