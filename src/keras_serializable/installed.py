"""The installed distributions of this process: what the default registry asks on a miss.

A module of its own so that importing the package imports neither discovery nor loading: a
program that never misses never pays for them. The import system makes it exactly once.
"""

import os

from keras_serializable.discovery import Discovery
from keras_serializable.loading import Resolver

TYPE_CHECKING = False
if TYPE_CHECKING:
    from keras_serializable.policy import Policy


def _operator_policy() -> "Policy | None":
    if not any(name.startswith("KERAS_SERIALIZABLE_") for name in os.environ):
        return None
    # Imported here because nearly every program runs without a rule.
    from keras_serializable.policy import Policy  # noqa: PLC0415

    return Policy.from_environment()


resolver = Resolver(Discovery(), _operator_policy())
