"""The benchmarks run: `nox -s bench_quick`."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_quick_run(tmp_path):
    """A quick run of the benchmarks puts each measurement into the page, and draws the chart."""
    page = tmp_path / "benchmarks.md"
    shutil.copy(HERE.parents[1] / "docs" / "benchmarks.md", page)
    subprocess.run([sys.executable, HERE / "run.py", page, "--quick"], check=True)
    table = [line.split(" | ") for line in page.read_text("utf-8").splitlines()]
    lines = {tuple(cell.partition(": ")[0] for cell in line[:4:2]) for line in table}
    assert lines >= {
        ("| import keras_serializable", "importlib.metadata"),
        ("| first lookup, 300 distributions", "floor"),
        ("| first lookup, 1000 distributions", "SQLAlchemy"),
        ("| find a key of 10,000", "floor"),
        ("| warm lookup", "stevedore"),
        ("| warm lookup beside Keras", "Keras"),
        ("| miss", "os.stat of each path entry"),
        ("| deserialize regularizers", "Keras"),
        ("| load 1000 built-in layers", "Keras"),
        ("| load 1000 layers of a plugin", "an import of the plugin"),
        ("| inspect a model of 2 GB", "reading its config"),
        ("| list, 5000 distributions", "an empty program"),
        ("| scan 2000 modules", "ast.parse of each module"),
    }
    assert "SQLAlchemy" in page.with_suffix(".svg").read_text("utf-8")
