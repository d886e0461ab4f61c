"""The documentation: its pages, its reference, and every example on them."""
