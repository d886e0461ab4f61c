"""A planner in a Home Assistant with a recorder."""
