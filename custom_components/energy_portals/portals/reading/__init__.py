"""Tolerant reading of undocumented bodies, and their skeletons.

- `body`: a place in a body, its members by name; `body_numbers`: which hold a number
- `quantities`: what numbers measure, their units and names; `numbers`: texts that spell
  one
- `said`: what stands beside numbers and changes what they mean; `said_names`: by which
  words it is known; `said_effects`, `said_times`: what it does
- `moments`: times in any form; `clocks`: times that depend on each other
- `rows`: rows of a series; `rows_times`, `rows_parts`, `rows_series`: when they are,
  of what they are, and that they are one
- `listed`: lists of independent rows; `pages`: whether a list is whole, and how to get
  the rest; `page_words`: its words
- `skeletons`: keys and types of a body, for diagnostics, and none of its values
- `words`: the words of a member's name
"""
