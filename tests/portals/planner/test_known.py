"""What a planner last knew: it counts on for its time, and never for more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
import json
from typing import Any
from unittest.mock import ANY
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.model.caps import PowerCaps
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.horizon import Horizon
from custom_components.energy_portals.portals.model.incentives import IncentiveOutlook
from custom_components.energy_portals.portals.model.intensity import CarbonOutlook
from custom_components.energy_portals.portals.model.loads import LoadPlan
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.prices import Price, PriceSeries
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.planner.client import PlannerClient
from custom_components.energy_portals.portals.planner.feeds import (
    PLANS,
    Overview,
    load_plan,
)
from custom_components.energy_portals.portals.planner.known import (
    Known,
    Look,
    known_from,
)
from custom_components.energy_portals.portals.planner.sites import LoadSite, load_of
from tests.surroundings import Surroundings

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = datetime(2026, 10, 20, 12, 20, tzinfo=UTC)
START = NOW.replace(minute=0)
AHEAD = 9 * DAY
UTC_ZONE = ZoneInfo("UTC")
CLIENT = PlannerClient(price="a", green="b", caps="c", currency="EUR")


def _spans[ValueT](value: ValueT, *hours: int) -> Series[ValueT]:
    """Return hours from the start of this one on, with a value."""
    return Series(
        tuple(Slot(START + n * HOUR, START + (n + 1) * HOUR, value) for n in hours)
    )


def _outlook(currency: str = "EUR") -> PriceOutlook:
    """Return prices of a day and a half."""
    slots = _spans(Price(0.2), *range(-6, 36))
    return PriceOutlook.of(PriceSeries(currency, slots=slots), UTC_ZONE, Tariff())


@dataclass
class House:
    """A house with everything, of which anything may go."""

    price: PriceOutlook | None = field(default_factory=_outlook)
    window: GreenOutlook | None = field(
        default_factory=lambda: GreenOutlook(share=None, windows=_spans(80.0, 5, 30))
    )
    cap: PowerCaps | None = field(
        default_factory=lambda: PowerCaps.of(_spans(1.5, 7, 40))
    )
    events: Mapping[str, Series[None]] = field(
        default_factory=lambda: {"calendar.away": _spans(None, 9, 50)}
    )
    paid: IncentiveOutlook | None = None
    carbon: CarbonOutlook | None = None
    zone: ZoneInfo = UTC_ZONE

    def prices(self, source: str) -> PriceOutlook | None:
        return self.price

    def green(self, source: str) -> GreenOutlook | None:
        return self.window

    def co2(self, source: str) -> CarbonOutlook | None:
        return self.carbon

    def caps(self, source: str) -> PowerCaps | None:
        return self.cap

    def incentives(self, source: str) -> IncentiveOutlook | None:
        return self.paid

    def seen(self, load: str) -> None:
        """Return nothing: the load is bound to no device."""

    async def busy(
        self, calendar: str, start: datetime, end: datetime
    ) -> Series[None] | None:
        return self.events.get(calendar)


def _gone() -> House:
    return House(None, None, None, {})


async def _look(
    house: House,
    before: Known | None = None,
    now: datetime = NOW,
    client: PlannerClient = CLIENT,
    calendar: str = "calendar.away",
) -> tuple[Horizon | None, Horizon | None, Known]:
    """Return the ground, that of a load with a calendar, and what is known."""
    look = Look(client, house, before or Known(), now)
    ground = look.ground()
    beside = None if ground is None else await look.beside(ground, "load", calendar)
    return ground, beside, look.known


async def test_what_is_gone_counts_on() -> None:
    """Over a restart too, as if it were still there."""
    ground, beside, known = await _look(House())
    kept = known_from(json.loads(json.dumps(known.as_data())))
    assert kept == known
    assert await _look(_gone(), kept) == (ground, beside, known)
    assert beside is not None
    rooms = {slot.start: slot.value.room for slot in beside.slots}
    # Beside what the rest of the home draws.
    assert rooms[START + 7 * HOUR] == pytest.approx(1.1)
    assert rooms[START + 9 * HOUR] == 0


async def test_each_counts_on_by_itself() -> None:
    whole = await _look(House())
    for lost in ("price", "window", "cap", "events"):
        house = House(**{lost: {} if lost == "events" else None})
        assert await _look(house, whole[2]) == whole, lost
        assert await _look(house) != whole, lost


async def test_until_it_is_over() -> None:
    """What is past is forgotten; what nobody tells beyond is not known."""
    _, _, known = await _look(House())
    ground, beside, later = await _look(_gone(), known, NOW + 29 * HOUR)
    assert ground is not None
    assert ground.end == START + AHEAD
    assert beside is not None
    assert beside.end == START + AHEAD
    assert [
        len(later.by_what[each].spans) for each in ("price", "green", "caps", "load")
    ] == [7, 1, 1, 1]
    # The prices are over, the green window is not: others are expected.
    ground, _, later = await _look(_gone(), later, NOW + 36 * HOUR)
    assert ground is not None
    assert all(slot.value.is_expected for slot in ground.slots)
    assert set(later.by_what) == {"caps", "load"}
    last = await _look(_gone(), later, NOW + AHEAD)
    assert last == (None, None, Known(past=later.past))


@pytest.mark.parametrize("lost", ["cap", "events"])
async def test_what_was_never_known(lost: str) -> None:
    """There may be a cap, or an event, of which nobody tells: nothing is known."""
    house = House(**{lost: {} if lost == "events" else None})
    ground, beside, _ = await _look(house)
    assert (ground is None) is (lost == "cap")
    assert beside is None


async def test_what_is_not_asked_for_matters_to_nobody() -> None:
    ground, _, known = await _look(
        House(), client=PlannerClient(price="a", currency="EUR")
    )
    assert ground is not None
    assert set(known.by_what) == {"price", "load"}


async def test_of_another_source() -> None:
    """What was known of one says nothing of the other."""
    _, _, known = await _look(House())
    other = PlannerClient(price="x", green="y", caps="z", currency="EUR")
    assert (await _look(_gone(), known, client=other))[0] is None
    _, beside, _ = await _look(House(events={}), known, calendar="calendar.work")
    assert beside is None


async def test_in_another_currency() -> None:
    """Prices that mean something else are not those that were known."""
    _, _, known = await _look(House())
    house = House(price=_outlook("NOK"), window=None)
    by_price = PlannerClient(price="a", currency="EUR")
    ground, _, _ = await _look(house, known, client=by_price)
    assert ground is not None
    assert not ground.knows_prices(NOW, NOW + HOUR)
    again = PlannerClient(price="a", currency="NOK")
    ground, _, _ = await _look(_gone(), known, client=again)
    assert ground is not None
    assert not ground.has_prices


async def test_no_green_window_is_something_to_know() -> None:
    house = House(price=None, window=GreenOutlook(share=None))
    client = PlannerClient(green="b")
    ground, _, known = await _look(house, client=client)
    assert ground is not None
    assert "green" not in known.by_what
    ground, _, _ = await _look(_gone(), known, client=client)
    assert ground is not None
    assert not ground.has_prices


@pytest.mark.parametrize(
    ("is_flexible", "base", "room"),
    [
        (False, 0.0, 1.5),
        (False, 0.4, 1.1),
        (False, 1.5, 0),
        # A cap below what the rest draws leaves nothing, and no less.
        (False, 2.0, 0),
        (True, 2.0, 1.5),
    ],
)
async def test_what_caps_leave(is_flexible: bool, base: float, room: float) -> None:
    """Beside the rest of the home, unless they are for what is flexible alone."""
    cap = PowerCaps.of(_spans(1.5, 7), is_flexible=is_flexible)
    client = replace(CLIENT, base_load=base)
    whole = await _look(House(cap=cap), client=client)
    ground, _, known = whole
    assert ground is not None
    slot = ground.between(START + 7 * HOUR, START + 8 * HOUR)[0]
    assert slot.value.room == pytest.approx(room)
    assert not slot.value.fits(room + 0.01)
    # So it stays while they cannot be read, over a restart too.
    kept = known_from(json.loads(json.dumps(known.as_data())))
    gone = replace(House(cap=cap), cap=None)
    assert await _look(gone, kept, client=client) == whole
    # Those of another source are not meant.
    other = await _look(gone, kept, client=replace(client, caps="z"))
    assert other[0] is None


async def test_caps_of_another_kind() -> None:
    """What was known of them before counts no more."""
    first = House(cap=PowerCaps.of(_spans(1.5, 7), is_flexible=True))
    _, _, known = await _look(first)
    house = House(cap=PowerCaps.of(_spans(1.2, 7)))
    ground, _, known = await _look(house, known)
    again, _, _ = await _look(replace(house, cap=None), known)
    assert ground is not None
    assert again == ground


async def test_co2_counts_on() -> None:
    """Until what was foretold is over."""
    carbon = CarbonOutlook(zone=UTC_ZONE, predicted=_spans(100.0, 5, 6))
    client = replace(CLIENT, co2="d")
    whole = await _look(House(carbon=carbon), client=client)
    ground, _, known = whole
    assert ground is not None
    assert ground.knows_co2(START + 5 * HOUR, START + 7 * HOUR)
    assert not ground.knows_co2(START + 5 * HOUR, START + 8 * HOUR)
    kept = known_from(json.loads(json.dumps(known.as_data())))
    assert await _look(House(), kept, client=client) == whole
    _, _, later = await _look(House(), kept, NOW + 7 * HOUR, client)
    assert "co2" not in later.by_what
    without, _, _ = await _look(House(carbon=carbon))
    assert without is not None
    assert not without.knows_co2(START + 5 * HOUR, START + 7 * HOUR)


async def test_no_other_thing_with_every_look() -> None:
    """It is not written anew within the hour."""
    _, _, known = await _look(House())
    _, _, again = await _look(House(), known, NOW + timedelta(minutes=15))
    assert again == known


@pytest.mark.parametrize(
    "data",
    [
        {"by_what": {"load": {}}},
        {"by_what": {"load": {"of": "a", "until": "soon"}}},
        {
            "by_what": {
                "load": {
                    "of": "a",
                    "until": "2026-10-20T12:00:00+00:00",
                    "spans": [
                        ["2026-10-20T13:00:00+00:00", "2026-10-20T12:00:00+00:00", None]
                    ],
                }
            }
        },
    ],
)
def test_what_was_kept_otherwise(data: Any) -> None:
    assert PLANS.kept is not None
    with pytest.raises(ValueError, match=r".+"):
        PLANS.kept.load(data, {})


async def test_prices_that_are_expected() -> None:
    """Of time of which none are known; never as known, over a restart and an outage."""
    by_price = PlannerClient(price="a", currency="EUR")
    ground, _, known = await _look(House(), client=by_price)
    assert ground is not None
    assert known.past is not None
    assert list(known.past.days) == [NOW.date() + DAY]
    assert ground.knows_prices(NOW, START + 36 * HOUR)
    assert not ground.knows_prices(NOW, START + 37 * HOUR)
    late = ground.between(START + 40 * HOUR, START + 41 * HOUR)[0].value
    assert (late.price, late.is_expected) == (pytest.approx(0.2), True)
    kept = known_from(json.loads(json.dumps(known.as_data())))
    later = NOW + 48 * HOUR
    ground, _, _ = await _look(_gone(), kept, later, by_price)
    assert ground is not None
    assert ground.has_prices
    other = PlannerClient(price="b", currency="EUR")
    ground, _, left = await _look(_gone(), kept, later, other)
    assert ground is not None
    assert not ground.has_prices
    assert left.past is None


async def test_what_the_source_foretells_itself() -> None:
    """Goes before what is expected, and is not known either."""
    slots = (
        *_spans(Price(0.2), *range(-12, 24)).slots,
        *_spans(Price(0.1, preliminary=True), *range(24, 30)).slots,
    )
    outlook = PriceOutlook.of(PriceSeries("EUR", slots=Series(slots)), UTC_ZONE)
    client = PlannerClient(price="a", currency="EUR")
    ground, _, known = await _look(House(price=outlook), client=client)
    for _ in range(2):
        assert ground is not None
        foretold = ground.between(START + 25 * HOUR, START + 26 * HOUR)[0].value
        assert (foretold.price, foretold.is_expected) == (0.1, True)
        expected = ground.between(START + 31 * HOUR, START + 32 * HOUR)[0].value
        assert expected.price == pytest.approx(0.2)
        ground, _, _ = await _look(_gone(), known, client=client)


async def test_incentives_count_on_top() -> None:
    """For what stands where the caps hold, over an outage too."""
    slots = _spans(Price(-0.15), 3, 4)
    paid = IncentiveOutlook.of(PriceSeries("EUR", slots=slots), UTC_ZONE)
    ground, _, known = await _look(House(paid=paid))
    for _ in range(2):
        assert ground is not None
        prices = {slot.start: slot.value.price for slot in ground.slots}
        assert prices[START + 3 * HOUR] == pytest.approx(0.05)
        assert prices[START + 5 * HOUR] == pytest.approx(0.2)
        paid_on_top = {slot.start: slot.value.incentive for slot in ground.slots}
        assert paid_on_top[START + 3 * HOUR] == pytest.approx(-0.15)
        assert paid_on_top[START + 5 * HOUR] == 0
        ground, _, _ = await _look(_gone(), known)
    elsewhere = PlannerClient(price="a", currency="EUR")
    ground, _, _ = await _look(House(paid=paid), client=elsewhere)
    assert ground is not None
    assert {s.value.price for s in ground.between(START, START + 9 * HOUR)} == {0.2}
    other = IncentiveOutlook.of(PriceSeries("NOK", slots=slots), UTC_ZONE)
    ground, _, _ = await _look(House(paid=other))
    assert ground is not None
    assert {s.value.price for s in ground.between(START, START + 9 * HOUR)} == {0.2}


# With its plans

SITE = LoadSite(
    key="load",
    name="Dishwasher",
    load=load_of(
        {
            "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "begin": "13:00",
            "end": "23:00",
            "duration": 60,
            "shape": "contiguous",
            "objective": "price",
        }
    ),
    calendar="calendar.away",
)


async def _planned(
    house: House, held: Mapping[str, Any] | None = None, now: datetime = NOW
) -> tuple[LoadPlan, Mapping[str, Any]]:
    """Return the plan of a load, and all that is held."""
    request = PLANS.request(now, (SITE,), held or {}, Surroundings(sources=house))
    fetched = await PLANS.fetch(CLIENT, request)
    plan = load_plan(fetched.data["load"])
    assert plan is not None
    return plan, fetched.data


async def test_a_plan_goes_on_while_all_is_gone() -> None:
    """Over a restart, made of what was kept, it is the same and begins."""
    plan, held = await _planned(House())
    assert PLANS.kept is not None
    kept = {
        key: PLANS.kept.load(json.loads(json.dumps(PLANS.kept.dump(each))), {})
        for key, each in held.items()
    }
    # No overview of plans that were not made: that would be a wrong zero.
    assert isinstance(kept["planner"], Known)
    assert all(take(kept["planner"]) is None for take in PLANS.kinds.values())
    again, held = await _planned(_gone(), kept)
    assert again.plan == plan.plan is not None
    assert isinstance(held["planner"], Overview)
    later, _ = await _planned(_gone(), held, plan.plan.start)
    assert later.is_running(plan.plan.start)


@pytest.mark.parametrize("lost", ["cap", "events"])
async def test_a_plan_does_not_begin_where_nothing_is_known(lost: str) -> None:
    """Not with a plan that was made before, either."""
    house = House(**{lost: {} if lost == "events" else None})
    plan, _ = await _planned(house)
    assert plan.plan is None
    assert plan.doing(NOW) == "waiting"
    made, _ = await _planned(House())
    assert made.plan is not None
    now = made.plan.start - timedelta(minutes=15)
    unknown, _ = await _planned(house, {"load": made}, now)
    assert unknown.plan is None
    assert not unknown.is_running(made.plan.start)


async def test_shares_of_all_time_count_on_as_well() -> None:
    """With windows, without any, and where there are no prices."""
    for least in (None, 50.0, 99.0):
        outlook = GreenOutlook.of_shares(_spans(60.0, *range(12)), least)
        house = House(price=None, window=outlook)
        ground, _, known = await _look(house)
        assert ground is not None
        shares = {slot.start: slot.value.share for slot in ground.slots}
        assert shares[START + 3 * HOUR] == 60.0
        assert shares[START + 12 * HOUR] is None
        kept = known_from(json.loads(json.dumps(known.as_data())))
        assert await _look(replace(house, window=None), kept) == (ground, ANY, known)
        # A source that tells windows alone again is believed.
        told = replace(house, window=House().window)
        later, _, _ = await _look(told, kept)
        assert later is not None
        assert not any(slot.value.share == 60.0 for slot in later.slots)
