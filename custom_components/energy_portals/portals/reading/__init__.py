"""Tolerant reading of undocumented bodies, and their skeletons.

- `body`: members under any of several names; numbers, times and lists in any form
- `pages`: whether a list is whole, and how to get the rest; `page_words`: its words
- `skeletons`: keys and types of a body, for diagnostics, and none of its values
"""
