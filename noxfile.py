"""The project's tasks. `nox` and CI run those marked with *; `nox -s NAME` runs any.

Each session makes a fresh virtual environment with the interpreter that runs nox; `nox -R` uses
the environment of the last run. What follows `--` goes to the session's tool: `nox -s tests -- -x`.
"""

import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "virtualenv"  # comes with nox, and takes a tenth of venv's time
nox.options.error_on_missing_interpreters = True
os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"  # pip's notice hides what a session prints

ROOT = Path(__file__).parent
EXAMPLE = ROOT / "plugins" / "keras-serializable-example"
ADAPTERS = ROOT / "plugins" / "keras-serializable-adapters"
BUILD = ROOT / "plugins" / "keras-serializable-build"
SUITE = ROOT / "plugins" / "pytest-keras-serializable"
PLUGINS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
OTHER_TESTS = ("author", "benchmarks", "e2e", "engines", "property")
UNIT_TESTS = ("tests", *(f"--ignore=tests/{name}" for name in OTHER_TESTS))
DOCUMENTS = ("README.md", "docs")
CROSSING = "tests/serialization/test_cross.py"  # configs from one side to the other
DOCSTRINGS = "tests/test_docstrings.py"
KERAS = {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
# pytest-xdist runs a process for each core. The tests of a file stay together and share fixtures.
# Files keep their order: else the slow ones, which have few tests, would be last.
ON_ALL_CORES = ("--numprocesses=logical", "--dist=loadfile", "--no-loadscope-reorder")


def group(name: str, project: Path = ROOT) -> list[str]:
    """Return the requirements of a dependency group, none where the project has no such group."""
    table = nox.project.load_toml(project / "pyproject.toml")
    known = name in table.get("dependency-groups", {})
    return list(nox.project.dependency_groups(table, name)) if known else []


def siblings(project: Path, groups: tuple[str, ...] = ()) -> list[Path]:
    """Return the plugins of this repository that a project requires, and what those require."""
    table = nox.project.load_toml(project / "pyproject.toml")["project"]
    requirements = [*table.get("dependencies", ())]
    for name in groups:
        requirements += group(name, project)
    names = {re.split(r"[^\w.-]", requirement)[0] for requirement in requirements}
    found = [plugin for plugin in PLUGINS if plugin.name in names and plugin != project]
    return list(dict.fromkeys(each for plugin in found for each in (plugin, *siblings(plugin))))


wheels: dict[Path, str] = {}  # built in this run of nox, by project


def build_wheel(session: nox.Session, project: Path) -> str:
    """Build the wheel of a project, once in a run of nox, and return its path."""
    if project not in wheels:
        folder = session.cache_dir / "wheels" / project.name
        shutil.rmtree(folder, ignore_errors=True)
        options = ("--quiet", "--no-deps", "--wheel-dir", str(folder))
        session.log(f"building the wheel of {project.name}")
        session.run("pip", "wheel", *options, str(project))
        (wheel,) = folder.glob("*.whl")
        wheels[project] = str(wheel)
    return wheels[project]


def install_core(session: nox.Session, *requirements: str) -> None:
    """Install the wheel of the core: users get the wheel, so the wheel is tested."""
    wheel = build_wheel(session, ROOT)
    session.log("installing from the package index; Keras and TensorFlow take a minute or more")
    # Python compiles what it imports. With pip, which compiles all files, Keras takes 9 s longer.
    session.install("--no-compile", wheel, *requirements)


def install_plugin(
    session: nox.Session, plugin: Path, *requirements: str, groups: tuple[str, ...] = ()
) -> None:
    """Install the wheels of the core, a plugin and its siblings, beside the newest Keras."""
    projects = [plugin, *siblings(plugin, groups)]
    built = [build_wheel(session, project) for project in projects]
    install_core(session, *built, *group("keras"), *requirements)


def run_script(session: nox.Session, script: str, *options: str, **environment: str) -> None:
    """Run a script of `tests`, with the arguments given to the session, else with options."""
    arguments = session.posargs or options
    session.run("python", str(ROOT / "tests" / script), *arguments, env=environment)


def results(name: str) -> str:
    """Return the file for the results of a script."""
    return str(ROOT / "build" / f"{name}.json")


def run_demo(session: nox.Session) -> None:
    """Save a model of the example plugin; load it with us, and fail to without us.

    In a second act load a model of a library that advertises nothing.
    """
    folder = Path(session.create_tmp())
    first = ("save.py", "load.py", "load_unconnected.py")
    for script in (*first, "save_library.py", "load_library.py"):
        session.log(f"starting Keras in a process of its own, for docs/demo/{script}")
        # Autoload stays off: the demo connects by itself, and in its last script does not connect.
        environment = {**KERAS, "KERAS_SERIALIZABLE_AUTOLOAD": "0"}
        session.run("python", str(ROOT / "docs" / "demo" / script), str(folder), env=environment)


DIST = ROOT / "dist"
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)\s]+)\)")  # to a file of the repository


