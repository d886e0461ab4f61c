"""A Digiwatt account in Home Assistant."""
