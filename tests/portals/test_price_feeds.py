"""Price feeds: what is asked for, what is kept, and what is let go."""

from collections.abc import Mapping
from datetime import date, datetime
import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import Fetched
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    Unavailable,
)
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from tests.market import (
    AUTUMN,
    DAY,
    HOUR,
    LISBON,
    MINUTE,
    ORDINARY,
    OSLO,
    QUARTER,
    SPRING,
    Market,
    limited,
    local,
    request,
)

DAYS = [SPRING, ORDINARY, AUTUMN]

type Held = Mapping[str, PriceOutlook]


async def fetch(
    market: Market, now: datetime, held: Held | None = None, **more: Any
) -> Held:
    """Fetch the market's feed."""
    market.now = now
    market.asked.clear()
    return (await market.feed().fetch(None, request(now, held, **more))).data


async def looked_at(market: Market, now: datetime, held: Held) -> Held:
    """Look again at what is held, so that only what is missing is left to ask for."""
    held = await fetch(market, now, held)
    assert (await fetch(market, now, held))["home"] is held["home"]
    return held


def asked(market: Market) -> list[tuple[date, int]]:
    """Return each call's first local day and number of days."""
    return [
        (
            start.astimezone(market.zone).date(),
            end.astimezone(market.zone).toordinal()
            - start.astimezone(market.zone).toordinal(),
        )
        for _, start, end in market.asked
    ]


def values(outlook: PriceOutlook) -> dict[datetime, float]:
    """Return the raw prices by start."""
    return {slot.start: slot.value.value for slot in outlook.raw.slots}


def truth(market: Market, *days: date) -> dict[datetime, float]:
    """Return the prices that whole days have."""
    return {at: market.value(at) for day in days for at in market.day(day)}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("hour", range(24))
async def test_a_cold_start_asks_what_is_published_in_one_call(
    day: date, hour: int
) -> None:
    """In a day's first hour, yesterday's last slot is still shown."""
    market = Market(OSLO)
    found = await fetch(market, local(day, OSLO, hour, 20))
    days = [day] if hour < 13 else [day, day + DAY]
    shown = values(found["home"])
    last_hour = {at for at in shown if at < local(day, OSLO)}
    assert len(market.asked) == 1
    assert len(last_hour) == (4 if hour == 0 else 0)
    assert {at: shown[at] for at in shown.keys() - last_hour} == truth(market, *days)
    assert list(found["home"].days) == days


@pytest.mark.parametrize(("day", "quarters"), zip(DAYS, (92, 96, 100), strict=True))
@pytest.mark.parametrize("zone", [OSLO, LISBON])
async def test_days_have_as_many_slots_as_they_are_long(
    day: date, quarters: int, zone: Any
) -> None:
    market = Market(zone)
    found = await fetch(market, local(day, zone, 9))
    assert len(found["home"].raw.slots) == quarters
    assert found["home"].known(day)
    assert found["home"].zone is zone


async def test_only_the_missing_day_is_asked_for() -> None:
    market = Market()
    held = await fetch(market, local(ORDINARY, OSLO, 9))
    assert asked(market) == [(ORDINARY, 1)]
    held = await looked_at(market, local(ORDINARY, OSLO, 12), held)
    held = await fetch(market, local(ORDINARY, OSLO, 13, 1), held)
    assert asked(market) == [(ORDINARY + DAY, 1)]
    held = await looked_at(market, local(ORDINARY + DAY, OSLO, 12), held)
    held = await fetch(market, local(ORDINARY + DAY, OSLO, 13, 1), held)
    assert asked(market) == [(ORDINARY + 2 * DAY, 1)]
    days = (ORDINARY, ORDINARY + DAY, ORDINARY + 2 * DAY)
    assert values(held["home"]) == truth(market, *days)


@pytest.mark.parametrize("hour", [0, 9, 13, 23])
async def test_nothing_is_asked_when_all_is_held(hour: int) -> None:
    market = Market()
    now = local(ORDINARY, OSLO, hour, 30)
    held = await fetch(market, now)
    again = await fetch(market, now + 10 * MINUTE, held)
    assert market.asked == []
    assert again["home"] is held["home"]


