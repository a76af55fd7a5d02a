"""Lines for a requirements file: of a fixed form, whatever a model file says."""

import pytest

from keras_serializable._needs.model_file_lines import keras_requirements, object_comment
from keras_serializable.model_files import CustomObject, ModelFile, Node

TREE = Node("model", "", "Sequential", None, "(root)", ())


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("3.15.1", "keras==3.15.1"),
        ("3.0", "keras==3.0"),
        ("4.0.0rc1", "keras==4.0.0rc1"),
        ("2.15.0", "keras==2.15.0 tensorflow==2.15.*"),
        ("2.15.0.post1", "keras==2.15.0.post1 tensorflow==2.15.*"),
        ("2.6.0", "keras==2.6.0 tensorflow==2.6.*"),
        ("2.5.0", "tensorflow==2.5.*"),
        ("2.4.0", "tensorflow==2.4.*"),
        ("2.3.1", "keras==2.3.1"),
        ("2.15.1", "tf_keras==2.15.1"),
        ("2.16.0", "tf_keras==2.16.0"),
        ("2.21.0", "tf_keras==2.21.0"),
        ("1.2.2", "keras==1.2.2"),
        ("3.16.0.dev2026112503", "keras-nightly==3.16.0.dev2026112503"),
        ("2.22.0.dev2026112503", "tf_keras-nightly==2.22.0.dev2026112503"),
        ("2.2.4-tf", None),
        ("3", None),
        ("", None),
        (None, None),
        ("3.15.1\n--index-url=evil", None),
        ("3.15.1 ; evil", None),
        ("3.15.1+local", None),
        ("\u0663.\u0661", None),
        ("3." + "1" * 5000, None),
    ],
)
def test_keras(version, line):
    """The Keras that saved the model, where its version is one that can be installed."""
    lines = keras_requirements(ModelFile("m", "keras", version, None, (), TREE))
    assert lines == (line or "").split()


def test_comments():
    """A comment stays one line, and says where an object is and what the file states of it."""
    found = CustomObject("a>B\n-r evil", "class", "m\r", "B", ("config.x", "config.y"))
    assert object_comment(found, "not installed") == (
        r"# a>B\n-r evil: not installed (m\r:B, at config.x and 1 more place)"
    )
    found = CustomObject("f", "function", None, None, ("config.x",))
    assert object_comment(found, "unknown") == "# f: unknown (function, at config.x)"
