"""Tests for the options, and for when the suite is collected."""

import pytest
from distributions import install

PLAIN = """
class Plain:
    def get_config(self):
        return {}
"""


@pytest.fixture
def site(tmp_path):
    """Install a plugin."""
    return install(tmp_path, "acme", {"acme>Plain": "acme:Plain"}, {"acme.py": PLAIN})


TESTS = {
    "tests/test_one.py": "def test_one(): pass\n",
    "tests/test_two.py": "def test_two(): pass\n",
}


@pytest.mark.parametrize(
    ("options", "arguments", "is_collected"),
    [
        ({}, (), True),
        ({}, (".",), True),
        ({}, ("pyproject.toml",), True),
        ({}, ("tests",), False),
        ({}, ("tests/test_one.py",), False),
        ({"testpaths": ["tests"]}, (), True),
        ({"testpaths": ["tests"]}, ("tests",), True),
        ({"testpaths": ["tests"]}, ("tests/test_one.py",), False),
        ({"testpaths": ["tests"]}, ("-n", "1"), True),
    ],
)
def test_collected(run_suite, site, options, arguments, is_collected):
    """The suite runs with all tests, once, and not where single files are named."""
    settings = {"distribution": "acme"}
    mode = () if "-n" in arguments else ("--collect-only", "-q")
    run = run_suite(site, settings, *arguments, *mode, files=TESTS, plain=options)
    name = "pyproject.toml::loads_alone[acme>Plain]\n"
    assert run.output.count(name) == (1 if is_collected else 0), run.output


def test_off(run_suite, site):
    """Without the line of configuration the plugin collects nothing."""
    run = run_suite(site, {}, "--collect-only", files=TESTS)
    assert "2 tests collected" in run.output


def test_one_test(run_suite, site):
    """A single check can be asked for by its name."""
    run = run_suite(site, {"distribution": "acme"}, "pyproject.toml::loads_alone[acme>Plain]")
    assert run.outcomes == {"loads_alone[acme>Plain]": "passed"}, run.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"arguments": ["acme>Plain"]}, "Write a key and plain arguments"),
        ({"arguments": ["acme>Plain(by=x)"]}, "Write a key and plain arguments"),
        ({"examples": "nowhere.py"}, "which is no file in"),
        ({"import_limit": "few"}, "keras_serializable_import_limit is a number, not 'few'"),
        ({"processes": "spoon"}, "keras_serializable_processes is fork or fresh, not 'spoon'"),
    ],
)
def test_wrong_option(run_suite, site, options, message):
    """A wrong option stops the run with a line that says what is wrong."""
    run = run_suite(site, {"distribution": "acme", **options})
    assert run.status != 0
    assert message in run.output
    assert "INTERNALERROR" not in run.output


def test_time_limits(run_suite, site):
    """A lookup that is too slow, and a process that hangs, end with advice."""
    slow = "import time\ntime.sleep(0.7)\n"
    install(site, "slow", {"slow>Plain": "slow:Plain"}, {"slow.py": slow + PLAIN})
    install(site, "hang", {"hang>Plain": "hang:Plain"}, {"hang.py": "while True: pass\n"})
    options = {"distribution": "slow hang", "import_seconds": "0.5", "time_limit": "15"}
    run = run_suite(site, options, "-k", "loads or imports")
    assert run.failures("slow>Plain") == {"imports_no_more_than_it_needs"}, run.output
    text = run.texts["imports_no_more_than_it_needs[slow>Plain]"]
    assert "seconds, and 0.5 are allowed" in text
    hanging = run.texts["loads_alone[hang>Plain]"]
    assert "its process took longer than 15 seconds" in hanging


def test_import_limit(run_suite, site):
    """Modules without need are allowed up to the limit."""
    files = {"pack/__init__.py": "from . import more\n", "pack/more.py": "", "pack/one.py": PLAIN}
    install(site, "pack", {"pack>Plain": "pack.one:Plain"}, files)
    run = run_suite(site, {"distribution": "pack", "import_limit": "1"}, "-k", "imports")
    assert run.status == 0, run.output


def test_left_out(run_suite, site):
    """A registered key that the configuration leaves out need not be advertised."""
    code = PLAIN + "from keras_serializable import register_keras_serializable\n"
    code += 'register_keras_serializable("part", "Other")(Plain)\n'
    install(site, "part", {"part>Plain": "part:Plain"}, {"part.py": code})
    for options, failures in (({}, {"table_has_every_key"}), ({"leave_out": ["part>O*"]}, set())):
        run = run_suite(site, {"distribution": "part", **options}, "-k", "table_has_every_key")
        assert run.failures("part") == failures, run.output
