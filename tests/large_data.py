"""A model of the example plugin, and data that one worker's memory does not hold."""

import io
import os
import pickle
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

ROWS, FEATURES, PARTS = 2**16, 2**8, 18

SAVE = f"""
import keras, numpy
from keras_serializable_example.activations import squish
from keras_serializable_example.layers import Scale

model = keras.Sequential([
    keras.Input(({FEATURES},)),
    Scale(factor_initializer=keras.initializers.Constant(2.0)),
    keras.layers.Dense(8, activation=squish),
    keras.layers.Dense(1),
])
model.save("model.keras")
part = numpy.random.default_rng(0).standard_normal(({ROWS}, {FEATURES}), dtype="float32")
numpy.save("part.npy", part)
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
        self.source.mkdir()
        for number in range(PARTS):
            os.link(folder / "part.npy", self.source / f"{number}.npy")
        # What dask.array.from_npy_stack() reads beside the parts.
        chunks = ((ROWS,) * PARTS, (FEATURES,))
        information = {"chunks": chunks, "dtype": np.dtype("float32"), "axis": 0}
        (self.source / "info").write_bytes(pickle.dumps(information))
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
        part = (self.folder / "part.npy").read_bytes()
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
