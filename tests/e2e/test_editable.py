"""Editable installs by pip, with every common build backend: found, and imported when asked for."""

import pytest
from e2e.installers import (
    FLIT,
    PIP,
    SETUPTOOLS,
    Installer,
    Program,
    lay_plugin,
    leave_egg_info,
    plain_class,
    sound,
)
from virtual_environments import ROOT

WHOLE = """
from keras_serializable import register_keras_serializable


@register_keras_serializable("{name}")
class Tilt:
    release = "1.2"

    def get_config(self):
        return {{}}
"""
MESON = """
project('{package}')
python = import('python').find_installation(pure: true)
sources = ['src/{package}/__init__.py', 'src/{package}/scale.py', 'src/{package}/whole.py']
python.install_sources(sources, subdir: '{package}')
"""
NO_CMAKE = """
[tool.scikit-build]
wheel.cmake = false
"""
MAPPED = """
[tool.setuptools]
packages = ["{package}"]
package-dir = {{ "{package}" = "src/{package}" }}
"""


class Project:
    """What is particular about the project of a backend."""

    def __init__(self, *backend, tables="", meson="", options=()):
        self.backend = backend
        self.tables = tables
        self.meson = meson
        self.options = options


def setuptools(mode="lenient", **options):
    """Return a project of setuptools, which has several ways of editable installs."""
    mode = f"--config-settings=editable_mode={mode}"
    return Project(*SETUPTOOLS, options=[mode], **options)


# Together these backends leave every kind of trace: a .pth file with the path of the sources, a
# finder for `sys.meta_path`, a tree of links, metadata beside the sources.
PROJECTS = {
    "flit": Project(*FLIT),
    "hatchling": Project("hatchling", "hatchling.build"),
    "meson": Project("meson-python", "mesonpy", meson=MESON),
    "pdm": Project("pdm-backend", "pdm.backend"),
    "poetry": Project("poetry-core", "poetry.core.masonry.api"),
    "scikit-build": Project("scikit-build-core", "scikit_build_core.build", tables=NO_CMAKE),
    "setuptools": setuptools(),
    "setuptools-compat": setuptools("compat"),
    "setuptools-mapped": setuptools(tables=MAPPED),
    "setuptools-strict": setuptools("strict"),
    "uv": Project("uv_build", "uv_build"),
}


@pytest.fixture(scope="module")
def pip(make_environment, wheel, backend_variables):
    """Return pip at work on one environment for all: each install joins those before it."""
    return Installer(PIP, make_environment(wheel(ROOT)), backend_variables)


@pytest.mark.parametrize(("kind", "project"), PROJECTS.items(), ids=PROJECTS)
def test_editable_install(pip, backends, tmp_path, kind, project):
    """A new process finds the plugin with name and version, sound, and imports what it asks for."""
    name = f"acme-{kind}"
    package = name.replace("-", "_")
    entry_points = {f"{name}>Scale": f"{package}.scale:Scale", name: f"{package}.whole"}
    modules = {"scale.py": plain_class("Scale", "1.2"), "whole.py": WHOLE.format(name=name)}
    folder = lay_plugin(
        tmp_path,
        name,
        "1.2",
        entry_points,
        modules,
        backend=project.backend,
        tables=project.tables.format(package=package),
        files=project.meson and {"meson.build": project.meson.format(package=package)},
    )
    if project.backend == SETUPTOOLS:
        leave_egg_info(backends, folder)
    pip.install(*project.options, "--editable", folder)

    with Program(pip.environment) as program:
        assert program.ask("nobody>Thing") is None
        before = program.report()
        assert program.ask(f"{name}>Scale") == f"{package}.scale:Scale 1.2"
        between = program.report()["imported"]
        assert program.ask(f"{name}>Tilt") == f"{package}.whole:Tilt 1.2"
        after = program.report()["imported"]

    own = [each for each in before["advertised"] if each[2] == name]
    assert own == sorted([key, value, name, "1.2"] for key, value in entry_points.items())
    sound(before)
    # Not a module of the plugin; some installers leave a finder, which Python imports at its start.
    assert package not in before["imported"]
    assert set(between) - set(before["imported"]) == {package, f"{package}.scale"}
    assert set(after) - set(between) == {f"{package}.whole"}
