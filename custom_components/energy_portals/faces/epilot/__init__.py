"""What of epilot is Home Assistant's."""
