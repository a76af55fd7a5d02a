"""MLflow, without autoload: save a model file as `served-connected`, with a set-up of its own."""

import sys

import mlflow.pyfunc
import numpy as np
from mlflow.models import infer_signature


def main(file: str, example: str) -> None:
    """Save the model of a file; the example is an array of its inputs."""
    mlflow.pyfunc.save_model(
        "served-connected",
        python_model="with_mlflow.py",
        artifacts={"model": file},
        signature=infer_signature(np.load(example)[:8]),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
