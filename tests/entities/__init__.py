"""Tests of what entities are made of."""
