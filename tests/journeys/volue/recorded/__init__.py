"""Volue in a Home Assistant that has a recorder."""
