"""The standard entities of the model's kinds."""
