"""Service actions."""
