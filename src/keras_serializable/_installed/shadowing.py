"""Shadowing: which of the metadata folders of one distribution counts.

The rule is importlib_metadata's: the first on the path counts, and one with metadata goes before
one without. A folder that advertises nothing may still shadow another.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_serializable._installed.metadata import MetadataFolder, MetadataFolders


def counting(found: "Sequence[MetadataFolders]") -> "Iterator[MetadataFolder]":
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
