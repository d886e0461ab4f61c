"""An import through all rooms, as the recorder and the user see it."""
