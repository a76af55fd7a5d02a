"""Archives: distributions in zip files and eggs, or of finders, read through importlib_metadata."""

import os
import stat
import zipfile

import importlib_metadata

from keras_serializable._installed.entry_points import FILE, GROUP, HOOK_GROUP, by_name
from keras_serializable._installed.metadata import (
    HEADER_FILES,
    LARGEST_FILE,
    LEFTOVER,
    REQUIREMENTS_FILE,
    MetadataFolder,
    cause,
    name_and_version,
    normalized_name,
    read_file,
)
from keras_serializable._providers import Distribution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_serializable._installed.metadata import Problems

_LARGEST_DIRECTORY = 64 * 2**20  # bytes of an archive's table of contents; 500,000 files fit


class FoundDistribution(MetadataFolder):
    """A distribution that importlib_metadata found. To the index it is a metadata folder."""

    __slots__ = ("_found", "_normalized_name")

    def __init__(
        self,
        found: importlib_metadata.Distribution,
        normalized_name: str,
        distribution: Distribution,
        entry_points: "dict[str, str]",
        hook_entry_points: "dict[str, str]",
    ) -> None:
        folder = f"{normalized_name}-.dist-info"
        super().__init__("", folder, entry_points, hook_entry_points, distribution)
        self._found = found
        self._normalized_name = normalized_name

    def distribution_name(self) -> str:
        """Return the name by which importlib_metadata tells distributions apart."""
        return self._normalized_name

    def has_metadata(self) -> bool:
        """Return whether there is a METADATA, or what older formats have instead."""
        try:
            _check(self._found, *HEADER_FILES)
            return (
                any(map(self._found.read_text, HEADER_FILES))
                or getattr(self._found, "_path").is_file()  # noqa: B009 -- not in its type
            )
        except Exception:  # noqa: BLE001 -- a distribution of a finder is third-party code
            return False

    def requirement_lines(self) -> "list[str]":
        """Return the requirements in the metadata, with their markers."""
        try:
            _check(self._found, *HEADER_FILES, REQUIREMENTS_FILE)
            return [str(each) for each in self._found.requires or ()]
        except Exception:  # noqa: BLE001 -- a distribution of a finder is third-party code
            return []


def read_archive(path: str, problems: "Problems") -> "list[FoundDistribution]":
    """Return the distributions in a zip file or an egg, none if the file is neither."""
    try:
        if not _is_readable(path):
            return []
    except Exception as error:  # noqa: BLE001 -- an archive may be broken in any way
        problems.append(_problem(path, error))
        return []
    finder = importlib_metadata.MetadataPathFinder
    # With its cache it would miss a new archive that has the time of the former one.
    finder.invalidate_caches()
    return _ask(finder, [path], path, problems)


def ask_finder(
    finder: object, path: "Sequence[str]", problems: "Problems"
) -> "list[FoundDistribution]":
    """Return the distributions that a finder on `sys.meta_path` knows."""
    try:
        where = repr(finder)
    except Exception:  # noqa: BLE001 -- a finder is third-party code
        where = object.__repr__(finder)
    return _ask(finder, path, where, problems)


def _is_readable(path: str) -> bool:
    """Return whether `path` is a folder or an archive. A device could block its reader forever."""
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode) or not stat.S_ISREG(mode):
        return stat.S_ISDIR(mode)
    with open(path, "rb") as file:
        # This record is at the end of an archive, and `zipfile` itself reads it first.
        record = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # noqa: SLF001
    if record and record[zipfile._ECD_SIZE] > _LARGEST_DIRECTORY:  # type: ignore[attr-defined]  # noqa: SLF001
        raise OSError(f"its table of contents is larger than {_LARGEST_DIRECTORY} bytes")
    return bool(record)


def _ask(
    finder: object, path: "Sequence[str]", where: str, problems: "Problems"
) -> "list[FoundDistribution]":
    try:
        context = importlib_metadata.DistributionFinder.Context(path=list(path))  # type: ignore[no-untyped-call]
        found = list(finder.find_distributions(context))  # type: ignore[attr-defined]
    except Exception as error:  # noqa: BLE001 -- a finder is third-party code
        problems.append(_problem(where, error))
        return []
    return [
        _read(each, where, problems) for each in found if not _folder(each).startswith(LEFTOVER)
    ]


