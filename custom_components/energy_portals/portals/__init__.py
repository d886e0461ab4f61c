"""What the APIs say and what it means: a library without Home Assistant in it."""
