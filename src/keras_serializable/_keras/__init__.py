"""What knows Keras: how the registry is joined to every Keras of the process."""
