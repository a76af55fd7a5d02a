"""A package of the small Keras."""
