"""The resolver of this process: its installed distributions, under its environment variables."""

import os

from keras_serializable._installed.discovery import Discovery
from keras_serializable._loading.resolver import Resolver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable._loading.policy import Policy


def _operator_policy() -> "Policy | None":
    # `PREFIX`, in capitals or not: what is misspelt is told of. Importing it would take 0.1 ms.
    if not any(name.upper().startswith("KERAS_SERIALIZABLE_") for name in os.environ):
        return None
    # 1 ms, which programs without a variable save.
    from keras_serializable._loading.policy import Policy  # noqa: PLC0415

    return Policy.from_environment()


resolver = Resolver(Discovery(), _operator_policy())
"""What the default registry asks on a miss."""
