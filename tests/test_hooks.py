"""The hooks: what each may decide, is told, and must not return."""

import sys

import pytest
from distributions import install, install_example, install_hooks, module_text

from keras_serializable.errors import HookError, ProviderContractError, ProviderRefusedError
from keras_serializable.hooks import HookWarning


@pytest.mark.usefixtures("acme")
def test_a_hook_can_refuse_a_provider(site, registry):
    """What a hook refuses is not imported, and the error gives its reason."""
    install_example(site, "guard")
    reason = r"acme>Scale of acme-layers 1\.2 is not on the list"
    with pytest.raises(ProviderRefusedError, match=reason):
        registry.get_registered_object("acme>Scale")
    assert "acme_layers" not in sys.modules


@pytest.mark.parametrize("position", [0, 1])
def test_a_hook_can_settle_a_conflict(site, registry, position):
    """The provider that a hook chooses among contradicting ones delivers."""
    install_example(site, "conflict")
    install_hooks(
        site,
        "@hookimpl\n"
        "def keras_serializable_choose(providers):\n"
        f"    return sorted(providers, key=str)[{position}]\n",
    )
    chosen = registry.get_registered_object("acme>Scale")
    assert chosen.__module__ == ("one", "two")[position]


def test_a_hook_can_supply_a_missing_key(site, registry):
    """Hooks are asked for a key that nobody advertises; their `None` means no."""
    install_example(site, "supplier")
    assert registry.get_registered_object("length") is len
    assert registry.get_registered_object("width") is None


@pytest.mark.usefixtures("acme")
def test_hooks_watch_loads_and_failures(site, registry):
    """Each load is reported once with its duration, and each failure with its error."""
    install(site, "bad", "0.1", {"bad>X": "acme_layers:Nothing"})
    install_example(site, "watcher")
    scale = registry.get_registered_object("acme>Scale")
    registry._registered.discovered.clear()
    registry.get_registered_object("acme>Scale")
    with pytest.raises(ProviderContractError):
        registry.get_registered_object("bad>X")
    assert sys.modules["watcher_hooks"].seen == [
        ("acme>Scale", "acme-layers 1.2", scale, True),
        ("bad>X", "bad 0.1", ProviderContractError, True),
    ]


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("error", ["OSError", "SystemExit"])
def test_a_watching_hook_that_raises_changes_nothing(site, registry, error):
    """A failure of a watching hook is reported with its distribution, and the lookup goes on."""
    install_hooks(
        site,
        f"@hookimpl\ndef keras_serializable_loaded(key):\n    raise {error}('disk full')\n",
    )
    with pytest.warns(HookWarning, match=rf"of watcher 3\.0 failed with {error}: disk full"):
        found = registry.get_registered_object("acme>Scale")
    assert found.__name__ == "Scale"


@pytest.mark.usefixtures("acme")
def test_the_warning_of_a_hook_is_printable(site, registry):
    """No control character of a hook's error reaches the terminal."""
    install_hooks(
        site,
        "@hookimpl\ndef keras_serializable_loaded(key):\n    raise OSError('disk \\x1b[2J')\n",
    )
    with pytest.warns(HookWarning, match=r"failed with OSError: disk \\x1b\[2J$"):
        registry.get_registered_object("acme>Scale")


@pytest.mark.usefixtures("acme")
def test_a_deciding_hook_that_raises_is_an_error_with_its_distribution(site, registry):
    """If a deciding hook raises, nothing is imported, and the error names its distribution."""
    install_hooks(
        site, "@hookimpl\ndef keras_serializable_refuse(key):\n    raise OSError('no list')\n"
    )
    with pytest.raises(HookError, match=r"of watcher 3\.0 failed with OSError: no list") as caught:
        registry.get_registered_object("acme>Scale")
    assert isinstance(caught.value.__cause__, OSError)
    assert "acme_layers" not in sys.modules


@pytest.mark.usefixtures("acme")
def test_a_package_without_the_key_is_no_load(site, registry):
    """A provider that does not have the key is reported neither as a load nor a failure."""
    install(site, "acme", "1.2", {"acme": "acme_layers"})
    install_example(site, "watcher")
    assert registry.get_registered_object("acme>Nothing") is None
    assert sys.modules["acme_layers"]
    assert sys.modules["watcher_hooks"].seen == []


WRONG = {
    "refuse": ["False", "True", "''", "' '", "1"],
    "choose": ["'one'", "()", "len", "type(providers[0])('acme>Scale', 'os:name', 'one 1.0')"],
    "missing": ["[]", "'len'", "False", "object", "{}"],
}


@pytest.mark.parametrize(
    ("hook", "returned"), [(hook, value) for hook, values in WRONG.items() for value in values]
)
def test_a_decision_that_is_none(site, registry, hook, returned):
    """What a hook may not return is an error that says what it returned, and what is expected."""
    for name in ("one", "two"):
        value = f"{name}:Scale" if hook == "choose" else "one:Scale"
        install(site, name, "1.0", {"acme>Scale": value}, {f"{name}.py": module_text("bare")})
    arguments = {"choose": "key, providers"}.get(hook, "key")
    body = f"@hookimpl\ndef keras_serializable_{hook}({arguments}):\n    return {returned}\n"
    install_hooks(site, body)
    with pytest.raises(HookError, match=r"of watcher 3\.0 returned .* has to return") as caught:
        registry.get_registered_object("acme>None" if hook == "missing" else "acme>Scale")
    assert caught.value.hook == f"keras_serializable_{hook}"
    assert "one" not in sys.modules
    assert registry.get_custom_objects() == {}