async def test_a_day_before_the_missing_one_is_asked_by_itself() -> None:
    """Today is missing and tomorrow is held; a call for both would be too much."""
    market = Market()
    now = local(ORDINARY, OSLO, 15)
    tomorrow = market.answer(
        local(ORDINARY + DAY, OSLO), local(ORDINARY + 2 * DAY, OSLO), now
    )
    held = {"home": PriceOutlook.of(tomorrow, OSLO)}
    found = await fetch(market, now, held)
    assert asked(market) == [(ORDINARY, 1)]
    assert values(found["home"]) == truth(market, ORDINARY, ORDINARY + DAY)


async def test_days_are_joined_only_where_they_follow_each_other() -> None:
    market = Market(now=local(ORDINARY, OSLO, 15))
    feed = market.feed()
    held = (await fetch(market, local(ORDINARY, OSLO, 9)))["home"]
    market.asked.clear()
    days = [ORDINARY + n * DAY for n in (-5, -4, -2, -1, 0, 1)]
    market.now = local(ORDINARY, OSLO, 15)
    (home,) = request(market.now).sites
    found = await feed.completed(None, home, held, days)
    assert asked(market) == [
        (ORDINARY - 5 * DAY, 2),
        (ORDINARY - 2 * DAY, 2),
        (ORDINARY + DAY, 1),
    ]
    assert {slot.start for slot in found.slots} == set(truth(market, *days))
    market.asked.clear()
    assert await feed.completed(None, home, None, []) == PriceSeries("")
    assert market.asked == []


async def test_a_late_publication_leaves_today_and_is_asked_again() -> None:
    market = Market(late=2 * HOUR)
    held = await fetch(market, local(ORDINARY, OSLO, 9))
    held = await looked_at(market, local(ORDINARY, OSLO, 12), held)
    before = values(held["home"])
    held = await fetch(market, local(ORDINARY, OSLO, 13, 30), held)
    assert asked(market) == [(ORDINARY + DAY, 1)]
    assert values(held["home"]) == before
    assert not held["home"].known(ORDINARY + DAY)
    held = await fetch(market, local(ORDINARY, OSLO, 15, 1), held)
    assert asked(market) == [(ORDINARY + DAY, 1)]
    assert held["home"].known(ORDINARY + DAY)


async def test_preliminary_prices_are_shown_and_asked_for_until_final() -> None:
    market = Market(preliminary_until=HOUR)
    held = await fetch(market, local(ORDINARY, OSLO, 13, 1))
    tomorrow = local(ORDINARY + DAY, OSLO, 6)
    assert held["home"].raw_at(tomorrow) == market.slot(tomorrow, preliminary=True)
    assert not held["home"].known(ORDINARY + DAY)
    held = await fetch(market, local(ORDINARY, OSLO, 14, 1), held)
    assert asked(market) == [(ORDINARY + DAY, 1)]
    assert held["home"].raw_at(tomorrow) == market.slot(tomorrow)
    assert held["home"].known(ORDINARY + DAY)
    await fetch(market, local(ORDINARY, OSLO, 14), held)
    assert market.asked == []


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("missing", [0, 7, -1])
async def test_a_day_with_a_hole_is_asked_for_again(day: date, missing: int) -> None:
    hole = Market().day(day)[missing]
    market = Market(missing={hole})
    now = local(day, OSLO, 10)
    held = await fetch(market, now)
    assert held["home"].raw_at(hole) is None
    market.missing.clear()
    held = await fetch(market, now + 5 * MINUTE, held)
    assert asked(market) == [(day, 1)]
    assert values(held["home"]) == truth(market, day)


async def test_a_later_answer_corrects_an_earlier_one() -> None:
    hole = Market().day(ORDINARY)[50]
    market = Market(missing={hole})
    now = local(ORDINARY, OSLO, 10)
    held = await fetch(market, now)
    corrected = market.day(ORDINARY)[60]
    market.missing.clear()
    market.corrected[corrected] = 9.25
    held = await fetch(market, now + 5 * MINUTE, held)
    assert held["home"].raw_at(corrected).value == Price(9.25)
    assert values(held["home"]) == truth(market, ORDINARY)


