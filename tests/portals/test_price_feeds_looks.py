"""Second looks of price feeds: what they ask, take, keep, and how often they come."""

from collections import Counter
from collections.abc import Callable
import contextlib
from datetime import date, datetime, timedelta
import json

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import PriceSeries, Tax
from custom_components.energy_portals.portals.model.tariff import Tariff
from tests.market import (
    AUTUMN,
    DAY,
    HOUR,
    LISBON,
    MINUTE,
    ORDINARY,
    OSLO,
    SPRING,
    Market,
    local,
    request,
    site,
)
from tests.portals.test_price_feeds import Held, asked, fetch, truth, values

DAYS = [SPRING, ORDINARY, AUTUMN]
TOMORROW = ORDINARY + DAY
PUBLISHED = local(ORDINARY, OSLO, 13, 3)


async def _published(market: Market, day: date = ORDINARY) -> Held:
    """Return what is held once tomorrow is published."""
    market.late = timedelta()
    return await fetch(market, local(day, OSLO, 13, 3))


def _reload(market: Market, held: Held) -> Held:
    """Return what is held after a restart."""
    kept = market.feed().kept
    assert kept is not None
    return {
        key: kept.load(json.loads(json.dumps(kept.dump(outlook))), {})
        for key, outlook in held.items()
    }


@pytest.mark.parametrize("day", DAYS)
async def test_a_correction_takes_the_place_of_the_day(day: date) -> None:
    market = Market()
    held = await _published(market, day)
    before = values(held["home"])
    market.corrected = {at: 7.0 + n for n, at in enumerate(market.day(day + DAY))}
    now = local(day, OSLO, 14, 4)
    held = await fetch(market, now, held)
    # Both days came at once, and are looked at with one call.
    assert asked(market) == [(day, 2)]
    assert values(held["home"]) == before | market.corrected
    assert held["home"].published[day + DAY].changed == now
    assert held["home"].published[day].changed is None
    assert held["home"].days[day + DAY].lowest.value.value == 7.0
    held = await fetch(market, now + MINUTE, held)
    assert market.asked == []


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("missing", [0, 50, -1])
async def test_a_partial_answer_takes_nothing_away_and_changes_nothing(
    day: date, missing: int
) -> None:
    market = Market()
    held = await _published(market, day)
    before = values(held["home"])
    quarters = market.day(day + DAY)
    market.missing = {quarters[missing]}
    market.corrected = dict.fromkeys(quarters, 7.0)
    now = local(day, OSLO, 14, 4)
    held = await fetch(market, now, held)
    assert values(held["home"]) == before
    assert held["home"].known(day + DAY)
    # It comes whole two hours later.
    market.missing.clear()
    assert await fetch(market, now + 2 * HOUR - MINUTE, held) == held
    held = await fetch(market, now + 2 * HOUR, held)
    assert values(held["home"]) == before | market.corrected


async def test_what_is_preliminary_again_replaces_nothing() -> None:
    market = Market()
    held = await _published(market)
    before = held["home"].raw
    market.preliminary_until = 3 * HOUR
    held = await fetch(market, local(ORDINARY, OSLO, 14, 4), held)
    assert held["home"].raw == before


