"""The maths: no Home Assistant, no I/O; every time is aware.

Time and values
- `series`: slots in time, and the immutable runs they form
- `periods`: a household's days, weeks and months in its own time zone

Prices
- `prices`: prices per kWh, their units, and the series they form
- `tariff`: what a household pays on top, and gets for what it feeds in;
  `tariff_standing`: what it pays by the day or month; `tariff_reductions`: what is
  taken off, and ends
- `bands`: amounts by the wall clock; `public_holidays`: how days count
- `tariff_clock`: prices that the clock alone tells; `tariff_presets`: known schemes
- `tariff_options`: how all of these are read from plain options
- `price_days`: prices by local day, and where a slot stands in its day;
  `price_levels`: prices in words that last
- `incentives`: changes on top of the price

Other kinds
- `power`, `green`, `caps`: power now, renewable share, caps on power
- `intensity`, `sun`: CO2 per kWh and vendors' scores, what roofs are to yield
- `agenda`, `tasks`: what lies in time for people, and what there is to do

Past energy and costs
- `ledger`: readings of any length become hours; `ledger_rewrite`: hours become rows
  with a running sum
- `ledger_days`: what is imported of a site; `ledger_aside`: what could not be read

The planner
- `demand`, `horizon`: what is to run, and what running costs slot by slot
- `planner`: the best time for a demand; `fitting` and `search` find it
- `loads`, `loads_stored`: what is to run each day, and its plan over a restart
"""
