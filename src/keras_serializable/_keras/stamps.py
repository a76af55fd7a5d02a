"""Stamps: after Keras has saved a model, and where it fails to find a key of a stamped file."""

import os
import sys

from keras_serializable._keras.packages import root_of
from keras_serializable._keras.safe_warnings import warn_safely
from keras_serializable._keras_releases import LOADED_PATH, LOADS
from keras_serializable.errors import StampWarning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    State = tuple[int, ...]


def state_of(filepath: object) -> "State | None":
    """Return what tells one save from the next; `None` where the path is no local file."""
    try:
        if not isinstance(filepath, (str, os.PathLike)) or not os.path.isfile(filepath):
            return None
        status = os.stat(filepath)
    except Exception:  # noqa: BLE001 -- the file may be gone meanwhile, and a path may be any object
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def stamp_saved(stamp: "Callable[[str], object]", filepath: object, former: "State | None") -> None:
    """Stamp a file if Keras has saved it: its state is not `former`. Warn of a failure."""
    try:
        # The path may be a folder or remote, or the user may have refused to replace the file.
        if state_of(filepath) not in (None, former):
            stamp(os.fspath(filepath))  # type: ignore[call-overload]
    except Exception as error:  # noqa: BLE001 -- a stamp must not make saving fail
        warn_safely(str(StampWarning.of_file(filepath, error)), StampWarning, stacklevel=5)


def claim_about(key: str) -> str:
    """Return what the file that Keras is loading says of a key; empty where it says nothing."""
    try:
        path = _loaded_path()
        if path is None:
            return ""
        # Imported here because only a missed key needs it: 15 ms.
        from keras_serializable.model_files.reading import read_stamp  # noqa: PLC0415

        stamp = read_stamp(path)
        claimed = stamp.objects.get(key) if stamp else None
    except Exception:  # noqa: BLE001 -- the user has to see Keras' error
        return ""
    if claimed is None:
        return ""
    # A stamp's values are checked: a terminal and a shell take their characters as they are.
    return f'The file says that {claimed} provides it: pip install "{claimed.requirement}"'


def _loaded_path() -> "str | None":
    """Return the path of the file that Keras is loading: the innermost ``load_model`` knows it."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] -- inspect is slow
    while frame is not None:
        if frame.f_code.co_name == LOADS and root_of(frame.f_globals.get("__name__")):
            filepath = frame.f_locals.get(LOADED_PATH)
            if isinstance(filepath, (str, os.PathLike)) and os.path.isfile(filepath):
                return os.fspath(filepath)
        frame = frame.f_back
    return None
