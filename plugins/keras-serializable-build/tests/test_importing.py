"""`--import`: every module is imported in another process, and each value is verified."""

import json

import pytest

import keras_serializable_build

HEAD = "import keras\nregister = keras.saving.register_keras_serializable\n"
SCALE = HEAD + "@register('acme')\nclass Scale(keras.layers.Layer): pass\n"


@pytest.fixture
def scan(write, capsys):
    """Return a function that scans files with `--import` and returns the JSON."""

    def run(files, *arguments):
        root = write({f"src/{name}": content for name, content in files.items()})
        command = ["scan", str(root / "src"), "--json", "--import", *arguments]
        assert keras_serializable_build.main(command) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_confirms_and_corrects(scan):
    """An import confirms keys, adds keys that the source does not show, and corrects objects."""
    result = scan(
        {
            "acme/__init__.py": "",
            "acme/layers.py": SCALE + "class MLP(keras.layers.Layer): pass\n",
            "acme/hidden.py": HEAD
            + "import os\n@register(os.path.basename('x/computed'))\n"
            + "class Shift(keras.layers.Layer): pass\n"
            + "def local():\n    class Local(keras.layers.Layer): pass\n"
            + "    register(os.path.basename('x/computed'))(Local)\nlocal()\n",
            "acme/twice.py": HEAD
            + "class A(keras.layers.Layer): pass\nclass B(keras.layers.Layer): pass\n"
            + "import os\nregister('acme', 'Two')(B if os.path.sep else A)\n",
        }
    )
    assert result["entry_points"] == {
        "MLP": "acme.layers:MLP",
        "acme>Scale": "acme.layers:Scale",
        "acme>Two": "acme.twice:B",
        "computed>Local": "acme.hidden",
        "computed>Shift": "acme.hidden:Shift",
    }
    assert result["sources"] == {
        "MLP": ["static", "import"],
        "acme>Scale": ["static", "import"],
        "acme>Two": ["import"],
        "computed>Local": ["import"],
        "computed>Shift": ["import"],
    }


def test_leaves_out_what_is_not_registered_here(scan):
    """A key that the source registers under a condition is left out, and reported, if it is not."""
    optional = (
        "try: import no_such_library as found\nexcept ImportError: found = None\nif found:\n"
        "    @register('acme')\n    class Extra(keras.layers.Layer): pass\n"
    )
    other = optional.replace("import keras\n", "").replace("Extra", "Old")
    result = scan(
        {
            "acme/__init__.py": "",
            "acme/layers.py": SCALE + optional,
            "acme/broken.py": HEAD + optional.replace("Extra", "Late") + "raise RuntimeError\n",
            "acme/old.py": "import tf_keras as keras\n"
            "register = keras.utils.register_keras_serializable\n" + other,
        }
    )
    assert sorted(result["entry_points"]) == ["acme>Late", "acme>Old", "acme>Scale"]
    assert {
        "place": "acme/layers.py:8",
        "reason": "'acme>Extra' is left out: importing acme.layers does not register it here; the "
        "source registers acme.layers:Extra",
    } in result["unresolved"]


def test_our_decorator(scan):
    """Objects that our decorator registers are seen, too."""
    code = "import keras_serializable as ours\n@ours.register_keras_serializable('acme')\n"
    result = scan({"acme.py": code + "class Scale:\n    def get_config(self): return {}\n"})
    assert result["sources"] == {"acme>Scale": ["static", "import"]}


def test_other_libraries(write, capsys):
    """Objects that other libraries register during the import are left out."""
    root = write(
        {
            "src/other.py": SCALE.replace("acme", "other"),
            "src/acme/__init__.py": "from other import Scale\n",
            "src/acme/layers.py": SCALE,
        }
    )
    command = ["scan", str(root / "src" / "acme"), "--json", "--import"]
    assert keras_serializable_build.main(command) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["entry_points"] == {"acme>Scale": "acme.layers:Scale"}


def test_failures_are_isolated(scan):
    """A module that fails or ends the process is reported, and all others are imported."""
    result = scan(
        {
            "acme/__init__.py": "",
            "acme/a.py": "raise RuntimeError('no luck')\n",
            "acme/b.py": "import os\nos._exit(3)\n",
            "acme/c.py": "import sys\nprint('noise')\nsys.exit(1)\n",
            "acme/e.py": SCALE,
            "acme/f.py": SCALE.replace("acme", "late") + "raise RuntimeError('too late')\n",
        }
    )
    assert result["entry_points"] == {"acme>Scale": "acme.e:Scale", "late>Scale": "acme.f:Scale"}
    assert result["sources"] == {"acme>Scale": ["static", "import"], "late>Scale": ["static"]}
    reasons = [told["reason"] for told in result["unresolved"]]
    assert "importing acme.a fails: RuntimeError: no luck" in reasons
    assert "importing acme.b fails: the process ends with exit code 3" in reasons
    assert "importing acme.c fails: SystemExit: 1" in reasons


def test_time_limit(scan):
    """A module that takes too long is reported, and the others are still imported."""
    result = scan(
        {
            "acme/a.py": "import time\ntime.sleep(600)\n",
            "acme/b.py": "raise RuntimeError('here')\n",
        },
        "--time-limit",
        "8",
    )
    assert [told["reason"] for told in result["unresolved"]] == [
        "importing acme.a fails: it takes longer than 8 s",
        "importing acme.b fails: RuntimeError: here",
        "the import of the module probably raises an exception here",
    ]
