"""Tests for workers that apply a plugin's model to more data than their memory holds.

The programs are those of docs/many-machines.md. Each test runs twice: in an environment with
autoload, and in one without it, where the set-up of a worker connects.
"""

import sys
import urllib.error

import pytest
from large_data import LIMIT, PARTS, ROWS, free_port, limit_memory, post

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux' memory limits")


@pytest.fixture(params=["autoload", "connect"])
def way(request, environment, unconnected):
    """Return an environment, and whether the set-up of its workers has to connect."""
    return (environment, False) if request.param == "autoload" else (unconnected, True)


def test_the_data_do_not_fit_into_the_memory_of_a_worker(environment, large_data):
    """A process with the limit that all workers have here cannot hold the data."""
    code = f"""
import numpy
part = numpy.load("data/0.npy")
print(part.nbytes * {PARTS} > {LIMIT})
numpy.concatenate([part] * {PARTS})
"""
    failed = large_data.run(environment, "-c", code, expect=1, preexec_fn=limit_memory)

    assert failed.stdout == "True\n"
    assert "MemoryError" in failed.stderr or "Unable to allocate" in failed.stderr


def test_workers_of_dask(way, large_data):
    """Dask's workers predict block by block; Dask itself limits their memory."""
    environment, connects = way
    target = large_data.target()
    variables = {"DASK_DISTRIBUTED__WORKER__PRELOAD": "connecting.py"} if connects else {}
    done = large_data.run(
        environment, "with_dask.py", large_data.variables["MODEL"], large_data.source, target,
        variables=variables,
    )  # fmt: skip

    large_data.check(target)
    assert "memory budget" not in done.stderr  # Dask restarted no worker


def test_workers_of_gunicorn(way, large_data):
    """Workers of gunicorn answer requests that are together larger than their memory.

    The main process reads the set-up, and with `--preload` also imports Keras, before it forks.
    """
    environment, connects = way
    set_up = ("--config=connecting.py", "--preload") if connects else ()
    bind = f"127.0.0.1:{free_port()}"
    options = ("--workers=2", "--timeout=120", f"--bind={bind}", *set_up)
    arguments = ("-m", "gunicorn", *options, "with_gunicorn:application")
    with large_data.running(environment, *arguments, preexec_fn=limit_memory):
        large_data.post_all(f"http://{bind}")


def test_workers_of_uvicorn(way, large_data):
    """Workers of uvicorn answer requests that are together larger than their memory."""
    environment, connects = way
    port = free_port()
    module = "with_uvicorn_connected" if connects else "with_uvicorn"
    options = ("--workers=2", f"--port={port}")
    arguments = ("-m", "uvicorn", *options, f"{module}:application")
    with large_data.running(environment, *arguments, preexec_fn=limit_memory):
        large_data.post_all(f"http://127.0.0.1:{port}")


def test_workers_of_celery(way, large_data):
    """Two processes of a worker of Celery handle files that are together larger than memory."""
    environment, connects = way
    variables = {"CELERY_CONFIG_MODULE": "settings"}
    options = ("--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat")
    set_up = ("--include=connecting",) if connects else ()
    arguments = ("-m", "celery", "--app=with_celery", "worker", *options, *set_up)
    target = large_data.target()
    with large_data.running(environment, *arguments, variables=variables, preexec_fn=limit_memory):
        done = large_data.run(
            environment, "send_to_celery.py", large_data.variables["MODEL"], large_data.source,
            target, variables=variables,
        )  # fmt: skip

    assert done.stdout == f"{PARTS * ROWS} rows\n"
    large_data.check(target)


def test_a_server_that_is_not_set_up_fails(unconnected, large_data):
    """Without autoload and without a set-up, a worker of gunicorn cannot load the model."""
    bind = f"127.0.0.1:{free_port()}"
    arguments = ("-m", "gunicorn", f"--bind={bind}", "with_gunicorn:application")
    with large_data.running(unconnected, *arguments), pytest.raises(urllib.error.HTTPError):
        post(f"http://{bind}", large_data.part.read_bytes())

    assert "Could not locate class 'Scale'" in (large_data.folder / "log.txt").read_text()
