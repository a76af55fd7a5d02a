"""Handover: what only Keras can read, and what Keras reads of its own accord.

Keras is asked where a config names one of its own classes. It also reads on its own, in the
``from_config`` of every class that derives from it. Either way it gets a config in which
discovery has resolved the keys, and which names no module but its own. Keras is imported by its
name alone, and never because of anything else a config says.
"""

import importlib
import sys
from contextlib import contextmanager

from keras_serializable._keras import packages
from keras_serializable._keras_releases import ROOTS
from keras_serializable._keys import SEPARATOR
from keras_serializable._registry.registry import lookup_of
from keras_serializable._texts import escaped, failure, shown
from keras_serializable.errors import KerasSerializableError
from keras_serializable.serialization.errors import RestorationError, UnknownObjectError
from keras_serializable.serialization.sharing import state_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from keras_serializable._registry.registry import Registry
    from keras_serializable.serialization.survey import Survey

KERAS = "keras"

FUNCTIONS = frozenset(
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
"""Keras' own functions. Their configs hold a bare name and nothing that says they are Keras'."""


def root_of(cls: type) -> str | None:
    """Return the Keras that a class derives from, `None` if from none."""
    roots = (base.__module__.partition(".")[0] for base in cls.__mro__)
    return next((root for root in roots if root in ROOTS), None)


def is_keras_module(module: object) -> bool:
    """Return whether a config's ``module`` is Keras or a part of it."""
    return _is_in(KERAS, module)


def _is_in(root: str, module: object) -> bool:
    return isinstance(module, str) and (module == root or module.startswith(f"{root}."))


class Handover:
    """What Keras may use while it reads a part of one config.

    Args:
        registry: Who resolves the keys.
        custom_objects: The caller's objects, and those of the open scopes.
        survey: Where everything is.

    Attributes:
        is_open: Whether a Keras may read just now.
    """

    __slots__ = ("_custom_objects", "_registry", "_supplied", "_survey", "is_open")

    def __init__(
        self, registry: "Registry", custom_objects: "Mapping[str, object]", survey: "Survey"
    ) -> None:
        self._registry = registry
        self._custom_objects = custom_objects
        self._survey = survey
        # What discovery found for the config that Keras reads. Its own registered objects stay.
        self._supplied: dict[str, object] = {}
        self.is_open = False

    def read(self, config: "dict[str, Any]", name: str) -> object:
        """Return what Keras makes of a config.

        Args:
            config: The config.
            name: What the config is of, for the error.

        Raises:
            UnknownObjectError: If Keras cannot be imported.
            RestorationError: If Keras cannot read the config.
        """
        try:
            keras = importlib.import_module(KERAS)
        except ImportError as error:
            raise UnknownObjectError(
                f"{name} is Keras' own, and Keras cannot be imported here: {escaped(error)}",
                "Install Keras and a backend, or read this config where they are installed.",
                self._survey.path(config),
                name,
            ) from error
        with self.open(KERAS, config):
            try:
                return keras.saving.deserialize_keras_object(
                    config, custom_objects=self._known(), safe_mode=True
                )
            except (KerasSerializableError, RecursionError):
                raise
            except Exception as error:
                raise RestorationError(
                    f"Keras failed with {failure(error)}",
                    path=self._survey.path(config),
                ) from error

    @contextmanager
    def open(self, root: str, config: "dict[str, Any]") -> "Iterator[None]":
        """Let a Keras read inside this ``with`` block, a part of `config` or all of it.

        Args:
            root: The import name of the Keras.
            config: The config. What its keys name is imported, and known to that Keras inside.
        """
        # What is read inside what is being read is prepared, and the block is open.
        if self.is_open:
            yield
            return
        self._prepare(root, config)
        self.is_open = True
        try:
            with _safe_mode(root), _custom_objects(root, self._known()):
                yield
        finally:
            self.is_open = False

    def _known(self) -> "dict[str, object]":
        return {**self._supplied, **self._custom_objects}

    def _prepare(self, root: str, config: "dict[str, Any]") -> None:
        neighbours = [each for each in packages.present() if each.root == root]
        for part in self._survey.objects(config):
            kind = part["class_name"]
            is_function = isinstance(kind, str) and kind == "function"
            name = part["config"] if is_function else part.get("registered_name", kind)
            for neighbour in neighbours:
                if not isinstance(name, str) or name not in neighbour.objects:
                    self._supply(name, part, neighbour)

    def _supply(self, name: object, config: "dict[str, Any]", neighbour: packages.Keras) -> None:
        module = config.get("module")
        is_foreign = module not in (None, "builtins") and not _is_in(neighbour.root, module)
        if isinstance(name, str) and (is_foreign or SEPARATOR in name):
            if name in self._custom_objects:
                return
            found = lookup_of(self._registry).supply(
                name, neighbour, (module, config.get("class_name"))
            )
            if found is not None:
                self._supplied[name] = found
                return
        # Older releases of Keras import whatever module stands here.
        if is_foreign:
            raise UnknownObjectError(
                f"{shown(name)} of the module {shown(module)} is not registered, and no module "
                "that a config names is imported",
                "Register it, install the plugin that advertises it, or import that plugin.",
                self._survey.path(config),
                name if isinstance(name, str) else None,
            )


@contextmanager
def _safe_mode(root: str) -> "Iterator[None]":
    """Keep a Keras in safe mode, though the program may have switched it off for all of Keras."""
    serialization = sys.modules.get(f"{root}.src.saving.serialization_lib")
    if serialization is None:
        yield
        return
    with serialization.SafeModeScope(safe_mode=True):
        yield


@contextmanager
def _custom_objects(root: str, custom_objects: "Mapping[str, object]") -> "Iterator[None]":
    registration = sys.modules.get(f"{root}.src.saving.object_registration")
    if registration is None or not custom_objects:
        yield
        return
    # Keras 3's scope hides the one outside it.
    state = state_of(root)
    outer = None if state is None else state.get_global_attribute("custom_objects_scope_dict")
    with registration.CustomObjectScope({**(outer or {}), **custom_objects}):
        yield
