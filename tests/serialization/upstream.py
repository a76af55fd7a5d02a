"""Run Keras' own tests of serialization against ours.

    python tests/serialization/upstream.py FOLDER

FOLDER is the unpacked source distribution of the Keras that is installed. Its
``serialization_lib_test.py`` is run as it is, but with our functions under the name
``serialization_lib``. The tests in `DEVIATIONS` have to fail, every other test has to pass.
"""

# ruff: noqa: T201 -- a script that prints what happened

import pathlib
import sys
import tempfile

import pytest

DEVIATIONS = {
    "test_lambda_fn": "a lambda is not written, and never run",
    "test_lambda_layer": "a lambda is never run, whatever safe_mode says",
    "test_safe_mode_scope": "a lambda is never run, whatever the scope says",
}

SHIM = """
from keras.src.saving.serialization_lib import SafeModeScope
from keras_serializable import deserialize_keras_object, serialize_keras_object
from keras_serializable.serialization import ObjectSharingScope
"""


class Outcomes:
    """Collects what became of each test: a plugin of pytest."""

    def __init__(self):
        self.passed = set()
        self.failed = set()
        self.skipped = set()

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.rpartition("::")[2]
        if report.failed:
            self.failed.add(name)
        elif report.skipped:
            self.skipped.add(name)
        elif report.when == "call":
            self.passed.add(name)


def translated(source):
    """Return the test file with our functions in place of Keras'."""
    for theirs, ours in (
        ("from keras.src.saving import serialization_lib", "import shim as serialization_lib"),
        (
            "from keras.src.saving import deserialize_keras_object",
            "from shim import deserialize_keras_object",
        ),
    ):
        if theirs not in source:
            sys.exit(f"this release of Keras has no line {theirs!r} in its tests")
        source = source.replace(theirs, ours)
    return source


def main(folder):
    """Run the tests and return 0 if they end as they should."""
    source = pathlib.Path(folder, "keras", "src", "saving", "serialization_lib_test.py")
    outcomes = Outcomes()
    with tempfile.TemporaryDirectory() as directory:
        place = pathlib.Path(directory)
        (place / "shim.py").write_text(SHIM)
        settings = place / "pytest.ini"  # ours would not know Keras' markers
        settings.write_text("[pytest]\n")
        test = place / "test_upstream.py"
        test.write_text(translated(source.read_text(encoding="utf-8")), encoding="utf-8")
        sys.path.insert(0, directory)
        options = ["-q", "--tb=short", "-p", "no:cacheprovider", "-W", "ignore"]
        pytest.main([*options, "-c", str(settings), str(test)], [outcomes])
    wrong = outcomes.failed - DEVIATIONS.keys()
    stale = DEVIATIONS.keys() - outcomes.failed
    print(f"{len(outcomes.passed)} passed, {len(outcomes.skipped)} skipped")
    for name in sorted(outcomes.failed & DEVIATIONS.keys()):
        print(f"deviates: {name}: {DEVIATIONS[name]}")
    for name in sorted(wrong):
        print(f"FAILED: {name}")
    for name in sorted(stale):
        print(f"does not deviate any more: {name}")
    return int(bool(wrong or stale or not outcomes.passed))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
