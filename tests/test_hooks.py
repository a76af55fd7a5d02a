"""Tests of the hooks: each with a hook plugin that is installed as a distribution."""

import sys

import pytest
from distributions import install

from keras_serializable.errors import HookError, ProviderContractError, ProviderRefusedError
from keras_serializable.hooks import HookWarning

HEAD = "from keras_serializable.hooks import hookimpl\nseen = []\n"
LAYERS = "class Scale:\n    def get_config(self): return {}\n"


def install_hooks(site, body, name="watcher"):
    """Install a hook plugin whose functions are `body`."""
    install(
        site,
        name,
        "3.0",
        {"keras_serializable.hooks": {name: f"{name}_hooks"}},
        {f"{name}_hooks.py": HEAD + body},
    )


@pytest.fixture
def acme(site):
    """Install one plugin."""
    install(site, "acme", "1.2", {"acme>Scale": "acme_layers:Scale"}, {"acme_layers.py": LAYERS})


@pytest.mark.usefixtures("acme")
def test_pluggy_is_imported_only_where_a_hook_plugin_is_installed(site, fresh):
    """Without a hook plugin a lookup leaves pluggy alone; with one it does not."""
    code = (
        "import sys, keras_serializable as ks; ks.get_registered_object('acme>Scale'); "
        "print('pluggy' in sys.modules)"
    )
    assert fresh(code, site) == "False\n"
    install_hooks(site, "")
    assert fresh(code, site) == "True\n"


@pytest.mark.usefixtures("acme")
def test_a_hook_can_refuse_a_provider(site, registry):
    """What a hook refuses is not imported, and the error gives its reason."""
    install_hooks(
        site,
        "@hookimpl\n"
        "def keras_serializable_refuse(key, provider):\n"
        "    return f'{key} of {provider.distribution} is not on the list'\n",
    )
    with pytest.raises(ProviderRefusedError, match=r"acme>Scale of acme 1\.2 is not on the list"):
        registry.get_registered_object("acme>Scale")
    assert "acme_layers" not in sys.modules


@pytest.mark.parametrize("position", [0, 1])
def test_a_hook_can_settle_a_conflict(site, registry, position):
    """The provider that a hook chooses among contradicting ones delivers."""
    for name in ("one", "two"):
        install(site, name, "1.0", {"acme>Scale": f"{name}:Scale"}, {f"{name}.py": LAYERS})
    install_hooks(
        site,
        "@hookimpl\n"
        "def keras_serializable_choose(providers):\n"
        f"    return sorted(providers, key=str)[{position}]\n",
    )
    chosen = registry.get_registered_object("acme>Scale")
    assert chosen.__module__ == ("one", "two")[position]


def test_a_hook_can_supply_a_missing_key(site, registry):
    """A key that nobody advertises is asked of the hooks, and None means no."""
    install_hooks(
        site,
        "@hookimpl\n"
        "def keras_serializable_missing(key):\n"
        "    return len if key == 'length' else None\n",
    )
    assert registry.get_registered_object("length") is len
    assert registry.get_registered_object("width") is None


@pytest.mark.usefixtures("acme")
def test_hooks_watch_loads_and_failures(site, registry):
    """Each delivery is told once with its duration, and each failure with its error."""
    install(site, "bad", "0.1", {"bad>X": "acme_layers:Nothing"})
    install_hooks(
        site,
        "@hookimpl\n"
        "def keras_serializable_loaded(key, provider, obj, seconds):\n"
        "    seen.append((key, str(provider.distribution), obj, 0 < seconds < 60))\n"
        "@hookimpl\n"
        "def keras_serializable_failed(key, provider, error, seconds):\n"
        "    seen.append((key, str(provider.distribution), type(error), 0 < seconds < 60))\n",
    )
    scale = registry.get_registered_object("acme>Scale")
    registry.get_custom_objects().clear()
    registry.get_registered_object("acme>Scale")
    with pytest.raises(ProviderContractError):
        registry.get_registered_object("bad>X")
    assert sys.modules["watcher_hooks"].seen == [
        ("acme>Scale", "acme 1.2", scale, True),
        ("bad>X", "bad 0.1", ProviderContractError, True),
    ]


@pytest.mark.usefixtures("acme")
def test_a_watching_hook_that_raises_changes_nothing(site, registry):
    """It is reported with its distribution, and the lookup goes on."""
    install_hooks(
        site,
        "@hookimpl\ndef keras_serializable_loaded(key):\n    raise OSError('disk full')\n",
    )
    with pytest.warns(HookWarning, match=r"of watcher 3\.0 failed with OSError: disk full"):
        found = registry.get_registered_object("acme>Scale")
    assert found.__name__ == "Scale"


