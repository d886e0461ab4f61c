"""Tolerant reading of undocumented bodies, and their skeletons.

- `body`: members under any of several names; numbers, times and lists in any form
- `skeletons`: keys and types of a body, for diagnostics, and none of its values
"""
