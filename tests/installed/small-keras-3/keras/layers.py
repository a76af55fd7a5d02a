"""Layers, under their public names."""

from keras.src.layers import Layer

__all__ = ["Layer"]
