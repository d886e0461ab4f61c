"""What of autarc is Home Assistant's."""
