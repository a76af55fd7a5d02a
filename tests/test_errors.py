"""Errors: what happened, where it came from, what to do; and they travel."""

import copy
import pickle

import pytest

from keras_serializable import errors
from keras_serializable._providers import Distribution, Problem, Provider

ONE = Provider("acme>Scale", "acme.layers:Scale", Distribution("acme", "1.2", "p"))
TWO = Provider("acme>Scale", "bolt:Scale", Distribution("bolt", "2.0"))
ADVERTISED = (
    '\'acme>Scale\' is advertised by acme 1.2 (entry point "acme>Scale" = "acme.layers:Scale"), '
)
CASES = [
    (
        errors.ProviderImportError("acme>Scale", ONE, ModuleNotFoundError("no jax")),
        ImportError,
        {"key": "acme>Scale", "provider": ONE},
        ADVERTISED + "but importing acme.layers failed with ModuleNotFoundError: no jax. Repair or "
        "uninstall acme, or call keras_serializable.refresh() to try again.",
    ),
    (
        errors.ProviderContractError("acme>Scale", ONE, "it is late"),
        ValueError,
        {"key": "acme>Scale", "provider": ONE, "reason": "it is late"},
        ADVERTISED + "but it is late. This is a fault of acme: report it to its authors, or "
        "install another version.",
    ),
    (
        errors.ProviderRefusedError("acme>Scale", ONE, "deny_keys has '*'"),
        ImportError,
        {"key": "acme>Scale", "provider": ONE, "rule": "deny_keys has '*'"},
        ADVERTISED + "but importing it is not allowed: deny_keys has '*'. Change the rule, or "
        "import the module yourself before the key is looked up.",
    ),
    (
        errors.ProviderConflictError("acme>Scale", (ONE, TWO)),
        LookupError,
        {"key": "acme>Scale", "providers": (ONE, TWO)},
        (
            "'acme>Scale' is advertised with different values: \"acme.layers:Scale\" by acme 1.2, "
            '"bolt:Scale" by bolt 2.0. Choose one with '
            "KERAS_SERIALIZABLE_PREFER='acme>Scale=<distribution>', or uninstall the others."
        ),
    ),
    (
        errors.MetadataProblemError((Problem("a", "b"), Problem("c", "d"))),
        LookupError,
        {"problems": (Problem("a", "b"), Problem("c", "d"))},
        (
            "strict mode: some metadata could not be read: a: b; c: d. Repair or remove these "
            "files, or leave strict mode: unset KERAS_SERIALIZABLE_STRICT, or remove strict=True "
            "from the program's policy."
        ),
    ),
    (
        errors.HookError("keras_serializable_refuse", TWO, KeyError("x")),
        RuntimeError,
        {"hook": "keras_serializable_refuse", "provider": TWO},
        (
            'the hook keras_serializable_refuse of "acme>Scale" = "bolt:Scale" of bolt 2.0 failed '
            "with KeyError: 'x'. Repair or uninstall bolt."
        ),
    ),
]
NAMES = [type(case[0]).__name__ for case in CASES]


@pytest.mark.parametrize(("error", "builtin", "data", "text"), CASES, ids=NAMES)
class TestEveryError:
    """What holds for each of them."""

    def test_kind(self, error, builtin, data, text):
        """Each error has the package's base and a built-in that callers already catch."""
        assert isinstance(error, errors.KerasSerializableError)
        assert isinstance(error, builtin)

    def test_text(self, error, builtin, data, text):
        """The text says what happened, where it came from and what to do."""
        assert str(error) == text

    def test_data(self, error, builtin, data, text):
        """The data of an error are attributes."""
        assert {name: getattr(error, name) for name in data} == data

    @pytest.mark.parametrize(
        "travel",
        [
            copy.copy,
            copy.deepcopy,
            *(
                lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 -- our own
                for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
            ),
        ],
    )
    def test_travel(self, error, builtin, data, text, travel):
        """Copies and pickles keep class, text, arguments and data."""
        again = travel(error)
        assert type(again) is type(error)
        assert (str(again), again.args, repr(again)) == (text, error.args, repr(error))
        assert {name: getattr(again, name) for name in data} == data
        assert vars(again) == vars(error)

    def test_what_a_built_in_adds(self, error, builtin, data, text):
        """The attributes that the built-in has of its own survive pickling."""
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own
        own = [name for name in ("msg", "name", "path") if hasattr(error, name)]
        assert [getattr(again, name) for name in own] == [getattr(error, name) for name in own]

    def test_notes_travel(self, error, builtin, data, text):
        """A note that somebody added on the way is not lost."""
        noted = copy.copy(error)
        noted.__notes__ = ["while loading model.keras"]  # what add_note() does since Python 3.11
        assert pickle.loads(pickle.dumps(noted)).__notes__ == ["while loading model.keras"]  # noqa: S301


