"""The card and what it asks for."""
