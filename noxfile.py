"""The project's tasks: `nox -l` lists them, `nox -s tests` runs one, `nox` runs what CI runs.

Each session makes a fresh virtual environment with the interpreter that runs nox; `nox -R` takes
the one of the last run instead. What follows `--` goes to the session's tool: `nox -s tests -- -x`.
"""

import os
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
CROSSING = "tests/serialization/test_cross.py"  # configs from one side to the other
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


DEBIAN = ("importlib-metadata", "hypothesis", "numpy", "pip", "pluggy", "pytest", "venv")
# The mounts are gone when the command ends.
IN_FOLDER = """
mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" || exit
exec chroot "$0" /usr/bin/env --ignore-environment HOME=/root PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \\
    sh -ec 'cd /srv/project; exec "$@"' sh "$@"
"""


@nox.session
def trixie(session: nox.Session) -> None:
    """Run the unit tests on Python 3.13, that of Debian trixie in a folder. Needs root.

    debootstrap makes the folder once, from the mirror that apt is configured with, or that of the
    environment variable DEBIAN_MIRROR.
    """
    if os.geteuid() or not shutil.which("debootstrap"):
        session.error("this session needs root and debootstrap")
    wheel = Path(build_wheel(session, ROOT))
    folder = session.cache_dir / "trixie"
    if not folder.exists():
        sources = ("apt-get", "indextargets", "--format", "$(SITE)")
        query = (*sources, "Created-By: Packages", "Origin: Debian", "Label: Debian")
        mirror = os.environ.get("DEBIAN_MIRROR")
        mirror = mirror or str(session.run(*query, external=True, silent=True)).split()[0]
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        packages = ",".join(f"python3-{name}" for name in DEBIAN)
        options = ("--variant=minbase", f"--include={packages}")
        session.run("debootstrap", *options, "trixie", str(unfinished), mirror, external=True)
        unfinished.rename(folder)
    project = folder / "srv" / "project"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    for file in (wheel, ROOT / "pyproject.toml"):
        shutil.copy(file, project)
    shutil.copytree(ROOT / "tests", project / "tests")
    inside = ("unshare", "--mount", "sh", "-ec", IN_FOLDER, str(folder))
    venv = ("python3", "-m", "venv", "--clear", "--system-site-packages", "/opt/venv")
    install = ("/opt/venv/bin/pip", "install", "--quiet", "--no-index", "--no-deps", wheel.name)
    options = ("--ignore=tests/property", "--ignore=tests/e2e")
    tests = ("/opt/venv/bin/python", "-m", "pytest", *options, *(session.posargs or ["tests"]))
    for command in (venv, install, tests):
        session.run(*inside, *command, external=True)


@nox.session
@nox.parametrize("plugin", PLUGINS, ids=[plugin.name for plugin in PLUGINS])
def plugins(session: nox.Session, plugin: Path) -> None:
    """Build a plugin's wheel and test it, and all else that needs the newest Keras beside it."""
    install_plugin(session, plugin, *group("tests"), *group("tests", plugin))
    with session.chdir(plugin):
        session.run("pytest", *session.posargs, env=KERAS)
    if plugin == EXAMPLE:
        session.run("pytest", *DOCUMENTS, CROSSING, *session.posargs, env=KERAS)


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
    """Measure every target against the floor and the named peers; write docs/benchmarks.md."""
    contenders = (
        "catalogue",
        "importlib-metadata",
        "phx-class-registry",
        "pluggy",
        "sqlalchemy",
        "stevedore",
    )
    install_core(session, *group("keras"), *contenders)
    options = session.posargs or ["--docs", str(ROOT / "docs")]
    session.run("python", str(ROOT / "benchmarks" / "run.py"), *options)
    if not session.posargs:
        session.run("python", str(ROOT / "benchmarks" / "serialization.py"), env=KERAS)


@nox.session
def instructions(session: nox.Session) -> None:
    """Count the instructions of loading models, with valgrind: minutes, but hardly any noise."""
    install_plugin(session, EXAMPLE, "scipy")  # for Keras' numpy backend
    script = ROOT / "benchmarks" / "instructions.py"
    results = ROOT / "build" / "instructions.json"
    session.run("python", str(script), *(session.posargs or ["--json", str(results)]))


# Each Keras that saved models are loaded with: what to install, and how to reach it. What an older
# Keras needs of others is pinned to what it was released with. TensorFlow 2.15 needs Python 3.11.
KERASES = {
    "tf-2.15": (["tensorflow-cpu==2.15.1"], {"MATRIX_KERAS": "tensorflow.keras"}),
    "tf_keras-2.21": (
        ["tf_keras==2.21.0"],
        {"MATRIX_KERAS": "tf_keras", "TF_USE_LEGACY_KERAS": "1"},
    ),
    # It imports packaging without saying so.
    "keras-3.3": (["keras==3.3.3", "jax==0.5.3", "h5py", "packaging"], KERAS),
    # The last that imports whatever module a file names.
    "keras-3.8": (["keras==3.8.0", "jax==0.5.3", "h5py"], KERAS),
    "keras-3.9": (["keras==3.9.0", "jax==0.5.3", "h5py"], KERAS),
    "keras-jax": (["keras", "jax", "h5py"], KERAS),
    "keras-tensorflow": (
        ["keras", "tensorflow-cpu==2.21.0", "h5py"],
        {"KERAS_BACKEND": "tensorflow"},
    ),
    "keras-torch": (["keras", "torch==2.13.0", "h5py"], {"KERAS_BACKEND": "torch"}),
}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}


