import json
import os
import shutil

import numpy as np
import pytest
from large_data import free_port, post

pytest.importorskip("mlflow")


@pytest.fixture
def served(way, unconnected, large_data):
    """Return the folder of a model that MLflow has saved, with its Keras flavor or a set-up."""
    _, connects = way
    name = "served-connected" if connects else "served"
    script = "save_with_mlflow_connected.py" if connects else "save_with_mlflow.py"
    shutil.rmtree(large_data.folder / name, ignore_errors=True)
    large_data.run(unconnected, script, "model.keras", "data/0.npy")
    return name


def test_the_server_of_mlflow(way, served, large_data):
    """MLflow's server answers with a plugin's model, of its Keras flavor or with a set-up."""
    environment, _ = way
    port = free_port()
    options = ("--env-manager=local", f"--model-uri={served}", f"--port={port}", "--workers=1")
    commands = os.pathsep.join([str(environment.interpreter.parent), os.environ["PATH"]])
    arguments = ("-m", "mlflow", "models", "serve", *options)
    with large_data.running(environment, *arguments, variables={"PATH": commands}):
        rows = np.load(large_data.part)[:8]
        question = json.dumps({"inputs": rows.tolist()}).encode()
        url = f"http://127.0.0.1:{port}/invocations"
        answer = json.loads(post(url, question, kind="application/json"))

    np.testing.assert_allclose(answer["predictions"], large_data.expected[:8], atol=1e-5)


def test_workers_of_spark_load_what_mlflow_has_saved(way, served, large_data, table, limited):
    """Spark's workers apply it to a table that is larger than their memory."""
    pytest.importorskip("pyspark")
    environment, _ = way
    large_data.run(
        environment, "with_mlflow_spark.py", served, table, "predicted", variables=limited
    )

    large_data.check_table("predicted")
