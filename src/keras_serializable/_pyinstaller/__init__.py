"""What PyInstaller asks this package when it freezes a program that imports it."""

import os


def hook_directories() -> "list[str]":
    """Return the folder with the hook, for the entry point ``hook-dirs`` of PyInstaller."""
    return [os.path.dirname(__file__)]
