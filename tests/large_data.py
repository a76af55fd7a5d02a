"""A model of the example plugin, and data that one worker's memory does not hold."""

import io
import os
import shutil
import socket
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from virtual_environments import ROOT

SCRIPTS = ROOT / "docs" / "engines"
LIMIT = 2**30
"""The bytes that a process may allocate; the data are an eighth more."""

ROWS, PARTS = 2**16, 18

# The program of the documentation makes the model and the first part.
SAVE = f"""
from pathlib import Path
import keras, numpy
import make_data

make_data.main(parts=1)
make_data.save_information(Path("data"), {PARTS})
model, part = keras.saving.load_model("model.keras"), numpy.load("data/0.npy")
numpy.save("expected.npy", model.predict(part, batch_size=16384, verbose=0))
"""


def limit_memory():
    """Let this process, and those that it starts, allocate no more than `LIMIT` bytes each."""
    import resource  # POSIX only

    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))


class LargeData:
    """A folder with the scripts of the documentation, a model, and its data in many parts.

    The parts are one file under many names, so the disk holds it once.
    """

    def __init__(self, folder, author):
        self.folder = folder
        self.source = folder / "data"
        shutil.copytree(SCRIPTS, folder, dirs_exist_ok=True)
        author.python("-c", SAVE, cwd=folder)
        self.part = self.source / "0.npy"
        for number in range(1, PARTS):
            os.link(self.part, self.source / f"{number}.npy")
        self.expected = np.load(folder / "expected.npy")
        self.variables = {"MODEL": str(folder / "model.keras")}

    def target(self):
        """Return an empty folder for predictions."""
        target = self.folder / "predictions"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        return target

    def check(self, target):
        """Check that the predictions in a folder are those of the model that was saved."""
        for number in range(PARTS):
            np.testing.assert_allclose(np.load(target / f"{number}.npy"), self.expected, atol=1e-5)

    def check_table(self, name):
        """Check that a table of predictions has those of the model that was saved, in any order."""
        from pyarrow import parquet  # comes with Spark

        predicted = np.sort(parquet.read_table(self.folder / name)["prediction"])
        expected = np.sort(np.tile(self.expected[:, 0], PARTS))
        np.testing.assert_allclose(predicted, expected, atol=1e-5)

    def run(self, environment, *arguments, variables=(), **options):
        """Run a script or module beside the data; return its process with what it printed."""
        variables = {**self.variables, **dict(variables)}
        return environment.python(*arguments, cwd=self.folder, variables=variables, **options)

    @contextmanager
    def running(self, environment, *arguments, variables=(), **options):
        """Run a server or a worker beside the data, until the block ends."""
        variables = {**self.variables, **dict(variables)}
        log = self.folder / "log.txt"
        with log.open("w") as stream:
            process = environment.start(
                *arguments, cwd=self.folder, variables=variables, stdout=stream, **options
            )
        try:
            yield process
        except BaseException:
            sys.stderr.write(log.read_text())  # pytest shows it with the failure
            raise
        finally:
            process.terminate()
            process.wait(60)

    def post_all(self, url, times=1):
        """Send each part to a server, two at a time; check the predictions that come back."""
        part = self.part.read_bytes()
        with ThreadPoolExecutor(2) as pool:
            for answer in pool.map(lambda _: post(url, part), range(PARTS * times)):
                outputs = np.load(io.BytesIO(answer))
                np.testing.assert_allclose(outputs, self.expected, atol=1e-5)


def post(url, body, kind="application/octet-stream"):
    """Send a request to a server, which may still be starting; return the answer."""
    request = urllib.request.Request(url, body, {"Content-Type": kind})  # noqa: S310 -- http
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 -- http
                return answer.read()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.2)
    message = f"no server answers at {url}"
    raise AssertionError(message)


def free_port():
    """Return the number of a port that no server of this machine listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
