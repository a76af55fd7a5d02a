"""Lays environments of any size: directories that look to a scan as a site-packages does.

Nothing in them is random: two runs measure equal files.
"""

import compileall
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from distributions import GROUP, metadata_text
from distributions import lay as lay_tree

# Every third distribution advertises something to others, as in the environments of real programs.
FOREIGN_GROUPS = (
    "[console_scripts]\n{module} = {module}.cli:main\n",
    "[console_scripts]\n{module} = {module}:main\n\n[pytest11]\n{module} = {module}.testing\n",
    "[sphinx.html_themes]\n{module} = {module}.theme\n\n[pygments.lexers]\n{module} = {module}:L\n",
    "[fsspec.specs]\n{module}=fsspec.implementations.{module}:FileSystem\n",
)
DESCRIPTION = "What this distribution is for, said at the length of a README.\n" * 40
RECORD = "{module}/part.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,100\n" * 20
LIBRARIES = 30  # those of keras-serializable-adapters
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
    """Lay an environment, unless it is there already, and return its directory.

    Args:
        folder: The directory for all environments.
        distributions: How many distributions it holds; ten of them, spread evenly, are plugins.
        keys: How many keys each plugin advertises: ``plugin_0>Object0`` and so on.
        layers: How many Keras layers one more plugin advertises, ``bench_layers>Layer0`` and so on.
        optional: How many optional keys one more distribution advertises, for 30 libraries.
        settle: Whether to wait until a scan trusts the times of the directory.
    """
    environment = folder / f"{distributions}-{keys}-{layers}-{optional}"
    if environment.exists():
        return environment
    environment.mkdir(parents=True)
    advertised = {}
    for plugin in range(10):
        module = f"plugin_{plugin}"
        advertised[plugin * distributions // 10] = _entry_points(module, "Object", keys)
        classes = "".join(CLASS.format(number=number) for number in range(keys))
        (environment / f"{module}.py").write_text(classes)
    if layers:
        advertised[distributions] = _entry_points("bench_layers", "Layer", layers)
        (environment / "bench_layers.py").write_text(LAYERS.format(count=layers))
    for number in range(distributions + bool(layers)):
        _lay_distribution(environment, number, advertised.get(number, ""))
    if optional:
        _lay_optional(environment, distributions + 1, optional)
    compileall.compile_dir(environment, quiet=1)
    if settle:
        # A directory that changed a moment ago may still change, so a scan would look at it again.
        time.sleep(3)
    return environment


def _entry_points(module, prefix, count):
    lines = (f"{module}>{prefix}{number} = {module}:{prefix}{number}\n" for number in range(count))
    return f"\n[{GROUP}]\n{''.join(lines)}"


def _lay_optional(site, number, count):
    """Lay a distribution that knows the keys of other ones."""
    libraries = [f"package-{library}" for library in range(LIBRARIES)]
    lines = (
        f"library_{each % LIBRARIES}>Object{each} = library_{each % LIBRARIES}.layers:Object{each}"
        f"[{libraries[each % LIBRARIES]}]\n"
        for each in range(count)
    )
    extras = (f"{library}>=0 ; extra == '{library}'" for library in libraries)
    _lay_distribution(site, number, f"\n[{GROUP}]\n{''.join(lines)}", extras)


def _lay_distribution(site, number, entry_points, requires=()):
    """Lay the metadata of one distribution, as an installer writes it."""
    module, version = f"package_{number}", f"{number % 9}.{number % 23}.{number % 4}"
    foreign = "" if number % 3 else FOREIGN_GROUPS[number // 3 % len(FOREIGN_GROUPS)]
    entry_points = foreign.format(module=module) + entry_points
    metadata = {
        "INSTALLER": "pip\n",
        "METADATA": metadata_text(module.replace("_", "-"), version, requires) + DESCRIPTION,
        "RECORD": RECORD.format(module=module),
        "top_level.txt": f"{module}\n",
        **({"entry_points.txt": entry_points} if entry_points else {}),
    }
    lay_tree(site, {module: {}, f"{module}-{version}.dist-info": metadata})
