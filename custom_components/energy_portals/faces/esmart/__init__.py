"""What of esmart is Home Assistant's."""
