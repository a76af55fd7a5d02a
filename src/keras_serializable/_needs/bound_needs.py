"""The public functions about the needs of models, bound to whom a lookup asks."""

import os
import warnings
from typing import TYPE_CHECKING

from keras_serializable._needs.installed import core_lines, installed_kerases
from keras_serializable._needs.model_file_lines import keras_root
from keras_serializable._needs.model_needs import ModelNeeds
from keras_serializable._needs.stamping import stamp_file
from keras_serializable._needs.verdicts import judge
from keras_serializable.errors import ClaimedRequirementWarning, MissingRequirementWarning
from keras_serializable.model_files import Stamp, read_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_serializable._loading.resolver import Resolver


class BoundNeeds:
    """The public functions about a model's needs, bound to a resolver.

    Args:
        resolver: Returns the resolver that a lookup asks.
        core: The requirement line of this package.
    """

    __slots__ = ("_core", "_resolver")

    def __init__(self, resolver: "Callable[[], Resolver]", core: str) -> None:
        self._resolver = resolver
        self._core = core

    def inspect_model(self, path: "str | os.PathLike[str]") -> ModelNeeds:
        """Say what a saved model needs, and which installed distribution provides it.

        Neither Keras nor any plugin is imported. Each custom object gets a verdict, decided as a
        lookup decides, except that hook plugins are not asked: that would import them.

        Args:
            path: A `.keras` archive or its unpacked folder, an `.h5` file, a JSON config, or a
                SavedModel directory of Keras 2.

        Returns:
            The custom objects with their verdicts, and the requirement lines.

        Raises:
            ModelFileError: If the file cannot be read as a model.

        Example:
            >>> import pathlib, tempfile
            >>> from keras_serializable import inspect_model
            >>> file = pathlib.Path(tempfile.mkdtemp(), "model.json")
            >>> layer = '{"class_name": "acme>Scale", "config": {"factor": 2}}'
            >>> text = f'{{"class_name": "Sequential", "config": {{"layers": [{layer}]}}}}'
            >>> _ = file.write_text(text)
            >>> needs = inspect_model(file)
            >>> [(each.key, each.verdict) for each in needs.objects], needs.loads
            ([('acme>Scale', 'unknown')], False)
        """
        resolver = self._resolver()
        file = read_model(path)
        objects = tuple(
            judge(each, resolver, file.stamp, keras_root(file)) for each in file.objects
        )
        index = resolver.discovery.current()
        return ModelNeeds(file, objects, installed_kerases(index), core_lines(index, self._core))

    def requirements(self, model_or_path: object) -> "list[str]":
        """Return what a model needs as lines of a requirements file: ``keras-tcn==3.5.7``.

        For a file: the Keras that saved it, and the distributions of its custom objects. For a
        model in memory: the installed Keras and distributions. The lines name this package too,
        if discovery finds one of the objects.

        Args:
            model_or_path: A Keras model, or the path of a saved one.

        Returns:
            The lines, each once.

        Raises:
            ModelFileError: If the file cannot be read as a model.
            TypeError: If it is neither a Keras model nor a path.

        Warns:
            MissingRequirementWarning: If it is not known where a custom object comes from.
            ClaimedRequirementWarning: If nothing but the stamp of the file names a distribution.

        Example:
            >>> import pathlib, tempfile
            >>> from keras_serializable import requirements
            >>> file = pathlib.Path(tempfile.mkdtemp(), "model.json")
            >>> layer = '{"class_name": "Dense", "config": {"units": 2}}'
            >>> model = f'"class_name": "Sequential", "config": {{"layers": [{layer}]}}'
            >>> _ = file.write_text(f'{{{model}, "keras_version": "3.15.1"}}')
            >>> requirements(file)
            ['keras==3.15.1']
        """
        if isinstance(model_or_path, (str, os.PathLike)):
            needs = self.inspect_model(model_or_path)
            unknown = [each.key for each in needs.objects if not each.is_covered]
            lines = needs.requirements
            if needs.claimed:
                claim = ClaimedRequirementWarning.of_file(needs.path, needs.claimed)
                warnings.warn(claim, stacklevel=2)
        else:
            # 30 ms, which reading a file saves: it imports importlib_metadata.
            from keras_serializable._needs.live_models import requirements_of  # noqa: PLC0415

            lines, unknown = requirements_of(model_or_path, self._resolver(), self._core)
        if unknown:
            warnings.warn(MissingRequirementWarning.of_keys(unknown), stacklevel=2)
        return lines

    def stamp(self, path: "str | os.PathLike[str]") -> Stamp:
        """Let a model file carry which distributions provide its custom objects here.

        The stamp names the distribution of each key that an installed distribution advertises.
        Every other key keeps its entry in a former stamp. Nothing is imported.

        The file is replaced in one step by a copy with the stamp: nobody sees half of it. Mode,
        times and, where allowed, the owner stay, and so does everything else in the file. A file
        with no such key, or with this very stamp, is left as it is.

        Args:
            path: A `.keras` archive or an `.h5` file. The latter needs h5py, in the extra ``h5``.

        Returns:
            The stamp.

        Raises:
            StampError: If the stamp cannot be written. The file is as it was.
            ModelFileError: If the file cannot be read, or is no model file.

        Example:
            >>> import pathlib, tempfile, zipfile
            >>> from keras_serializable import stamp
            >>> file = pathlib.Path(tempfile.mkdtemp(), "model.keras")
            >>> with zipfile.ZipFile(file, "w") as archive:
            ...     archive.writestr("config.json", '{"class_name": "Sequential", "config": {}}')
            >>> stamp(file).objects
            {}
        """
        return stamp_file(path, self._resolver())