ESCAPE = "\x1b[2J\x9b\u202e\udcff"
HOSTILE = Provider(
    f"acme>{ESCAPE}", f"acme{ESCAPE}:S{ESCAPE}", Distribution(f"ac{ESCAPE}me", f"1{ESCAPE}")
)
HOSTILE_ERRORS = [
    errors.ProviderImportError(HOSTILE.name, HOSTILE, ImportError(f"a{ESCAPE}\nb")),
    errors.ProviderContractError(HOSTILE.name, HOSTILE, f"no {ESCAPE}"),
    errors.ProviderRefusedError(HOSTILE.name, HOSTILE, f"a rule {ESCAPE}"),
    errors.ProviderConflictError(HOSTILE.name, (HOSTILE,) * 1000),
    errors.MetadataProblemError((Problem(f"a{ESCAPE}", f"b{ESCAPE}"),) * 1000),
    errors.HookError("keras_serializable_refuse", HOSTILE, KeyError(ESCAPE)),
    errors.HookError.of_allow_list(HOSTILE, f"a rule {ESCAPE}"),
    errors.ProviderContractError("k" * 100_000, HOSTILE, "r" * 100_000),
]


@pytest.mark.parametrize("error", HOSTILE_ERRORS, ids=lambda error: type(error).__name__)
class TestHostileText:
    """What metadata, files and plugins can put into an error."""

    def test_escaped(self, error):
        """Nothing reaches a terminal as it is, except a line break in a plugin's own message."""
        assert str(error).replace("\n", "").isprintable()
        str(error).encode()

    def test_bounded(self, error):
        """The text stays short, however much there is to tell."""
        assert len(str(error)) < 10_000

    def test_travel(self, error):
        """A pickle brings the data back as they were."""
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own
        assert (str(again), vars(again)) == (str(error), vars(error))


def test_hook_plugins_that_are_not_broken():
    """A plugin that only cannot be loaded now has another remedy than a broken one."""
    left_out = str(errors.HookError.of_allow_list(TWO, "allow_keys has no rule"))
    assert left_out.endswith(
        "without it. Add bolt to this allow list, or switch the plugin off with "
        "KERAS_SERIALIZABLE_DENY_DISTRIBUTIONS=bolt."
    )
    awaited = str(errors.HookError.of_other_thread(TWO))
    assert "without it. Look the key up again after both imports, or switch" in awaited


def test_many_sides_are_counted():
    """Of many providers that contradict each other a few are named, and the others counted."""
    assert "by acme 1.2 and 995 more. Choose" in str(
        errors.ProviderConflictError("a>B", (ONE,) * 1000)
    )


def test_a_module_that_is_missing():
    """The error names the module to install, unless it is a part of another one."""
    missing = ModuleNotFoundError("No module named 'jax'", name="jax")
    assert str(errors.ProviderImportError("acme>Scale", ONE, missing)).endswith(
        "No module named 'jax'. Install the distribution that has the module 'jax', or repair or "
        "uninstall acme."
    )
    part = ModuleNotFoundError("No module named 'jax.x'", name="jax.x")
    assert str(errors.ProviderImportError("acme>Scale", ONE, part)).endswith(
        ". Repair or uninstall acme, or call keras_serializable.refresh() to try again."
    )
    told = errors.ProviderImportError("acme>Scale", ONE, missing, "Restart the process.")
    assert str(told).endswith("No module named 'jax'. Restart the process.")


def test_warnings_travel():
    """A warning is pickled by worker processes too."""
    warning = errors.KeyOverrideWarning("'a>B' now means x")
    again = pickle.loads(pickle.dumps(warning))  # noqa: S301 -- our own
    assert (type(again), again.args) == (type(warning), warning.args)


def test_warnings_of_hook_plugins():
    """A warning is made from a plugin and its error, is escaped, and survives pickling."""
    plugin = Provider("audit", "audit_hooks", Distribution("audit", "3.0"))
    watcher = errors.HookWarning.of_watcher(plugin, OSError("disk\x1bfull"))
    told = 'the hook plugin "audit" = "audit_hooks" of audit 3.0 failed with '
    assert str(watcher) == told + "OSError: disk\\x1bfull"
    assert str(errors.HookWarning.of_watcher(plugin, "no\tlist")) == told + "no\\tlist"
    again = pickle.loads(pickle.dumps(watcher))  # noqa: S301 -- our own
    assert (type(again), str(again)) == (errors.HookWarning, str(watcher))


def test_no_error_is_left_out():
    """Every error class of the module is tested here, or is a base of one that is."""
    classes = {
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, Exception) and not issubclass(each, Warning)
    }
    covered = {base for case in CASES for base in type(case[0]).__mro__}
    assert classes <= covered


def test_one_base():
    """The errors of a provider share a base of their own."""
    for kind in (errors.ProviderImportError, errors.ProviderContractError):
        assert issubclass(kind, errors.ProviderError)
        assert issubclass(kind, errors.KerasSerializableError)


def test_a_subclass_travels():
    """An error of somebody who derives from ours travels too."""
    error = Derived("acme>Scale", ONE, "x")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 -- our own
    assert (type(again), str(again), again.extra) == (Derived, str(error), "extra")


class Derived(errors.ProviderContractError):
    """An error with an attribute more."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.extra = "extra"


def test_the_library_of_an_optional_provider():
    """Where a library fails, the remedy names it, and not the distribution that knows it."""
    extra = ("scale-layers>=1",)
    provider = Provider("a>S", "scale:S[x]", Distribution("known", "1.0"), requirements=extra)
    failed = str(errors.ProviderImportError("a>S", provider, ImportError("no jax")))
    assert failed.endswith(
        "no jax. Repair or uninstall scale-layers, or call "
        "keras_serializable.refresh() to try again."
    )
    broken = str(errors.ProviderContractError.of_object("a>S", provider, None))
    assert broken.endswith(
        "scale has no S. Install another version of scale-layers, and report it "
        "to the authors of known."
    )
