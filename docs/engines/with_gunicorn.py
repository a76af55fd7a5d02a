"""gunicorn: a WSGI application. A request and its answer are arrays in NumPy's format.

`MODEL=model.keras gunicorn --workers 2 with_gunicorn:application`
"""

import io
import os
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from prediction import predict


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    answer = io.BytesIO()
    np.save(answer, predict(os.environ["MODEL"], np.load(io.BytesIO(body))))
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return [answer.getvalue()]
