"""The index: who advertises a key, a package, or a place. Nothing in it ever changes.

Of several metadata folders of one distribution one counts. The rule is importlib_metadata's: the
first on the path counts, and one with metadata goes before one without. A folder that advertises
nothing may still shadow another.
"""

from keras_serializable._keys import SEPARATOR, library_of, name_of, package_of
from keras_serializable._providers import Problem, Provider

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keras_serializable._installed.metadata import MetadataFolder, MetadataFolders
    from keras_serializable._installed.requirements import Requirements
    from keras_serializable._providers import Distribution


class Index:
    """The providers of each key and each package, and the hook plugins in the order of the path."""

    __slots__ = (
        "_advertised",
        "_advertising",
        "_folders",
        "_problems",
        "_requirements",
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
        self._requirements: Requirements | None = None  # made for the first value with extras
        self.hook_plugins = tuple(
            plugin
            for folder in self._advertising
            for name, values in folder.hook_entry_points.items()
            for plugin in self._providers(name, values, folder)
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
        return tuple(Problem(path, cause) for path, cause in self._problems)

    def find(self, key: str, module: object = None) -> "tuple[Provider, ...]":
        """Return the providers of a key in the order in which they are asked.

        Providers of exactly this key that are not optional are asked alone. If there are none, the
        providers of the package are asked, and then the optional providers. Of a bare key, only
        those of the library that has the `module` that a file states.
        """
        keys = _of_library(self._named(key, packages=False), key, module)
        own = tuple(each for each in keys if not each.is_optional) if keys else ()
        return own or _in_order(keys + _of_library(self._of_package(key), key, module))

    def defined_at(self, module: object, attribute: object) -> "tuple[Provider, ...]":
        """Return the available providers whose value is exactly this module and attribute."""
        if not isinstance(module, str) or not isinstance(attribute, str):
            return ()
        return _in_order(self._with_value(module, attribute))

    def unavailable(self, key: str, module: str | None = None) -> "tuple[Provider, ...]":
        """Return the optional providers of a key whose library is not installed.

        They advertise the key, or its package, or its name in the `module` that a file states.
        """
        found = self._named(key, packages=False) + self._of_package(key)
        found = _of_library(found, key, module)
        if module:
            found += self._with_value(module, name_of(key))
        return tuple(dict.fromkeys(each for each in found if not each.is_available))

    def unavailable_in(self, package: str) -> "tuple[Provider, ...]":
        """Return the optional providers of any key of a package whose library is not installed."""
        start = package + SEPARATOR
        return self._unavailable(name for name in self._advertised if name.startswith(start))

    def unavailable_with_name(self, name: str) -> "tuple[Provider, ...]":
        """Return the optional providers of any key with this name, whose library is missing."""
        ending = SEPARATOR + name
        return self._unavailable(each for each in self._advertised if each.endswith(ending))

    def _unavailable(self, names: "Iterable[str]") -> "tuple[Provider, ...]":
        found = (each for name in names for each in self._named(name, packages=False))
        return tuple(each for each in found if not each.is_available)

    def names(self, ending: str = "") -> "list[str]":
        """Return every key and every package with an available provider, and with this ending."""
        return [
            name
            for name, position in self._advertised.items()
            # Most values have no extras, and no provider has to be made for them.
            if name.endswith(ending)
            and (
                "[" not in self._advertising[position].entry_points[name]
                or any(each.is_available for each in self._all_named(name))
            )
        ]

    def advertisers(self, package: str) -> "list[Distribution]":
        """Return the distributions with an available provider of a package, or of a key of it."""
        start = package + SEPARATOR
        return [
            folder.distribution
            for folder in self._advertising
            if any(
                each.is_available
                for name, values in folder.entry_points.items()
                if name == package or name.startswith(start)
                for each in self._providers(name, values, folder)
            )
        ]

    def advertising_folders(self) -> "list[MetadataFolder]":
        """Return the folders that advertise something, also those that another one shadows."""
        return [folder for each in self._folders for folder in each.advertising()]

    def installed(self, name: str) -> "Distribution | None":
        """Return the distribution of a normalized name, `None` if it is not installed."""
        rivals = [folder for each in self._folders for _, folder in each.named((name,))]
        return _winner(rivals).distribution if rivals else None

    def places(self) -> "list[str]":
        """Return the path of each metadata folder, in the order of the scan."""
        return [place for folders in self._folders for place in folders.places()]

    def __iter__(self) -> "Iterator[Provider]":
        """Yield every provider: of keys first, then of packages, each in the order of the path."""
        for packages in (False, True):
            for name in self._advertised:
                yield from self._named(name, packages=packages)

    def _of_package(self, key: str) -> "tuple[Provider, ...]":
        package = package_of(key)
        # A bare key may be the name of a package: importing its module may register the key.
        return self._named(key if package is None else package, packages=True)

    def _with_value(self, module: str, attribute: str) -> "tuple[Provider, ...]":
        return tuple(
            provider
            for folder in self._advertising
            for name, values in folder.entry_points.items()
            if module in values and attribute in values  # a cheap filter
            for provider in self._providers(name, values, folder)
            if (provider.module, provider.attribute) == (module, attribute)
        )

    def _named(self, name: str, *, packages: bool) -> "tuple[Provider, ...]":
        """Return the providers with this name, of a package or of a key, available or not."""
        if name not in self._advertised:  # nearly every lookup ends here
            return ()
        return tuple(each for each in self._all_named(name) if each.advertises_package == packages)

    def _all_named(self, name: str) -> "Iterator[Provider]":
        folders = self._advertising
        if name not in self._shared:
            folders = (folders[self._advertised[name]],)
        for folder in folders:
            if name in folder.entry_points:
                yield from self._providers(name, folder.entry_points[name], folder)

    def _providers(self, name: str, values: str, folder: "MetadataFolder") -> "list[Provider]":
        return [
            Provider(name, value, folder.distribution, *self._required(value, folder))
            for value in values.split("\n")
        ]

    def _required(
        self, value: str, folder: "MetadataFolder"
    ) -> "tuple[tuple[str, ...], tuple[str, ...]]":
        """Return what the extras of a value require, and what of that is not installed."""
        if "[" not in value:
            return (), ()
        # 0.4 ms, which a value without extras saves.
        from keras_serializable._installed.requirements import Requirements  # noqa: PLC0415

        if self._requirements is None:
            names = (name for each in self._folders for name in each.distribution_names())
            self._requirements = Requirements(names)
        return self._requirements.of(value, folder)


def _of_library(
    providers: "tuple[Provider, ...]", key: str, module: object
) -> "tuple[Provider, ...]":
    """Return the providers that a file can mean by a key and the module that it states."""
    library = library_of(key, module) if providers else None
    if library is None:
        return providers
    return tuple(each for each in providers if each.module.partition(".")[0] == library)


def _in_order(providers: "Iterable[Provider]") -> "tuple[Provider, ...]":
    """Return the available providers, the optional ones last, and among these keys first."""
    found = [each for each in providers if each.is_available]
    if len(found) > 1:
        found.sort(key=lambda each: each.is_optional and 1 + each.advertises_package)
    return tuple(found)


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
    if len(rivals) == 1:  # nearly always, and then no file is looked for
        return rivals[0]
    return next((folder for folder in rivals if folder.has_metadata()), rivals[0])
