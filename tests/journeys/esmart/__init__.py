"""An eSmart account through all rooms."""
