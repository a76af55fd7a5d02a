"""Follow the tutorials to the letter: each in a copy of the project, from its own text alone.

Takes the tutorials to follow, all of them by default. In a tutorial

- a block whose first line is a comment with a file's name, ``# save.py``, is saved as that file;
- a ``console`` block is typed into one shell: the lines that begin with ``$``. What stands between
  them is what the command prints, and ``...`` stands for any text. A command may fail if the text
  says so: its last line is then ``[exit code 1]``.

Ends with exit code 1 at the first command that does something else than the tutorial says.
"""

# ruff: noqa: T201 -- it shows what it types, and the answers
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIALS = ROOT / "docs" / "tutorials"
COPIED = ("pyproject.toml", "README.md", "LICENSE", "src", "plugins")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
END = "-- end of command, exit code "


class Shell:
    """A shell in which commands are typed, one after the other."""

    def __init__(self, folder):
        self.folder = folder
        self._process = subprocess.Popen(
            [shutil.which("bash"), "--noprofile", "--norc"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def type(self, command):
        """Run a command; return what it printed, and its exit code where that is not 0."""
        self._process.stdin.write(f'{command}\necho "{END}$? in $PWD"\n')
        self._process.stdin.flush()
        printed = []
        for line in self._process.stdout:
            if END in line:
                before, _, rest = line.rstrip("\n").partition(END)
                code, _, folder = rest.partition(" in ")
                self.folder = Path(folder)
                printed += [before] * bool(before)
                return "\n".join(printed + [f"[exit code {code}]"] * (code != "0"))
            printed.append(line.rstrip())
        sys.exit(f"the shell ended at: {command}")

    def close(self):
        """End the shell."""
        self._process.stdin.close()
        self._process.wait()


def commands(block):
    """Yield each command of a console block, and what it is said to print."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output.strip()


def is_as_said(printed, said):
    """Return whether a command printed what the tutorial says; no failure where it says nothing."""
    if not said:
        return "[exit code " not in printed
    words = [".*".join(map(re.escape, word.split("..."))) for word in said.split()]
    # A line that is nothing but dots may also stand for no line at all.
    pattern = r"\s+".join(words).replace(r"\s+.*", r"(\s.*)?").replace(r".*\s+", r"(.*\s)?")
    return re.fullmatch(pattern, printed.strip(), re.DOTALL)


def follow(tutorial):
    """Do what a tutorial says; return the first command that went otherwise, `None` if none did."""
    with tempfile.TemporaryDirectory() as place:
        clone = Path(place, "keras-serializable")
        clone.mkdir()
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, clone / name)
        shell = Shell(clone)
        try:
            for language, block in BLOCK.findall(tutorial.read_text(encoding="utf-8")):
                named = FILE.match(block)
                if named:
                    file = shell.folder / named[1]
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(block, encoding="utf-8")
                for command, said in commands(block) if language == "console" else ():
                    print(f"$ {command}", flush=True)
                    printed = shell.type(command)
                    print(printed, flush=True)
                    if not is_as_said(printed, said):
                        return f"{tutorial.name} says of `{command}`:\n{said or '(it succeeds)'}"
        finally:
            shell.close()
    return None


def main(*names):
    """Follow the tutorials with these names, or all."""
    known = sorted(TUTORIALS.glob("*.md"))
    for tutorial in [each for each in known if not names or each.stem in names]:
        print(f"== {tutorial.name}", flush=True)
        wrong = follow(tutorial)
        if wrong:
            sys.exit(wrong)


if __name__ == "__main__":
    main(*sys.argv[1:])
