"""What the flows of all portals have in common."""
