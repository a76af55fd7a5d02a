"""Tests for the start of Python, and for the first import of a Keras."""

import os
import re
import shutil
import sys

import pytest

STATE = """
import json, sys
finders = [getattr(finder, "__name__", type(finder).__name__) for finder in sys.meta_path]
print(json.dumps([sorted(sys.modules), finders]))
"""
HOOK = "keras_serializable_autoload"
OFF = {"KERAS_SERIALIZABLE_AUTOLOAD": "0"}
IS_FOUND = "print(keras.saving.get_registered_object('example>squish') is not None)"
LIMIT = 3.0  # per cent of a bare start; 2.2 measured, an import of an empty module takes 2.0


def test_starting_python_adds_one_module_and_one_finder(environment, make_environment):
    """Compared with a bare start there is one more module, and it is the first finder."""
    bare = make_environment(keras=False)
    without, finders = bare.evaluate("-c", STATE)
    with_us, ours = environment.evaluate("-c", STATE)

    new = set(with_us) - set(without) - {"encodings.utf_8_sig"}  # Python reads `.pth` files with it
    assert new == {HOOK}
    assert ours == [HOOK, *finders]


def test_the_variable_turns_it_off(environment):
    """With KERAS_SERIALIZABLE_AUTOLOAD=0 there is no finder, also in isolated mode."""
    for arguments in (["-c", STATE], ["-I", "-c", STATE]):
        _, finders = environment.evaluate(*arguments, variables=OFF)
        assert HOOK not in finders


@pytest.mark.parametrize("arguments", [["-S"], ["-I", "-S"]])
def test_a_python_without_site_is_left_alone(environment, arguments):
    """With -S Python reads no .pth file."""
    modules, finders = environment.evaluate(*arguments, "-c", STATE)

    assert HOOK not in {*modules, *finders}


def test_a_process_without_keras_never_imports_keras_serializable(environment):
    """Imports of other packages, installed or not, do not import keras_serializable."""
    code = """
import importlib.util, json, sys, numpy, joblib
try:
    import kerasish
except ImportError:
    pass
importlib.util.find_spec("keras"), importlib.util.find_spec("tf_keras")
print(json.dumps(["keras_serializable" in sys.modules, "keras" in sys.modules]))
"""
    assert environment.evaluate("-c", code) == [False, False]


def test_importing_keras_connects_and_removes_the_finder(environment):
    """After its import Keras is connected and has its own loader, and the finder is removed."""
    code = """
import json, sys
import keras
spec = keras.__spec__
found = keras.saving.get_registered_object("example>squish") is not None
print(json.dumps([
    [finder for finder in sys.meta_path if finder is sys.modules["keras_serializable_autoload"]],
    type(spec.loader).__name__, spec.loader is keras.__loader__, sorted(vars(spec.loader)), found,
]))
"""
    left, loader, same, attributes, found = environment.evaluate("-c", code)

    assert (left, loader, same) == ([], "SourceFileLoader", True)
    assert attributes == ["name", "path"]
    assert found


@pytest.mark.parametrize(
    "prologue",
    [
        "import keras_serializable; keras_serializable.connect(); import keras",
        "import importlib; importlib.import_module('keras.layers')",
        "import importlib.util; importlib.util.find_spec('keras.layers')",
        """
import sys
from importlib.machinery import PathFinder
class Claims:
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, path) if name == 'keras' else None
sys.meta_path.insert(0, Claims)
""",
        """
import importlib.util, sys
spec = importlib.util.find_spec('keras')
spec.loader = importlib.util.LazyLoader(spec.loader)
sys.modules['keras'] = keras = importlib.util.module_from_spec(spec)
spec.loader.exec_module(keras)
""",
        "import sys, runpy; sys.argv[1:] = []; runpy.run_module('keras.src.version')",
    ],
    ids=["connected before", "submodule", "probe", "another finder first", "lazy", "runpy"],
)
def test_keras_is_connected_however_it_is_imported(environment, prologue):
    """A plugin is found after each way to import Keras, and with other finders."""
    done = environment.python("-c", f"{prologue}\nimport keras\n{IS_FOUND}")

    assert done.stdout.splitlines()[-1] == "True"


def test_a_finder_that_was_imported_twice(environment):
    """If `sys.modules` was cleared, two finders wait for Keras, and both are removed."""
    code = f"""
import json, sys
del sys.modules["{HOOK}"]
import {HOOK}
finders = [finder for finder in sys.meta_path if getattr(finder, "__name__", "") == "{HOOK}"]
import keras
left = [finder for finder in finders if finder in sys.meta_path]
found = keras.saving.get_registered_object('example>squish') is not None
print(json.dumps([len(finders), len(left), found]))
"""
    assert environment.evaluate("-c", code) == [2, 0, True]


def test_another_thread_that_asks_the_finders_misses_none(environment):
    """The finder is removed, but the old list, over which a thread may iterate, does not change."""
    code = """
import json, sys
import keras_serializable
keras_serializable.connect()
finders = sys.meta_path
before = finders.copy()
import keras
print(json.dumps([finders[:len(before)] == before, sys.modules["HOOK"] in sys.meta_path]))
""".replace("HOOK", HOOK)
    assert environment.evaluate("-c", code) == [True, False]


