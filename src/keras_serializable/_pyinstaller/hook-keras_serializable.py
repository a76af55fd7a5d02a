"""Tell PyInstaller of the modules that this package imports late, by their names.

Source: https://pyinstaller.org/en/stable/hooks.html
"""

# PyInstaller is installed where this runs, and not where types are checked.
from PyInstaller.utils.hooks import collect_submodules  # pyright: ignore[reportMissingModuleSource]

# The command needs click and rich. A program that uses the command imports it.
_LEFT_OUT = tuple(f"keras_serializable.{name}" for name in ("__main__", "_cli", "_pyinstaller"))

hiddenimports = collect_submodules(
    "keras_serializable", filter=lambda module: not module.startswith(_LEFT_OUT)
)
