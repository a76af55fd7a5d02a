"""Foreign distributions: those that a plain directory cannot show, read by importlib_metadata.

They are in zip files and eggs, or known to finders on `sys.meta_path` alone.
"""

import os
import stat
import zipfile

import importlib_metadata

from keras_serializable._installed.entry_points import by_name
from keras_serializable._installed.metadata import (
    FILE,
    GROUP,
    HEADER_FILES,
    HOOK_GROUP,
    LARGEST_FILE,
    LEFTOVER,
    Advertisement,
    cause,
    name_and_version,
    normalized_name,
    read_file,
)
from keras_serializable._providers import Distribution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGEST_DIRECTORY = 64 * 2**20  # bytes of an archive's table of contents; half a million files fit


class Foreign:
    """A distribution that importlib_metadata found.

    Args:
        found: What it found.
        where: Where, for problems with it.
        problems: Takes what cannot be read: where, and the cause.

    Attributes:
        folder: A metadata folder as one with its name would have.
        advertisement: What it advertises, `None` for nothing.
    """

    def __init__(
        self, found: importlib_metadata.Distribution, where: str, problems: "list[tuple[str, str]]"
    ) -> None:
        self._found = found
        path = getattr(found, "_path", None)
        folder = _folder(found)
        name, version = name_and_version(folder)
        normalized = normalized_name(name)
        self.advertisement: Advertisement | None = None
        try:
            _check(found, *HEADER_FILES, "")  # "" is an .egg-info that is a file
        except Exception as error:  # noqa: BLE001 -- third-party code
            problems.append(_problem(where, error))
        else:
            name = _header(found, "name", where, problems) or name
            version = _header(found, "version", where, problems) or version
            try:
                # The name by which importlib_metadata itself tells distributions apart.
                normalized = str(getattr(found, "_normalized_name"))  # noqa: B009 -- private
            except Exception:  # noqa: BLE001 -- a finder's own class may lack it, or fail
                normalized = normalized_name(name)
        self.folder = f"{normalized}-.dist-info"
        try:
            values = _values(found, GROUP)
            hook_values = _values(found, HOOK_GROUP)
        except Exception as error:  # noqa: BLE001 -- foreign code, as below
            problems.append(_problem(where, error))
        else:
            if values or hook_values:
                named = Distribution(name, version, str(path or where))
                self.advertisement = Advertisement(values, hook_values, named.path, named)

    @property
    def has_metadata(self) -> bool:
        """Whether there is a METADATA, or what older formats have instead."""
        try:
            _check(self._found, *HEADER_FILES)
            return (
                any(map(self._found.read_text, HEADER_FILES))
                or getattr(self._found, "_path").is_file()  # noqa: B009 -- private, and not in its type
            )
        except Exception:  # noqa: BLE001 -- third-party code
            return False


def read_archive(path: str, problems: "list[tuple[str, str]]") -> "list[Foreign]":
    """Return the distributions in a zip file or egg.

    Args:
        path: The archive; a file that is none holds none.
        problems: Takes what cannot be read: where, and the cause.

    Returns:
        The distributions.
    """
    try:
        if not _is_readable(path):
            return []
    except Exception as error:  # noqa: BLE001 -- an archive may be broken in any way
        problems.append(_problem(path, error))
        return []
    finder = importlib_metadata.MetadataPathFinder
    finder.invalidate_caches()  # it remembers an archive by its time alone
    return ask_finder(finder, [path], path, problems)


def _is_readable(path: str) -> bool:
    """Return whether there is a folder or an archive at `path`, and no device that only waits."""
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode) or not stat.S_ISREG(mode):
        return stat.S_ISDIR(mode)
    with open(path, "rb") as file:
        # The record at the end of the archive: what `zipfile` itself reads first.
        record = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # noqa: SLF001
    if record and record[zipfile._ECD_SIZE] > _LARGEST_DIRECTORY:  # type: ignore[attr-defined]  # noqa: SLF001
        raise OSError(f"its table of contents is larger than {_LARGEST_DIRECTORY} bytes")
    return bool(record)


def ask_finder(
    finder: object, path: "Sequence[str]", where: str, problems: "list[tuple[str, str]]"
) -> "list[Foreign]":
    """Return the distributions that a finder knows.

    Args:
        finder: An object with the method ``find_distributions``.
        path: The path to search, as `sys.path` is one.
        where: How to call the place where something is wrong.
        problems: Takes what cannot be read: where, and the cause.

    Returns:
        The distributions.
    """
    try:
        context = importlib_metadata.DistributionFinder.Context(path=list(path))  # type: ignore[no-untyped-call]
        found = list(finder.find_distributions(context))  # type: ignore[attr-defined]
    except Exception as error:  # noqa: BLE001 -- third-party code
        problems.append(_problem(where, error))
        return []
    # See `LEFTOVER`. Somebody may pack a folder that has one.
    counting = (each for each in found if not _folder(each).startswith(LEFTOVER))
    return [Foreign(each, where, problems) for each in counting]


def shown(finder: object) -> str:
    """Return how to call a finder."""
    try:
        return repr(finder)
    except Exception:  # noqa: BLE001 -- third-party code
        return object.__repr__(finder)


def _folder(found: importlib_metadata.Distribution) -> str:
    """Return the name of a distribution's metadata folder, empty where it has none."""
    try:
        return str(getattr(getattr(found, "_path", None), "name", ""))
    except Exception:  # noqa: BLE001 -- third-party code
        return ""


def _check(found: importlib_metadata.Distribution, *files: str) -> None:
    """Raise an `OSError` if a metadata file is no ordinary one: a device, or too large to read.

    Only what is on disk or in an archive can be looked at before importlib_metadata reads it.
    """
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
    found: importlib_metadata.Distribution,
    header: str,
    where: str,
    problems: "list[tuple[str, str]]",
) -> str:
    try:
        return (getattr(found, header) or "").strip()
    except (FileNotFoundError, ModuleNotFoundError, KeyError):
        return ""  # no METADATA, or not this header: the folder tells enough
    except Exception as error:  # noqa: BLE001 -- foreign code; nothing else may suffer from it
        if isinstance(error, TypeError) and _has_no_headers(found):
            return ""
        problem = _problem(where, error)
        if problem not in problems:
            problems.append(problem)
        return ""


def _has_no_headers(found: importlib_metadata.Distribution) -> bool:
    """Return whether there is no METADATA, as importlib_metadata 8.7 tells it."""
    try:
        return getattr(found, "metadata", found) is None
    except Exception:  # noqa: BLE001 -- third-party code
        return False


def _values(found: importlib_metadata.Distribution, group: str) -> "dict[str, str]":
    _check(found, FILE)
    pairs = [(each.name, each.value) for each in found.entry_points.select(group=group)]
    if not all(isinstance(text, str) for pair in pairs for text in pair):
        raise TypeError("an entry point that is no text")
    return by_name(pairs)


def _problem(where: str, error: Exception) -> "tuple[str, str]":
    return where, f"{type(error).__name__}: {cause(error)}"
