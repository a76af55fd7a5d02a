"""What is registered, and in which order a lookup asks."""
