"""The command: its verbs, its errors, its exit codes, and what a run imports."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import SOURCE
from distributions import install_example

import keras_serializable
from keras_serializable._cli.command import VERBS

FULL = pathlib.Path("/dev/full")
OWN = [verb for verb, (place, _) in VERBS.items() if isinstance(place, str)]


def process(*arguments, path=(), python=(), **variables):
    """Run the command in a process of its own."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KERAS_SERIALIZABLE", "_KERAS_SERIALIZABLE"))
    }
    entries = [*map(str, path), SOURCE, *filter(None, [environment.get("PYTHONPATH")])]
    environment |= {"PYTHONPATH": os.pathsep.join(entries), **variables}
    command = [sys.executable, *python, "-m", "keras_serializable", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=120, check=False
    )


class TestVerbs:
    """The table of verbs."""

    def test_help(self, run):
        """`--help` shows each verb with what it does."""
        done = run("--help")
        assert done.code == 0
        for verb, (_, does) in VERBS.items():
            assert verb in done.out
            assert does in " ".join(done.out.split())

    @pytest.mark.parametrize("verb", OWN)
    def test_help_of_each(self, run, verb):
        """Each verb has a help of its own, and a JSON form."""
        done = run(verb, "--help")
        assert done.code == 0
        assert f"Usage: keras-serializable {verb}" in done.out
        assert "--json" in done.out
        assert done.err == ""

    def test_version(self, run):
        """`--version` is that of the distribution."""
        version = f"keras-serializable, version {keras_serializable.__version__}\n"
        assert run("--version") == (0, version, "")

    def test_without_arguments(self, run):
        """Without a verb the help is shown, and the exit code says that the use was wrong."""
        done = run()
        assert done.code == 2
        assert "inspect" in done.err


class TestErrors:
    """Wrong use ends with one line on standard error and the exit code 2."""

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (["lst"], "No such command 'lst'. Did you mean 'list'?"),
            (["frobnicate"], "No such command 'frobnicate'."),
            (["list", "--jsn"], "No such option"),
            (["list", "a", "b"], "unexpected extra argument"),
            (["inspect"], "Missing argument 'MODEL...'"),
            (["inspect", "no\x1b[31m.keras"], "no\\x1b[31m.keras: there is no such file"),
            (["requirements", __file__], "it is none of a .keras archive"),
            (["explain"], "Missing argument 'KEY'"),
            (["check", "no-such-thing"], "no-such-thing advertises nothing"),
            (["check", "-j", "0"], "Invalid value for '--jobs'"),
        ],
    )
    def test_one_line(self, run, arguments, text):
        """The line begins with `error:` and holds no control character."""
        done = run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: ")
        assert text in done.err
        assert done.err.count("\n") == 1
        assert done.err.rstrip("\n").isprintable()

    def test_variable_without_sense(self):
        """A misspelt variable is one line, too."""
        done = process("list", KERAS_SERIALIZABLE_DENNY_KEYS="a>*")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("error: KERAS_SERIALIZABLE_DENNY_KEYS is set, but there is")
        assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize("missing", ["click", "rich"])
    def test_without_the_extra(self, tmp_path, site, missing):
        """Without the extra one line says what to install."""
        install_example(site, "decorated")
        broken = f"raise ModuleNotFoundError('No module named {missing}', name='{missing}')"
        (tmp_path / "stub").mkdir()
        (tmp_path / "stub" / f"{missing}.py").write_text(broken)
        done = process("list", path=[tmp_path / "stub", site], COLUMNS="80")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"error: the command needs {missing}: pip install 'keras-serializable[cli]'\n"
        )


