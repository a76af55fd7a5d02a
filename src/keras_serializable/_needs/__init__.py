"""What a model needs: who provides each of its objects, and what has to be installed."""
