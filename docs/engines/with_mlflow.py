"""MLflow, without autoload: a model with a set-up of its own, which `mlflow models serve` runs."""

import keras
import mlflow
import numpy as np

import keras_serializable


class Predictor(mlflow.pyfunc.PythonModel):
    """A saved model, and how the server loads it."""

    def load_context(self, context: mlflow.pyfunc.PythonModelContext) -> None:
        """Set up the process that serves the model."""
        keras_serializable.connect()
        self.model = keras.saving.load_model(context.artifacts["model"])

    def predict(self, model_input: np.ndarray) -> np.ndarray:
        """Answer a request."""
        return self.model.predict(model_input, verbose=0)


mlflow.models.set_model(Predictor())