@pytest.mark.usefixtures("acme")
def test_a_deciding_hook_that_raises_is_an_error_with_its_distribution(site, registry):
    """A refusal that cannot be decided lets nothing through."""
    install_hooks(
        site, "@hookimpl\ndef keras_serializable_refuse(key):\n    raise OSError('no list')\n"
    )
    with pytest.raises(HookError, match=r"of watcher 3\.0 failed with OSError: no list") as caught:
        registry.get_registered_object("acme>Scale")
    assert isinstance(caught.value.__cause__, OSError)
    assert "acme_layers" not in sys.modules


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise OSError('cannot start')", "OSError: cannot start"),
        (
            "@hookimpl\ndef keras_serializable_typo(key):\n    pass\n",
            "PluginValidationError.*keras_serializable_typo",
        ),
    ],
)
def test_a_broken_hook_plugin_is_reported_and_left_out(site, registry, body, words):
    """A hook plugin that cannot be loaded takes no key and no other hook plugin down."""
    install_hooks(site, body)
    install_hooks(
        site,
        "@hookimpl\ndef keras_serializable_loaded(key):\n    seen.append(key)\n",
        "counter",
    )
    with pytest.warns(HookWarning, match=f"(?s){words}"):
        registry.get_registered_object("acme>Scale")
    assert sys.modules["counter_hooks"].seen == ["acme>Scale"]


def test_a_hook_plugin_may_look_keys_up_while_it_is_loaded(site, registry):
    """The lookup works without hooks, instead of loading the plugin again."""
    install(site, "acme", "1.2", {"acme>Scale": "acme_layers:Scale"}, {"acme_layers.py": LAYERS})
    install_hooks(
        site,
        "import under_test\nseen.append(under_test.get_registered_object('acme>Scale').__name__)\n",
    )
    assert registry.get_registered_object("acme>Scale").__name__ == "Scale"
    assert sys.modules["watcher_hooks"].seen == ["Scale"]


def test_a_hook_plugin_may_be_an_object(site, registry):
    """The entry point of a hook plugin names a module, or an object in one."""
    body = (
        "class Supplier:\n"
        "    @hookimpl\n"
        "    def keras_serializable_missing(self, key):\n"
        "        return len if key == 'length' else None\n"
        "supplier = Supplier()\n"
    )
    plugins = {"keras_serializable.hooks": {"supplier": "supplier_hooks:supplier"}}
    install(site, "supplier", "3.0", plugins, {"supplier_hooks.py": HEAD + body})
    assert registry.get_registered_object("length") is len


@pytest.mark.usefixtures("acme")
def test_a_hook_plugin_that_is_not_there_yet_is_not_asked(site, registry):
    """A lookup made while a hook plugin is imported does not look for its object."""
    body = (
        "import under_test\n"
        "seen.append(under_test.get_registered_object('acme>Scale').__name__)\n"
        "class Watcher: pass\n"
    )
    plugins = {"keras_serializable.hooks": {"watcher": "watcher_hooks:Watcher"}}
    install(site, "watcher", "3.0", plugins, {"watcher_hooks.py": HEAD + body})
    assert registry.get_registered_object("acme>Scale").__name__ == "Scale"
    assert sys.modules["watcher_hooks"].seen == ["Scale"]


def test_a_hook_plugin_that_is_installed_later(site, registry):
    """It is heard from the next scan on, beside those that were there."""
    supply = (
        "@hookimpl\ndef keras_serializable_missing(key):\n    return {} if key == {!r} else None\n"
    )
    install_hooks(site, supply.format("len", "length"), "early")
    assert registry.get_registered_object("length") is len
    assert registry.get_registered_object("least") is None
    install_hooks(site, supply.format("min", "least"), "late")
    assert registry.get_registered_object("least") is min


@pytest.mark.usefixtures("acme")
def test_a_broken_hook_plugin_is_reported_once(site, registry):
    """It is loaded once for each scan, not for each lookup."""
    install_hooks(site, "raise OSError('cannot start')")
    with pytest.warns(HookWarning):
        registry.get_registered_object("acme>Scale")
    registry.get_custom_objects().clear()
    assert registry.get_registered_object("acme>Scale") is not None  # and warns of nothing


def test_a_package_without_the_key_is_no_load(site, registry):
    """A provider that was asked and did not have the key delivered nothing, and failed nothing."""
    install(site, "acme", "1.2", {"acme": "acme_layers"}, {"acme_layers.py": LAYERS})
    install_hooks(
        site,
        "@hookimpl\ndef keras_serializable_loaded(key):\n    seen.append(key)\n"
        "@hookimpl\ndef keras_serializable_failed(key):\n    seen.append(key)\n",
    )
    assert registry.get_registered_object("acme>Nothing") is None
    assert sys.modules["acme_layers"]
    assert sys.modules["watcher_hooks"].seen == []
