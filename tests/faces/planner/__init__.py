"""Planners and their flexible loads in Home Assistant, on real accounts' prices."""
