"""Lays environments of any size: directories that look to a scan as a site-packages does.

Nothing in them is random: two runs measure equal files.
"""

import compileall
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from distributions import GROUP, install, metadata_text

DESCRIPTION = "What this distribution is for, said at the length of a README.\n" * 40
CLASS = "class Object{number}:\n    def get_config(self):\n        return {{}}\n\n\n"
LAYERS = '''\
"""Custom layers for Keras, each with a key of its own."""

import keras

COUNT = {count}

for number in range(COUNT):
    name = f"Layer{{number}}"
    layer = type(name, (keras.layers.Layer,), {{"call": lambda self, inputs: inputs}})
    globals()[name] = keras.saving.register_keras_serializable("bench_layers")(layer)
'''


def lay(folder, distributions, *, keys=10, layers=0, optional=0, settle=True):
    """Lay an environment in a folder, unless it is there already, and return its directory.

    Ten of its distributions are plugins, spread evenly. Each advertises this number of keys,
    ``plugin_0>Object0`` and so on. One more advertises this number of Keras layers,
    ``bench_layers>Layer0`` and so on. Another one advertises optional keys of 30 libraries.
    """
    site = folder / f"{distributions}-{keys}-{layers}-{optional}"
    if site.exists():
        return site
    plugins = {number * distributions // 10: f"plugin_{number}" for number in range(10)}
    classes = "".join(CLASS.format(number=number) for number in range(keys))
    for number in range(distributions):
        name, version = f"package_{number}", f"{number % 9}.{number % 23}.{number % 4}"
        groups, files = {}, {name: {}}
        if number % 3 == 0:  # as often as in the environments of real programs
            groups["console_scripts"] = {name: f"{name}.cli:main"}
            groups["pytest11"] = {name: f"{name}.testing"}
        if number in plugins:
            groups[GROUP] = _entry_points(plugins[number], "Object", keys)
            files[f"{plugins[number]}.py"] = classes
        metadata = metadata_text(name, version) + DESCRIPTION
        install(site, name, version, groups or None, files, metadata=metadata)
    if layers:
        files = {"bench_layers.py": LAYERS.format(count=layers)}
        install(site, "bench", "1.0", _entry_points("bench_layers", "Layer", layers), files)
    if optional:
        _install_optional(site, optional)
    compileall.compile_dir(site, quiet=1)
    if settle:
        # A directory that changed a moment ago may still change, so a scan would look at it again.
        time.sleep(3)
    return site


def _install_optional(site, count):
    """Install a distribution that knows the keys of others, as keras-serializable-adapters does."""
    libraries = [f"package-{number}" for number in range(30)]
    values = {}
    for number in range(count):
        library = libraries[number % len(libraries)]
        values[f"{library}>Object{number}"] = f"library.layers:Object{number}[{library}]"
    requires = [f"{library}>=0 ; extra == '{library}'" for library in libraries]
    install(site, "knowledge", "1.0", values, requires=requires)


def _entry_points(module, prefix, count):
    names = [f"{prefix}{number}" for number in range(count)]
    return {f"{module}>{name}": f"{module}:{name}" for name in names}
