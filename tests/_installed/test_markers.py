"""Markers: which extras they are about, and whether they hold for this Python."""

import platform
import sys

import pytest

from keras_serializable._installed.markers import extras_in

NOW = ".".join(map(str, sys.version_info[:2]))


@pytest.mark.parametrize(
    ("marker", "extras"),
    [
        ('extra == "A-b"', {"a_b": True}),
        ('"a" == extra', {"a": True}),
        ('python_version >= "3.10" and extra == "a"', {"a": True}),
        ("(python_version < '3.9') and extra == 'a'", {"a": False}),
        (f'python_version == "{NOW}" and extra == "a"', {"a": True}),
        (f'python_version ~= "{NOW}" and extra == "a"', {"a": True}),
        (f'python_full_version === "{platform.python_version()}" and extra == "a"', {"a": True}),
        ('python_version > "3.9" and extra == "a"', {"a": True}),  # 3.10 is newer than 3.9
        ('extra == "a" or extra == "b"', {"a": True, "b": True}),
        ('(sys_platform == "none" and extra == "a") or extra == "b"', {"a": False, "b": True}),
        (f'sys_platform in "x {sys.platform}" and extra == "a"', {"a": True}),
        (f'sys_platform not in "x {sys.platform}" and extra == "a"', {"a": False}),
        (f'platform_system != "{platform.system()}" and extra == "a"', {"a": False}),
        ('python_version <= "3.0" and extra == "a"', {"a": False}),
        ('platform_release == "unknown to us" and extra == "a"', {"a": True}),
        ('python_version is "3" and extra == "a"', {"a": True}),
        ('"3" < python_version < "4" and extra == "a"', {"a": True}),
        ('python_version < "3"', {}),
        ("extra", {}),
        ('extra == "a', {}),
        ("extra == \x00", {}),
        ("(" * 300 + 'extra == "a"' + ")" * 300, {}),
        ('extra == "a"' + " " * 1000, {}),
    ],
)
def test_extras_in(marker, extras):
    """Each extra is found, and what is not understood holds."""
    assert extras_in(marker) == extras
