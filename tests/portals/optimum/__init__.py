"""What one optimum of the home stands on, and what comes of it."""
