"""Celery: a task applies the model to one file.

`celery --app with_celery worker --concurrency 2`
"""

from pathlib import Path

import numpy as np
from celery import Celery
from prediction import predict

app = Celery("with_celery")
app.config_from_envvar("CELERY_CONFIG_MODULE")


@app.task
def apply_model(model: str, file: str, target: str) -> int:
    """Read a file, predict, write; return the number of rows."""
    outputs = predict(model, np.load(file))
    np.save(Path(target) / Path(file).name, outputs)
    return len(outputs)
