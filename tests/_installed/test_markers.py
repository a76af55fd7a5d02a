"""Markers: which extras they are about, and whether they hold for this Python."""

import platform
import sys
from concurrent.futures import ThreadPoolExecutor

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
        ("(" * 300 + 'extra == "a"' + ")" * 300, {"a": True}),
        ('(extra == "a"', {"a": True}),
        ('extra == "a" and (python_version < "3" or (os_name == "none"))', {"a": False}),
        ('python_version not  in "2.7, 3.4" and extra == "a"', {"a": True}),
        (f'python_version in "2.7 {NOW}" and extra == "a"', {"a": True}),
        ('extra == "a"' + " " * 1000, {}),
    ],
)
def test_extras_in(marker, extras):
    """Each extra is found, and what is not understood holds."""
    assert extras_in(marker) == extras


def test_many_threads_may_read_a_marker_at_once():
    """Python 3.11's own parser raises a SystemError when two threads are in it."""
    marker = 'python_version >= "3.10" and (extra == "a" or extra == "b")'
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(extras_in, [marker] * 2000))
    assert read == [{"a": True, "b": True}] * 2000
