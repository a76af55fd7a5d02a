"""Makes and checks `keras_names.json`: the names that each generation of Keras resolves by itself.

With the Keras that `MATRIX_KERAS` names, `keras` by default:

    python tests/matrix/keras_names.py check    # fails if this Keras has names that are not there
    python tests/matrix/keras_names.py add      # adds them; the file is made by running this
                                                # with every Keras of the matrix in turn
"""

# ruff: noqa: T201 - a command prints.

import importlib
import inspect
import json
import os
import pathlib
import sys
import textwrap

ROOT = pathlib.Path(__file__).parents[2]
FILE = ROOT / "src" / "keras_serializable" / "model_files" / "keras_names.json"
KINDS = ("activations", "constraints", "initializers", "losses", "metrics", "regularizers")
# Names that `compile` understands itself, before it asks the metrics.
COMPILED = {"acc", "accuracy", "ce", "crossentropy"}
# The beginnings of names of functions that are no objects of a model.
HELPERS = (
    "clone",
    "deserialize",
    "get",
    "is_",
    "keras_export",
    "populate",
    "serialize",
    "to_snake",
)


def subclasses(base):
    """Return a class and all classes below it."""
    return {base}.union(*(subclasses(each) for each in type.__subclasses__(base)))


def names_in(namespace, root):
    """Return the names under which a namespace holds public classes and functions of Keras."""
    return {
        name
        for name, value in namespace.items()
        if not name.startswith(("_", *HELPERS))
        if inspect.isclass(value) or inspect.isfunction(value)
        if value.__module__.partition(".")[0] == root
    }


def class_names(bases, root):
    """Return the names of the public classes of Keras at and below some bases."""
    return {
        each.__name__
        for base in bases
        for each in subclasses(base)
        if each.__module__.partition(".")[0] == root and not each.__name__.startswith("_")
    }


def optional(name):
    """Return the module of that name, or nothing where this Keras has none."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def kind_names(keras, root, kind):
    """Return the names of one kind of small object, as its own `deserialize` knows them."""
    internal = importlib.import_module(f"{root}.src.{kind}")
    names = names_in(vars(getattr(keras, kind)), root) | names_in(vars(internal), root)
    names |= set(getattr(internal, "ALL_OBJECTS_DICT", ()))
    if hasattr(internal, "populate_deserializable_objects"):
        internal.populate_deserializable_objects()
        names |= set(internal.LOCAL.ALL_OBJECTS)
    return names


def layer_names(root):
    """Return the names of the layers and models, as `.h5` files call them."""
    serialization = optional(f"{root}.src.layers.serialization")
    if serialization:
        serialization.populate_deserializable_objects()
        namespace = serialization.LOCAL.ALL_OBJECTS
    else:
        models = vars(importlib.import_module(f"{root}.src.models"))
        namespace = {**models, **vars(importlib.import_module(f"{root}.src.layers"))}
    return {name for name in names_in(namespace, root) if name[0].isupper()}


def optimizer_names(keras, root):
    """Return the names of the optimizers, in small letters: Keras looks them up so."""
    bases = [keras.optimizers.Optimizer, type(keras.optimizers.get("sgd"))]
    legacy = getattr(keras.optimizers, "legacy", None)
    if legacy is not None and hasattr(legacy, "Optimizer"):
        bases.append(legacy.Optimizer)
    scaling = optional(f"{root}.src.mixed_precision.loss_scale_optimizer")
    if scaling:
        bases += [scaling.BaseLossScaleOptimizer]
    names = class_names(bases, root)
    names |= set(getattr(optional(f"{root}.src.optimizers"), "ALL_OBJECTS_DICT", ()))
    return {name.lower() for name in names}


def registered_keys(root):
    """Return the keys, with a package, under which Keras registers classes of its own."""
    registration = importlib.import_module(f"{root}.src.saving.object_registration")
    for name in ("GLOBAL_CUSTOM_OBJECTS", "_GLOBAL_CUSTOM_OBJECTS"):
        objects = getattr(registration, name, {})
        if objects:
            return {key for key, value in objects.items() if value.__module__.startswith(root)}
    return set()


def policy_names(keras, root):
    """Return the names of the dtype policies."""
    base = getattr(keras, "DTypePolicy", None) or keras.mixed_precision.Policy
    return class_names([base], root)


def collect(keras, root):
    """Return the names that a Keras knows, by kind."""
    names = {kind: kind_names(keras, root, kind) for kind in KINDS}
    names["metrics"] |= COMPILED
    advanced = optional(f"{root}.src.layers.activation")
    if advanced:  # Keras 2 takes its activation layers for activations, too
        names["activations"] |= names_in(vars(advanced), root)
    names["layers"] = layer_names(root)
    names["optimizers"] = optimizer_names(keras, root)
    names["schedules"] = class_names([keras.optimizers.schedules.LearningRateSchedule], root)
    names["policies"] = policy_names(keras, root)
    names["keys"] = registered_keys(root)
    return names


def main(action):
    """Compare the file with the installed Keras, or add to it."""
    root = os.environ.get("MATRIX_KERAS", "keras").rpartition(".")[2]
    keras = importlib.import_module(root)
    generation = "3" if keras.__version__.startswith("3") else "2"
    known = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    missing = {}
    for kind, names in collect(keras, root).items():
        kinds = known.setdefault(generation, {})
        former = set(" ".join(kinds.get(kind, ())).split())
        if names - former:
            missing[kind] = sorted(names - former)
            text = " ".join(sorted(names | former))
            kinds[kind] = textwrap.wrap(text, 95, break_on_hyphens=False)
    if action == "add":
        text = json.dumps(known, indent=1, sort_keys=True)
        FILE.write_text(text + "\n", "utf-8")
    print(f"{root} {keras.__version__}: {missing or 'nothing new'}")
    return 1 if missing and action == "check" else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
