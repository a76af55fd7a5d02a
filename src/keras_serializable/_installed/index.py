"""The index: who advertises a key, a package, or a place; nothing in it ever changes.

Of several metadata folders of one distribution one counts. The rule is importlib_metadata's: the
first on the path counts, and one with metadata goes before one without. A folder that advertises
nothing may still shadow another.
"""

from keras_serializable._keys import SEPARATOR, package_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keras_serializable._installed.metadata import MetadataFolder, MetadataFolders
    from keras_serializable._providers import Distribution, Problem, Provider


class Index:
    """The providers of each key and each package, and the hook plugins in the order of the path."""

    __slots__ = (
        "_advertised",
        "_advertising",
        "_folders",
        "_problems",
        "_shared",
        "hook_plugins",
        "path",
    )

    def __init__(
        self,
        folders: "Sequence[MetadataFolders]" = (),
        problems: "Iterable[tuple[str, str]]" = (),
        path: "Iterable[str]" = (),
    ) -> None:
        self._folders = tuple(folders)  # all on the path, also those that advertise nothing
        self._advertising = tuple(_counting(folders))
        self._problems = tuple(problems)
        self.path = tuple(path)
        self.hook_plugins = tuple(
            plugin
            for folder in self._advertising
            for name, values in folder.hook_entry_points.items()
            for plugin in _providers(name, values, folder)
        )
        # name -> position of its folder (the last one, if several advertise it). Ints: the garbage
        # collector does not track them, and a file may hold 10,000 names.
        self._advertised: dict[str, int] = {}
        for position, folder in enumerate(self._advertising):
            self._advertised.update(dict.fromkeys(folder.entry_points, position))
        self._shared: set[str] = set()  # the names that several folders advertise
        if len(self._advertised) < sum(len(each.entry_points) for each in self._advertising):
            seen: set[str] = set()
            for folder in self._advertising:
                self._shared |= seen & folder.entry_points.keys()
                seen |= folder.entry_points.keys()

    @property
    def problems(self) -> "tuple[Problem, ...]":
        """What could not be read."""
        # Imported here because no lookup asks for it.
        from keras_serializable._providers import Problem  # noqa: PLC0415

        return tuple(Problem(path, cause) for path, cause in self._problems)

    def find(self, key: str) -> "tuple[Provider, ...]":
        """Return the providers of exactly this key, or, without any, those of its package."""
        found = self._named(key, packages=False)
        if found:
            return found
        package = package_of(key)
        # A bare key may be the name of a package: importing its module may register the key.
        return self._named(key if package is None else package, packages=True)

    def defined_at(self, module: object, attribute: object) -> "tuple[Provider, ...]":
        """Return the providers whose value is exactly this module and attribute."""
        if not isinstance(module, str) or not isinstance(attribute, str):
            return ()
        return tuple(
            provider
            for folder in self._advertising
            for name, values in folder.entry_points.items()
            if module in values and attribute in values  # cheap, and few pass
            for provider in _providers(name, values, folder)
            if (provider.module, provider.attribute) == (module, attribute)
        )

    def names(self) -> "Iterable[str]":
        """Return every key and every package that is advertised."""
        return self._advertised.keys()

    def advertisers(self, package: str) -> "list[Distribution]":
        """Return the distributions that advertise a package, or a key of it."""
        start = package + SEPARATOR
        return [
            folder.distribution
            for folder in self._advertising
            if package in folder.entry_points
            or any(name.startswith(start) for name in folder.entry_points)
        ]

    def places(self) -> "list[str]":
        """Return the path of each metadata folder, in the order of the scan."""
        return [place for folders in self._folders for place in folders.places()]

    def __iter__(self) -> "Iterator[Provider]":
        """Yield every provider: of keys first, then of packages, each in the order of the path."""
        for packages in (False, True):
            for name in self._advertised:
                yield from self._named(name, packages=packages)

    def _named(self, name: str, *, packages: bool) -> "tuple[Provider, ...]":
        """Return the providers with this name, of a package or of a key."""
        if name not in self._advertised:  # nearly every lookup ends here
            return ()
        folders = self._advertising
        if name not in self._shared:
            folders = (folders[self._advertised[name]],)
        return tuple(
            provider
            for folder in folders
            if name in folder.entry_points
            for provider in _providers(name, folder.entry_points[name], folder)
            if provider.advertises_package == packages
        )


def _providers(name: str, values: str, folder: "MetadataFolder") -> "list[Provider]":
    # Imported here because a scan for a key that nobody advertises needs none: this saves 0.2 ms.
    from keras_serializable._providers import Provider  # noqa: PLC0415

    return [Provider(name, value, folder.distribution) for value in values.split("\n")]


def _counting(found: "Sequence[MetadataFolders]") -> "Iterator[MetadataFolder]":
    """Yield the advertising folders that count, from the folders of each path entry in turn.

    Within one entry they come by name: the order in which a directory is listed means nothing.
    """
    wanted = {folder.distribution_name() for each in found for folder in each.advertising()}
    if not wanted:
        return
    named = [list(folders.named(wanted)) for folders in found]
    rivals: dict[str, list[MetadataFolder]] = {}
    for name, folder in (each for folders in named for each in folders):
        rivals.setdefault(name, []).append(folder)
    winners = {name: _winner(folders) for name, folders in rivals.items()}
    for folders in named:
        for name, folder in sorted(folders, key=lambda each: each[0]):
            if folder.advertises and folder is winners[name]:
                yield folder


def _winner(rivals: "Sequence[MetadataFolder]") -> "MetadataFolder":
    if len(rivals) == 1:  # nearly always: no file is looked for
        return rivals[0]
    return next((folder for folder in rivals if folder.has_metadata()), rivals[0])
