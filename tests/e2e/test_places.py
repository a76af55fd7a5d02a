"""Places beside site-packages where pip puts plugins, and environments that see several of them."""

import shutil

import pytest
from e2e.installers import PIP, Installer, Program, sound
from virtual_environments import ROOT

KEYS = {"place>One": "acme_place.one:One", "place>Two": "acme_place.two:Two"}


@pytest.fixture(scope="module")
def pip(make_environment, wheel):
    """Return pip at work on an environment that sees the packages of its base and of the user."""
    return Installer(PIP, make_environment(wheel(ROOT), system_site_packages=True))


@pytest.fixture
def user(tmp_path):
    """Return the environment variables that give the user a place of their own for packages."""
    return {"PYTHONUSERBASE": str(tmp_path / "user")}


def test_target(pip, tmp_path, plugin_wheel):
    """A plugin that ``--target`` put into a directory is found if the directory is on the path."""
    target = tmp_path / "target"
    pip.install("--target", target, plugin_wheel("acme-place", "1.0", KEYS))
    with Program(pip.environment) as without, Program(pip.environment, path=[target]) as running:
        assert without.ask("place>One") is None
        assert running.ask("place>One") == "acme_place.one:One 1.0"
        assert sound(running.report())["place>Two"] == "acme-place 1.0"


def test_upgrade_of_a_target(pip, tmp_path, plugin_wheel):
    """The metadata of the old version stays there, and is a problem until it is removed."""
    target = tmp_path / "target"
    more = {**KEYS, "place>Three": "acme_place.three:Three"}
    pip.install("--target", target, plugin_wheel("acme-place", "1.0", KEYS))
    with Program(pip.environment, path=[target]) as running:
        assert running.ask("place>Three") is None
        pip.install("--upgrade", "--target", target, plugin_wheel("acme-place", "2.0", more))
        assert running.ask("nobody>Thing") is None
        report = running.report()
        # Which of the two counts depends on the file system.
        assert report["advertised"] == report["expected"]
        assert [problem.partition(": ")[0] for problem in report["problems"]] == [
            str(target / "acme_place-2.0.dist-info")
        ]
        shutil.rmtree(target / "acme_place-1.0.dist-info")
        assert running.ask("place>Three") == "acme_place.three:Three 2.0"
        assert sound(running.report())["place>One"] == "acme-place 2.0"


def test_user(pip, user, plugin_wheel):
    """What ``--user`` has installed is found by programs for which Python reads that place."""
    pip.install("--user", plugin_wheel("acme-place", "1.0", KEYS), variables=user)
    with Program(pip.environment, variables=user) as running:
        assert running.ask("place>One") == "acme_place.one:One 1.0"
        assert sound(running.report())["place>Two"] == "acme-place 1.0"
    with Program(pip.environment, variables={**user, "PYTHONNOUSERSITE": "1"}) as running:
        assert running.ask("place>One") is None
        assert not KEYS.keys() & sound(running.report())


def test_system_site_packages(pip, user, plugin_wheel):
    """An environment that sees another has its own version first, and else the other's.

    The test fills the user's place: it belongs to the interpreter below, whose own place it must
    not touch.
    """
    pip.install("--user", plugin_wheel("acme-place", "1.0", KEYS), variables=user)
    with Program(pip.environment, variables=user) as running:
        assert sound(running.report())["place>One"] == "acme-place 1.0"
        pip.install(plugin_wheel("acme-place", "2.0", KEYS))
        assert running.ask("nobody>Thing") is None
        assert sound(running.report())["place>One"] == "acme-place 2.0"
        with Program(pip.environment, variables=user) as another:
            assert another.ask("place>One") == "acme_place.one:One 2.0"
        pip("uninstall", "acme-place")
        assert running.ask("nobody>Thing") is None
        assert sound(running.report())["place>One"] == "acme-place 1.0"
        assert running.ask("place>One") == "acme_place.one:One 1.0"