async def test_quarters_may_follow_hours() -> None:
    market = Market(length=HOUR)
    held = await fetch(market, local(ORDINARY, OSLO, 9))
    held = await looked_at(market, local(ORDINARY, OSLO, 12), held)
    market.length = QUARTER
    held = await fetch(market, local(ORDINARY, OSLO, 14), held)
    lengths = [slot.end - slot.start for slot in held["home"].raw.slots]
    assert lengths == [HOUR] * 24 + [QUARTER] * 96


async def test_an_answer_with_more_than_asked_for_is_cut_to_it() -> None:
    """A portal that always answers all must not undo what is held and final."""
    market = Market()
    held = await fetch(market, local(ORDINARY, OSLO, 9))
    answer = market.answer

    def generous(start: datetime, end: datetime, now: datetime) -> PriceSeries:
        wrong = Slot(start - QUARTER, start, Price(99.0))
        return answer(start, end, now)._with([wrong, *answer(start, end, now).slots])

    market.answer = generous  # type: ignore[method-assign]
    held = await fetch(market, local(ORDINARY, OSLO, 14), held)
    assert values(held["home"]) == truth(market, ORDINARY, ORDINARY + DAY)


# Sites


async def test_a_site_that_fails_is_left_out_and_the_other_comes() -> None:
    market = Market()
    held = await fetch(market, local(ORDINARY, OSLO, 9), keys=("home", "cabin"))
    error = Unavailable("spotprices", passing=True)
    market.errors["home"] = error
    market.now = now = local(ORDINARY, OSLO, 14)
    asking = request(now, held, keys=("home", "cabin"))
    fetched = await market.feed().fetch(None, asking)
    assert list(fetched.data) == ["cabin"]
    assert fetched.data["cabin"].known(ORDINARY + DAY)
    assert fetched.problems == (error,)
    assert fetched.refused == set()


@pytest.mark.parametrize("error", [Forbidden("prices"), NotFound("prices")])
async def test_what_an_account_may_not_see_is_noted(error: PortalError) -> None:
    market = Market(errors={"cabin": error}, now=local(ORDINARY, OSLO, 14))
    asking = request(market.now, keys=("home", "cabin"))
    fetched = await market.feed().fetch(None, asking)
    assert list(fetched.data) == ["home"]
    assert fetched.refused == {"cabin"}
    assert fetched.problems == ()


@pytest.mark.parametrize("error", [AuthError("prices"), Unavailable("prices")])
async def test_errors_of_all_sites_are_raised(error: PortalError) -> None:
    market = Market(errors={"home": error})
    with pytest.raises(type(error)) as caught:
        await fetch(market, local(ORDINARY, OSLO, 14))
    assert caught.value is error


async def test_an_answer_without_a_price_is_a_refusal() -> None:
    """Not every contract has prices; a look once a day is enough for those."""
    market = Market(now=local(ORDINARY, OSLO, 9), missing=set(Market().day(ORDINARY)))
    asking = request(local(ORDINARY, OSLO, 9))
    refused = frozenset({"home"})
    assert await market.feed().fetch(None, asking) == Fetched({}, (), refused)


async def test_a_site_that_has_all_is_not_asked_for_with_one_that_lacks() -> None:
    market = Market()
    now = local(ORDINARY, OSLO, 14)
    held = await fetch(market, now)
    await fetch(market, now, held, keys=("home", "cabin"))
    assert [key for key, _, _ in market.asked] == ["cabin"]


# Keeping


@pytest.mark.parametrize("day", DAYS)
async def test_yesterday_is_kept_and_what_is_before_is_not(day: date) -> None:
    market = Market()
    held = await fetch(market, local(day - 2 * DAY, OSLO, 14))
    held = await fetch(market, local(day - DAY, OSLO, 14), held)
    days = (day - 2 * DAY, day - DAY, day)
    assert values(held["home"]) == truth(market, *days)
    held = await fetch(market, local(day, OSLO, 14), held)
    assert values(held["home"]) == truth(market, day - DAY, day, day + DAY)


