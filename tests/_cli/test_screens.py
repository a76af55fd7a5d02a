"""The screens of the documentation: they are what the command writes today."""

import importlib.util
import pathlib

import pytest

SCREENS = pathlib.Path(__file__).parents[2] / "docs" / "screens"


@pytest.fixture(scope="module")
def make():
    """Return the script that makes the screens, as a module."""
    spec = importlib.util.spec_from_file_location("make_screens", SCREENS / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_screens(make):
    """Each screen is up to date: `python docs/screens/make.py` writes them again."""
    shown = {file.stem: file.read_text("utf-8") for file in SCREENS.glob("*.txt")}
    assert make.screens() == shown


def test_each_is_shown(make):
    """The page of the command shows each screen."""
    page = SCREENS.parent.joinpath("command.md").read_text("utf-8")
    for name in make.SCREENS:
        assert f"screens/{name}.txt" in page


def test_nothing_of_this_machine(make):
    """No path of the machine that made a screen is in it."""
    for file in SCREENS.glob("*.txt"):
        text = file.read_text("utf-8")
        assert "/tmp" not in text  # noqa: S108 -- no file is made
        assert "/home/" not in text.replace("/home/me", "")
