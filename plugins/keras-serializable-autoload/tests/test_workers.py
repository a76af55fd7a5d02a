"""Tests for programs and workers that load a model without an import of its plugin."""

import pytest

FORMS = ("model.keras", "model.h5", "model.json", "model.pickle")
WORKS = [[], dict.fromkeys(FORMS, True)]
"""The report of a process that had not imported Keras at first, and has loaded every form."""


def run_script(environment, folder, name, code, **options):
    """Run a script beside the saved model, and return its JSON output."""
    (folder / name).write_text(code)
    return environment.evaluate(folder / name, cwd=folder, **options)


@pytest.mark.parametrize(
    "arguments",
    [["-m", "program"], ["-I", "program.py"], ["-O", "-E", "-s", "program.py"]],
    ids=["-m", "-I", "-O -E -s"],
)
def test_a_program_loads_every_form_of_a_model(environment, saved, arguments):
    """With all options of Python, every form of a model loads without an import of its plugin."""
    assert environment.evaluate(*arguments, cwd=saved) == WORKS


def test_a_program_cannot_load_the_model_with_autoload_turned_off(environment, saved):
    """With the variable set to 0, Keras does not find the key."""
    failed = environment.python(
        "program.py", "model.keras", cwd=saved, expect=1,
        variables={"KERAS_SERIALIZABLE_AUTOLOAD": "0"},
    )  # fmt: skip

    assert "Could not locate class 'Scale'" in failed.stderr


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_a_process_of_multiprocessing_loads_the_model(environment, saved, method):
    """A child process loads every form, with each start method of multiprocessing."""
    code = f"""
import json, multiprocessing
import program

if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        print(json.dumps([*pool.apply(program.works), program.imported()]))
"""
    assert run_script(environment, saved, f"pool_{method}.py", code) == [*WORKS, []]


def test_a_fork_of_a_process_that_has_imported_keras_finds_plugins(environment, saved):
    """A forked child is connected if its parent has imported Keras."""
    code = """
import json, multiprocessing
import keras
import program

def find():
    return [program.imported(), str(keras.saving.get_registered_object("example>squish"))]

if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(1) as pool:
        print(json.dumps([*pool.apply(find), program.imported()]))
"""
    before, found, parent = run_script(environment, saved, "fork_late.py", code)

    assert before == ["keras", "keras_serializable"]
    assert found.startswith("<function squish")
    assert parent == before


def test_a_worker_of_joblib_loads_the_model_and_receives_one(environment, saved):
    """A loky worker loads every form, and receives a model as an argument."""
    code = """
import json
from joblib import Parallel, delayed
import program

if __name__ == "__main__":
    with Parallel(n_jobs=2, backend="loky") as parallel:
        (loaded,) = parallel([delayed(program.works)()])
    with Parallel(n_jobs=2, backend="loky") as parallel:
        model = program.load("model.keras")
        received = parallel([delayed(program.predicts_as_expected)(model) for _ in range(2)])
    print(json.dumps([*loaded, received]))
"""
    assert run_script(environment, saved, "with_joblib.py", code) == [*WORKS, [True, True]]


def test_a_worker_of_dask_that_was_started_before_receives_the_model(environment, saved):
    """Workers of a running cluster receive a model as an argument, and in a closure."""
    code = """
import json
from distributed import Client, LocalCluster
import program

if __name__ == "__main__":
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(n_workers=2, **options) as cluster, Client(cluster) as client:
        before = list(client.run(program.imported).values())
        model = program.load("model.keras")
        first, second = client.run(program.imported)
        received = client.submit(program.predicts_as_expected, model, workers=[first], pure=False)
        closure = client.submit(lambda: program.predicts_as_expected(model), workers=[first])
        loaded = client.submit(program.works, workers=[second])
        print(json.dumps([before, received.result(), closure.result(), *loaded.result()]))
"""
    result = run_script(environment, saved, "with_dask.py", code)

    assert result == [[[], []], True, True, *WORKS]


def test_a_scheduler_of_dask_is_sent_a_model(environment, unconnected, saved):
    """A scheduler in a process of its own unpickles what is sent: it has to be connected too."""
    code = """
import json
import keras, keras_serializable
from distributed import Client, SubprocessCluster

if __name__ == "__main__":
    keras_serializable.connect()
    model = keras.saving.load_model("model.keras")
    options = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": ":0"}
    with SubprocessCluster(**options) as cluster, Client(cluster) as client:
        answer = client.submit(lambda model: model.count_params(), model)
        print(json.dumps(answer.result() == model.count_params()))
"""
    (saved / "connecting.py").write_text(
        "import keras_serializable\n\nkeras_serializable.connect()\n"
    )
    worker = {"DASK_DISTRIBUTED__WORKER__PRELOAD": "connecting.py"}
    both = {**worker, "DASK_DISTRIBUTED__SCHEDULER__PRELOAD": "connecting.py"}

    assert run_script(environment, saved, "dask_scheduler.py", code)
    assert run_script(unconnected, saved, "dask_scheduler.py", code, variables=both)
    failed = unconnected.python("dask_scheduler.py", cwd=saved, variables=worker, expect=1)
    assert "Error during deserialization of the task graph" in failed.stderr


def test_a_worker_of_dask_without_autoload_cannot_load_the_model(environment, saved):
    """A worker of Dask does not find the plugin if autoload is off."""
    code = """
import json
from distributed import Client, LocalCluster
import program

if __name__ == "__main__":
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(n_workers=1, **options) as cluster, Client(cluster) as client:
        print(json.dumps(str(client.submit(program.works).exception())))
"""
    off = {"KERAS_SERIALIZABLE_AUTOLOAD": "0"}
    message = run_script(environment, saved, "dask_off.py", code, variables=off)

    assert "Could not locate class 'Scale'" in message


def test_dask_cannot_scatter_a_model(environment, saved):
    """`Client.scatter` fails for every model of Keras 3: Dask calls a method that Keras removed."""
    code = """
import json
import keras
from distributed import Client, LocalCluster

if __name__ == "__main__":
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(n_workers=1, **options) as cluster, Client(cluster) as client:
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        try:
            client.scatter(model)
        except TypeError as error:
            print(json.dumps(str(error)))
"""
    message = run_script(environment, saved, "dask_scatter.py", code)

    assert "Could not serialize object of type Sequential" in message


def test_jax_warns_of_a_fork_once_there_is_a_model(environment, saved):
    """A process may fork after it imported Keras; once it has made a model, JAX has threads."""
    code = """
import multiprocessing
import sys
import keras

def fork():
    child = multiprocessing.get_context("fork").Process(target=int)
    child.start()
    child.join()

fork()
sys.stderr.write("A model is made.\\n")
keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
fork()
"""
    (saved / "fork_with_jax.py").write_text(code)
    warned = environment.python("fork_with_jax.py", cwd=saved).stderr

    assert warned.startswith("A model is made.\n")
    assert "os.fork() is incompatible with multithreaded code" in warned