NOT_COPIED = (".git", ".nox", ".venv*", ".*_cache", "__pycache__", "_build", "build", "dist")


def copy_for_the_index(copy: Path) -> None:
    """Copy the repository, with links in each README that work on the page of the package index.

    They lead to the address in `[project.urls]` of the core. While it has none, their text stays.
    """
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    table = nox.project.load_toml(ROOT / "pyproject.toml")["project"]
    address = table.get("urls", {}).get("Source")
    for project in (ROOT, *PLUGINS):

        def absolute(link: re.Match[str], project: Path = project) -> str:
            target = (project / link[2]).resolve().relative_to(ROOT)
            return f"[{link[1]}]({address}/{target})" if address else link[1]

        readme = copy / project.relative_to(ROOT) / "README.md"
        readme.write_text(LINK.sub(absolute, readme.read_text("utf-8")), "utf-8")
        if address and project != ROOT:
            with readme.with_name("pyproject.toml").open("a", encoding="utf-8") as file:
                file.write(f'\n[project.urls]\nSource = "{address}"\n')


def build_distributions(session: nox.Session) -> None:
    """Build wheels and source distributions of the core and the plugins into dist; check them."""
    session.install("build>=1.2", "twine>=6.1")
    shutil.rmtree(DIST, ignore_errors=True)
    copy = Path(session.create_tmp()) / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy_for_the_index(copy)
    for project in (ROOT, *PLUGINS):
        folder = Path(session.create_tmp()) / project.name
        shutil.rmtree(folder, ignore_errors=True)
        session.log(f"building {project.name}")
        # build makes the source distribution first, and from it the wheel.
        source = str(copy / project.relative_to(ROOT))
        session.run("python", "-m", "build", "--outdir", str(folder), source, silent=True)
        check_contents(session, project, folder)
        shutil.copytree(folder, DIST, dirs_exist_ok=True)
    session.run("twine", "check", "--strict", *sorted(map(str, DIST.iterdir())), silent=True)


