"""One round of `stress.py`, a process of its own: `threads.py VARIANT SEED FOLDER LIMIT`.

60 distributions of five keys each stand in several directories; their modules stand apart, so that
a key whose metadata is gone can be a miss and never a failed import. 64 threads:

- 56 look keys up; with Keras, most of them deserialize configs;
- 2 call `refresh()`, 2 call `disconnect()` and `connect()`;
- 2 take directories off `sys.path` and put them back; 2 remove metadata folders and lay them again.
"""

# ruff: noqa: T201 -- the outcome is printed
import collections
import faulthandler
import importlib
import random
import sys
import threading
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from distributions import install, lay, uninstall

import keras_serializable

SECONDS = 2.5  # that the threads run, without what importing Keras takes
DISTRIBUTIONS, KEYS = 60, 5
CHAIN = 5
SHAKERS = 8
LOOKERS = 64 - SHAKERS

# What advertises the keys of a distribution: a key and its object, a key and the module that
# registers it, a package, a bare key of an object without a decorator.
SHAPES = ("attribute", "undecorated", "module", "package", "bare")

LOG = "imported = []\n"
KERAS_PREFACE = "import keras\nBase = keras.layers.Layer\n"
PREFACE = {
    "bare": "class Base:\n    def get_config(self): return {}\n",
    "keras": KERAS_PREFACE,
    "importing": KERAS_PREFACE,
}
START = """\
import stress_log
stress_log.imported.append(__name__)
import time
time.sleep(0.002)
from keras_serializable import get_registered_object, register_keras_serializable
"""


class Distribution:
    """An installed distribution; its number decides its shape and its place.

    The first of the directories stays on the path all the time.
    """

    def __init__(self, number, sites):
        self.number = number
        self.name = f"dist{number}"
        self.shape = SHAPES[number % len(SHAPES)]
        self.is_stable = number % 2 == 0
        # Some are found in two directories, as after an install into the home directory.
        self.sites = sites[:1] if self.is_stable else sites[1 + number % 2 :][:2]
        classes = [f"{self.name}_C{count}" for count in range(KEYS)]
        self.module = f"{self.name}_module"
        prefix = "" if self.shape == "bare" else f"{self.name}>"
        self.classes = {f"{prefix}{name}": name for name in classes}

    def entry_points(self):
        """Return what it advertises."""
        if self.shape == "package":
            return {self.name: self.module}
        if self.shape == "module":
            return dict.fromkeys(self.classes, self.module)
        return {key: f"{self.module}:{name}" for key, name in self.classes.items()}

    def code(self, preface):
        """Return its module."""
        decorator = f"@register_keras_serializable({self.name!r})\n"
        if self.shape in {"undecorated", "bare"}:
            decorator = ""
        classes = "".join(
            f"{decorator}class {name}(Base):\n    pass\n" for name in self.classes.values()
        )
        # Chains of five modules, each of which looks up a key of the next.
        following = Distribution(self.number + 1, self.sites)
        look_up = f"get_registered_object({next(iter(following.classes))!r})\n"
        if self.number % CHAIN == CHAIN - 1:
            look_up = ""
        return START + preface + look_up + classes

    def appear(self):
        """Lay its metadata into each of its directories."""
        for site in self.sites:
            install(site, self.name, "1.0", self.entry_points())

    def disappear(self):
        """Remove its metadata from one directory."""
        uninstall(self.sites[-1], self.name)


