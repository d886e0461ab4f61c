"""What a history makes of readings and prices, without a portal and Home Assistant."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.history import (
    History,
    Readings,
    Slots,
    joined,
)
from custom_components.energy_portals.portals.http.errors import AuthError, Rejected
from custom_components.energy_portals.portals.model.ledger import (
    COMPENSATION,
    CONSUMPTION,
    COST,
    FEED_IN,
    LedgerSeries,
    Reckoned,
)
from custom_components.energy_portals.portals.model.series import Slot
from custom_components.energy_portals.portals.past_prices import PastPrices
from tests.market import DAY, HOUR, ORDINARY, OSLO, Market, local, site
from tests.surroundings import Surroundings

START = local(ORDINARY, OSLO)
SPAN = START, START + DAY


def hours(*amounts: float | None) -> Slots:
    return tuple(
        Slot(START + n * HOUR, START + (n + 1) * HOUR, amount)
        for n, amount in enumerate(amounts)
    )


def history(market: Market, series: Mapping[LedgerSeries, Slots]) -> History[Any, Any]:
    async def ask(client: Any, asked: Site, start: datetime, end: datetime) -> Readings:
        return Readings(series=series)

    return History(
        at=Site,
        ask=ask,
        zone=OSLO,
        longest=timedelta(days=31),
        corrects=DAY,
        priced_by=PastPrices.of(market.feed()),
    )


async def read(
    market: Market, series: Mapping[LedgerSeries, Slots], **tariff: Any
) -> dict[str, Slots]:
    found = await history(market, series).read(
        None, site(), SPAN, Surroundings(options=tariff)
    )
    return {each.key: slots for each, slots in found.series.items()}


def values(slots: Slots) -> list[float | None]:
    return [slot.value for slot in slots]


async def test_costs_and_payments_by_prices() -> None:
    market = Market(length=HOUR, now=START + 2 * DAY)
    used, fed = hours(1.0, 2.0, None), hours(0.5, 0.0, 4.0)
    series = {LedgerSeries(CONSUMPTION): used, LedgerSeries(FEED_IN): fed}
    found = await read(market, series, vat=25, export=-0.01)
    prices = [market.value(START + n * HOUR) for n in range(3)]
    assert values(found[COST]) == [
        pytest.approx(1.0 * prices[0] * 1.25),
        pytest.approx(2.0 * prices[1] * 1.25),
        None,
    ]
    assert values(found[COMPENSATION]) == [
        pytest.approx(0.5 * (prices[0] - 0.01)),
        pytest.approx(0.0),
        pytest.approx(4.0 * (prices[2] - 0.01)),
    ]
    assert COMPENSATION not in await read(market, series, vat=25)


async def test_standing_charges_are_part_of_costs_made_from_prices() -> None:
    market = Market(length=HOUR, now=START + 2 * DAY)
    used, fed = hours(*[1.0] * 23, None), hours(*[1.0] * 24)
    series = {LedgerSeries(CONSUMPTION): used, LedgerSeries(FEED_IN): fed}
    daily = {"standing": [{"amount": 0.48, "per": "day"}]}
    plain = await read(market, series, vat=25, export=0)
    found = await read(market, series, vat=25, export=0, **daily)
    assert found[COMPENSATION] == plain[COMPENSATION]
    assert values(found[COST])[23] is None
    for with_it, without in zip(found[COST][:23], plain[COST][:23], strict=True):
        assert with_it.value is not None and without.value is not None
        assert with_it.value == pytest.approx(without.value + 0.02 * 1.25)
    # What the portal itself says was paid has them.
    own = {**series, LedgerSeries(COST, "NOK"): hours(7.0)}
    assert (await read(market, own, **daily))[COST] == hours(7.0)


async def test_the_portals_own_costs_hold() -> None:
    market = Market(length=HOUR, now=START + 2 * DAY)
    paid = hours(7.0)
    series = {LedgerSeries(CONSUMPTION): hours(1.0), LedgerSeries(COST, "SEK"): paid}
    assert (await read(market, series))[COST] == paid
    assert market.asked == []


async def test_an_hour_without_a_price_has_no_cost() -> None:
    missing = START + HOUR + HOUR / 4
    market = Market(now=START + 2 * DAY, missing={missing})
    found = await read(market, {LedgerSeries(CONSUMPTION): hours(1.0, 1.0, 1.0)})
    assert [value is None for value in values(found[COST])] == [False, True, False]


async def test_without_prices_there_is_no_cost() -> None:
    market = Market(now=START - 9 * DAY)
    used = {LedgerSeries(CONSUMPTION): hours(1.0)}
    assert set(await read(market, used)) == {CONSUMPTION}
    unpriced = replace(history(market, used), priced_by=None)
    found = await unpriced.read(None, site(), SPAN, Surroundings())
    assert [each.key for each in found.series] == [CONSUMPTION]


async def test_prices_that_fail() -> None:
    market = Market(now=START + 2 * DAY)
    used = {LedgerSeries(CONSUMPTION): hours(1.0)}
    market.errors["home"] = Rejected("prices")
    found = await history(market, used).read(None, site(), SPAN, Surroundings())
    assert [type(each) for each in found.problems] == [Rejected]
    assert [each.key for each in found.series] == [CONSUMPTION]
    market.errors["home"] = AuthError("prices")
    with pytest.raises(AuthError):
        await history(market, used).read(None, site(), SPAN, Surroundings())


async def test_costs_that_fail_are_not_made_meanwhile() -> None:
    market = Market(now=START + 2 * DAY)
    failed = Readings(
        series={LedgerSeries(CONSUMPTION): hours(1.0)}, problems=(Rejected("costs"),)
    )

    async def ask(*_: Any) -> Readings:
        return failed

    partly = replace(history(market, {}), ask=ask)
    assert await partly.read(None, site(), SPAN, Surroundings()) == failed
    assert market.asked == []


def test_joined() -> None:
    one, two = LedgerSeries(CONSUMPTION), LedgerSeries(COST, "NOK")
    problem = Rejected("costs")
    found = joined(
        Readings(series={one: hours(1.0)}, totals={ORDINARY: {CONSUMPTION: 1.0}}),
        Readings(series={one: hours(2.0), two: hours(3.0)}, problems=(problem,)),
    )
    assert found.series == {one: (*hours(1.0), *hours(2.0)), two: hours(3.0)}
    assert found.totals == {ORDINARY: {CONSUMPTION: 1.0}}
    assert found.problems == (problem,)


def test_a_series_that_is_called_otherwise_is_the_same() -> None:
    one, two = (LedgerSeries("other_heat", name=name) for name in ("Heat", "Wärme"))
    found = joined(
        Readings(series={one: hours(1.0)}, power=2000.0),
        Readings(series={two: hours(2.0)}),
    )
    assert found.series == {one: (*hours(1.0), *hours(2.0))}
    assert found.power == 2000.0


def test_two_answers_that_were_reckoned() -> None:
    one, two = Reckoned({START: "no_price"}), Reckoned({START + HOUR: "no_price"})
    found = joined(
        Readings(series={}, reckoned={COST: one}),
        Readings(series={}, reckoned={COST: two, COMPENSATION: two}),
    )
    assert found.reckoned == {COST: one.joined(two), COMPENSATION: two}
