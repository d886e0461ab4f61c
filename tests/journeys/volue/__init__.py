"""A household's account at the coordinator through all rooms."""
