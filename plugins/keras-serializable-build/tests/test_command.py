"""The command `scan`: tables, JSON, reports, comparing and writing."""

import json
import subprocess
import sys

import pytest

import keras_serializable_build

LAYERS = """
import keras
register = keras.saving.register_keras_serializable("acme")

@register
class Scale(keras.layers.Layer): pass
@register
class Shift(keras.layers.Layer): pass
class MLP(keras.layers.Layer): pass
"""
HEAD = '[project]\nname = "acme"\nversion = "1"\n'
RIGHT = (
    '[project.entry-points.keras_serializable]\n"acme>Scale" = "acme.layers:Scale"\n'
    '"acme>Shift" = "acme.layers:Shift"\n'
)


@pytest.fixture
def project(write):
    """Return a function that makes the project `acme` with a table in its `pyproject.toml`."""

    def make(table=""):
        return write(
            {
                "pyproject.toml": HEAD + table,
                "src/acme/__init__.py": "from .layers import Scale\n",
                "src/acme/layers.py": LAYERS,
            }
        )

    return make


def scan(*arguments):
    """Run the command in this process."""
    return keras_serializable_build.main(["scan", *map(str, arguments)])


def test_table(project, capsys):
    """By default the table is printed, with the bare keys at its end; reports go to stderr."""
    assert scan(project()) == 0
    out, err = capsys.readouterr()
    assert out == (
        RIGHT + "\n# Not registered by the library: Keras saves these classes under their bare "
        'names.\n"MLP" = "acme.layers:MLP"\n'
    )
    assert err == "2 modules: 2 entry points, 1 bare, 0 unresolved\n"


def test_verbose(project, capsys):
    """With -v each line has its source, whether it is sure, and its place."""
    assert scan(project(), "-v") == 0
    line = capsys.readouterr().out.splitlines()[1]
    assert line == '"acme>Scale" = "acme.layers:Scale"  # static, sure, keras; acme/layers.py:5'


def test_json(project, capsys):
    """JSON has all entry points, their sources, the bare keys, and the unresolved places."""
    root = project()
    (root / "src/acme/more.py").write_text("import keras\nfrom os import x\n@x\nclass A: pass\n")
    (root / "src/acme/late.py").write_text(
        "import keras\ndef f():\n    keras.saving.get_custom_objects()['x'] = f\n"
    )
    assert scan(root, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "entry_points": {
            "MLP": "acme.layers:MLP",
            "acme>Scale": "acme.layers:Scale",
            "acme>Shift": "acme.layers:Shift",
        },
        "sources": {"MLP": ["static"], "acme>Scale": ["static"], "acme>Shift": ["static"]},
        "bare": ["MLP"],
        "unresolved": [
            {
                "place": "acme/late.py:3",
                "reason": "an assignment to an item of get_custom_objects() is in f(), "
                "which nothing calls at import",
            }
        ],
    }


def test_module_runs_as_command(project):
    """`python -m keras_serializable_build` is the command; it imports nothing of Keras."""
    command = [sys.executable, "-X", "importtime", "-m", "keras_serializable_build", "scan"]
    done = subprocess.run([*command, project()], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(RIGHT)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert imported.isdisjoint({"keras", "keras_serializable", "tomlkit", "acme"})


@pytest.mark.parametrize(
    "table",
    [
        RIGHT,
        RIGHT + '"acme>Old" = "acme.layers:Scale"\n"other" = "other:thing"\n',
        RIGHT.replace("acme.layers:Scale", "acme:Scale"),
        RIGHT.replace("acme.layers:Scale", "acme.layers : Scale [extra]"),
        RIGHT.replace("acme.layers:Scale", "acme.layers"),
        RIGHT + '"MLP" = "acme.layers:MLP"\n',
        '[project.entry-points.keras_serializable]\n"acme" = "acme.layers"\n',
        RIGHT.replace("project.entry-points", "tool.poetry.plugins"),
    ],
)
def test_check_agrees(project, table, capsys):
    """A table with other paths to the objects, aliases and whole packages is correct."""
    assert scan(project(table), "--check") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("table", "diff"),
    [
        ("", '+"acme>Scale" = "acme.layers:Scale"\n+"acme>Shift" = "acme.layers:Shift"\n'),
        (RIGHT.replace(":Shift", ":Scale"), '-"acme>Shift" = "acme.layers:Scale"\n+'),
        (RIGHT + '"acme>Gone" = "acme.layers:Gone"\n', '-"acme>Gone" = "acme.layers:Gone"\n'),
        (RIGHT + '"acme>Gone" = "acme.old"\n', '-"acme>Gone" = "acme.old"\n'),
        (RIGHT + '"MLP" = "acme.layers:Shift"\n', '-"MLP" = "acme.layers:Shift"\n+"MLP" = "acme.'),
    ],
)
def test_check_differs(project, table, diff, capsys):
    """A missing, wrong or stale line is shown as a diff, and the exit code is 1."""
    root = project(table)
    before = (root / "pyproject.toml").read_text()
    assert scan(root / "src", "--check") == 1
    out, err = capsys.readouterr()
    assert out.startswith(diff)
    assert "differ from the source" in err
    assert (root / "pyproject.toml").read_text() == before


