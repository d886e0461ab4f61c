"""Volue in Home Assistant."""
