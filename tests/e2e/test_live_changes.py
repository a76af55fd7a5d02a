"""Installers change what a running program can find, and it notices at the next miss."""

import pytest
from e2e.installers import PIP, SETUPTOOLS, Installer, Program, lay_plugin, leave_egg_info, sound
from virtual_environments import ROOT

FAILING = "raise RuntimeError('not yet')\n"


@pytest.fixture(scope="module", params=["pip", "uv"])
def installer(request, make_environment, wheel, backend_variables):
    """Return an installer at work on an environment of its own, which its tests share."""
    # uv comes first: where it is missing no environment needs to be made.
    command = PIP if request.param == "pip" else (request.getfixturevalue("uv"), "pip")
    return Installer(command, make_environment(wheel(ROOT)), backend_variables)


@pytest.fixture
def program(installer):
    """Return a function that starts a program in the environment."""
    programs = []

    def start():
        programs.append(Program(installer.environment))
        return programs[-1]

    yield start
    for each in programs:
        each.close()


def test_install(installer, program, plugin_wheel):
    """A key that was missed is found once it is installed, and nothing else is imported."""
    keys = {"new>One": "acme_new.one:One", "new>Two": "acme_new.two:Two"}
    wheel = plugin_wheel("acme-new", "1.0", keys)
    running = program()
    assert running.ask("new>One") is None
    installer.install(wheel)
    assert running.ask("new>One") == "acme_new.one:One 1.0"
    report = running.report()
    assert sound(report).items() >= dict.fromkeys(keys, "acme-new 1.0").items()
    assert report["imported"] == ["acme_new", "acme_new.one"]


def test_upgrade(installer, program, plugin_wheel):
    """After the next miss the keys are those of the new version; what was loaded stays."""
    old = {
        "up>Loaded": "acme_up.loaded:Loaded",
        "up>Moved": "acme_up.old:Moved",
        "up>Removed": "acme_up.kept:Removed",
    }
    new = {
        "up>Loaded": "acme_up.loaded:Loaded",
        "up>Moved": "acme_up.new:Moved",
        "up>Added": "acme_up.new:Added",
        "up>Renamed": "acme_up.kept:Removed",
    }
    first, second = plugin_wheel("acme-up", "1.0", old), plugin_wheel("acme-up", "2.0", new)
    installer.install(first)
    running = program()
    assert running.ask("up>Loaded") == "acme_up.loaded:Loaded 1.0"
    installer.install("--upgrade", second)
    assert running.ask("up>Added") == "acme_up.new:Added 2.0"
    assert running.ask("up>Moved") == "acme_up.new:Moved 2.0"
    assert running.ask("up>Removed") is None
    assert running.ask("up>Loaded") == "acme_up.loaded:Loaded 1.0"
    offered = sound(running.report())
    own = {key: offered[key] for key in offered if key.startswith("up>")}
    assert own == dict.fromkeys(new, "acme-up 2.0")


def test_upgrade_before_the_first_lookup_of_a_key(installer, program, plugin_wheel):
    """A key that the new version has elsewhere or no more is not taken for what it was."""
    old = {"turn>Moved": "acme_turn.old:Moved", "turn>Removed": "acme_turn.old:Removed"}
    new = {"turn>Moved": "acme_turn.new:Moved"}
    first, second = plugin_wheel("acme-turn", "1.0", old), plugin_wheel("acme-turn", "2.0", new)
    installer.install(first)
    running = program()
    assert sound(running.report())["turn>Moved"] == "acme-turn 1.0"
    installer.install("--upgrade", second)
    assert running.ask("turn>Moved") == "acme_turn.new:Moved 2.0"
    assert running.ask("turn>Removed") is None


def test_upgrade_of_an_imported_module(installer, program, plugin_wheel):
    """Python keeps the module that it has: its new objects are for the next process to find."""
    old, new = {"mod>One": "acme_mod.m:One"}, {"mod>Two": "acme_mod.m:Two"}
    first, second = plugin_wheel("acme-mod", "1.0", old), plugin_wheel("acme-mod", "2.0", new)
    installer.install(first)
    running = program()
    assert running.ask("mod>One") == "acme_mod.m:One 1.0"
    installer.install("--upgrade", second)
    assert running.ask("mod>Two").startswith("ProviderContractError")
    assert running.ask("mod>One") == "acme_mod.m:One 1.0"
    assert program().ask("mod>Two") == "acme_mod.m:Two 2.0"


