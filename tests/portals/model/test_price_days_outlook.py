"""The outlook against a linear reading of whole days, and of every bound in them."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.energy_portals.portals.model.bands import Band
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.price_days import (
    PriceDay,
    PriceOutlook,
)
from custom_components.energy_portals.portals.model.prices import (
    Price,
    PriceSeries,
    PriceSlot,
    Tax,
)
from custom_components.energy_portals.portals.model.series import Changing, Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff

ZONES = [ZoneInfo(f"Europe/{city}") for city in ("Oslo", "Berlin", "Rome", "Lisbon")]
OSLO = ZONES[0]
SPRING, AUTUMN, ORDINARY = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 20)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
TARIFF = Tariff(25, 1, 0.02, (Band(0.5, time(2, 20), time(22)),), export=-0.1)


def price_at(start: datetime) -> Price:
    """Return a price that goes below zero and comes again."""
    number = int(start.timestamp()) // 900
    return Price((number * 37 % 23 - 5) / 8)


def filled(start: datetime, end: datetime, length: timedelta) -> list[PriceSlot]:
    count = (end - start) // length
    starts = [start + number * length for number in range(count)]
    return [Slot(start, start + length, price_at(start)) for start in starts]


def series_of(slots: Iterable[PriceSlot]) -> PriceSeries:
    return PriceSeries("NOK", Tax.EXCLUDED, Series.of(slots))


@cache
def around(zone: ZoneInfo, day: date, kind: str) -> PriceSeries:
    """Return the prices of the day, the one before and the one after."""
    before, start, end, after = (midnight(day + n * DAY, zone) for n in range(-1, 3))
    lengths = {"hours": (HOUR, HOUR, HOUR), "mixed": (HOUR, HOUR, QUARTER)}
    one, two, three = lengths.get(kind, (QUARTER, QUARTER, QUARTER))
    slots = [
        *filled(before, start, one),
        *filled(start, end, two),
        *filled(end, after, three),
    ]
    if kind == "gap":
        slots = [*slots[:70], *slots[73:150], *slots[151:]]
    if kind == "across":
        # A slot longer than what is left of its day.
        slots = [s for s in slots if not start - HOUR <= s.start < start + HOUR]
        slots.append(Slot(start - HOUR, start + HOUR, price_at(start)))
    return series_of(slots)


def ends_of(series: PriceSeries) -> set[datetime]:
    return {bound for s in series.slots for bound in (s.start, s.end)}


class Scan:
    """What the outlook shall say, by walks through all slots."""

    def __init__(self, outlook: PriceOutlook) -> None:
        self.outlook = outlook
        self.slots = list(outlook.shown.slots)
        self.ends = sorted(
            ends_of(outlook.shown)
            | ends_of(outlook.raw)
            | (ends_of(outlook.export) if outlook.export else set())
        )
        self.days: dict[date, PriceDay | None] = {}

    def local(self, when: datetime) -> date:
        return when.astimezone(self.outlook.zone).date()

    def day(self, day: date) -> PriceDay | None:
        """Return the day, its slots cut to it, if they fill it."""
        if day not in self.days:
            start, end = (midnight(day + n * DAY, self.outlook.zone) for n in (0, 1))
            cut = tuple(
                Slot(max(s.start, start), min(s.end, end), s.value)
                for s in self.slots
                if s.start < end and start < s.end
            )
            length = sum((s.end - s.start for s in cut), timedelta())
            self.days[day] = PriceDay.of(day, cut) if length == end - start else None
        return self.days[day]

    def check(self, now: datetime) -> None:
        outlook, slots = self.outlook, self.slots
        held = [n for n, s in enumerate(slots) if s.start <= now < s.end]
        assert outlook.holds(now) == bool(held)
        assert outlook.at(now) == (slots[held[0]] if held else None)
        following = previous = None
        if held:
            here = slots[held[0]]
            following = next((s for s in slots if s.start == here.end), None)
            previous = next((s for s in slots if s.end == here.start), None)
        assert outlook.following(now) == following
        assert outlook.previous(now) == previous
        today, tomorrow = self.local(now), self.local(now) + DAY
        whole = self.day(today)
        assert outlook.today(now) == whole
        assert outlook.tomorrow(now) == self.day(tomorrow)
        standing = outlook.standing(now)
        if held and whole:
            value = slots[held[0]].value.value
            assert standing is not None
            assert standing.rank == 1 + sum(s.value.value < value for s in whole.slots)
        else:
            assert standing is None
        later = [end for end in self.ends if end > now]
        midnights = [midnight(tomorrow, self.outlook.zone)] if later else []
        assert outlook.next_change(now) == min([*later[:1], *midnights], default=None)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("day", [SPRING, AUTUMN, ORDINARY], ids=str)
@pytest.mark.parametrize("kind", ["quarters", "hours", "mixed", "gap", "across"])
def test_whole_days(zone: ZoneInfo, day: date, kind: str) -> None:
    outlook = PriceOutlook.of(around(zone, day, kind), zone, TARIFF)
    scan = Scan(outlook)
    now, end = midnight(day, zone) - 2 * HOUR, midnight(day + DAY, zone) + 2 * HOUR
    while now < end:
        scan.check(now)
        now += 5 * MINUTE
    for slot in outlook.shown.slots:
        scan.check(slot.start)
        scan.check(slot.end - datetime.resolution)
        scan.check(slot.end)
    for hours in (24, 48, 72):
        scan.check(outlook.shown.slots.slots[0].start - hours * HOUR)
        scan.check(outlook.shown.slots.slots[-1].end + hours * HOUR)


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 0, 0, 15, 60]),
            st.sampled_from([15, 30, 60, 600, 1500, 4000]),
            st.integers(-2, 2),
        ),
        max_size=12,
    ),
    st.sampled_from(ZONES),
    st.sampled_from([SPRING, AUTUMN]),
    st.sampled_from([Tariff(), TARIFF, replace(TARIFF, hourly=True)]),
)
def test_any_series(
    rows: list[tuple[int, int, int]], zone: ZoneInfo, day: date, tariff: Tariff
) -> None:
    slots: list[PriceSlot] = []
    now = midnight(day, zone) - 2 * HOUR
    for gap, length, value in rows:
        start = now + gap * MINUTE
        now = start + length * MINUTE
        slots.append(Slot(start, now, Price(value)))
    scan = Scan(PriceOutlook.of(series_of(slots), zone, tariff))
    for bound in {*scan.ends, midnight(day, zone), midnight(day + DAY, zone)}:
        for shift in (-MINUTE, timedelta(), MINUTE):
            scan.check(bound + shift)


def test_days_are_those_wholly_known_as_shown() -> None:
    outlook = PriceOutlook.of(around(OSLO, AUTUMN, "gap"), OSLO, TARIFF)
    assert list(outlook.days) == [AUTUMN + DAY]
    day = outlook.days[AUTUMN + DAY]
    # 96 quarters, two of which are cut by the fee.
    assert (day.day, len(day.slots)) == (AUTUMN + DAY, 97)
    assert set(day.slots) <= set(outlook.shown.slots)


@pytest.mark.parametrize(
    ("day", "count"), [(SPRING, 92), (ORDINARY, 96), (AUTUMN, 100)]
)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_day_has_the_quarters_the_clock_gives_it(
    day: date, count: int, zone: ZoneInfo
) -> None:
    outlook = PriceOutlook.of(around(zone, day, "quarters"), zone)
    assert list(outlook.days) == [day - DAY, day, day + DAY]
    assert len(outlook.days[day].slots) == count


def test_without_a_tariff_the_raw_prices_are_shown() -> None:
    raw = around(OSLO, ORDINARY, "hours")
    outlook = PriceOutlook.of(raw, OSLO)
    assert outlook.shown is outlook.raw is raw
    assert outlook.export is None
    assert outlook.export_at(midnight(ORDINARY, OSLO)) is None


def test_raw_and_export_are_looked_up_beside_what_is_shown() -> None:
    now = midnight(ORDINARY, OSLO) + 40 * MINUTE
    raw = around(OSLO, ORDINARY, "quarters")
    outlook = PriceOutlook.of(raw, OSLO, Tariff(vat=25, export=1, hourly=True))
    start = midnight(ORDINARY, OSLO)
    hour = [price_at(start + n * QUARTER).value for n in range(4)]
    assert outlook.raw_at(now) == raw.slots.at(now)
    shown, sold = outlook.at(now), outlook.export_at(now)
    assert shown is not None and sold is not None
    assert shown.value.value == sum(hour) / 4 * 1.25
    assert sold.value.value == sum(hour) / 4 + 1
    assert (sold.start, sold.end) == (start, start + HOUR)
    assert outlook.raw_at(now - 3 * DAY) is outlook.export_at(now - 3 * DAY) is None


def test_a_day_is_known_once_covered_and_final() -> None:
    raw = around(OSLO, AUTUMN, "quarters")
    outlook = PriceOutlook.of(raw, OSLO)
    days = [AUTUMN + n * DAY for n in range(-2, 3)]
    assert [outlook.known(day) for day in days] == [False, True, True, True, False]
    last = raw.slots.slots[-1]
    guess = replace(last, value=replace(last.value, preliminary=True))
    shaky = raw.merged(series_of([guess]))
    assert [PriceOutlook.of(shaky, OSLO).known(day) for day in days[2:4]] == [
        True,
        False,
    ]
    assert AUTUMN + DAY in PriceOutlook.of(shaky, OSLO).days
    short = raw.between(raw.slots.slots[0].start, last.start)
    assert [PriceOutlook.of(short, OSLO).known(day) for day in days[2:4]] == [
        True,
        False,
    ]


def test_a_day_known_in_full_is_known_although_an_hour_has_no_mean() -> None:
    """A zone off by half an hour ends its days within an hour in UTC."""
    zone = ZoneInfo("Asia/Kolkata")
    start = midnight(ORDINARY, zone)
    raw = series_of(filled(start, start + DAY, QUARTER))
    outlook = PriceOutlook.of(raw, zone, Tariff(hourly=True))
    assert outlook.known(ORDINARY)
    assert not outlook.days


def test_a_price_holds_until_its_slot_ends_and_not_longer() -> None:
    outlook = PriceOutlook.of(around(OSLO, ORDINARY, "hours"), OSLO)
    end = outlook.shown.slots.slots[-1].end
    assert outlook.holds(end - datetime.resolution)
    assert not outlook.holds(end)
    assert outlook.next_change(end) is None


def test_nothing_known_is_nothing_everywhere() -> None:
    outlook = PriceOutlook.of(PriceSeries("NOK"), OSLO, TARIFF)
    scan = Scan(outlook)
    scan.check(datetime(2026, 11, 20, tzinfo=UTC))
    assert not outlook.days and not outlook.known(ORDINARY)


def test_the_ticker_takes_it() -> None:
    assert isinstance(PriceOutlook.of(PriceSeries("NOK"), OSLO), Changing)


def test_an_outlook_does_not_change() -> None:
    outlook = PriceOutlook.of(around(OSLO, ORDINARY, "hours"), OSLO)
    with pytest.raises(FrozenInstanceError):
        outlook.raw = PriceSeries("NOK")  # type: ignore[misc]
    with pytest.raises(TypeError):
        outlook.days[ORDINARY] = outlook.days[ORDINARY]  # type: ignore[index]
