"""The lines of a requirements file that are known from the model file alone.

A program may install what these lines say. So each line is a comment, or has one of a few fixed
forms.
"""

import re

from keras_serializable._texts import escaped
from keras_serializable.model_files.values import CustomObject, ModelFile

_VERSION = re.compile(
    r"(\d{1,5})\.(\d{1,5})(?:\.(\d{1,9}))?(?:\.\d{1,9})?(?:(?:a|b|rc|\.post)\d{1,9})?", re.ASCII
)
_NIGHTLY = re.compile(r"(\d{1,5})\.(\d{1,5})(?:\.(\d{1,9}))?(?:\.\d{1,9})?\.dev\d{1,14}", re.ASCII)
_IN_TENSORFLOW = (2, 4)  # the first release of Keras 2 that is a part of TensorFlow alone
_BESIDE_TENSORFLOW = (2, 6)  # the first that is again a distribution of its own
_LAST_KERAS_2 = (2, 15, 0)  # later versions of Keras 2 are those of tf_keras


def keras_requirements(model: ModelFile) -> "list[str]":
    """Return the requirement lines of the Keras that saved a model, none if it is unknown.

    No distribution has a version such as ``2.2.4-tf``: it was a part of TensorFlow, as were Keras
    2.4 and 2.5. Later releases of Keras 2 need the TensorFlow of their version, but do not say so.

    Example:
        >>> from keras_serializable.model_files.values import Node
        >>> tree = Node("model", "", "Sequential", None, "(root)", ())
        >>> keras_requirements(ModelFile("model.keras", "keras", "3.15.1", None, (), tree))
        ['keras==3.15.1']
        >>> keras_requirements(ModelFile("model.h5", "h5", "2.15.0", None, (), tree))
        ['keras==2.15.0', 'tensorflow==2.15.*']
    """
    version = model.keras_version or ""
    is_nightly = bool(_NIGHTLY.fullmatch(version))
    found = _VERSION.fullmatch(version)
    if not is_nightly and not found:
        return []
    release = (int(found[1]), int(found[2])) if found else ()
    tensorflow = f"tensorflow=={'.'.join(map(str, release))}.*"
    if _IN_TENSORFLOW <= release < _BESIDE_TENSORFLOW:
        return [tensorflow]
    root = keras_root(model)
    name = "tf_keras" if root == "tf_keras" else "keras"
    lines = [f"{name}{'-nightly' if is_nightly else ''}=={version}"]
    return [*lines, tensorflow] if root is None and release >= _BESIDE_TENSORFLOW else lines


def keras_root(model: ModelFile) -> "str | None":
    """Return the import name of the Keras that loads a model, `None` where it may be any.

    What Keras 2.15 or an earlier one has saved is loaded by that Keras, or by tf_keras.
    """
    version = model.keras_version or ""
    found = _VERSION.fullmatch(version) or _NIGHTLY.fullmatch(version)
    if not found:
        return None
    release = (int(found[1]), int(found[2]), int(found[3] or 0))
    if release >= (3,):
        return "keras"
    return "tf_keras" if release > _LAST_KERAS_2 else None


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
