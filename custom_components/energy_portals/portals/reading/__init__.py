"""Tolerant reading of undocumented bodies, and their skeletons."""