def test_check_of_generated_table(project, capsys):
    """If the build generates the table, nothing is compared."""
    assert scan(project('dynamic = ["entry-points"]\n'), "--check") == 0
    assert "the build generates the entry points" in capsys.readouterr().err


def test_write(project, capsys):
    """`--write` adds, corrects and removes lines; comments, order and the rest of the file stay."""
    table = """
# What the plugin advertises.
[project.entry-points.keras_serializable]
"acme>Shift" = "acme.layers:Scale"  # moves
"acme>Gone" = "acme.layers:Gone"
# An old key.
"acme>Old" = "acme.layers:Scale"

[tool.other]
x = 1  # one
"""
    root = project(table)
    assert scan(root, "--write") == 0
    assert (root / "pyproject.toml").read_text() == HEAD + table.replace(
        '"acme.layers:Scale"  # moves', '"acme.layers:Shift"  # moves'
    ).replace('"acme>Gone" = "acme.layers:Gone"\n', "").replace(
        '"acme>Old" = "acme.layers:Scale"\n',
        '"acme>Old" = "acme.layers:Scale"\n"acme>Scale" = "acme.layers:Scale"\n',
    )
    assert capsys.readouterr().out.count("\n") == 4
    assert scan(root, "--check") == 0


@pytest.mark.parametrize("arguments", [(), ("--bare",)])
def test_write_a_new_table(project, arguments):
    """Without a table `--write` makes a sorted one; with `--bare` it also has the bare keys."""
    root = project()
    assert scan(root, "--write", *arguments) == 0
    bare = 'MLP = "acme.layers:MLP"\n' if arguments else ""
    assert (root / "pyproject.toml").read_text() == f"{HEAD}\n{RIGHT}{bare}"


def test_write_for_poetry(write):
    """A project that only poetry describes gets its table where poetry reads it."""
    root = write({"pyproject.toml": '[tool.poetry]\nname = "acme"\n', "src/acme.py": LAYERS})
    assert scan(root, "--write") == 0
    assert (root / "pyproject.toml").read_text() == (
        '[tool.poetry]\nname = "acme"\n\n[tool.poetry.plugins.keras_serializable]\n'
        '"acme>Scale" = "acme:Scale"\n"acme>Shift" = "acme:Shift"\n'
    )
    assert scan(root, "--check") == 0


def test_write_without_project(write, capsys):
    """A `pyproject.toml` that does not describe the project stays as it is."""
    root = write({"pyproject.toml": "[tool.x]\n", "src/acme.py": LAYERS})
    assert scan(root, "--write") == 2
    assert "has no table [project]" in capsys.readouterr().err
    assert (root / "pyproject.toml").read_text() == "[tool.x]\n"


def test_write_of_generated_table(project, capsys):
    """If the build generates the table, `--write` is an error."""
    assert scan(project('dynamic = ["entry-points"]\n'), "--write") == 2
    assert "the build generates the table" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "name the folder to scan"),
        (["nowhere"], "there is no file or folder nowhere"),
        (["notes"], "there is no Python module in notes"),
        (["--installed", "no-such-distribution"], "no distribution no-such-distribution"),
        ([".", "--installed", "pytest"], "not both"),
        (["--installed", "pytest", "--write"], "there is no pyproject.toml"),
        ([".", "--model", "nowhere.keras"], "nowhere.keras"),
    ],
)
def test_wrong_use(arguments, error, capsys, tmp_path, monkeypatch):
    """A wrong use ends with exit code 2 and a line with the reason."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "acme.py").touch()
    (tmp_path / "notes").mkdir()
    assert scan(*arguments) == 2
    assert error in capsys.readouterr().err


def test_strange_names(write, capsys):
    """Quotes, backslashes and other letters in a key survive in TOML."""
    if sys.version_info < (3, 11):
        import tomli as tomllib
    else:
        import tomllib
    name = 'a"b\\c é\U0001f600d'
    code = f"import keras\n@keras.saving.register_keras_serializable('x', {name!r})\n"
    root = write({"acme.py": code + "def f(x): return x\n"})
    assert scan(root) == 0
    table = tomllib.loads(capsys.readouterr().out)["project"]["entry-points"]["keras_serializable"]
    assert table == {f"x>{name}": "acme:f"}
