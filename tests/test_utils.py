from keras_serializable import saving, utils


def test_the_names_of_saving():
    """`utils` offers what `saving` does, as in Keras."""
    assert utils.__all__ is saving.__all__
    assert set(utils.__all__) <= set(dir(utils))
    for name in utils.__all__:
        assert getattr(utils, name) is getattr(saving, name)
