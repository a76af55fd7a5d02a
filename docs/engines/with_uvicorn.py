"""uvicorn: an ASGI application. A request and its answer are arrays in NumPy's format.

`MODEL=model.keras uvicorn --workers 2 with_uvicorn:application`
"""

import io
import os
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from prediction import predict


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer a request."""
    if scope["type"] != "http":
        return
    body = io.BytesIO()
    more = True
    while more:
        message = await receive()
        body.write(message["body"])
        more = message["more_body"]
    body.seek(0)
    answer = io.BytesIO()
    np.save(answer, predict(os.environ["MODEL"], np.load(body)))
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": answer.getvalue()})
