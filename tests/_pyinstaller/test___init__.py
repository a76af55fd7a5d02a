import pathlib
from importlib.metadata import EntryPoint

from virtual_environments import ROOT

from keras_serializable import _pyinstaller

try:
    import tomllib
except ModuleNotFoundError:  # before Python 3.11
    import tomli as tomllib  # comes with pytest


def test_the_entry_point_leads_to_the_folder_of_the_hook():
    """PyInstaller finds the hook by the entry point in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (value,) = project["entry-points"]["pyinstaller40"].values()
    (folder,) = EntryPoint("hook-dirs", value, "pyinstaller40").load()()

    assert folder == str(pathlib.Path(_pyinstaller.__file__).parent)
    assert pathlib.Path(folder, "hook-keras_serializable.py").is_file()
