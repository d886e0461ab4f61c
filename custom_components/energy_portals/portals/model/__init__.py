"""The maths: no Home Assistant, no I/O."""