def _read(
    found: importlib_metadata.Distribution, where: str, problems: "Problems"
) -> FoundDistribution:
    """Read a distribution. A part that cannot be read stays empty."""
    name, version = name_and_version(_folder(found))
    normalized = normalized_name(name)
    try:
        _check(found, *HEADER_FILES, "")  # "" is an .egg-info that is a file
    except Exception as error:  # noqa: BLE001 -- a distribution of a finder is third-party code
        problems.append(_problem(where, error))
    else:
        name = _header(found, "name", where, problems) or name
        version = _header(found, "version", where, problems) or version
        try:
            # importlib_metadata's own key; a finder's own class may lack it.
            normalized = str(getattr(found, "_normalized_name"))  # noqa: B009 -- not in its type
        except Exception:  # noqa: BLE001 -- a distribution of a finder is third-party code
            normalized = normalized_name(name)
    entry_points: dict[str, str] = {}
    hook_entry_points: dict[str, str] = {}
    try:
        entry_points, hook_entry_points = _values(found, GROUP), _values(found, HOOK_GROUP)
    except Exception as error:  # noqa: BLE001 -- a distribution of a finder is third-party code
        problems.append(_problem(where, error))
    named = Distribution(name, version, _place(found) or where)
    return FoundDistribution(found, normalized, named, entry_points, hook_entry_points)


def _folder(found: importlib_metadata.Distribution) -> str:
    """Return the name of a distribution's metadata folder, empty if it has none."""
    try:
        return str(getattr(getattr(found, "_path", None), "name", ""))
    except Exception:  # noqa: BLE001 -- a distribution of a finder is third-party code
        return ""


def _place(found: importlib_metadata.Distribution) -> str:
    """Return the path of a distribution's metadata folder, empty if it has none."""
    try:
        return str(getattr(found, "_path", None) or "")
    except Exception:  # noqa: BLE001 -- a distribution of a finder is third-party code
        return ""


def _check(found: importlib_metadata.Distribution, *files: str) -> None:
    """Raise an `OSError` if a metadata file is no ordinary one: a device, or too large to read."""
    # Only files on disk or in an archive can be checked before importlib_metadata reads them.
    path = getattr(found, "_path", None)
    for file in files:
        flaw = _flaw(path, file)
        if flaw:
            raise OSError(f"{file}: {flaw}")


def _flaw(path: object, file: str) -> str:
    archive = getattr(path, "root", None)
    if isinstance(archive, zipfile.ZipFile):
        member = archive.NameToInfo.get(f"{getattr(path, 'at', '')}{file}")
        if member is not None and member.file_size > LARGEST_FILE:
            return f"larger than {LARGEST_FILE} bytes"
    elif isinstance(path, os.PathLike):
        place = os.path.join(path, file)
        try:
            if os.path.exists(place) and not os.path.isdir(place):
                read_file(place)
        except (OSError, ValueError) as error:
            return cause(error)
    return ""


def _header(
    found: importlib_metadata.Distribution, header: str, where: str, problems: "Problems"
) -> str:
    try:
        return (getattr(found, header) or "").strip()
    except (FileNotFoundError, ModuleNotFoundError, KeyError):
        return ""  # no METADATA, or not this header: the folder's name is used instead
    except Exception as error:  # noqa: BLE001 -- a distribution of a finder is third-party code
        if isinstance(error, TypeError) and _has_no_headers(found):
            return ""
        problem = _problem(where, error)
        if problem not in problems:
            problems.append(problem)
        return ""


def _has_no_headers(found: importlib_metadata.Distribution) -> bool:
    """Return whether there is no METADATA, which importlib_metadata 8.7 shows by `None`."""
    try:
        return getattr(found, "metadata", found) is None
    except Exception:  # noqa: BLE001 -- a distribution of a finder is third-party code
        return False


def _values(found: importlib_metadata.Distribution, group: str) -> "dict[str, str]":
    _check(found, FILE)
    pairs = [(each.name, each.value) for each in found.entry_points.select(group=group)]
    if not all(isinstance(text, str) for pair in pairs for text in pair):
        raise TypeError("an entry point that is no text")
    return by_name(pairs)


def _problem(where: str, error: Exception) -> "tuple[str, str]":
    return where, f"{type(error).__name__}: {cause(error)}"
