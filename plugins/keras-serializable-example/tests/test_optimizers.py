"""Tests for `keras_serializable_example.optimizers`."""

import numpy as np

from keras_serializable_example._keras import keras, ops
from keras_serializable_example.optimizers import SignDescent
from keras_serializable_example.schedules import SawTooth


def steps_of(optimizer, gradient, count):
    """Apply one gradient `count` times to a weight of zeros; return the weight after each step."""
    layer = keras.layers.Layer()
    weight = layer.add_weight(name="weight", shape=(len(gradient),), initializer="zeros")
    history = []
    for _ in range(count):
        optimizer.apply_gradients([(ops.convert_to_tensor(gradient), weight)])
        history.append(np.asarray(weight).tolist())
    return history


def test_sign_descent_ignores_the_size_of_gradients():
    """Each number moves by the learning rate, against the sign of its gradient."""
    assert steps_of(SignDescent(learning_rate=0.5), [100.0, -0.25, 0.0], 2) == [
        [-0.5, 0.5, 0.0],
        [-1.0, 1.0, 0.0],
    ]


def test_sign_descent_repeats_a_share_of_the_last_step():
    """With momentum 0.5 the second step is 1.5 times as large as the first."""
    assert steps_of(SignDescent(learning_rate=0.5, momentum=0.5), [3.0], 2) == [[-0.5], [-1.25]]


def test_sign_descent_rests_in_the_dead_zone():
    """A gradient of the size of the dead zone moves nothing."""
    assert steps_of(SignDescent(learning_rate=0.5, dead_zone=0.25), [0.25, 0.5], 1) == [[0.0, -0.5]]


def test_sign_descent_follows_a_schedule():
    """The size of each step comes from the schedule."""
    schedule = SawTooth(high=1.0, low=0.0, period=2)

    assert steps_of(SignDescent(learning_rate=schedule), [3.0], 3) == [[-1.0], [-1.5], [-2.5]]
