"""The metadata hook of hatchling: it generates the entry points of a project.

```toml
[build-system]
requires = ["hatchling", "keras-serializable-build"]
build-backend = "hatchling.build"

[project]
dynamic = ["entry-points"]

[tool.hatch.metadata.hooks.keras-serializable]
```
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface
from hatchling.plugin import hookimpl

from keras_serializable_build._generated import BuildError, generate

NAME = "keras-serializable"
SECTION = f"tool.hatch.metadata.hooks.{NAME}"


class KerasSerializableHook(MetadataHookInterface):
    """Sets the entry points of a project during its build.

    Example:
        >>> KerasSerializableHook.PLUGIN_NAME
        'keras-serializable'
    """

    PLUGIN_NAME = NAME

    def update(self, metadata: dict[str, Any]) -> None:
        """Put the generated entry points into the project's metadata.

        Args:
            metadata: The table `[project]`, which is changed.

        Raises:
            BuildError: If the entry points cannot be generated.
        """
        if "entry-points" not in metadata.get("dynamic", []):
            message = f'[{SECTION}] needs dynamic = ["entry-points"] in [project]'
            raise BuildError(message)
        metadata["entry-points"] = generate(Path(self.root), self.config, SECTION)


@hookimpl
def hatch_register_metadata_hook() -> type[MetadataHookInterface]:
    """Register the hook with hatchling.

    Returns:
        The class of the hook.

    Example:
        >>> hatch_register_metadata_hook().PLUGIN_NAME
        'keras-serializable'
    """
    return KerasSerializableHook