async def test_another_currency_replaces_nothing() -> None:
    market = Market()
    held = await _published(market)
    before = held["home"].raw
    answer = market.answer

    def in_euros(start: datetime, end: datetime, now: datetime) -> PriceSeries:
        return PriceSeries("EUR", Tax.EXCLUDED, answer(start, end, now).slots)

    market.answer = in_euros  # type: ignore[method-assign]
    held = await fetch(market, local(ORDINARY, OSLO, 14, 4), held)
    assert held["home"].raw == before


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("prices"),
        Forbidden("prices"),
        NotFound("prices"),
        UnexpectedResponse("prices", "odd"),
    ],
)
async def test_a_look_that_fails_leaves_what_is_held(error: PortalError) -> None:
    market = Market()
    held = await _published(market)
    market.errors["home"] = error
    market.now = now = local(ORDINARY, OSLO, 14, 4)
    fetched = await market.feed().fetch(None, request(now, held))
    assert fetched.data["home"].raw == held["home"].raw
    assert fetched.problems == (error,)
    assert not fetched.refused
    assert not market.feed().rhythm.due(now, 0, [fetched.data["home"]])
    # Nothing is lost by it.
    market.errors.clear()
    market.corrected = dict.fromkeys(market.day(TOMORROW), 7.0)
    held = await fetch(market, now + 2 * HOUR, fetched.data)
    assert held["home"].published[TOMORROW].changed == now + 2 * HOUR


async def test_a_login_that_has_ended_is_told() -> None:
    market = Market()
    held = await _published(market)
    market.errors["home"] = AuthError("prices")
    with pytest.raises(AuthError):
        await fetch(market, local(ORDINARY, OSLO, 14, 4), held)


@pytest.mark.parametrize("day", DAYS)
async def test_what_was_looked_at_when_survives_a_restart(day: date) -> None:
    market = Market()
    held = await _published(market, day)
    for hour, minute in ((13, 3), (14, 4), (20, 40)):
        now = local(day, OSLO, hour, minute)
        held = await fetch(market, now, held)
        restored = _reload(market, held)
        assert restored == held
        assert not market.feed().rhythm.due(now, 0, [restored["home"]])
        assert await fetch(market, now, restored) == held
        assert market.asked == []


async def test_what_earlier_versions_kept_is_loaded_and_asks_nothing() -> None:
    market = Market()
    held = await _published(market)
    kept = market.feed().kept
    assert kept is not None
    old = {"home": kept.load(held["home"].raw.as_dict(), {})}
    for hour in (13, 15, 21):
        now = local(ORDINARY, OSLO, hour, 3)
        assert not market.feed().rhythm.due(now, 0, [old["home"]])
        assert (await fetch(market, now, old))["home"] is old["home"]
    held = await fetch(market, local(TOMORROW, OSLO, 13, 3), old)
    assert asked(market) == [(TOMORROW + DAY, 1)]
    assert set(held["home"].published) == {ORDINARY, TOMORROW, TOMORROW + DAY}


def test_an_odd_store_is_not_believed() -> None:
    market = Market()
    kept = market.feed().kept
    assert kept is not None
    stored = PriceSeries("NOK").as_dict()
    for published in ([], {"tomorrow": {}}, {"2026-11-18": {"first": 3}}):
        with pytest.raises(ValueError):
            kept.load({**stored, "published": published}, {})


async def test_what_is_known_of_days_is_let_go_after_a_week() -> None:
    market = Market()
    held: Held = {}
    for n in range(20):
        held = await fetch(market, local(ORDINARY + n * DAY, OSLO, 13, 3), held)
    last = ORDINARY + 20 * DAY
    # Today is one of seven, and tomorrow is beyond it.
    assert sorted(held["home"].published) == [last - n * DAY for n in range(8, -1, -1)]


async def test_whatever_is_held_is_asked_for_again_when_wanted() -> None:
    market = Market()
    held = await _published(market)
    market.corrected = dict.fromkeys(market.day(ORDINARY), 7.0)
    market.now = now = PUBLISHED + MINUTE
    market.asked.clear()
    feed = market.feed()
    outlook, problems = await feed.renewed(
        None, site(), held["home"], now, Tariff(), every=True
    )
    assert problems == ()
    assert asked(market) == [(ORDINARY, 2)]
    assert values(outlook) == values(held["home"]) | market.corrected
    assert outlook.published[ORDINARY].changed == now
    market.errors["home"] = Unavailable("prices")
    with pytest.raises(Unavailable):
        await feed.renewed(None, site(), outlook, now, Tariff(), every=True)


# How often


