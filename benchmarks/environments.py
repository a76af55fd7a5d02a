"""Lays environments of any size: directories that look to a scan as a site-packages does.

    environment = lay(work, distributions=300, plugins=10, keys=10)

Nothing in them is random: two runs measure the same files.
"""

import compileall
import shutil
import time
from pathlib import Path

GROUP = "keras_serializable"
SETTLED = 3  # seconds

# Every third distribution advertises something, as in the environments of real programs: mostly
# scripts, some of them plugins of other programs.
FOREIGN_GROUPS = (
    """\
[console_scripts]
{module} = {module}.cli:main
""",
    """\
[console_scripts]
{module} = {module}:main
{module}-admin = {module}.admin:main

[pytest11]
{module} = {module}.testing
""",
    """\
[sphinx.html_themes]
{module} = {module}.theme

[pygments.lexers]
{module} = {module}.lexer:Lexer
""",
    """\
[fsspec.specs]
{module}=fsspec.implementations.{module}:FileSystem
""",
)
# What distributions are called after: names that all begin alike would be unlike any environment.
SUBJECTS = (
    *("async", "base", "click", "core", "data", "event", "flask", "google", "graph", "http"),
    *("image", "json", "keras", "library", "metric", "numpy", "opt", "plot", "py", "query"),
    *("request", "schema", "test", "torch", "url", "vector", "web", "xml", "yaml", "zip"),
)

METADATA = """\
Metadata-Version: 2.4
Name: {name}
Version: {version}
Summary: The distribution number {number} of a generated environment
Author-email: Somebody <somebody@example.org>
License-Expression: Apache-2.0
Project-URL: Documentation, https://{module}.example.org/
Project-URL: Source, https://code.example.org/{module}
Keywords: generated,environment
Classifier: Development Status :: 5 - Production/Stable
Classifier: Intended Audience :: Developers
Classifier: Programming Language :: Python :: 3
Classifier: Programming Language :: Python :: 3.10
Classifier: Programming Language :: Python :: 3.11
Classifier: Programming Language :: Python :: 3.12
Requires-Python: >=3.10
Requires-Dist: numpy>=1.26
Requires-Dist: typing-extensions>=4.9; python_version < "3.12"
Provides-Extra: test
Requires-Dist: pytest>=8; extra == "test"
Description-Content-Type: text/markdown
License-File: LICENSE

# {name}

"""
PARAGRAPH = "What this distribution is for, said at the length at which a README says it. " * 6
WHEEL = (
    "Wheel-Version: 1.0\nGenerator: hatchling 1.27.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
)
RECORD = "{module}/{file}.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,{size}\n"


def lay(work, distributions, plugins=10, keys=10):
    """Lay an environment, unless it is there already.

    Args:
        work: The directory for all environments.
        distributions: How many distributions it holds, the plugins among them.
        plugins: How many of them advertise keys, spread evenly; each has a module of its own.
        keys: How many keys each plugin advertises: ``plugin_0>Object0`` and so on.

    Returns:
        The directory.
    """
    environment = Path(work) / f"{distributions}-distributions-{plugins}-plugins-{keys}-keys"
    if environment.exists():
        return environment
    unfinished = environment.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    numbers_of_plugins = [index * distributions // plugins for index in range(plugins)]
    for number in range(distributions):
        entry_points = ""
        if number % 3 == 0:
            foreign = FOREIGN_GROUPS[number // 3 % len(FOREIGN_GROUPS)]
            entry_points = foreign.format(module=module_name(number))
        if number in numbers_of_plugins:
            plugin = numbers_of_plugins.index(number)
            entry_points += advertised(plugin, keys)
            (unfinished / f"plugin_{plugin}.py").write_text(module_of(keys))
        lay_distribution(unfinished, number, entry_points)
    finish(unfinished, environment)
    return environment


def finish(unfinished, environment):
    """Compile what was laid, and put it where it belongs once it is no news any more."""
    compileall.compile_dir(unfinished, quiet=1)
    # What changed a moment ago may be changing still, and who notices changes looks at it again.
    time.sleep(SETTLED)
    unfinished.rename(environment)


def advertised(plugin, keys):
    """Return the group of a plugin, as its entry_points.txt has it."""
    lines = (f"plugin_{plugin}>Object{key} = plugin_{plugin}:Object{key}" for key in range(keys))
    return "\n".join([f"\n[{GROUP}]", *lines, ""])


def module_of(keys):
    """Return the source of a plugin's module."""
    pattern = "class Object{key}:\n    def get_config(self):\n        return {{}}\n"
    return "\n".join(pattern.format(key=key) for key in range(keys))


def module_name(number):
    """Return the name of the package in a distribution."""
    return f"{SUBJECTS[number % len(SUBJECTS)]}_{number}"


def lay_distribution(site, number, entry_points):
    """Lay one distribution: a package, and metadata as an installer writes it."""
    module = module_name(number)
    name, version = module.replace("_", "-"), f"{number % 9}.{number % 23}.{number % 4}"
    files = 5 + number % 40
    package = site / module
    package.mkdir()
    (package / "__init__.py").touch()
    metadata = {
        "INSTALLER": "pip\n",
        "METADATA": METADATA.format(name=name, module=module, version=version, number=number)
        + "\n\n".join([PARAGRAPH] * (2 + number % 10)),
        "RECORD": "".join(
            RECORD.format(module=module, file=f"part_{index}", size=index * 1000)
            for index in range(files)
        ),
        "WHEEL": WHEEL,
        "top_level.txt": f"{module}\n",
    }
    if entry_points:
        metadata["entry_points.txt"] = entry_points
    folder = site / f"{module}-{version}.dist-info"
    folder.mkdir()
    for file, content in metadata.items():
        (folder / file).write_text(content)


LAYERS = '''\
"""Custom layers for Keras, each with a key of its own."""

import keras

for number in range({count}):
    name = f"Layer{{number}}"
    layer = type(name, (keras.layers.Layer,), {{"call": lambda self, inputs: inputs}})
    globals()[name] = keras.saving.register_keras_serializable("bench_layers")(layer)
'''


def lay_layers(work, count):
    """Lay an environment of 300 distributions and one plugin more, with that many Keras layers.

    Args:
        work: The directory for all environments.
        count: How many layers; the keys are ``bench_layers>Layer0`` and so on.

    Returns:
        The directory.
    """
    environment = Path(work) / f"{count}-layers"
    if not environment.exists():
        unfinished = environment.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(lay(work, 300), unfinished)
        keys = [f"bench_layers>Layer{n} = bench_layers:Layer{n}" for n in range(count)]
        lay_distribution(unfinished, 300, "\n".join([f"[{GROUP}]", *keys, ""]))
        (unfinished / "bench_layers.py").write_text(LAYERS.format(count=count))
        finish(unfinished, environment)
    return environment
