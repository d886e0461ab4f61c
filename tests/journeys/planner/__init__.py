"""A planner through all rooms."""
