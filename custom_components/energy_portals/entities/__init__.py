"""The base entity, descriptions, and the standard entities of the model's kinds."""
