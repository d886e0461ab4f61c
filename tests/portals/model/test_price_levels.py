"""Prices in words: by curves of a day, and what holds for any."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from math import exp, pi, sin
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import msgspec
import pytest

from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.price_levels import (
    Bounds,
    KeptLevels,
    PriceLevel,
    levelled,
    staying,
)
from custom_components.energy_portals.portals.model.prices import (
    HOUR,
    Price,
    PriceSeries,
    PriceSlot,
)
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.tariff import Tariff
from custom_components.energy_portals.portals.price_feeds import kept_prices

OSLO = ZoneInfo("Europe/Oslo")
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
ORDINARY = date(2026, 11, 20)
SPRING, AUTUMN = date(2026, 3, 28), date(2026, 10, 24)
START = midnight(ORDINARY, OSLO)
VERY_CHEAP, CHEAP, NORMAL, EXPENSIVE, VERY_EXPENSIVE = LEVELS = list(PriceLevel)

type Curve = Callable[[int, float], float]


def curves(random: Random) -> dict[str, Curve]:
    """Return prices by the number of a quarter-hour and the hour of the day."""

    def noise(height: float) -> float:
        return random.gauss(0, height)

    by_hour = [noise(0.02) for _ in range(48)]
    return {
        "two peaks": lambda _, h: (
            0.30
            + 0.12 * exp(-(((h - 8) / 1.6) ** 2))
            + 0.18 * exp(-(((h - 19) / 2) ** 2))
            - 0.10 * exp(-(((h - 13) / 2.5) ** 2))
            + noise(0.008)
        ),
        "solar": lambda _, h: (
            0.09
            - 0.14 * exp(-(((h - 13) / 3) ** 2))
            + 0.10 * exp(-(((h - 19.5) / 1.8) ** 2))
            + noise(0.006)
        ),
        "hourly": lambda i, h: (
            0.3 + 0.06 * sin(4 * pi * (int(h) - 9) / 24) + by_hour[i // 4 % 48]
        ),
        "zig-zag": lambda i, h: (
            0.30 + 0.08 * sin(2 * pi * (h - 14) / 24) + 0.03 * (i % 4 - 1.5)
        ),
        "dearer tomorrow": lambda i, h: (
            (0.28 if i < 96 else 0.40)
            + 0.06 * sin(4 * pi * (h - 9) / 24)
            + noise(0.005)
        ),
        "ramp": lambda i, _: 0.2 + 0.2 * i / 192 + noise(0.004),
        "two tariffs": lambda _, h: 0.36 if 6 <= h < 22 else 0.26,
        "flat": lambda _, h: 0.30 + noise(0.003),
    }


NAMES = list(curves(Random()))


def slots_of(prices: Iterable[float], start: datetime = START) -> list[PriceSlot]:
    """Return quarter-hours of these prices."""
    return [
        Slot(start + n * QUARTER, start + (n + 1) * QUARTER, Price(price))
        for n, price in enumerate(prices)
    ]


def two_days(curve: Curve, day: date = ORDINARY) -> list[PriceSlot]:
    """Return the prices of a day and the next by the wall clock."""
    start, end = midnight(day, OSLO), midnight(day + 2 * DAY, OSLO)
    moments = [start + n * QUARTER for n in range((end - start) // QUARTER)]
    hours = [at.astimezone(OSLO).hour + at.minute / 60 for at in moments]
    return slots_of([curve(n, h) for n, h in enumerate(hours)], start)


def hours_of(*prices: float) -> list[PriceSlot]:
    return [
        Slot(START + n * HOUR, START + (n + 1) * HOUR, Price(price))
        for n, price in enumerate(prices)
    ]


def words(levels: Series[PriceLevel]) -> list[tuple[PriceLevel, float]]:
    """Return each level and how many hours it lasts."""
    return [(run.value, (run.end - run.start) / HOUR) for run in levels]


def shortest(levels: Iterable[Slot[PriceLevel]]) -> timedelta:
    return min(run.end - run.start for run in levels)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("two peaks", 9.4),
        ("solar", 5.4),
        ("hourly", 13.8),
        ("zig-zag", 6.0),
        ("dearer tomorrow", 8.3),
        ("ramp", 2.0),
        ("two tariffs", 2.0),
        ("flat", 0.0),
    ],
)
def test_how_often_the_level_changes_in_a_day(name: str, changes: float) -> None:
    counted = []
    for seed in range(50):
        levels = levelled(two_days(curves(Random(seed))[name]))
        counted.append((len(levels) - 1) / 2)
        assert shortest(levels) >= HOUR
    assert sum(counted) / len(counted) == pytest.approx(changes, abs=0.35)


def by_seed(seed: int) -> list[PriceSlot]:
    """Return two days of a kind, of a height and a day that differ by the seed."""
    random = Random(seed)
    curve = curves(random)[NAMES[seed % len(NAMES)]]
    factor, shift = random.choice([1, 8, 100]), random.choice([0, 0, -0.1, -0.3])
    days = [ORDINARY, SPRING, AUTUMN, SPRING + DAY, AUTUMN + DAY]
    return two_days(lambda n, h: factor * (curve(n, h) + shift), days[seed % 5])


@pytest.mark.parametrize("seed", range(40))
def test_generated_days(seed: int) -> None:
    slots = by_seed(seed)
    levels = levelled(slots)
    # Every slot has one, no run is short, and two that meet differ.
    assert levels.covers(slots[0].start, slots[-1].end)
    assert shortest(levels) >= HOUR
    assert all(
        one.value != other.value
        for one, other in zip(levels.slots, levels.slots[1:], strict=False)
    )
    assert len(levels) <= 2 * 20
    if NAMES[seed % len(NAMES)] == "flat":
        # Where it is not flat, it is nothing but noise, of which no hour is good.
        return
    prices = sorted(slot.value.value for slot in slots)
    spread = prices[len(prices) * 9 // 10] - prices[len(prices) // 10]
    for slot in slots:
        run = levels.at(slot.start)
        assert run is not None
        if run.value in (VERY_CHEAP, CHEAP):
            assert slot.value.value <= prices[len(prices) // 2] + 0.2 * spread


def outlook_of(
    slots: Sequence[PriceSlot], tariff: Tariff | None = None
) -> PriceOutlook:
    return PriceOutlook.of(
        PriceSeries("EUR", slots=Series(tuple(slots))), OSLO, tariff or Tariff()
    )


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("quarters", [0, 50, 53, 70, 91])
def test_the_run_under_way_stays_when_prices_are_published(
    seed: int, quarters: int
) -> None:
    slots = by_seed(seed)
    now = slots[0].start + quarters * QUARTER
    after = midnight(slots[0].start.astimezone(OSLO).date() + DAY, OSLO)
    today = [slot for slot in slots if slot.start < after]
    held = outlook_of(today).noted(None, slots[0].start)
    told = held.levels(now)
    new = outlook_of(slots).noted(held, now)
    run = told.at(now)
    assert run is not None
    for slot in today:
        if slot.start < run.end:
            assert new.level(slot.start) == held.level(slot.start)
    levels = new.levels(now)
    assert levels.covers(slots[0].start, slots[-1].end)
    assert shortest(levels) >= HOUR
    # After midnight and another start, they are what they were.
    tomorrow = after + QUARTER
    again = outlook_of(slots).noted(new, tomorrow)
    assert again.levels(tomorrow) == levels
    kept = kept_prices(OSLO)
    stored = msgspec.json.decode(msgspec.json.encode(kept.dump(again)))
    assert kept.load(stored, {}).levels(tomorrow) == levels


def test_without_what_was_told_the_level_of_now_would_change() -> None:
    """The sample can tell: the rule is needed in some of these days."""
    changed = 0
    for seed in range(40):
        slots = by_seed(seed)
        for quarters in (50, 53, 70, 91):
            now = slots[quarters].start
            early, late = levelled(slots[:96]).at(now), levelled(slots).at(now)
            assert early is not None
            assert late is not None
            changed += early.value != late.value
    assert changed > 10


def test_other_prices_leave_what_was_told_and_change_the_rest() -> None:
    slots = slots_of([0.1] * 40 + [0.4] * 56)
    held = outlook_of(slots).noted(None, START)
    other = slots_of([0.1] * 20 + [0.4] * 76)
    new = outlook_of(other).noted(held, START + 9 * HOUR)
    assert new.level(START + 9 * HOUR) == held.level(START + 9 * HOUR)
    assert new.level(START + 10 * HOUR) == new.level(START + 20 * HOUR)


def test_another_currency_begins_anew() -> None:
    held = outlook_of(slots_of([0.1] * 40 + [0.4] * 56)).noted(None, START)
    raw = PriceSeries("NOK", slots=Series(tuple(slots_of([0.4] * 40 + [0.1] * 56))))
    new = PriceOutlook.of(raw, OSLO).noted(held, START)
    assert (new.level(START), held.level(START)) == (NORMAL, CHEAP)


def test_levels_kept_of_other_prices_are_let_go() -> None:
    """A tariff that was changed makes others of the same."""
    slots = slots_of([0.1] * 40 + [0.4] * 56)
    kept = outlook_of(slots).noted(None, START).kept_levels()
    raw = PriceSeries("EUR", slots=Series(tuple(slots)))
    same = PriceOutlook.of(raw, OSLO, told=kept)
    assert same.kept_levels() == kept
    fee = Tariff(fixed=0.5)
    assert not PriceOutlook.of(raw, OSLO, fee, told=kept).told.slots
    assert not KeptLevels(0, []).of(raw).slots


def test_nothing_told_of_nothing_known() -> None:
    empty = outlook_of([]).noted(None, START)
    assert empty.level(START) is None
    assert not empty.is_flat(START)
    assert empty.kept_levels() == KeptLevels(0, [])
    assert not levelled([]).slots
    held = outlook_of(slots_of([0.1] * 40 + [0.4] * 56)).noted(empty, START)
    assert held.level(START) == CHEAP


def test_a_day_with_a_gap_has_no_level() -> None:
    slots = slots_of([0.1] * 40 + [0.4] * 56)
    assert outlook_of(slots[:50] + slots[51:]).level(START) is None


@pytest.mark.parametrize("value", [0.3, 0.0, -0.2])
def test_prices_alike_are_normal(value: float) -> None:
    outlook = outlook_of(slots_of([value] * 96))
    assert words(outlook.levels(START)) == [(NORMAL, 24)]
    assert outlook.is_flat(START)


def test_prices_that_hardly_differ_are_alike() -> None:
    assert outlook_of(slots_of([0.300, 0.312] * 48)).is_flat(START)
    assert not outlook_of(slots_of([0.30, 0.36] * 48)).is_flat(START)


@pytest.mark.parametrize(
    ("hours", "level"), [(2, VERY_EXPENSIVE), (6, EXPENSIVE), (11, NORMAL)]
)
def test_most_of_a_day_that_is_free_is_very_cheap(
    hours: int, level: PriceLevel
) -> None:
    levels = levelled(hours_of(*[0.0] * (24 - hours), *[0.3] * hours))
    assert words(levels) == [(VERY_CHEAP, 24 - hours), (level, hours)]


def test_some_negative_prices_among_noughts_are_the_cheap_ones() -> None:
    levels = levelled(hours_of(*[0.0] * 10, -0.1, -0.1, *[0.0] * 12))
    assert words(levels) == [(NORMAL, 10), (VERY_CHEAP, 2), (NORMAL, 12)]


def test_a_level_is_left_only_clearly_beyond_its_bound() -> None:
    bounds = Bounds((1.0, 2.0, 3.0, 4.0), 0.1, None)
    assert [bounds.level(2.05, each) for each in (None, 1, 2)] == [2, 1, 2]
    assert [bounds.level(1.95, each) for each in (None, 1, 2)] == [1, 1, 2]
    assert [bounds.level(2.11, 1), bounds.level(1.89, 2)] == [2, 1]
    assert [bounds.level(9, 0), bounds.level(-9, 4)] == [4, 0]
    assert Bounds((1.0, 2.0, 3.0, 4.0), 0.1, 2.5).level(2.5, 4) == 0


def test_a_short_run_joins_the_nearest_and_of_two_the_dearer() -> None:
    def first(short: float) -> list[tuple[PriceLevel, float]]:
        prices = [0.1] * 20 + [short] * 3 + [0.6] * 10 + [0.3] * 40 + [0.5] * 10
        return words(levelled(slots_of(prices)))[:2]

    assert first(0.3) == [(VERY_CHEAP, 5), (VERY_EXPENSIVE, 3.25)]
    assert first(0.2) == [(VERY_CHEAP, 5.75), (VERY_EXPENSIVE, 2.5)]


def test_where_prices_are_missing_there_is_no_level() -> None:
    slots = slots_of([0.1] * 40 + [0.4] * 56)
    levels = levelled([*slots[:20], *slots[24:40], *slots[44:46], *slots[60:]])
    assert [hours for _, hours in words(levels)] == [5, 4, 0.5, 9]
    assert levels.at(slots[21].start) is None


def test_hours_count_as_their_quarters() -> None:
    prices = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] * 3
    quarters = slots_of([price for price in prices for _ in range(4)])
    assert levelled(hours_of(*prices)) == levelled(quarters)
    assert Bounds.of(hours_of(*prices)) == Bounds.of(quarters)


def test_what_stays_ends_with_the_run_of_now() -> None:
    levels = levelled(slots_of([0.1] * 40 + [0.4] * 56))
    assert words(staying(levels, START + HOUR)) == [(CHEAP, 10)]
    assert staying(levels, START + 10 * HOUR) == levels


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(-4, 4).map(lambda eighths: eighths / 8),
            st.sampled_from([5, 15, 15, 30, 60, 180]),
        ),
        min_size=12,
        max_size=60,
    ),
    st.integers(0, 30),
)
def test_any_prices(parts: list[tuple[float, int]], told: int) -> None:
    slots, at = [], datetime(2026, 1, 1, tzinfo=UTC)
    for value, minutes in parts:
        slots.append(Slot(at, at := at + timedelta(minutes=minutes), Price(value)))
    before = levelled(slots[:told])
    levels = levelled(slots, before)
    assert levels.covers(slots[0].start, slots[-1].end)
    for run in before:
        assert levels.at(run.start).value == run.value  # type: ignore[union-attr]
    assert len(levels) == 1 or all(
        run.end - run.start >= HOUR or before.at(run.start) for run in levels
    )
