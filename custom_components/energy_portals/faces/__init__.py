"""What of each portal is Home Assistant's."""
