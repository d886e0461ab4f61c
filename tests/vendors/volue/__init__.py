"""Volue without Home Assistant."""
