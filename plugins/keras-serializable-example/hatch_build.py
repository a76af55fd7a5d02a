"""The hook of the build: generates the table of entry points from the source.

A plugin outside of this repository has no such file. It requires keras-serializable-build for its
build, and its section is `[tool.hatch.metadata.hooks.keras-serializable]`. Here the build takes the
copy beside this project, so that a clone can be built although no package index has the newest one.
"""

import sys
from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).parent
COPIES = (
    ROOT.parent / "keras-serializable-build" / "src",  # in the repository
    ROOT / "build_requirements",  # in a source distribution
)
sys.path[:0] = [str(path) for path in COPIES if path.is_dir()]


def get_metadata_hook() -> type[MetadataHookInterface]:
    """Return the hook."""
    from keras_serializable_build.hatch import KerasSerializableHook  # noqa: PLC0415 -- found now

    return KerasSerializableHook
