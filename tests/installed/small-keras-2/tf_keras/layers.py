"""Layers, under their public names."""

from tf_keras.src.layers import Dense, Layer

__all__ = ["Dense", "Layer"]
