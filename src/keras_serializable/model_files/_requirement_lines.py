"""The lines of a requirements file that are known from the model file alone.

A program may install what these lines say. So each line is a comment, or has one of a few fixed
forms.
"""

import re

from keras_serializable._texts import escaped
from keras_serializable.model_files.values import CustomObject, ModelFile

_VERSION = re.compile(
    r"(\d{1,5})\.(\d{1,5})(?:\.\d{1,9}){0,2}(?:(?:a|b|rc|\.post)\d{1,9})?", re.ASCII
)
_NIGHTLY = re.compile(r"(\d{1,5})\.(\d{1,5})(?:\.\d{1,9}){0,2}\.dev\d{1,14}", re.ASCII)
_LAST_KERAS_2 = (2, 15)  # later versions of Keras 2 are those of tf_keras


def keras_requirement(model: ModelFile) -> "str | None":
    """Return the requirement line of the Keras that saved a model, `None` if it is unknown.

    No distribution has a version such as ``2.2.4-tf``: it was a part of TensorFlow.

    Example:
        >>> from keras_serializable.model_files.values import Node
        >>> tree = Node("model", "", "Sequential", None, "(root)", ())
        >>> keras_requirement(ModelFile("model.keras", "keras", "3.15.1", None, (), tree))
        'keras==3.15.1'
    """
    version = model.keras_version or ""
    if found := _VERSION.fullmatch(version):
        name, late_name = "keras", "tf_keras"
    elif found := _NIGHTLY.fullmatch(version):
        name, late_name = "keras-nightly", "tf_keras-nightly"
    else:
        return None
    release = (int(found[1]), int(found[2]))
    late = _LAST_KERAS_2 < release < (3, 0)
    return f"{late_name if late else name}=={version}"


def object_comment(found: CustomObject, verdict: str) -> str:
    """Return a comment line about a custom object.

    Example:
        >>> scale = CustomObject("acme>Scale", "class", "acme.layers", "Scale", ("a", "b", "c"))
        >>> object_comment(scale, "no known distribution has it")
        '# acme>Scale: no known distribution has it (acme.layers:Scale, at a and 2 more places)'
    """
    places = f"at {escaped(found.places[0])}"
    if len(found.places) > 1:
        more = len(found.places) - 1
        places += f" and {more} more place{'s' if more > 1 else ''}"
    stated = escaped(found.origin) if found.origin else found.kind
    return f"# {escaped(found.key)}: {escaped(verdict)} ({stated}, {places})"