class TestProcesses:
    """The command in processes of its own."""

    def test_exit_codes(self, site, model):
        """0, 1 if the answer is no, 2 for wrong use."""
        install_example(site, "decorated")
        assert process("list", path=[site]).returncode == 0
        assert process("list", "nothing-like-it", path=[site]).returncode == 1
        assert process("inspect", model, path=[site]).returncode == 1
        assert process("inspect", f"{model}x", path=[site]).returncode == 2

    def test_no_reader(self, site):
        """A reader that closes the pipe ends the command silently."""
        install_example(site, "decorated")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), SOURCE])}
        for arguments in (["list"], ["list", "--json"], ["doctor"]):
            with subprocess.Popen(
                [sys.executable, "-m", "keras_serializable", *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            ) as started:
                started.stdout.close()
                assert started.stderr.read() == b""
            assert started.returncode == 141

    @pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
    def test_full_disk(self, site):
        """Output that cannot be written is one line, and wrong use of no kind."""
        install_example(site, "decorated")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), SOURCE])}
        command = [sys.executable, "-m", "keras_serializable"]
        for arguments in (["list"], ["list", "--json"], ["doctor"], ["--help"]):
            with FULL.open("w") as full:
                done = subprocess.run(
                    [*command, *arguments],
                    stdout=full,
                    stderr=subprocess.PIPE,
                    env=environment,
                    text=True,
                    check=False,
                )
            error = "error: No space left on device\n"
            assert (done.returncode, done.stderr) == (2, error), arguments

    def test_closed_output(self, site):
        """Without an output the exit code says so."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), SOURCE])}
        line = f"'{sys.executable}' -m keras_serializable list >&-"
        done = subprocess.run(["/bin/sh", "-c", line], env=environment, check=False, stderr=-1)
        assert (done.returncode, done.stderr) == (2, b"")

    def test_ascii_terminal(self, site):
        """A terminal without letters gets their numbers."""
        install_example(site, "decorated")
        folder = site / "größe-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("Name: größe\nVersion: 1.0\n\n", encoding="utf-8")
        (folder / "entry_points.txt").write_text(
            "[keras_serializable]\nä>B = m:B\n", encoding="utf-8"
        )
        done = process("list", "ä", path=[site], PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert done.returncode == 0, done.stderr
        assert "\\xe4>B" in done.stdout
        done = process("list", "ä", "--json", path=[site], PYTHONIOENCODING="ascii")
        assert json.loads(done.stdout)["providers"][0]["name"] == "ä>B"

    def test_colours(self, site):
        """Colours are for terminals; what goes into a pipe has none."""
        install_example(site, "decorated")
        assert "\x1b" not in process("list", path=[site], TERM="xterm-256color").stdout

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_completion(self, site, shell):
        """A shell completes verbs, keys and distributions."""
        install_example(site, "decorated")
        source = process(_KERAS_SERIALIZABLE_COMPLETE=f"{shell}_source")
        assert "keras-serializable" in source.stdout

        def complete(*words):
            variables = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
            if shell == "fish":
                variables["COMP_CWORD"] = words[-1]
            variables["_KERAS_SERIALIZABLE_COMPLETE"] = f"{shell}_complete"
            return process(path=[site], **variables).stdout

        assert "inspect" in complete("keras-serializable", "insp")
        assert "acme>Scale" in complete("keras-serializable", "explain", "acme")
        assert "acme-layers" in complete("keras-serializable", "check", "acm")


def imported_by(*arguments):
    """Return the modules that a run imports."""
    code = (
        "import sys\nfrom keras_serializable._cli import main\n"
        f"main({list(arguments)!r})\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    return set(done.stderr.splitlines())


class TestStartUp:
    """What a run imports."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--help"],
            *([verb, "--help"] for verb in OWN),
            ["list"],
            ["list", "--json"],
            ["doctor", "--json"],
        ],
    )
    def test_little(self, arguments):
        """Rich is imported where something is drawn, Keras and importlib_metadata never."""
        unwanted = {"rich", "keras", "importlib_metadata", "argparse", "pluggy"}
        imported = imported_by(*arguments)
        assert "keras_serializable._cli.command" in imported
        assert not unwanted & imported

    def test_one_verb(self):
        """A run imports the module of its verb, and `--help` of the command none."""
        start = "keras_serializable._cli.verbs."
        for arguments, verbs in ((["--help"], set()), (["list", "--json"], {f"{start}list"})):
            imported = imported_by(*arguments)
            assert {name for name in imported if name.startswith(start)} == verbs
