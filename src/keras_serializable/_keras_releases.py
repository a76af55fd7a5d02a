"""Facts about Keras' releases: paths of modules, names and texts.

They hold for Keras 3.3 to 3.15, for the Keras 2.15 of TensorFlow 2.15, and for tf_keras, which is
Keras 2. A path such as ``src.layers`` is relative to each of `ROOTS`. The parameters of an
intercepted function are those of its replacement in ``_keras/replacements.py``.
"""

ROOTS = ("keras", "tf_keras")
"""The import names of Keras packages."""

KERAS_3 = "keras"
"""The package whose config format `keras_serializable.serialization` reads and writes."""

# Modules.

REGISTRATION = "src.saving.object_registration"
SERIALIZATION = "src.saving.serialization_lib"
LEGACY_SERIALIZATION = (
    "src.legacy.saving.serialization",  # Keras 3
    "src.saving.legacy.serialization",  # Keras 2
)
MODELS = (
    "src.models.model",  # Keras 3
    "src.saving.legacy.model_config",  # Keras 2
)
SAVING = "src.saving.saving_api"
LAYERS = (
    "src.layers",  # Keras 3
    "src.layers.serialization",  # Keras 2, whose `src.layers` imports the function from there
)
SCHEDULES = "src.optimizers.schedules.learning_rate_schedule"
KINDS = (
    "src.activations",
    "src.constraints",
    "src.initializers",
    "src.losses",
    "src.metrics",
    "src.optimizers",
    "src.regularizers",
)
"""The modules whose ``deserialize`` and ``get`` make objects of one kind."""

BUILT_IN_MODULES = (*KINDS, "src.layers", "src.models", "src.optimizers.schedules")
"""The modules with Keras' own objects. A file names them without a package."""

GLOBAL_STATE = "src.backend.common.global_state"
"""Where Keras 3 keeps the state of its scopes. Keras 2 has no such module."""

EXPORTS = "src.api_export"
"""The module with the public names of Keras 3's classes. Keras 2 has no such module."""

# Functions to intercept.

ANSWERED = {
    "get_registered_object": (REGISTRATION,),
    "get_registered_name": (REGISTRATION,),
    "_retrieve_class_or_fn": (SERIALIZATION,),
    "deserialize": (*KINDS, *LAYERS, SCHEDULES),
}
"""function whose lookups the registry answers -> its modules."""

EXPLAINED = {
    "class_and_config_for_serialized_keras_object": LEGACY_SERIALIZATION,
    "model_from_json": MODELS,
    "load_model": (SAVING,),
    "get": KINDS,
}
"""function whose errors get a note -> its modules."""

LOADS = "load_model"
LOADED_PATH = "filepath"
"""The functions of all releases that load a model file, and their parameter for its path."""

SAVES = "save_model"
"""The function of `SAVING` that saves a whole model. Every ``model.save`` calls it."""

INTERCEPTED = tuple(
    dict.fromkeys(
        module
        for functions in (ANSWERED, EXPLAINED)
        for modules in functions.values()
        for module in modules
    )
)
"""The modules with functions to intercept. `REGISTRATION` has to be the first."""

# Names inside these modules.

CUSTOM_OBJECTS = ("GLOBAL_CUSTOM_OBJECTS", "_GLOBAL_CUSTOM_OBJECTS")
"""The registered objects by key, in `REGISTRATION`: the names of Keras 3 and of Keras 2."""

CUSTOM_NAMES = ("GLOBAL_CUSTOM_NAMES", "_GLOBAL_CUSTOM_NAMES")
"""The keys by registered object, in `REGISTRATION`: the names of Keras 3 and of Keras 2."""

BUILT_INS = "ALL_OBJECTS_DICT"
"""The objects of one kind by name, in the modules of Keras 3. Some are not attributes there."""

SCOPED_OBJECTS = "custom_objects_scope_dict"
"""The objects of the open ``CustomObjectScope``, in `GLOBAL_STATE`."""

SHARED_CONFIGS = "shared_objects/id_to_config_map"
SHARED_OBJECTS = "shared_objects/id_to_obj_map"
"""The objects that the open ``ObjectSharingScope`` has written and read, in `GLOBAL_STATE`."""

# Texts of errors, as regular expressions.

FUNCTION = "function"
"""The ``class_name`` in the config of a function."""

NAME = "NAME"
"""Stands for the missing name in the patterns below."""

MISSED = (
    r"(?:locate|Unknown|interpret)[\w\s]{0,60}"
    r"(?::? ?'NAME'|: NAME(?!\w)|:? '?{[^{}]*'(?:class_name|config|registered_name)': 'NAME')"
)
"""Matches an error about a missing bare name, but not a config in which the name occurs."""

MISSED_LAYER = "Received: layer=NAME of type <class 'str'>"
MISSED_CLASS = rf"(?:{MISSED_LAYER}|deserialize object of type `NAME`)"
"""Says that a class was not found, by its name without the package of its key.

The first is what a Sequential of Keras 2 says, the second is about a class of ``__main__``.
"""

CALLED = "'str' object is not callable", "layer"
"""The error of Keras 2 if a layer of a functional model is missing, and a local variable.

Keras 2 calls the name of the layer instead of the layer. The variable holds this name.
"""

MISSED_FUNCTION = rf"Unknown[\w\s]{{0,60}}: '{FUNCTION}'"
"""Matches an error of Keras 2 about a class ``function``: it reads functions in .h5 as classes."""

QUOTED_FUNCTION = rf"'class_name': '{FUNCTION}', 'config': '([^']{{1,200}})'"
"""Matches the config of a function inside an error. The group is the function's name."""

# Keras' own functions.

BUILT_IN_FUNCTIONS = frozenset(
    """
    binary_accuracy binary_crossentropy binary_focal_crossentropy categorical_accuracy
    categorical_crossentropy categorical_focal_crossentropy
    categorical_generalized_cross_entropy categorical_hinge celu circle concordance_correlation
    cosine_similarity ctc dice elu exponential gelu glu hard_shrink hard_sigmoid hard_silu
    hard_tanh hinge huber kl_divergence leaky_relu linear log_cosh log_sigmoid log_softmax
    mean_absolute_error mean_absolute_percentage_error mean_squared_error
    mean_squared_logarithmic_error mish pearson_correlation poisson relu relu6 selu sigmoid silu
    soft_shrink softmax softplus softsign sparse_categorical_accuracy
    sparse_categorical_crossentropy sparse_plus sparse_sigmoid sparse_top_k_categorical_accuracy
    sparsemax squared_hinge squareplus tanh tanh_shrink threshold top_k_categorical_accuracy
    tversky
    """.split()  # noqa: SIM905 -- as a list it would fill a page
)
"""The functions of Keras 3 whose configs hold only a bare name, and no module of Keras."""
