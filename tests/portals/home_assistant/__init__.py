"""Tests of the portal that is Home Assistant itself."""
