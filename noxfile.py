"""The project's tasks: `nox -l` lists them, `nox -s tests` runs one, `nox` runs what CI runs.

Each session makes a fresh virtual environment with the interpreter that runs nox; `nox -R` takes
the one of the last run instead. What follows `--` goes to the session's tool: `nox -s tests -- -x`.
"""

import shutil
import tarfile
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = True
nox.options.sessions = [
    "lint",
    "types",
    "imports",
    "build",
    "docs",
    "tests",
    "property",
    "parallel",
    "minimums",
    "plugins",
    "demo",
]

ROOT = Path(__file__).parent
EXAMPLE = ROOT / "plugins" / "keras-serializable-example"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
DOCUMENTS = ("README.md", "docs")
KERAS = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}


def group(name: str, project: Path = ROOT) -> list[str]:
    """Return the requirements of a dependency group, none where the project has no such group."""
    table = nox.project.load_toml(project / "pyproject.toml")
    known = name in table.get("dependency-groups", {})
    return list(nox.project.dependency_groups(table, name)) if known else []


wheels: dict[Path, str] = {}  # built in this run of nox, by project


def build_wheel(session: nox.Session, project: Path) -> str:
    """Build the wheel of a project, once in a run of nox, and return its path."""
    if project not in wheels:
        folder = session.cache_dir / "wheels" / project.name
        shutil.rmtree(folder, ignore_errors=True)
        options = ("--quiet", "--no-deps", "--wheel-dir", str(folder))
        session.run("pip", "wheel", *options, str(project))
        (wheel,) = folder.glob("*.whl")
        wheels[project] = str(wheel)
    return wheels[project]


def install_core(session: nox.Session, *requirements: str) -> None:
    """Build the wheel of the core and install it: the wheel is what users get, so test that."""
    session.install(build_wheel(session, ROOT), *requirements)


def install_plugin(session: nox.Session, plugin: Path, *requirements: str) -> None:
    """Build and install the wheels of the core and of a plugin, beside the newest Keras."""
    install_core(session, build_wheel(session, plugin), *group("keras"), *requirements)


@nox.session
def demo(session: nox.Session) -> None:
    """Show a Keras load a model whose plugin nobody imported, and fail to without us."""
    install_plugin(session, EXAMPLE)
    folder = Path(session.create_tmp())
    for script in ("save.py", "load.py", "load_unconnected.py"):
        session.run("python", str(ROOT / "docs" / "demo" / script), str(folder), env=KERAS)


@nox.session
def tests(session: nox.Session) -> None:
    """Test the built wheel: unit tests, end-to-end tests, and the examples of the docs."""
    install_core(session, *group("tests"))
    session.run("pytest", *(session.posargs or ["--ignore=tests/property"]))
    if not session.posargs:
        session.run("pytest", "--doctest-modules", "--pyargs", "keras_serializable")


@nox.session
def property(session: nox.Session) -> None:  # noqa: A001 -- the session's name
    """Test what has to hold for any input, with Hypothesis."""
    if not list(ROOT.glob("tests/property/test_*.py")):
        session.skip("there are no property tests yet")
    install_core(session, *group("tests"))
    session.run("pytest", "tests/property", *session.posargs)


@nox.session
def parallel(session: nox.Session) -> None:
    """Run each unit test in several threads at once."""
    install_core(session, *group("parallel"))
    session.run(
        "pytest",
        "--parallel-threads=8",
        "--ignore=tests/property",
        "--ignore=tests/e2e",
        *(session.posargs or ["tests"]),
    )


@nox.session
def minimums(session: nox.Session) -> None:
    """Run the unit tests with the lowest version of each direct dependency."""
    project = nox.project.load_toml(ROOT / "pyproject.toml")["project"]
    lowest = [requirement.replace(">=", "==") for requirement in project["dependencies"]]
    install_core(session, *group("tests"), *lowest)
    session.run(
        "pytest", "--ignore=tests/property", "--ignore=tests/e2e", *(session.posargs or ["tests"])
    )


@nox.session
@nox.parametrize("plugin", PLUGINS, ids=[plugin.name for plugin in PLUGINS])
def plugins(session: nox.Session, plugin: Path) -> None:
    """Build a plugin's wheel and test it, and what the docs say of it, with the newest Keras."""
    install_plugin(session, plugin, *group("tests"), *group("tests", plugin))
    with session.chdir(plugin):
        session.run("pytest", *session.posargs, env=KERAS)
    if plugin == EXAMPLE:
        session.run("pytest", *DOCUMENTS, *session.posargs, env=KERAS)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting with ruff."""
    session.install(*group("lint"))
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--diff")


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright."""
    install_core(session, *group("types"))
    session.run("mypy", *session.posargs)
    session.run("pyright", *session.posargs)


@nox.session
def imports(session: nox.Session) -> None:
    """Check that imports point downward through the layers, with import-linter."""
    install_core(session, *group("imports"))
    session.run("lint-imports", *session.posargs, silent=not session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation with Sphinx into docs/_build; a warning is an error."""
    install_core(session, *group("docs"))
    options = ("--fail-on-warning", "--keep-going", "--quiet", "--fresh-env")
    session.run("sphinx-build", *options, "docs", "docs/_build/html", *session.posargs)
    session.log(f"open {ROOT / 'docs' / '_build' / 'html' / 'index.html'}")


@nox.session
def build(session: nox.Session) -> None:
    """Build the source distribution, from it the wheel, into dist; check what they hold."""
    session.install("build>=1.2")
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", "dist", silent=True)
    (sdist,) = ROOT.glob("dist/*.tar.gz")
    (wheel,) = ROOT.glob("dist/*.whl")
    modules = {
        str(path.relative_to(ROOT / "src"))
        for path in ROOT.glob("src/**/*")
        if path.is_file() and path.suffix != ".pyc"
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    if packed != modules:
        session.error(f"{wheel.name} differs from src in {sorted(packed ^ modules)}")
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {f"src/{module}" for module in modules}
    wanted |= {"CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "conftest.py", "docs/index.md"}
    if not packed >= wanted:
        session.error(f"{sdist.name} lacks {sorted(wanted - packed)}")
    session.log(f"{wheel.name}: {len(modules)} files; {sdist.name}: {len(packed)} files")


@nox.session
def bench(session: nox.Session) -> None:
    """Run the benchmarks: ratios against named peers."""
    install_core(session, *group("tests"))
    session.run("pytest", "benchmarks", *session.posargs)
