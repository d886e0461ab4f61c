"""The maths: no Home Assistant, no I/O; every time is aware.

Time and values
- `series`: slots in time, and the immutable runs they form
- `periods`: a household's days, weeks and months in its own time zone

Prices
- `prices`: prices per kWh, their units, and the series they form
- `tariff`: what a household pays on top, and gets for what it feeds in
- `price_days`: prices by local day, and where a slot stands in its day
- `incentives`: changes on top of the price

Other kinds
- `power`, `green`, `caps`: power now, renewable share, caps on power
- `agenda`, `tasks`: what lies in time for people, and what there is to do

Past energy and costs
- `ledger`: readings of any length become hourly rows with a running sum
- `ledger_days`: what is imported of a site

The planner
- `demand`, `horizon`: what is to run, and what running costs slot by slot
- `planner`: the best time for a demand; `fitting` and `search` find it
- `loads`, `loads_stored`: what is to run each day, and its plan over a restart
"""
