"""Sources of the house."""
