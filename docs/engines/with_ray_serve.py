"""Ray Serve: two replicas answer requests. A request and its answer are arrays in NumPy's format.

`serve run with_ray_serve:application model=model.keras`
"""

import io

import numpy as np
from prediction import predict
from ray import serve
from starlette.requests import Request
from starlette.responses import Response


@serve.deployment(num_replicas=2)
class Predictor:
    """A replica."""

    def __init__(self, model: str) -> None:
        self.model = model

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        block = np.load(io.BytesIO(await request.body()))
        answer = io.BytesIO()
        np.save(answer, predict(self.model, block))
        return Response(answer.getvalue())


def application(arguments: dict[str, str]) -> serve.Application:
    """Return the application for the model that the command names."""
    return Predictor.bind(arguments["model"])