def check_contents(session: nox.Session, project: Path, folder: Path) -> None:
    """Check that the wheel in a folder holds `src` and nothing else, and the sdist what it must."""
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    modules = {
        str(path.relative_to(project / "src"))
        for path in project.glob("src/**/*")
        if path.is_file() and path.suffix != ".pyc"
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        dead = LINK.findall(archive.read(metadata).decode())
    if dead:
        session.error(f"{wheel.name} has links that do not work on a package index: {dead}")
    if packed != modules:
        session.error(f"{wheel.name} differs from src in {sorted(packed ^ modules)}")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {f"src/{module}" for module in modules} | {"LICENSE", "PKG-INFO", "README.md"}
    if project == ROOT:
        wanted |= {"CHANGELOG.md", "conftest.py", "docs/index.md"}
    if not held >= wanted:
        session.error(f"{sdist.name} lacks {sorted(wanted - held)}")
    session.log(f"{wheel.name}: {len(modules)} files; {sdist.name}: {len(held)} files")


LIBRARIES = ROOT / "tests" / "libraries"
RUNS = nox.project.load_toml(LIBRARIES / "libraries.toml")


def run_libraries(
    session: nox.Session, script: str, environment: str, libraries: Sequence[str], *options: str
) -> None:
    """Run a script of tests/libraries on some libraries, or all, in one of their environments."""
    rows = {
        name: row
        for name, row in RUNS["runs"].items()
        if row["environment"] == environment
        and (not libraries or {name, row.get("library")} & {*libraries})
    }
    if not rows:
        session.skip("no library that was asked for runs here")
    wheels = [build_wheel(session, plugin) for plugin in (ADAPTERS, BUILD)]
    needs = {need for row in rows.values() for need in row.get("needs", ())}
    install_core(
        session, *wheels, *RUNS["environments"][environment]["requirements"], *sorted(needs)
    )
    # Without dependencies: most of these are a TensorFlow or a torch that no layer needs.
    options_of_pip = ("--no-compile", "--no-deps")
    session.install(*options_of_pip, *sorted({row["install"] for row in rows.values()}))
    options = ("--json", results(f"{script}/{environment}"), *options)
    session.run("python", str(LIBRARIES / f"{script}.py"), environment, *rows, *options)


# Run by `nox`, in this order.


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
    plugins = [build_wheel(session, plugin) for plugin in (SUITE, *siblings(SUITE))]
    install_core(session, *plugins, *group("imports"))
    session.run("lint-imports", *session.posargs, silent=not session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build every distribution of the project into dist; check what each file holds."""
    build_distributions(session)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation with Sphinx into docs/_build; a warning is an error."""
    install_core(session, *group("docs"))
    options = ("--fail-on-warning", "--keep-going", "--quiet", "--fresh-env")
    session.run("sphinx-build", *options, "docs", "docs/_build/html", *session.posargs)
    session.log(f"open {ROOT / 'docs' / '_build' / 'html' / 'index.html'}")


@nox.session
def tests(session: nox.Session) -> None:
    """Test the wheel: unit tests, end-to-end tests, the examples of docstrings and docs."""
    install_core(session, *group("tests"))
    ignored = [f"--ignore=tests/{name}" for name in OTHER_TESTS if name != "e2e"]
    session.run("pytest", *(session.posargs or (*ON_ALL_CORES, *ignored)))


@nox.session
def property(session: nox.Session) -> None:  # noqa: A001 -- the session's name
    """Test what has to hold for any input, with Hypothesis."""
    install_core(session, *group("tests"))
    session.run("pytest", "tests/property", *session.posargs)


@nox.session
def parallel(session: nox.Session) -> None:
    """Run each unit test in several threads at once."""
    install_core(session, *group("parallel"))
    session.run("pytest", "--parallel-threads=8", *(session.posargs or UNIT_TESTS))


@nox.session
def minimums(session: nox.Session) -> None:
    """Run the unit tests with the lowest version of each direct dependency."""
    project = nox.project.load_toml(ROOT / "pyproject.toml")["project"]
    requirements = [*project["dependencies"], *project["optional-dependencies"]["cli"]]
    lowest = [requirement.replace(">=", "==") for requirement in requirements]
    install_core(session, *group("tests"), *lowest)
    session.run("pytest", *(session.posargs or (*ON_ALL_CORES, *UNIT_TESTS)))


@nox.session
@nox.parametrize("plugin", PLUGINS, ids=[plugin.name for plugin in PLUGINS])
def plugins(session: nox.Session, plugin: Path) -> None:
    """Test the wheel of a plugin beside the newest Keras; with the example, the docs too.

    The examples of its docstrings, and the docs, are left out where arguments are given.
    """
    requirements = [*group("tests"), *group("tests", plugin)]
    install_plugin(session, plugin, *requirements, groups=("tests",))
    with session.chdir(plugin):
        session.run("pytest", *(session.posargs or ON_ALL_CORES), env=KERAS)
    if not session.posargs:
        crossing = (CROSSING,) if plugin == EXAMPLE else ()
        session.run("pytest", DOCSTRINGS, *crossing, env=KERAS)
        if plugin == EXAMPLE:  # in a process that has imported no plugin yet
            session.run("pytest", *DOCUMENTS, env=KERAS)


@nox.session
def bench_quick(session: nox.Session) -> None:
    """Test that the benchmarks run; their figures mean nothing."""
    install_core(session, build_wheel(session, BUILD), *group("bench"), *group("tests"))
    session.run("pytest", "tests/benchmarks", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Show a Keras load a model whose plugin nobody imported, and fail to without us."""
    install_plugin(session, EXAMPLE, f"{build_wheel(session, ADAPTERS)}[keras-mdn-layer]")
    run_demo(session)


# The libraries on JAX or NumPy that install in seconds.
QUICK = (
    *("alrelu-keras", "keras-efficient-kan", "keras-mdn-layer", "keras-rs", "keras-sig"),
    *("kgcnn", "medicai", "ncps"),
)


@nox.session
def adapters_quick(session: nox.Session) -> None:
    """Load models of eight real libraries without an import, and check their tables."""
    run_libraries(session, "run", "keras-light", session.posargs or QUICK, "--no-import")


# Run by hand.


@nox.session(default=False)
def e2e(session: nox.Session) -> None:
    """Run the end-to-end tests alone, which are a part of `tests`."""
    install_core(session, *group("tests"))
    session.run("pytest", *(session.posargs or (*ON_ALL_CORES, "tests/e2e")))


@nox.session(default=False)
def author(session: nox.Session) -> None:
    """Make, build, install and test a new plugin with each of six build backends."""
    install_plugin(session, SUITE, *group("tests"), *group("author"))
    session.run("pytest", *(session.posargs or ["tests/author"]), env=KERAS)


@nox.session(default=False)
def engines(session: nox.Session) -> None:
    """Apply a plugin's model in Ray, Spark and MLflow; freeze programs. Needs Java."""
    install_core(session, *group("engines"))
    session.run("pytest", *(session.posargs or ["tests/engines"]))


@nox.session(default=False)
def mlflow(session: nox.Session) -> None:
    """Log a model with MLflow, with the requirements that it needs, and load it from there."""
    autoload = build_wheel(session, ROOT / "plugins" / "keras-serializable-autoload")
    install_plugin(session, EXAMPLE, autoload, "mlflow>=3", "pytest>=8.3")
    folder = ROOT / "tests" / "mlflow_models"
    # MLflow and what it needs warn of much. The conftest.py of the project needs more than is here.
    options = ("-W", "default", "--confcutdir", str(folder), str(folder / "logged_model.py"))
    session.run("pytest", *(session.posargs or options), env=KERAS)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure the targets; write docs/benchmarks.md and its chart."""
    install_core(session, build_wheel(session, BUILD), *group("bench"))
    run_script(session, "benchmarks/run.py", str(ROOT / "docs" / "benchmarks.md"))


@nox.session(default=False)
def stress(session: nox.Session) -> None:
    """Look keys up in 64 threads while everything around them changes."""
    install_core(session, *group("keras"))
    run_script(session, "stress/stress.py")


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """Break each line of some core modules in turn, for an hour; show what no test notices."""
    project = nox.project.load_toml(ROOT / "pyproject.toml")["project"]
    # Without the core: the session breaks a copy of it on disk.
    session.install(*project["dependencies"], *group("mutation"))
    run_script(session, "mutation/mutation.py", "--json", results("mutation/results"))


PYTHONS = [f"3.{minor}" for minor in range(10, 15)]  # each that is at hand is tried


def interpreter(version: str) -> str | None:
    """Return the interpreter of a Python version on PATH, or else among those of pyenv."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    # pyenv puts scripts on PATH that may lead to no interpreter: each candidate is asked.
    candidates = [
        shutil.which(f"python{version}"),
        *map(str, root.glob(f"versions/{version}.*/bin/python")),
    ]
    for candidate in filter(None, candidates):
        asked = subprocess.run(  # noqa: S603 -- an interpreter on PATH or of pyenv
            [candidate, "--version"], capture_output=True, text=True, check=False
        )
        if asked.stdout.startswith(f"Python {version}."):
            return str(candidate)
    return None


@nox.session(default=False)
def pythons(session: nox.Session) -> None:
    """Run the unit tests on Python 3.10 to 3.14, on each that this machine has."""
    wheel = build_wheel(session, ROOT)
    results = {}
    for version in PYTHONS:
        python = interpreter(version)
        if python is None:
            results[version] = "is not on this machine"
            continue
        folder = session.cache_dir / "pythons" / version
        session.run(python, "-m", "venv", "--clear", str(folder), external=True)
        inside = (str(folder / ("Scripts" if os.name == "nt" else "bin") / "python"), "-m")
        session.run(*inside, "pip", "install", "--quiet", wheel, *group("tests"), external=True)
        try:
            session.run(*inside, "pytest", *(session.posargs or UNIT_TESTS), external=True)
            results[version] = "passed"
        except nox.command.CommandFailed:
            results[version] = "failed"
    for version, result in results.items():
        session.log(f"Python {version} {result}")
    if "failed" in results.values():
        session.error("the unit tests failed on a Python")


@nox.session(default=False)
def pictures(session: nox.Session) -> None:
    """Draw the pictures of the documentation again."""
    session.install("matplotlib>=3.8")
    session.run("python", str(ROOT / "docs" / "pictures" / "draw.py"))


@nox.session(default=False)
def tutorials(session: nox.Session) -> None:
    """Follow each tutorial to the letter, in a copy of the project; needs bash."""
    session.run("python", str(ROOT / "tests" / "tutorials" / "run.py"), *session.posargs)


@nox.session(default=False)
def site(session: nox.Session) -> None:
    """Show the documentation in Chromium as a desktop and a phone do; fail if anything is cut."""
    install_core(session, *group("docs"), "playwright>=1.50")
    pages, screens = Path(session.create_tmp()) / "html", ROOT / "build" / "screens"
    session.run("sphinx-build", "--fail-on-warning", "--quiet", "docs", str(pages))
    session.run("python", str(ROOT / "tests" / "site" / "screens.py"), str(pages), str(screens))
    session.log(f"look at the screenshots in {screens}")


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Build every distribution, install all of them together, and run the demo from there."""
    build_distributions(session)
    # By file name: no distribution of this project may come from the package index.
    wheels = map(str, sorted(DIST.glob("*.whl")))
    session.install(*wheels, *group("keras"), "keras-mdn-layer")  # the library of the demo
    session.run("python", "-m", "pip", "check")
    run_demo(session)
    session.log("ready: CONTRIBUTING.md says how to release what is in dist")


# What the unit tests need, and Debian trixie has.
DEBIAN = (
    *("build", "h5py", "hatchling", "hypothesis", "importlib-metadata", "numpy", "pip", "pluggy"),
    *("pytest", "rich", "sybil", "venv"),
)
CLICK = "click>=8.2"  # newer than trixie's
# The mounts end with the command, which has mounts of its own.
IN_FOLDER = """
mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" || exit
exec chroot "$0" /usr/bin/env --ignore-environment HOME=/root PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \\
    sh -ec 'cd /srv/project; exec "$@"' sh "$@"
"""


def make_debian(session: nox.Session, folder: Path) -> None:
    """Make a folder with Debian trixie, from $DEBIAN_MIRROR or the mirror that apt uses."""
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


@nox.session(default=False)
def trixie(session: nox.Session) -> None:
    """Run the unit tests on Python 3.13 of Debian trixie. Needs root and debootstrap."""
    if os.geteuid() or not shutil.which("debootstrap"):
        session.error("this session needs root and debootstrap")
    wheel = Path(build_wheel(session, ROOT))
    folder = session.cache_dir / "trixie"
    if not folder.exists():
        make_debian(session, folder)
    project = folder / "srv" / "project"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir()
    for file in (wheel, ROOT / "pyproject.toml"):
        shutil.copy(file, project)
    for name in ("tests", "docs", "plugins"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("_build"))
    download = ("pip", "download", "--quiet", "--no-deps", "--dest", str(project), CLICK)
    session.run("python", "-m", *download)
    wheels = sorted(file.name for file in project.glob("*.whl"))
    inside = ("unshare", "--mount", "sh", "-ec", IN_FOLDER, str(folder))
    venv = ("python3", "-m", "venv", "--clear", "--system-site-packages", "/opt/venv")
    install = ("/opt/venv/bin/pip", "install", "--quiet", "--no-index", "--no-deps", *wheels)
    tests = ("/opt/venv/bin/python", "-m", "pytest", *(session.posargs or UNIT_TESTS))
    for command in (venv, install, tests):
        session.run(*inside, *command, external=True)


# Each Keras that loads saved models: its requirements, and the variables by which it is reached.
# What an older Keras requires is pinned to versions of its time. TensorFlow 2.15 needs Python 3.11.
KERASES = {
    "tf-2.15": (["tensorflow-cpu==2.15.1"], {"MATRIX_KERAS": "tensorflow.keras"}),
    "tf_keras-2.21": (
        ["tf_keras==2.21.0"],
        {"MATRIX_KERAS": "tf_keras", "TF_USE_LEGACY_KERAS": "1"},
    ),
    # Keras 3.3 imports packaging, but does not require it.
    "keras-3.3": (["keras==3.3.3", "jax==0.5.3", "h5py", "packaging"], KERAS),
    # Keras 3.8 is the last that imports any module that a file names.
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


@nox.session(default=False)
@nox.parametrize("name", list(KERASES), ids=list(KERASES))
def keras(session: nox.Session, name: str) -> None:
    """Load each kind of object in each format without us, with an import, and connected."""
    requirements, variables = KERASES[name]
    environment = {**QUIET, **variables}
    install_core(session, build_wheel(session, EXAMPLE), *requirements)
    page = str(ROOT / "docs" / "keras-matrix.md")
    options = session.posargs or ["--json", results(f"keras-matrix/{name}"), "--page", page]
    scripts = [["matrix.py", name, *options]]
    if not session.posargs:
        # Model files of this Keras are read rightly and can be stamped; its own names are known.
        scripts += [["model_files.py"], ["stamps.py"], ["keras_names.py", "check"]]
    for script, *arguments in scripts:
        session.run("python", str(ROOT / "tests" / "matrix" / script), *arguments, env=environment)


@nox.session(default=False)
@nox.parametrize("name", list(KERASES), ids=list(KERASES))
def downstream(session: nox.Session, name: str) -> None:
    """Run Keras' own saving tests, where it ships them, with and without `connect()`."""
    requirements, variables = KERASES[name]
    install_core(session, "pytest>=8.3", *requirements)
    options = ("--json", results(f"keras-downstream/{name}"))
    run_script(session, "matrix/downstream.py", *options, **QUIET, **variables)


@nox.session(default=False)
@nox.parametrize("release", ["keras", "keras==3.9.0"], ids=["newest", "3.9"])
def serialization(session: nox.Session, release: str) -> None:
    """Test that configs cross between us and a Keras; run the tests of the newest."""
    install_plugin(session, EXAMPLE, release, *group("tests"))
    session.run("pytest", CROSSING, *session.posargs, env=KERAS)
    if release != "keras":
        return  # 3.9 came without its tests
    code = "import importlib.metadata; print(importlib.metadata.version('keras'))"
    release = f"keras=={str(session.run('python', '-c', code, silent=True)).strip()}"
    folder = Path(session.create_tmp()) / "keras"
    session.run("pip", "download", "--no-deps", "--no-binary=keras", f"--dest={folder}", release)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # none before 3.11.4
        archive.extractall(folder)  # noqa: S202 -- with this filter
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    session.run("python", "tests/serialization/upstream.py", str(unpacked), env=KERAS)


@nox.session(default=False)
@nox.parametrize("name", list(RUNS["environments"]), ids=list(RUNS["environments"]))
def adapters(session: nox.Session, name: str) -> None:
    """Check the adapters by scans and by models of the real libraries; write docs/libraries.md."""
    run_libraries(session, "run", name, session.posargs, "--write")


@nox.session(default=False)
@nox.parametrize("name", list(RUNS["environments"]), ids=list(RUNS["environments"]))
def scans(session: nox.Session, name: str) -> None:
    """Measure the scan on real libraries; write the table of plugins/keras-serializable-build."""
    run_libraries(session, "scans", name, session.posargs, "--write")
