"""`check`: every provider loaded in a process of its own."""

import os
import signal
import subprocess
import sys
import time

from conftest import SOURCE
from distributions import install, install_example


def statuses(done):
    """Return the status of each provider by its name."""
    return {each["name"]: each["status"] for each in done.json["providers"]}


def test_all_right(site, run, knowledge):
    """A provider that holds what it promises is ok, and an optional one is left out."""
    install_example(site, "decorated")
    done = run("check", "acme-layers", "knowledge", "--json")
    assert done.code == 0
    assert statuses(done) == {"acme>Scale": "ok", "acme>double": "ok", "Custom>TCN": "skipped"}
    seconds = {each["name"]: each["seconds"] for each in done.json["providers"]}
    assert seconds["acme>Scale"] < 10
    assert seconds["Custom>TCN"] is None
    done = run("check", "acme-layers", "knowledge")
    assert "Custom>TCN" not in done.out
    assert done.out.endswith("2 ok, 0 wrong, 1 skipped: their libraries are not installed\n")


def test_all_problems_at_once(site, run):
    """Each kind of problem is told in one run, in lines."""
    install_example(site, "broken-import")
    files = {
        "many.py": (
            "from keras_serializable import register_keras_serializable\n"
            "print('noise')\n"
            "class NoConfig: pass\n"
            "@register_keras_serializable('many', 'Other')\n"
            "class Renamed:\n    def get_config(self): return {}\n"
            "@register_keras_serializable('many')\n"
            "class Forgotten:\n    def get_config(self): return {}\n"
        ),
        "endless.py": "import time\ntime.sleep(60)\n",
        "killer.py": "import os\nos._exit(7)\n",
    }
    table = {
        "many>NoConfig": "many:NoConfig",
        "many>Missing": "many:Missing",
        "many>Renamed": "many:Renamed",
        "many>Nothing": "many",
        "empty": "many",
        "many>Endless": "endless:X",
        "many>Killer": "killer:X",
    }
    install(site, "many", "2.0", table, files)
    done = run("check", "many", "acme-layers", "--time-limit", "8")
    assert done.code == 1
    for text in (
        "acme>Scale: importing acme_layers failed with ModuleNotFoundError: No module named",
        "many>NoConfig: the class NoConfig has no get_config() method",
        "many>Missing: many has no Missing",
        "many>Nothing: importing many did not register that key",
        "many>Renamed: it is saved as 'many>Other', which is not advertised",
        "empty: importing many registers no key of this package",
        "many>Endless: loading it took longer than 8 seconds",
        "many>Killer: the process that loaded it ended (exit code 7)",
        "many>Forgotten: registered by an import, and not advertised",
    ):
        assert text in done.out
    assert "many>Other: registered by an import" in done.out
    assert done.out.endswith("0 ok, 8 wrong, 0 skipped\n")
    assert "noise" not in done.out


def test_conflict(site, run):
    """Distributions that contradict each other are wrong both."""
    install_example(site, "conflict")
    done = run("check", "one")
    assert done.code == 1
    assert "acme>Scale: 'acme>Scale' is advertised with different values" in done.out


def test_unregistered(site, run):
    """A class without a decorator is right where its place or its bare name is advertised."""
    files = {"plain.py": "class A:\n    def get_config(self): return {}\ndef f(x): return x\n"}
    install(site, "plain", "1.0", {"p>A": "plain:A", "p>f": "plain:f"}, files)
    assert statuses(run("check", "plain", "--json")) == {"p>A": "ok", "p>f": "ok"}
    install(site, "q", "1.0", {"q>f": "plain:f"})
    done = run("check", "plain", "--json")
    assert statuses(done) == {"p>A": "ok", "p>f": "wrong"}


def test_broken_metadata(site, run):
    """Broken metadata of a distribution is told where that distribution is checked."""
    install(site, "bad", "1.0", "[keras_serializable]\nbad\np>A = m:A\n")
    install_example(site, "decorated")
    assert run("check", "acme-layers").code == 0
    done = run("check", "bad")
    assert "line 2 has no '='" in done.out
    assert done.code == 1


def test_nothing(tmp_path, fresh):
    """Where nothing is advertised, nothing is wrong."""
    code = "import sys\nsys.path[:] = [each for each in sys.path if 'site-packages' not in each]\n"
    code = "from keras_serializable._cli.command import run\n" + code
    code += "print(run(['check', '-j', '1']))"
    assert (
        fresh(code) == "Nothing is advertised by what is installed.\n0 ok, 0 wrong, 0 skipped\n0\n"
    )


def test_interrupted(site, tmp_path):
    """After Ctrl-C no further provider is loaded, and the exit code is that of an interruption."""
    install(
        site,
        "slow",
        "1.0",
        {f"slow>{number}": "slow:f" for number in range(20)},
        {"slow.py": "import pathlib, sys, time\npathlib.Path('begun').touch()\ntime.sleep(2)\n"},
    )
    code = (
        # A program that a shell has started in the background ignores Ctrl-C.
        "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from keras_serializable._cli import main\nsys.exit(main(['check', '-j', '1']))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), SOURCE])}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as started:
        while not (tmp_path / "begun").exists() and started.poll() is None:
            time.sleep(0.05)
        began = time.monotonic()
        started.send_signal(signal.SIGINT)
        assert started.stderr.read().strip() == b""
    assert started.returncode == 130
    assert time.monotonic() - began < 15
