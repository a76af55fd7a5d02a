"""Write the screens of the command that the documentation shows, from real runs.

    python docs/screens/make.py

Each runs in an environment made for it, whose distributions are those of the tests. What differs
from one machine to the next is replaced: paths, times, the version of Python.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

FOLDER = Path(__file__).parent
TESTS = FOLDER.parents[1] / "tests"
PLUGINS = FOLDER.parents[1] / "plugins"
SCANNER = PLUGINS / "keras-serializable-build" / "src" / "keras_serializable_build"
sys.path.insert(0, str(TESTS))

from distributions import install, install_example  # noqa: E402 -- a module of the tests

SCREENS = {
    "inspect": ["inspect ncps.keras"],
    "inspect-missing": ["inspect --custom-only tcn.keras"],
    "requirements": ["requirements ncps.keras", "requirements tfa.h5"],
    "list": ["list", 'list "Custom>*"'],
    "explain": ['explain "ncps>CfC"', 'explain "ncp>CfC"'],
    "explain-load": ['explain "acme>Scale" --load'],
    "check": ["check acme-layers"],
    "doctor": ["doctor"],
    "stamp": ["stamp ncps.keras"],
    "scan": ["scan --installed acme-nets"],
    "adapt": ["adapt acme-nets"],
}
"""The commands of each screen. A screen is a file of this folder."""

WIDTH = 86
"""Columns of the terminal. The pages show no more on a desktop."""

NEEDED = (
    *("keras_serializable", "click", "rich", "markdown_it", "mdurl", "pygments", "pluggy"),
    *("importlib_metadata", "zipp", "typing_extensions", "packaging", "tomli"),
)
"""What the command imports. It is put beside the distributions, without its own metadata."""

KNOWLEDGE = """Metadata-Version: 2.1
Name: acme-knowledge
Version: 1.0
Provides-Extra: keras-tcn
Requires-Dist: keras-tcn>=3.5; extra == "keras-tcn"

"""
REPLACED = (
    (r"(?m)^  *0  *0 .*\.zip$", "     0    0     0.01 ms  /usr/lib/python313.zip"),
    (r"(?m)^  *0  *0 .*/lib-dynload$", "     0    0     0.07 ms  /usr/lib/python3.13/lib-dynload"),
    (r"(?m)^  *0  *0 .*/lib/python3\.\d+$", "     0    0     0.14 ms  /usr/lib/python3.13"),
    (r" +\d+\.\d\d ms(?=  /srv)", "     0.52 ms"),
    (r" +\d+\.\d\d ms(?=  /home)", "     0.03 ms"),
    (r"(?m)^\w+ \d+\.\d+\.\d+\S* on .*", "CPython 3.13.1 on Linux-6.1.0-x86_64-with-glibc2.36"),
    (r"(?m)^  /(?!srv).*/python[\d.]*$", "  /srv/env/bin/python"),
    (r"(?m)(?<=  )\d+\.\d\d$", "0.01"),
    (r"in \d+\.\d{3} s", "in 0.004 s"),
)
"""What differs from one run to the next, and what is shown in its place."""


NETS = """\
import keras

@keras.saving.register_keras_serializable("acme_nets")
class Gate(keras.layers.Layer): pass

class Mixer(keras.layers.Layer): pass
"""


def make_environment(folder: Path) -> None:
    """Install what the screens show into `folder/site`, and copy the models beside it."""
    site = folder / "site"
    install(site, "keras", "3.15.1")
    ncps = {"ncps": {"__init__.py": "", "keras": {"__init__.py": "", "mm_rnn.py": ""}}}
    table = {"ncps": "ncps.keras", ">lecun_tanh": "ncps.keras.mm_rnn"}
    install(site, "ncps", "1.0.1", table, ncps)
    table = {"Custom>TCN": "tcn:TCN [keras-tcn]"}
    install(site, "acme-knowledge", "1.0", table, metadata=KNOWLEDGE)
    install_example(site, "undecorated")
    install(site, "acme-nets", "0.4.2", files={"acme_nets.py": NETS})
    (site / "acme_nets-0.4.2.dist-info" / "RECORD").write_text("acme_nets.py,,\n")
    for name in NEEDED:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        origin = Path(spec.origin)
        place = origin.parent if origin.name == "__init__.py" else origin
        (site / place.name).symlink_to(place)
    (site / SCANNER.name).symlink_to(SCANNER)
    models = folder / "home"
    models.mkdir()
    files = TESTS / "model_files" / "files"
    for name, file in (("ncps.keras", "ncps.keras"), ("tcn.keras", "keras-tcn.keras")):
        shutil.copy(files / file, models / name)
    shutil.copy(files / "tfa.h5", models)


def run(command: str, folder: Path) -> str:
    """Return a command and what it writes, with nothing in it of this machine."""
    arguments = [each.strip('"') for each in re.findall(r'"[^"]*"|\S+', command)]
    done = subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-S", "-m", "keras_serializable", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder / "home",
        env={
            "PYTHONPATH": str(folder / "site"),
            "PATH": os.environ["PATH"],
            "PYTHONUTF8": "1",
            "COLUMNS": str(WIDTH),
        },
    )
    text = done.stdout + done.stderr
    text = text.replace(str(folder / "site"), "/srv/env/site-packages")
    text = text.replace(str(folder / "home"), "/home/me")
    for pattern, shown in REPLACED:
        text = re.sub(pattern, shown, text)
    lines = [f"$ keras-serializable {command}", *text.splitlines()]
    return "".join(f"{part}\n" for line in lines for part in wrapped(line))


def wrapped(line: str) -> list[str]:
    """Return a line as a terminal shows it, but broken between words."""
    if len(line) <= WIDTH:
        return [line]
    return textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def screens() -> dict[str, str]:
    """Return each screen by its name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        make_environment(folder)
        return {
            screen: "\n".join(run(command, folder) for command in commands)
            for screen, commands in SCREENS.items()
        }


def main() -> None:
    """Write the screens."""
    for name, text in screens().items():
        (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
