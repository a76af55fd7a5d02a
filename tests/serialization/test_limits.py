"""The limits of a config: how deep it is, how many values it has, no cycle."""

import sys
import time

import pytest
from serialization_objects import part_config

from keras_serializable.serialization import MAX_DEPTH, MAX_VALUES, ConfigLimitError

pytestmark = pytest.mark.thread_unsafe(reason="tests change the classes they are given")


def nested(depth, innermost=1):
    """Return lists and dictionaries inside each other."""
    for level in range(depth):
        innermost = [innermost] if level % 2 else {"a": innermost}
    return innermost


def below(frames, function, *arguments):
    """Call a function from some frames further down the stack."""
    return below(frames - 1, function, *arguments) if frames else function(*arguments)


class TestDepth:
    @pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100_000])
    def test_of_plain_values(self, own, depth):
        """Too deep a config ends in an error with the path, reading and writing."""
        for function in (own.deserialize, own.serialize):
            with pytest.raises(ConfigLimitError, match=r"\.a\[0\]\.a.* nested") as caught:
                function(nested(depth))
            assert caught.value.path.count(".a") > 50
            assert len(str(caught.value)) < 1000

    def test_of_configs_of_objects(self, own):
        """Objects inside objects, which their classes read, count toward the depth."""
        config = part_config()
        for _ in range(50_000):
            config = {"class_name": "shop>Box", "config": {"parts": [config]}}
        with pytest.raises(ConfigLimitError, match=r"config\.config\.parts\[0\]\.config"):
            own.deserialize(config)

    def test_of_objects_that_reach_pythons_limit(self, own):
        """Python's limit for calls may come first; the error says where that was."""
        config = part_config()
        for _ in range((MAX_DEPTH - 3) // 3):
            config = {"class_name": "shop>Box", "config": {"parts": [config]}}
        for frames in range(12):  # wherever in the work the limit is reached
            with pytest.raises(ConfigLimitError, match="setrecursionlimit") as caught:
                below(frames, own.deserialize, config)
            assert caught.value.path.count("parts[0]") > 50
            assert " int" not in caught.value.path

    def test_of_objects(self, own):
        """Serializing objects that are nested too deep ends in an error."""
        obj = own.Part()
        for _ in range(50_000):
            obj = own.Part(inner=obj)
        with pytest.raises(ConfigLimitError, match=r"config\.config\.inner\.config"):
            own.serialize(obj)

    def test_what_python_allows_is_read(self, own):
        """Plain values may be nested almost as deep as Python calls functions."""
        depth = sys.getrecursionlimit() // 2
        assert own.deserialize(nested(depth)) == nested(depth)

    def test_the_limit_can_be_raised(self, own):
        """With more calls allowed, deeper objects are read."""
        depth = (MAX_DEPTH - 3) // 3
        config = part_config()
        for _ in range(depth):
            config = {"class_name": "shop>Box", "config": {"parts": [config]}}
        former = sys.getrecursionlimit()
        sys.setrecursionlimit(10 * former)
        try:
            made = own.deserialize(config)
        finally:
            sys.setrecursionlimit(former)
        for _ in range(depth):
            (made,) = made.parts
        assert made == own.Part()


class TestCycles:
    def test_in_a_config(self, own):
        """A config that contains itself is told from one that is just deep."""
        config = {"layers": [{"kernel": {}}]}
        config["layers"][0]["kernel"]["again"] = config["layers"]
        with pytest.raises(ConfigLimitError, match=r"it contains config\.layers, and") as caught:
            own.deserialize(config)
        assert caught.value.path == "config.layers[0].kernel"

    def test_in_an_array(self, own):
        """NumPy never sees a list that contains itself."""
        value = [1]
        value += [value, value]
        with pytest.raises(ConfigLimitError):
            own.deserialize(
                {"class_name": "__numpy__", "config": {"value": value, "dtype": "int8"}}
            )

    def test_in_objects(self, own):
        """An object that contains itself cannot be serialized."""
        part = own.Part()
        part.inner = [part]
        with pytest.raises(ConfigLimitError, match="containing itself"):
            own.serialize({"a": part})


class TestSize:
    def test_a_few_lists_that_stand_for_billions(self, own):
        """A few lists that stand for billions are measured, not walked through."""
        bomb = [1] * 10
        for _ in range(20):
            bomb = [bomb] * 10
        start = time.thread_time()
        with pytest.raises(ConfigLimitError, match=f"more than {MAX_VALUES:,} values"):
            own.deserialize({"a": [bomb]})
        assert time.thread_time() - start < 1

    def test_when_writing(self, own, monkeypatch):
        """The limit of values holds for writing too."""
        monkeypatch.setattr("keras_serializable.serialization.writing.MAX_VALUES", 1000)
        bomb = [1]
        for _ in range(60):
            bomb = [bomb, bomb]
        with pytest.raises(ConfigLimitError, match="more than 1,000 values"):
            own.serialize({"a": bomb})

    def test_one_list(self, own, monkeypatch):
        """The values of one large list count too."""
        monkeypatch.setattr("keras_serializable.serialization.config_tree.MAX_VALUES", 1000)
        assert len(own.deserialize([1] * 1000)) == 1000
        with pytest.raises(ConfigLimitError, match="more than"):
            own.deserialize({"a": [[1] * 999, 2]})
