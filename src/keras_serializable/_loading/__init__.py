"""From a key to its object, or to a reason."""
