"""A whole home in one plan: no Home Assistant, no I/O; every time is in UTC.

- `home`: what is known of a home slot by slot, its devices, and the schedule they get
- `optimise`: the entry. Independent devices are searched, others solved together
- `milp`: the solver, which alone imports highspy and numpy; `formulation` and
  `formulation_loads` put its `program` up, `settings` say when it is good enough
- `fallback`, `sequence`, `charging`, `self_use`: what is done without it
- `bill`, `check`: what a schedule costs and whether it keeps all that is asked for
- `baseline`, `explain`: what it saves against everything at once, and why it is so;
  `telling` has both
- `grid`: slots by number
"""
