"""Layers, under their public names."""

from tf_keras.src.layers import Layer

__all__ = ["Layer"]