def test_uninstall(installer, program, plugin_wheel):
    """A key that was not loaded is gone; an object that was loaded stays registered."""
    keys = {"gone>One": "acme_gone.one:One", "gone>Two": "acme_gone.two:Two"}
    installer.install(plugin_wheel("acme-gone", "1.0", keys))
    running = program()
    assert running.ask("gone>One") == "acme_gone.one:One 1.0"
    installer("uninstall", "acme-gone")
    assert running.ask("gone>Two") is None
    assert running.ask("gone>One") == "acme_gone.one:One 1.0"
    assert not keys.keys() & sound(running.report())
    assert program().ask("gone>One") is None


def test_repair_by_an_upgrade(installer, program, plugin_wheel):
    """A provider that failed is imported again once another version of it is installed."""
    keys = {"fix>One": "acme_fix.one:One"}
    broken = plugin_wheel("acme-fix", "1.0", keys, {"one.py": FAILING})
    repaired = plugin_wheel("acme-fix", "1.1", keys)
    installer.install(broken)
    running = program()
    for _ in range(2):
        assert running.ask("fix>One") == "ProviderImportError: not yet"
    installer.install("--upgrade", repaired)
    assert running.ask("fix>One") == "acme_fix.one:One 1.1"


def test_repair_by_a_dependency(installer, program, plugin_wheel):
    """A plugin that lacked a distribution works once that is installed."""
    code = "from acme_part.part import Part as One\n"
    keys = {"whole>One": "acme_whole.one:One"}
    broken = plugin_wheel("acme-whole", "1.0", keys, {"one.py": code})
    missing = plugin_wheel("acme-part", "1.0", {"part>Part": "acme_part.part:Part"})
    installer.install(broken)
    running = program()
    assert "No module named 'acme_part'" in running.ask("whole>One")
    installer.install(missing)
    assert running.ask("whole>One") == "acme_part.part:Part 1.0"


def test_repair_by_the_same_version(installer, program, tmp_path):
    """A version number that its author forgot to raise makes no difference."""
    keys = {"same>One": "acme_same.one:One"}
    broken = lay_plugin(tmp_path / "a", "acme-same", "1.0", keys, {"one.py": FAILING})
    repaired = lay_plugin(tmp_path / "b", "acme-same", "1.0", keys)
    installer.install(broken)
    running = program()
    assert running.ask("same>One") == "ProviderImportError: not yet"
    installer.install(repaired)
    assert running.ask("same>One") == "acme_same.one:One 1.0"


def test_editable_install(installer, program, tmp_path):
    """An editable installation is noticed, and works once Python has read its .pth file."""
    folder = lay_plugin(tmp_path, "acme-edit", "1.0", {"edit>One": "acme_edit.one:One"})
    running = program()
    assert running.ask("edit>One") is None
    installer.install("--editable", folder)
    assert "No module named 'acme_edit'" in running.ask("edit>One")
    sound(running.report())
    running.add_site(installer.environment.site_packages)
    assert running.ask("edit>One") == "acme_edit.one:One 1.0"
    assert program().ask("edit>One") == "acme_edit.one:One 1.0"


def test_editable_install_again_and_uninstall(installer, program, tmp_path):
    """A key that its author adds is found after a new install; after uninstalling no new one is."""
    keys = {"dev>One": "acme_dev.one:One"}
    more = {**keys, "dev>Two": "acme_dev.two:Two", "dev>Three": "acme_dev.three:Three"}
    installer.install("--editable", lay_plugin(tmp_path, "acme-dev", "1.0", keys))
    running = program()
    assert running.ask("dev>One") == "acme_dev.one:One 1.0"
    assert running.ask("dev>Two") is None
    installer.install("--editable", lay_plugin(tmp_path, "acme-dev", "1.0", more))
    assert running.ask("dev>Two") == "acme_dev.two:Two 1.0"
    installer("uninstall", "acme-dev")
    assert running.ask("nobody>Thing") is None
    assert running.ask("dev>Three") is None
    assert running.ask("dev>Two") == "acme_dev.two:Two 1.0"
    assert not more.keys() & sound(running.report())


def test_uninstalling_an_editable_install_of_setuptools(installer, program, backends, tmp_path):
    """Metadata that setuptools left is found while the sources are on the path."""
    keys = {"left>One": "acme_left.one:One"}
    folder = lay_plugin(tmp_path, "acme-left", "1.0", keys, backend=SETUPTOOLS)
    leave_egg_info(backends, folder)
    installer.install("--editable", folder)
    running = program()
    assert running.ask("nobody>Thing") is None
    installer("uninstall", "acme-left")
    assert running.ask("nobody>Thing") is None
    assert sound(running.report())["left>One"] == "acme-left 1.0"
    assert running.ask("left>One") == "acme_left.one:One 1.0"
    assert program().ask("left>One") is None
