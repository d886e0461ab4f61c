"""Costs that prices make of past energy."""

from datetime import date

import pytest

from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    LedgerSeries,
)
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.past_prices import PastPrices
from tests.market import DAY, HOUR, OSLO, Market, limited, local, site
from tests.surroundings import Surroundings


async def test_past_costs_know_what_was_used_before_a_span() -> None:
    market = Market()
    start = local(date(2026, 11, 10), OSLO)
    span = start, start + 3 * HOUR
    market.now = start + 5 * DAY
    energy = [Slot(start + n * HOUR, start + (n + 1) * HOUR, 2.0) for n in range(3)]
    readings = Readings(series={LedgerSeries(CONSUMPTION): energy})
    earlier = [Slot(start - DAY, start - DAY + HOUR, 7.0)]
    around = Surroundings(options=limited(), statistics={"sensor.meter": earlier})
    completed = PastPrices.of(market.feed()).completed
    made = await completed(None, site(), span, readings, around)
    plain = await completed(None, site(), span, readings, Surroundings(options={}))
    (costs, full) = (each.of(COST) for each in (made, plain))
    assert costs is not None
    assert full is not None
    off = [
        one.value - other.value
        for one, other in zip(full[1], costs[1], strict=True)
        if one.value is not None and other.value is not None
    ]
    # Seven were used: one and a half hours are left of ten kWh.
    assert off == pytest.approx([1.0, 0.5, 0.0])
    nowhere = Surroundings(options=limited("sensor.gone"))
    failed = await completed(None, site(), span, readings, nowhere)
    assert failed.of(COST) is None
    assert [each.brief for each in failed.problems]
