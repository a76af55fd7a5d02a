"""What Keras' errors say while connected, and what a hostile file cannot do."""

from e2e.test_programs import run

HEAD = """
    import json
    import keras
    import keras_serializable

    keras_serializable.connect()

    def layer(key, **more):
        fields = {"module": "nowhere", "class_name": key.rpartition(">")[2], "config": {}}
        return {**fields, "registered_name": key, **more}

    def failure(function, *arguments, **options):
        try:
            function(*arguments, **options)
        except Exception as error:
            return error
        raise AssertionError("it did not fail")
"""


def test_the_note_on_the_error_that_the_user_sees(environment):
    """The outermost error carries one note: the missing key, what is known of it, what to do."""
    program = """
    def note(error):
        # Before Python 3.11 an error has no notes, and its message ends with ours.
        notes = getattr(error, "__notes__", None) or [str(error).rpartition("\\n")[2]]
        assert len(notes) == 1, notes
        return notes[0]

    for key, words in {
        "example>Scaled": "without this key (did you mean 'example>Scale'",
        "exampel>Scale": "no installed distribution advertises its package 'exampel' "
                         "(did you mean 'example'",
        "nobody>Thing": "no installed distribution advertises its package 'nobody'. Install the "
                        "distribution that provides it",
    }.items():
        model = {"name": "m", "layers": [layer(key)]}
        outermost = {"module": "keras", "class_name": "Sequential", "config": model}
        for function, config in (
            (keras.layers.deserialize, layer(key)),
            (keras.models.model_from_json, json.dumps({**outermost, "registered_name": None})),
            (keras.initializers.get, layer(key)),
            (
                keras.losses.get,
                {**layer(key), "class_name": "function", "module": "builtins", "config": key},
            ),
        ):
            found = note(failure(function, config))
            assert found.startswith(f"keras_serializable: '{key}' is not registered"), found
            assert words in found, found
        # Where Keras recurses, it wraps the error that carries the note.
        config = {**outermost, "registered_name": None}
        error = failure(keras.saving.deserialize_keras_object, config)
        while error.__context__ is not None:
            error = error.__context__
        assert words in note(error), error

    built_in = layer("x", module="keras.layers", class_name="Dense", registered_name=None)
    other = failure(keras.layers.deserialize, built_in)
    assert not hasattr(other, "__notes__"), other.__notes__
    print("noted")
    """
    assert run(environment, HEAD + program).endswith("noted\n")


def test_a_hostile_file(environment):
    """No module that a file names is imported, safe mode stays, size and depth end in errors."""
    program = """
    import sys
    import pathlib

    pathlib.Path("trap.py").write_text("raise SystemExit('imported')")
    sys.path.insert(0, "")
    failure(keras.layers.deserialize, layer("trap>Trap", module="trap", class_name="Trap"))
    assert "trap" not in sys.modules

    code = {"value": ["", None, None]}
    unsafe = {"module": "builtins", "class_name": "__lambda__", "config": code}
    error = failure(keras.saving.deserialize_keras_object, unsafe)
    assert "lambda" in str(error), error

    long = failure(keras.layers.deserialize, layer("example>" + "x" * 2**20))
    assert len(getattr(long, "__notes__", [""])[0]) < 2000

    deep = inner = {}
    for _ in range(100_000):
        inner["a"] = inner = {}
    error = failure(keras.saving.deserialize_keras_object, deep)
    assert isinstance(error, RecursionError), error
    while deep:  # or Python itself overflows when it frees it
        deep = deep.pop("a")
    print("survived")
    """
    assert run(environment, HEAD + program).endswith("survived\n")
