"""The card and the dashboard, where they are served, and what they are told."""
