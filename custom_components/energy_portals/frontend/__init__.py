"""The card and the page, their websocket commands, where they are served."""
