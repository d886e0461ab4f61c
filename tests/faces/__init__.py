"""What of a portal is Home Assistant's."""
