"""Celery: send one task for each file of a folder, and wait for all of them."""

import sys
from pathlib import Path

from with_celery import apply_model


def main(model: str, source: str, target: str) -> None:
    """Send the tasks; print how many rows the workers have predicted."""
    Path(target).mkdir(exist_ok=True)
    files = sorted(Path(source).glob("*.npy"))
    sent = [apply_model.delay(model, str(file), target) for file in files]
    print(sum(task.get(timeout=600) for task in sent), "rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