@nox.session
@nox.parametrize("name", list(KERASES), ids=list(KERASES))
def keras(session: nox.Session, name: str) -> None:
    """Load each kind of object in each format without us, with an import, and connected."""
    requirements, environment = KERASES[name]
    install_core(session, build_wheel(session, EXAMPLE), *requirements)
    results = ROOT / "build" / "keras-matrix" / f"{name}.json"
    options = ["--json", str(results), "--page", str(ROOT / "docs" / "keras-matrix.md")]
    script = ROOT / "tests" / "matrix" / "matrix.py"
    command = ("python", str(script), name, *(session.posargs or options))
    session.run(*command, env={**QUIET, **environment})
    if not session.posargs:
        # Model files of this Keras are read rightly, and its own names are known.
        for name_of_script, *arguments in (["model_files.py"], ["keras_names.py", "check"]):
            path = str(script.with_name(name_of_script))
            session.run("python", path, *arguments, env={**QUIET, **environment})


@nox.session
@nox.parametrize("name", list(KERASES), ids=list(KERASES))
def downstream(session: nox.Session, name: str) -> None:
    """Run Keras' own saving tests, where it ships them, with and without `connect()`."""
    requirements, environment = KERASES[name]
    install_core(session, "pytest>=8.3", *requirements)
    results = ROOT / "build" / "keras-downstream" / f"{name}.json"
    script = ROOT / "tests" / "matrix" / "downstream.py"
    command = ("python", str(script), *(session.posargs or ["--json", str(results)]))
    session.run(*command, env={**QUIET, **environment})


@nox.session
def stress(session: nox.Session) -> None:
    """Look keys up in 64 threads while everything around them changes."""
    install_core(session, *group("keras"))
    session.run("python", str(ROOT / "tests" / "stress" / "stress.py"), *session.posargs)


LIBRARIES = ROOT / "tests" / "libraries"
_libraries = nox.project.load_toml(LIBRARIES / "libraries.toml")


@nox.session
@nox.parametrize("name", list(_libraries["environments"]), ids=list(_libraries["environments"]))
def libraries(session: nox.Session, name: str) -> None:
    """Load models of real libraries after an import, and with a table of entry points alone."""
    rows = {
        library: requirement
        for library, (environment, requirement, *_) in _libraries["libraries"].items()
        if environment == name and (not session.posargs or library in session.posargs)
    }
    if not rows:
        session.skip("no library that was asked for runs here")
    install_core(session, *_libraries["environments"][name]["requirements"])
    # What else they require is a TensorFlow or a torch that their layers do not need, mostly.
    session.install("--no-deps", *sorted(set(rows.values())))
    results = ROOT / "build" / "libraries" / f"{name}.json"
    command = ("python", str(LIBRARIES / "run.py"), name, *rows, "--json", str(results))
    session.run(*command)


@nox.session
def e2e(session: nox.Session) -> None:
    """Test the wheels end to end, in an environment and in processes of their own."""
    install_core(session, *group("tests"))
    session.run("pytest", *(session.posargs or ["tests/e2e"]))


@nox.session
def mutation(session: nox.Session) -> None:
    """Break each line of the core's heart in turn, for an hour; show what no test notices."""
    project = nox.project.load_toml(ROOT / "pyproject.toml")["project"]
    # Not the core: a copy of it is broken on disk.
    session.install(*project["dependencies"], *group("mutation"))
    results = ROOT / "build" / "mutation" / "results.json"
    script = ROOT / "tests" / "mutation" / "mutation.py"
    session.run("python", str(script), *(session.posargs or ["--json", str(results)]))


@nox.session
@nox.parametrize("release", ["keras", "keras==3.9.0"], ids=["newest", "3.9"])
def serialization(session: nox.Session, release: str) -> None:
    """Test that configs cross between ours and a Keras; with the newest, run its own tests too."""
    install_plugin(session, EXAMPLE, release, *group("tests"))
    session.run("pytest", CROSSING, *session.posargs, env=KERAS)
    if release != "keras":
        return  # that release came without its tests
    code = "import importlib.metadata; print(importlib.metadata.version('keras'))"
    release = f"keras=={str(session.run('python', '-c', code, silent=True)).strip()}"
    folder = Path(session.create_tmp()) / "keras"
    session.run("pip", "download", "--no-deps", "--no-binary=keras", f"--dest={folder}", release)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    session.run("python", "tests/serialization_upstream.py", str(unpacked), env=KERAS)
