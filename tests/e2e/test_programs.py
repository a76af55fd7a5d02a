"""Programs of a user, each in a process of its own."""

import textwrap

SAVE_PLAIN = """
    import keras
    import numpy as np
    from keras_serializable_plain import PlainDoubling

    model = keras.Sequential([keras.Input((4,)), PlainDoubling()])
    model.save("plain.keras")
    model.save("plain.h5")
"""
LOAD_PLAIN = """
    import sys
    import keras
    import numpy as np
    import keras_serializable

    keras_serializable.connect()
    for name in ("plain.keras", "plain.h5"):
        model = keras.saving.load_model(name)
        assert np.asarray(model(np.ones((1, 4)))).tolist() == [[2.0] * 4]
    assert "keras_serializable_example" not in sys.modules
    print("loaded")
"""


def run(environment, program, **options):
    """Run a program in the environment and return what it printed."""
    return environment.run("-c", textwrap.dedent(program), **options)


def test_object_that_was_never_registered(environment):
    """A library that knows nothing of Keras' decorator loads once somebody advertises its names."""
    run(environment, SAVE_PLAIN)
    assert run(environment, LOAD_PLAIN).endswith("loaded\n")


def test_connecting_imports_no_keras(environment):
    """`connect()` in a program without Keras costs it neither Keras nor a scan."""
    program = """
        import sys
        import keras_serializable

        keras_serializable.connect()
        names = ("keras", "importlib_metadata", "pluggy", "keras_serializable_example")
        print([name for name in names if name in sys.modules])
    """
    assert run(environment, program) == "[]\n"


def test_functions_are_restored(environment):
    """Connecting twice and disconnecting once gives Keras its own functions back."""
    program = """
        import keras
        import keras_serializable
        from keras.src.saving import object_registration, serialization_lib

        functions = (
            object_registration.get_registered_object,
            object_registration.get_registered_name,
            serialization_lib.deserialize_keras_object,
        )
        before = [function.__code__ for function in functions]
        keras_serializable.connect()
        keras_serializable.connect()
        assert before != [function.__code__ for function in functions]
        keras_serializable.disconnect()
        assert before == [function.__code__ for function in functions]
        assert functions[0] is object_registration.get_registered_object
        keras_serializable.disconnect()
        print("restored")
    """
    assert run(environment, program).endswith("restored\n")


def test_without_keras(environment):
    """The functions work where no Keras is imported, and import none."""
    program = """
        import sys
        import keras_serializable

        @keras_serializable.register_keras_serializable("my_package")
        class MyDense:
            def get_config(self):
                return {}

        assert keras_serializable.get_registered_object("my_package>MyDense") is MyDense
        assert keras_serializable.get_registered_name(MyDense) == "my_package>MyDense"
        assert "keras" not in sys.modules
        print("done")
    """
    assert run(environment, program) == "done\n"
