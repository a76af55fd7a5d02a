"""The last module that Keras imports."""