def test_two_threads_that_import_keras_and_us_do_not_deadlock(environment):
    """One thread imports Keras while another is in the middle of importing keras_serializable."""
    code = f"""
import sys, threading, time
inside, wanted = threading.Event(), threading.Event()
def audit(event, arguments):
    if event == "import" and arguments[0] == "keras_serializable._registry.registry":
        inside.set()
        assert wanted.wait(60)
        time.sleep(0.5)  # The other thread waits for this one now.
    elif event == "import" and arguments[0] == "keras":
        wanted.set()
sys.addaudithook(audit)
thread = threading.Thread(target=__import__, args=("keras_serializable",), daemon=True)
thread.start()
assert inside.wait(60)
import keras
thread.join(60)
assert not thread.is_alive()
{IS_FOUND}
"""
    assert environment.python("-c", code).stdout == "True\n"


@pytest.fixture(scope="module")
def broken(make_environment):
    """Return an environment whose keras_serializable cannot connect."""
    environment = make_environment("core", "autoload")
    connection = environment.site_packages / "keras_serializable" / "_keras" / "connection.py"
    connection.write_text("raise RuntimeError('broken\\nin two lines')\n")
    return environment


@pytest.mark.parametrize("options", [[], ["-W", "error::UserWarning"]], ids=["", "-W error"])
def test_keras_is_imported_when_connecting_fails(broken, options):
    """One line on standard error says what failed and what to do; Keras works."""
    done = broken.python(*options, "-c", "import keras; print(keras.Sequential().name)")

    assert done.stdout == "sequential\n"
    (line,) = done.stderr.splitlines()
    assert re.fullmatch(
        r"keras-serializable-autoload: .* failed: RuntimeError\('broken\\nin two lines'\)\. "
        r"Reinstall .* KERAS_SERIALIZABLE_AUTOLOAD=0\.",
        line,
    )


@pytest.mark.skipif(os.name == "nt", reason="closes a descriptor with a POSIX shell")
def test_keras_is_imported_when_nothing_can_be_reported_either(broken):
    """Without a standard error the failure stays silent."""
    code = "import keras; print(keras.Sequential().name)"
    command = f"exec '{broken.interpreter}' -c '{code}' 2>&-"
    done = broken.python(
        "-c", f"import subprocess; subprocess.run(['sh', '-c', {command!r}], check=True)"
    )

    assert done.stdout == "sequential\n"


def test_keras_is_imported_in_silence_without_keras_serializable(make_environment):
    """If keras-serializable was uninstalled and autoload was not, nothing happens."""
    done = make_environment("autoload").python("-c", "import keras; print(keras.Sequential().name)")

    assert (done.stdout, done.stderr) == ("sequential\n", "")


def test_keras_is_imported_in_silence_after_an_uninstallation(make_environment):
    """A process that was started before the uninstallation imports Keras without a message."""
    environment = make_environment("core", "autoload")
    environment.site_packages.joinpath(f"_{HOOK}.py").unlink()
    done = environment.python("-c", "import keras; print(keras.Sequential().name)")

    assert (done.stdout, done.stderr) == ("sequential\n", "")


def test_python_starts_when_the_module_was_deleted(make_environment):
    """If only the .pth file is left, Python starts, and its message names the file."""
    environment = make_environment("core", "autoload", keras=False)
    environment.site_packages.joinpath(f"{HOOK}.py").unlink()
    done = environment.python("-c", "print('started')")

    assert done.stdout == "started\n"
    assert f"{HOOK}.pth" in done.stderr


@pytest.mark.skipif(not shutil.which("valgrind"), reason="callgrind counts the instructions")
def test_starting_python_costs_a_few_per_cent_at_most(make_environment):
    """The start takes at most 3 % more instructions; a clock would measure the machine's load."""
    bare, ours = make_environment(keras=False), make_environment("core", "autoload", keras=False)
    if sys.version_info >= (3, 13):
        # In Python 3.13 any `.pth` file imports a codec, which takes longer than all of autoload.
        bare.site_packages.joinpath("any.pth").write_text("import sys\n")
    reference, cost = instructions(bare), instructions(ours)
    share = 100 * (cost - reference) / reference
    assert share < LIMIT, f"{reference} instructions, with autoload {cost}"


def instructions(environment):
    """Return how many instructions a start of Python takes."""
    environment.python("-c", "pass")  # writes the caches
    count = (
        "import subprocess, sys; print(subprocess.run(['valgrind', '--tool=callgrind', "
        "'--callgrind-out-file=/dev/null', sys.executable, '-c', 'pass'], "
        "capture_output=True, text=True).stderr)"
    )
    done = environment.python("-c", count, variables={"PYTHONHASHSEED": "0"})
    return int(re.search(r"Collected : (\d+)", done.stdout)[1])
