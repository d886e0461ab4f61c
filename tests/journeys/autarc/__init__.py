"""An installer's company through all rooms."""
