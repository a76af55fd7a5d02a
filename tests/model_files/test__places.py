"""Places: the way from the model to a part of its config."""

from model_makers import SCALE, keras_object, sequential, write_keras


def test_places_with_other_keys(objects):
    """A key that is no plain word is quoted, escaped and cut."""
    scale = {'a"b\x1b': {"long" * 100: {"": SCALE}}}
    (found,) = objects(sequential(keras_object("Dense", **scale)))
    (place,) = found.places
    start = 'config.layers[0].config["a\\"b\\x1b"]["' + "long" * 25
    assert place == start + '"][""]'


def test_names_from_a_file_are_escaped(read, tmp_path):
    """Control characters of a path and of a place are escaped."""
    path = tmp_path / "red\x1b[31m\nmodel.keras"
    write_keras(path, sequential(keras_object("x" * 2000, "a", layer="\x1b" * 9)))
    name, text = read(path)
    assert name == "ModelLimitError"
    assert r"red\x1b[31m\nmodel.keras: " in text
    assert text.isprintable()
