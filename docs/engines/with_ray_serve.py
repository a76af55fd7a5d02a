"""Ray Serve: two replicas answer requests; requests and answers are arrays in NumPy's format."""

import io
import sys

import numpy as np
from prediction import predict
from ray import serve
from starlette.requests import Request
from starlette.responses import Response


@serve.deployment(num_replicas=2, ray_actor_options={"num_cpus": 0.5})
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


def main(model: str, port: str) -> None:
    """Serve until the process is interrupted."""
    serve.start(http_options={"port": int(port)})
    serve.run(Predictor.bind(model), blocking=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
