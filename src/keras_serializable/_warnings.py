"""The warnings. `keras_serializable` and `keras_serializable.errors` export them."""

from keras_serializable._texts import escaped, failure, listed, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class KeyOverrideWarning(UserWarning):
    """A key was registered again, by an object from another place. It means the new object now.

    Example:
        >>> print(KeyOverrideWarning.of_places("acme>Scale", "acme.new.Scale", "acme.old.Scale"))
        'acme>Scale' now means acme.new.Scale, and no longer acme.old.Scale. Rename one of the \
two, or give it another package.
    """

    __module__ = "keras_serializable"

    @classmethod
    def of_places(cls, key: str, new: str, former: str) -> "KeyOverrideWarning":
        """Return the warning of a key and the places where the two objects are defined."""
        return cls(
            f"{shown(key)} now means {escaped(new)}, and no longer {escaped(former)}. Rename one "
            "of the two, or give it another package."
        )


class HookWarning(UserWarning):
    """A hook plugin that only watches could not be loaded, or raised an exception.

    Discovery goes on. A plugin that may be a guard causes it too, if nothing advertises the key.

    Example:
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore", HookWarning)
    """

    __module__ = "keras_serializable"

    @classmethod
    def of_guard(cls, error: Exception) -> "HookWarning":
        """Return the warning for a plugin that may be a guard, from the error of a lookup."""
        return cls(str(error))

    @classmethod
    def of_watcher(cls, provider: object, error: BaseException | str) -> "HookWarning":
        """Return the warning for a plugin that only watches, and what went wrong in it."""
        return cls(f"the hook plugin {provider} failed with {failure(error)}")


class UnknownKerasWarning(UserWarning):
    """A Keras differs from all known releases, so `connect` does not change it.

    Example:
        >>> import keras_serializable, warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("error", UnknownKerasWarning)
        ...     keras_serializable.connect()
        >>> keras_serializable.disconnect()
    """

    __module__ = "keras_serializable"

    @classmethod
    def of_misfit(cls, root: str, misfit: str) -> "UnknownKerasWarning":
        """Return the warning of a Keras, ``keras`` or ``tf_keras``, and of how it differs."""
        return cls(
            f"keras_serializable leaves {root} alone, because {misfit}. Import plugins before "
            "you load their models, or install a keras-serializable that knows this release."
        )


class StampWarning(UserWarning):
    """A saved model could not be stamped. The file is as Keras has saved it.

    Example:
        >>> print(StampWarning.of_file("model.keras", OSError("the disk is full")))
        model.keras is saved, but could not be stamped. OSError: the disk is full
    """

    __module__ = "keras_serializable"

    @classmethod
    def of_file(cls, path: object, error: Exception) -> "StampWarning":
        """Return the warning of a path and of the error that hindered the stamp."""
        return cls(f"{escaped(path)} is saved, but could not be stamped. {failure(error)}")


class ClaimedRequirementWarning(UserWarning):
    """Nothing but the stamp of a model file says that it needs a distribution.

    Anybody can write anything into a file: look at the lines before something installs them.

    Example:
        >>> print(ClaimedRequirementWarning.of_file("model.keras", ["acme-layers==1.2"]))
        only the stamp of model.keras names 'acme-layers==1.2': anybody can write a stamp, so \
check before you install
    """

    __module__ = "keras_serializable"

    @classmethod
    def of_file(cls, path: object, lines: "Iterable[str]") -> "ClaimedRequirementWarning":
        """Return the warning of a path and of the requirement lines that its stamp claims."""
        return cls(
            f"only the stamp of {escaped(path)} names {listed(map(shown, lines))}: anybody can "
            "write a stamp, so check before you install"
        )


class MissingRequirementWarning(UserWarning):
    """It is not known which distribution has a custom object of a model.

    Example:
        >>> print(MissingRequirementWarning.of_keys(["acme>Scale", "MDN"]))
        it is not known which distribution has 'acme>Scale', 'MDN': add the requirement yourself, \
or ship the code with the model
    """

    __module__ = "keras_serializable"

    @classmethod
    def of_keys(cls, keys: "Iterable[str]") -> "MissingRequirementWarning":
        """Return the warning of the keys of the custom objects."""
        return cls(
            f"it is not known which distribution has {listed(map(shown, keys))}: add the "
            "requirement yourself, or ship the code with the model"
        )
