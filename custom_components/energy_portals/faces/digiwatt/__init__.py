"""What of digiwatt is Home Assistant's."""
