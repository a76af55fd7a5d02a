"""What is known of Keras' releases: module paths, names, parameters, texts."""

ROOTS = ("keras", "tf_keras")
"""The import names of Keras packages."""

BUILT_IN_MODULES = tuple(
    f"src.{part}"
    for part in (
        "activations",
        "constraints",
        "initializers",
        "layers",
        "losses",
        "metrics",
        "models",
        "optimizers",
        "optimizers.schedules",
        "regularizers",
    )
)
"""The modules of a Keras whose objects a file may name without a package."""
