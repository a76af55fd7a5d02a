"""The benchmarks run: `nox -s bench_quick`."""

import subprocess
import sys
from pathlib import Path


def test_quick_run(tmp_path):
    """A quick run of the benchmarks writes a page with each part, and a chart."""
    script = Path(__file__).with_name("run.py")
    subprocess.run([sys.executable, script, tmp_path, "--quick"], check=True)
    page = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    lines = {line.split(" | ")[0].removeprefix("| ") for line in page.splitlines()}
    assert lines >= {
        "import keras_serializable",
        "first lookup, 30 distributions",
        "first lookup, 10,000 keys",
        "memory, 50 distributions",
        "warm lookup",
        "miss",
        "serialize plain objects",
        "deserialize Keras regularizers",
        "stevedore, disk cache",
    }
    assert "SQLAlchemy" in (tmp_path / "benchmarks.svg").read_text(encoding="utf-8")
