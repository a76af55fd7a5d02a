import json
import os

import numpy as np
import pytest
from large_data import free_port, post

pytest.importorskip("mlflow")

SAVE_FLAVOR = """
import keras, mlflow.keras
import keras_serializable_example.activations, keras_serializable_example.layers

model = keras.saving.load_model("model.keras")
mlflow.keras.save_model(model, "served", pip_requirements=[])
"""
SAVE_CODE = """
import mlflow.pyfunc

options = {"python_model": "with_mlflow.py", "artifacts": {"model": "model.keras"}}
mlflow.pyfunc.save_model("served-connected", pip_requirements=[], **options)
"""


def test_the_server_of_mlflow(way, unconnected, large_data):
    """MLflow's server answers with a plugin's model, of its Keras flavor or with a set-up."""
    environment, connects = way
    name = "served-connected" if connects else "served"
    # Saving is the author's: a program that has the plugin imported.
    large_data.run(unconnected, "-c", SAVE_CODE if connects else SAVE_FLAVOR)
    port = free_port()
    options = ("--env-manager=local", f"--model-uri={name}", f"--port={port}", "--workers=1")
    commands = os.pathsep.join([str(environment.interpreter.parent), os.environ["PATH"]])
    arguments = ("-m", "mlflow", "models", "serve", *options)
    with large_data.running(environment, *arguments, variables={"PATH": commands}):
        rows = np.load(large_data.folder / "part.npy")[:8]
        question = json.dumps({"inputs": rows.tolist()}).encode()
        url = f"http://127.0.0.1:{port}/invocations"
        answer = json.loads(post(url, question, kind="application/json"))

    np.testing.assert_allclose(answer["predictions"], large_data.expected[:8], atol=1e-5)