class Round:
    """What the threads share.

    The variant is `bare`; `keras`, imported beforehand; or `importing`, imported by the threads.
    """

    def __init__(self, variant, seed, folder):
        self.variant = variant
        self.seed = seed
        self.sites = [folder / f"site{number}" for number in range(4)]
        self.distributions = [Distribution(number, self.sites) for number in range(DISTRIBUTIONS)]
        modules = folder / "modules"
        lay(modules, {"stress_log.py": LOG})
        for distribution in self.distributions:
            lay(modules, {f"{distribution.module}.py": distribution.code(PREFACE[variant])})
            distribution.appear()
        # The first entry: an import passes it, whatever happens to the entries after it.
        sys.path.insert(0, str(modules))
        sys.path += map(str, self.sites)
        self.keys = {key: each for each in self.distributions for key in each.classes}
        self.seen = {}
        self.counts = collections.Counter()
        self.failures = []
        self.start = threading.Barrier(LOOKERS + SHAKERS)
        self.looking = set(range(SHAKERS, SHAKERS + LOOKERS))
        self.path_lock = threading.Lock()
        self.epoch = self.closed = 0
        self.connection_lock = threading.Lock()

    def run(self):
        """Run all threads to their end."""
        shakers = [
            *(self.refresh, self.refresh, self.reconnect, self.reconnect),
            *(self.change_path, self.change_path, self.reinstall_even, self.reinstall_odd),
        ]
        look = self.look_up if self.variant == "bare" else self.deserialize
        lookers = [self.look_up if number % 4 == 0 else look for number in range(LOOKERS)]
        threads = [
            threading.Thread(target=self._guarded, args=(number, action), name=action.__name__)
            for number, action in enumerate([*shakers, *lookers])
        ]
        if self.variant == "keras":
            import keras  # noqa: F401
        keras_serializable.connect()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _guarded(self, number, action):
        chance = random.Random(f"{self.seed}/{number}")  # noqa: S311 -- not a secret
        try:
            self.start.wait()
            if self.variant == "importing" and number >= SHAKERS:
                import keras  # noqa: F401 -- by all threads at once, while others connect
            end = time.monotonic() + SECONDS
            # The threads that change things go on until the last lookup.
            while self.looking if number < SHAKERS else time.monotonic() < end:
                action(chance)
                self.counts[action.__name__] += 1
        except BaseException:  # noqa: BLE001 -- reported by the main thread
            self.failures.append(f"{action.__name__}:\n{traceback.format_exc()}")
        finally:
            self.looking.discard(number)

    def look_up(self, chance):
        """Look a key up, sometimes after an import of its module, and check what is found."""
        if chance.random() < 0.1:
            found = keras_serializable.get_registered_object(f"nobody>{chance.random()}")
            assert found is None, found
            return
        key = chance.choice(list(self.keys))
        if chance.random() < 0.1:
            module = importlib.import_module(self.keys[key].module)
            self.check(key, getattr(module, self.keys[key].classes[key]))
        self.check(key, keras_serializable.get_registered_object(key))

    def check(self, key, found):
        """Check what was found under a key."""
        distribution = self.keys[key]
        if found is None:
            assert not distribution.is_stable, f"{key} is advertised all the time and was missed"
            self.counts["legitimate misses"] += 1
            return
        assert found.__name__ == distribution.classes[key], f"{key} is {found}"
        assert self.seen.setdefault(key, found) is found, f"{key} is two objects"

    def deserialize(self, chance):
        """Have Keras deserialize a layer of a plugin, alone or inside a wrapper, or its own."""
        import keras

        own = {"module": "keras.layers", "class_name": "Rescaling", "registered_name": None}
        own["config"] = {"scale": 2.0, "offset": 0.0}
        built = keras.saving.deserialize_keras_object(own)
        assert type(built) is keras.layers.Rescaling, built
        key = chance.choice(list(self.keys))
        distribution = self.keys[key]
        # The config names no module that a Keras would import by itself.
        layer = {
            "module": "elsewhere",
            "class_name": distribution.classes[key],
            "registered_name": key,
            "config": {},
        }
        depth = chance.randrange(3)
        for _ in range(depth):
            layer = {
                "module": "keras.layers",
                "class_name": "TimeDistributed",
                "registered_name": None,
                "config": {"layer": layer},
            }
        epoch = self.epoch  # read before `closed`: a thread that closes in between has raised it
        is_open = self.closed == 0
        try:
            found = keras.saving.deserialize_keras_object(layer)
        except (TypeError, ValueError) as error:
            stayed_open = is_open and self.epoch == epoch
            if (stayed_open and distribution.is_stable) or "ould not" not in str(error):
                raise  # not what Keras says, alone, of a key that it does not know
            self.counts["legitimate Keras errors"] += 1
            return
        for _ in range(depth):
            found = found.layer
        self.check(key, type(found))

    def refresh(self, chance):
        """Scan again, and look at the views."""
        keras_serializable.refresh()
        assert len(keras_serializable.providers()) > 0
        keras_serializable.problems()
        time.sleep(chance.random() * 0.01)

    def reconnect(self, chance):
        """Disconnect and connect."""
        with self.connection_lock:
            self.epoch += 1
            self.closed += 1
        keras_serializable.disconnect()
        time.sleep(chance.random() * 0.002)
        keras_serializable.connect()
        with self.connection_lock:
            self.closed -= 1
        time.sleep(chance.random() * 0.01)

    def change_path(self, chance):
        """Take a directory off `sys.path` and put it back, in place or in a new list."""
        site = str(chance.choice(self.sites[1:]))
        with self.path_lock:
            if site in sys.path:
                if chance.random() < 0.5:
                    sys.path.remove(site)
                else:
                    sys.path = [entry for entry in sys.path if entry != site]
            elif chance.random() < 0.5:
                sys.path.append(site)
            else:
                sys.path = [*sys.path, site]
        time.sleep(chance.random() * 0.005)

    def reinstall_even(self, chance):
        """Uninstall and install again what no other thread does."""
        self.reinstall(chance, 0)

    def reinstall_odd(self, chance):
        """Uninstall and install again what no other thread does."""
        self.reinstall(chance, 1)

    def reinstall(self, chance, half):
        """Remove the metadata of a distribution from one directory, and lay it again."""
        coming_and_going = [each for each in self.distributions if not each.is_stable]
        distribution = chance.choice(coming_and_going[half::2])
        distribution.disappear()
        time.sleep(chance.random() * 0.003)
        distribution.appear()
        time.sleep(chance.random() * 0.003)

    def settle(self):
        """Put everything back, and check that each key has its object and no other."""
        for site in map(str, self.sites):
            if site not in sys.path:
                sys.path.append(site)
        keras_serializable.refresh()
        for key in self.keys:
            found = keras_serializable.get_registered_object(key)
            assert found is not None, f"{key} is missing at the end"
            self.check(key, found)
        import stress_log

        twice = [name for name, n in collections.Counter(stress_log.imported).items() if n > 1]
        assert not twice, f"imported twice: {twice}"
        assert len(stress_log.imported) == DISTRIBUTIONS


def main(variant, seed, folder, limit):
    """Run the round."""
    faulthandler.dump_traceback_later(float(limit), exit=True)
    sys.setswitchinterval(1e-5)
    this = Round(variant, seed, Path(folder))
    this.run()
    if not this.failures:
        try:
            this.settle()
        except AssertionError:
            this.failures.append(traceback.format_exc())
    print(", ".join(f"{name} {count}" for name, count in sorted(this.counts.items())))
    for failure, count in collections.Counter(this.failures).most_common(5):
        print(f"{count} times in {failure}")
    print(f"{len(this.failures)} failures" if this.failures else "")
    sys.exit(bool(this.failures))


main(*sys.argv[1:])
