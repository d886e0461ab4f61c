"""One config entry while it is set up."""
