"""uvicorn, without autoload: each worker imports this module, which connects.

`MODEL=model.keras uvicorn --workers 2 with_uvicorn_connected:application`
"""

from with_uvicorn import application

import keras_serializable

keras_serializable.connect()

__all__ = ["application"]
