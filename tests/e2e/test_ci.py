"""CI runs the README's command, in the environment of somebody who has just arrived."""

import os
import re
import subprocess

from virtual_environments import ROOT


def test_ci_inherits_no_variable_that_could_hide_a_failure(tmp_path):
    """Of this process' variables the command gets the usual two, and what the network needs."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    script, count = re.subn(r"(?m)^test_command=.*$", "test_command=env", script)
    assert count == 1
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text(script, encoding="utf-8")
    (tmp_path / "README.md").write_text("env\n", encoding="utf-8")
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PIP_INDEX_URL": "https://packages.example/simple",
        "https_proxy": "http://proxy.example",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(tmp_path),
        "KERAS_BACKEND": "jax",
        "KERAS_SERIALIZABLE_STRICT": "1",
        "PIP_NO_COMPILE": "1",
    }
    done = subprocess.run(
        ["bash", str(tmp_path / ".ci" / "run")],  # noqa: S607 -- wherever bash is
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    names = {line.partition("=")[0] for line in done.stdout.splitlines()}
    assert names - {"PWD", "SHLVL", "_"} == {"HOME", "PATH", "PIP_INDEX_URL", "https_proxy"}
