"""What of volue is Home Assistant's."""
