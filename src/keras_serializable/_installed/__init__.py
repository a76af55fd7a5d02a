"""Which distribution advertises a key, read from metadata alone."""
