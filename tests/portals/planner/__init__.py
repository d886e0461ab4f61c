"""The planner without Home Assistant."""
