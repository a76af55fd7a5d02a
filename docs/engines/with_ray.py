"""Ray: tasks, or a pool of actors, apply the model to one file at a time."""

import sys
from pathlib import Path

import numpy as np
import ray
from prediction import predict
from ray.util import ActorPool


def apply_model(model: str, file: Path, target: Path) -> int:
    """Read a file, predict, write; return the number of rows. A worker runs this."""
    outputs = predict(model, np.load(file))
    np.save(target / file.name, outputs)
    return len(outputs)


@ray.remote
def task(model: str, file: Path, target: Path) -> int:
    """Ray keeps the process of a task for the next one, and with it the loaded model."""
    return apply_model(model, file, target)


@ray.remote
class Actor:
    """A process of its own, which has loaded the model before the first file arrives."""

    def __init__(self, model: str, target: Path) -> None:
        self.model = model
        self.target = target

    def apply(self, file: Path) -> int:
        """Apply the model to a file."""
        return apply_model(self.model, file, self.target)


def with_tasks(model: str, files: list[Path], target: Path) -> int:
    """Apply the model in tasks; return the number of rows."""
    return sum(ray.get([task.remote(model, file, target) for file in files]))


def with_actors(model: str, files: list[Path], target: Path) -> int:
    """Apply the model in two actors; return the number of rows."""
    pool = ActorPool([Actor.remote(model, target) for _ in range(2)])
    return sum(pool.map_unordered(lambda actor, file: actor.apply.remote(file), files))


def main(how: str, model: str, source: str, target: str) -> None:
    """Apply the model to each file of a folder."""
    Path(target).mkdir(exist_ok=True)
    way = {"tasks": with_tasks, "actors": with_actors}[how]
    print(way(model, sorted(Path(source).glob("*.npy")), Path(target)), "rows")


if __name__ == "__main__":
    ray.init(num_cpus=2)
    main(*sys.argv[1:])