async def test_after_weeks_away_only_now_is_asked_for() -> None:
    market = Market()
    held = await fetch(market, local(ORDINARY - 21 * DAY, OSLO, 14))
    held = await fetch(market, local(ORDINARY, OSLO, 9), held)
    assert asked(market) == [(ORDINARY, 1)]
    assert values(held["home"]) == truth(market, ORDINARY)


async def test_options_make_the_shown_price_and_leave_the_raw_one() -> None:
    market = Market()
    now = local(ORDINARY, OSLO, 9)
    found = await fetch(market, now, vat=25, fixed=0.1, export=-0.02)
    outlook = found["home"]
    raw = market.value(now)
    assert outlook.raw_at(now).value.value == raw
    assert outlook.at(now).value.value == pytest.approx((raw + 0.1) * 1.25)
    assert outlook.export_at(now).value.value == pytest.approx(raw - 0.02)


@pytest.mark.parametrize("day", DAYS)
async def test_what_is_kept_is_the_same_after_json(day: date) -> None:
    market = Market()
    found = await fetch(market, local(day, OSLO, 14))
    kept = market.feed().kept
    assert kept is not None
    stored = json.loads(json.dumps(kept.dump(found["home"])))
    assert kept.load(stored, {}) == found["home"]
    # Options are not kept: the price is shown by those that hold now.
    with_tax = kept.load(stored, {"vat": 100})
    assert with_tax.raw == found["home"].raw
    assert with_tax.at(local(day, OSLO, 9)).value.value == pytest.approx(
        2 * market.value(local(day, OSLO, 9))
    )


@pytest.mark.parametrize(
    "start",
    [
        "9999-12-31T22:00:00+00:00",
        "9999-12-31T23:30:00+00:00",
        "0001-01-01T00:00:00+00:00",
    ],
)
def test_times_beyond_every_calendar_cannot_be_loaded(start: str) -> None:
    kept = Market().feed().kept
    assert kept is not None
    series = PriceSeries("NOK", Tax.EXCLUDED, Series())
    stored = {**series.as_dict(), "slots": [[start, 3_600_000_000, False, [1.0]]]}
    with pytest.raises(ValueError):
        kept.load(stored, {})


def test_a_tariff_that_cannot_be_read_does_not_cost_what_is_kept() -> None:
    kept = Market().feed().kept
    assert kept is not None
    with pytest.raises(ValueError):
        kept.load(PriceSeries("NOK").as_dict(), {"vat": "a lot"})


# --- limits


async def test_a_limit_is_looked_at_with_every_look() -> None:
    """No call is made for it, and nobody is woken while nothing changes."""
    market, now = Market(), local(ORDINARY, OSLO, 12)
    hours = [Slot(now - 2 * HOUR, now - HOUR, 9.0), Slot(now - HOUR, now, 1.0)]
    paid = {**limited(), "statistics": {"sensor.meter": hours[:1]}}
    held = await fetch(market, now, **paid)
    slot, raw = held["home"].at(now), held["home"].raw_at(now)
    assert slot is not None
    assert raw is not None
    assert slot.value.value == pytest.approx(raw.value.value - 0.5)
    again = await fetch(market, now, held, **paid)
    assert (await fetch(market, now, again, **paid))["home"] is again["home"]
    paid["statistics"] = {"sensor.meter": hours}
    reached = await fetch(market, now, again, **paid)
    assert asked(market) == []
    slot = reached["home"].at(now)
    assert slot is not None
    assert slot.value.value == pytest.approx(raw.value.value)


async def test_what_a_limit_counts_is_not_there() -> None:
    """A price is not guessed; what is held stays."""
    market, now = Market(), local(ORDINARY, OSLO, 12)
    with pytest.raises(Unavailable):
        await fetch(market, now, **limited())
