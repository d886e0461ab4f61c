"""autarc's room, without Home Assistant."""
