"""What the end-to-end tests take from the matrix of every Keras."""

from virtual_environments import ROOT

MATRIX = ROOT / "tests" / "matrix"
"""Scripts that save and load every kind of object."""

FORMATS = (".keras", ".h5", "JSON", "weights", "deserialize", "get")
