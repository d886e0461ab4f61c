"""An installer's company in Home Assistant."""
