"""What of planner is Home Assistant's."""
