"""One account while it is set up."""