async def _live(
    market: Market,
    start: datetime,
    days: int,
    spread: float,
    steer: Callable[[datetime], None] = lambda now: None,
) -> tuple[Counter[date], PriceOutlook]:
    """Live by the rhythm; return the calls of each local day and what is held."""
    feed = market.feed()
    held: dict[str, PriceOutlook] = {}
    calls: Counter[date] = Counter()
    now, misses, zone = start, 0, market.zone
    while now < start + days * DAY:
        steer(now)
        if feed.rhythm.due(now, spread, [held.get("home")]):
            market.asked.clear()
            market.now = now
            with contextlib.suppress(PortalError):
                held |= (await feed.fetch(None, request(now, held))).data
            calls[now.astimezone(zone).date()] += len(market.asked)
        one = [held.get("home")]
        misses = misses + 1 if feed.rhythm.due(now, spread, one) else 0
        pause = feed.rhythm.pause(now, spread, one, misses)
        assert pause is not None and pause > timedelta()
        now += pause
    return calls, held["home"]


@settings(max_examples=25, deadline=None)
@given(
    day=st.sampled_from(DAYS),
    zone=st.sampled_from([OSLO, LISBON]),
    spread=st.floats(0, 1, exclude_max=True),
    minute=st.integers(0, 24 * 60 - 1),
)
async def test_a_portal_in_time_is_called_five_times_a_day_at_most(
    day: date, zone: object, spread: float, minute: int
) -> None:
    market = Market(zone)
    calls, held = await _live(
        market, local(day - 2 * DAY, zone) + minute * MINUTE, 4, spread
    )
    assert max(calls.values()) <= 5
    assert calls[day] == 4
    assert values(held).items() <= truth(market, *held.days).items()


@settings(max_examples=40, deadline=None)
@given(
    day=st.sampled_from(DAYS),
    spread=st.floats(0, 1, exclude_max=True),
    late=st.integers(0, 20 * 60),
    odd=st.booleans(),
    fails=st.booleans(),
)
async def test_a_portal_that_is_late_odd_or_down_is_called_twelve_times_at_most(
    day: date, spread: float, late: int, odd: bool, fails: bool
) -> None:
    """Its day is late, its prices are nought, and then it does not answer."""
    market = Market()
    usual = market.has_published

    def out(start: datetime, now: datetime) -> bool:
        is_late = start.astimezone(OSLO).date() == day + DAY
        return usual(start, now - late * MINUTE if is_late else now)

    market.has_published = out  # type: ignore[method-assign]
    if odd:
        market.corrected = dict.fromkeys(market.day(day + DAY), 0.0)

    def steer(now: datetime) -> None:
        if fails and now > local(day, OSLO, 13) + late * MINUTE + 20 * MINUTE:
            market.errors["home"] = Unavailable("prices", passing=True)

    calls, _ = await _live(market, local(day - 3 * DAY, OSLO, 9), 5, spread, steer)
    assert max(calls.values()) <= 12


@pytest.mark.parametrize("spread", [0, 0.4, 0.99])
async def test_a_correction_is_seen_by_the_next_look(spread: float) -> None:
    """At 13:30 and at 17:00, and what was nought until five is seen by then as well."""
    for wrong_until in (13.5, 17, 21):
        market = Market()
        nought = dict.fromkeys(market.day(TOMORROW), 0.0)
        end = local(ORDINARY, OSLO) + wrong_until * HOUR

        def steer(
            now: datetime,
            market: Market = market,
            end: datetime = end,
            nought: dict[datetime, float] = nought,
        ) -> None:
            market.corrected = nought if now < end else {}

        start = local(ORDINARY - DAY, OSLO, 9)
        calls, held = await _live(market, start, 2, spread, steer)
        assert values(held).items() >= truth(market, TOMORROW).items()
        assert not held.published[TOMORROW].looks_wrong
        assert max(calls.values()) <= 12
