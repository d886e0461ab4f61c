"""What roofs are to yield: energy by slots of any length, nights, several roofs."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.model.sun import SolarOutlook, added
from tests.market import AUTUMN, BERLIN, DAY, HOUR, LISBON, ORDINARY, SPRING, local
from tests.sky import sunny

HALF = HOUR / 2
MINUTE = timedelta(minutes=1)
# Where days begin while the sun shines in Europe.
SYDNEY = ZoneInfo("Australia/Sydney")

type Energy = list[Slot[float]]


def total(energy: Iterable[Slot[float]]) -> float:
    return sum(each.value for each in energy)


def of(*days: Energy, zone: ZoneInfo = BERLIN) -> SolarOutlook:
    return SolarOutlook.of((slot for day in days for slot in day), zone)


def test_energy_of_slots_of_mixed_length() -> None:
    start = datetime(2026, 6, 1, 4, 12, tzinfo=UTC)
    told, at = [], start
    for minutes, energy in ((48, 38.0), (30, 410.0), (30, 355.0), (60, 1220.0)):
        told.append(Slot(at, at + minutes * MINUTE, energy))
        at += minutes * MINUTE
    outlook = of(told)
    for slot in told:
        assert outlook.energy(slot.start, slot.end) == pytest.approx(slot.value)
    powers = [outlook.at(slot.start) for slot in told]
    assert powers == pytest.approx([47.5, 820.0, 710.0, 1220.0])
    assert outlook.of_day(date(2026, 6, 1)) == pytest.approx(2023.0)
    # The strongest is that of the most power, and not of the most energy.
    peak = outlook.peak(date(2026, 6, 1))
    assert peak is not None and peak.start == told[3].start
    shorter = of([*told[:3], Slot(told[3].start, at, 800.0)])
    peak = shorter.peak(date(2026, 6, 1))
    assert peak is not None and peak.start == told[1].start
    # A part of a slot has that part of its energy.
    half = outlook.energy(told[3].start, told[3].start + HALF)
    assert half == pytest.approx(610.0)


@pytest.mark.parametrize("day", [SPRING, ORDINARY, AUTUMN])
@pytest.mark.parametrize("zone", [BERLIN, LISBON, SYDNEY], ids=str)
@pytest.mark.parametrize("step", [HOUR, HALF])
def test_days_of_the_household(day: date, zone: ZoneInfo, step: timedelta) -> None:
    days = [sunny(day + n * DAY, zone, step=step) for n in (-1, 0, 1)]
    outlook = of(*days, zone=zone)
    now, end = local(day, zone), local(day + DAY, zone)
    for n in (-1, 0, 1):
        assert outlook.of_day(day + n * DAY) == pytest.approx(total(days[n + 1]))
    assert outlook.of_day(day + 2 * DAY) is None
    while now < end:
        left = [
            slot.value * ((slot.end - max(slot.start, now)) / step)
            for slot in days[1]
            if slot.end > now
        ]
        assert outlook.remaining(now) == pytest.approx(sum(left))
        running = [slot for slot in days[1] if slot.start <= now < slot.end]
        power = running[0].value / (step / HOUR) if running else 0.0
        assert outlook.at(now) == pytest.approx(power)
        assert outlook.holds(now)
        now += HALF / 2


@pytest.mark.parametrize("cut", ["morning", "evening", "hole"])
@pytest.mark.parametrize("day", [0, 1, 2])
def test_what_is_cut_off_is_no_night(cut: str, day: int) -> None:
    """The days beside it are longer, or there is light on both sides."""
    days = [sunny(ORDINARY + n * DAY) for n in range(3)]
    whole = days[day]
    days[day] = {
        "morning": whole[3:],
        "evening": whole[:-3],
        "hole": whole[:4] + whole[5:],
    }[cut]
    outlook = of(*days)
    for n in range(3):
        known = outlook.of_day(ORDINARY + n * DAY)
        assert known == (None if n == day else pytest.approx(total(days[n])))
        assert (outlook.peak(ORDINARY + n * DAY) is None) is (n == day)
    at = {"morning": whole[0], "evening": whole[-1], "hole": whole[4]}[cut]
    assert outlook.at(at.start) is None
    assert not outlook.holds(at.start)
    if cut == "morning":
        # What is left of the day is known all the same.
        left = outlook.remaining(whole[3].start)
        assert left == pytest.approx(total(whole[3:]))


def test_hours_differ_a_little_from_day_to_day() -> None:
    days = [
        sunny(ORDINARY, first=7, last=17),
        sunny(ORDINARY + DAY, first=8, last=16),
        sunny(ORDINARY + 2 * DAY, first=6, last=18),
    ]
    outlook = of(*days)
    for n, day in enumerate(days):
        assert outlook.of_day(ORDINARY + n * DAY) == pytest.approx(total(day))


def test_a_day_that_nothing_is_told_of_is_unknown() -> None:
    outlook = of(sunny(ORDINARY), sunny(ORDINARY + 2 * DAY))
    assert outlook.of_day(ORDINARY) is not None
    assert outlook.of_day(ORDINARY + DAY) is None
    assert outlook.at(local(ORDINARY + DAY, BERLIN, 3)) is None
    assert SolarOutlook(zone=BERLIN).of_day(ORDINARY) is None
    assert SolarOutlook(zone=BERLIN).next_change(local(ORDINARY, BERLIN)) is None


def test_a_day_without_sun_is_one() -> None:
    """Snow lies on the roof: nothing is something to know, and has no peak."""
    dark = [Slot(each.start, each.end, 0.0) for each in sunny(ORDINARY + DAY)]
    outlook = of(sunny(ORDINARY), dark, sunny(ORDINARY + 2 * DAY))
    assert outlook.of_day(ORDINARY + DAY) == 0.0
    assert outlook.peak(ORDINARY + DAY) is None
    # It says nothing of how long other days are.
    assert outlook.of_day(ORDINARY) == pytest.approx(total(sunny(ORDINARY)))


def test_nights_that_are_told_are_taken() -> None:
    """Of one day, all of it; of the next, its light alone."""
    start = local(ORDINARY, BERLIN)
    light = {slot.start: slot.value for slot in sunny(ORDINARY)}
    hours = [start + n * HOUR for n in range(24)]
    told = [Slot(hour, hour + HOUR, light.get(hour, 0.0)) for hour in hours]
    outlook = of(told, sunny(ORDINARY + DAY))
    assert outlook.of_day(ORDINARY) == pytest.approx(sum(light.values()))
    assert outlook.of_day(ORDINARY + DAY) is not None


def test_the_midnight_sun_is_no_night() -> None:
    start = local(ORDINARY, BERLIN)
    outlook = of([Slot(start - HALF, start + 3 * DAY + HALF, 73 * 50.0)])
    assert outlook.of_day(ORDINARY) == pytest.approx(24 * 50.0)
    assert outlook.next_change(start) == start + DAY


SLOTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 4), st.integers(0, 9)), max_size=8
)


def drawn(lengths: list[tuple[int, int, int]]) -> Series[float]:
    """Return powers in slots that may have holes between."""
    slots, now = [], local(ORDINARY, BERLIN)
    for gap, length, power in lengths:
        start = now + gap * HALF
        now = start + length * HALF
        slots.append(Slot(start, now, float(power)))
    return Series(tuple(slots))


@given(st.lists(SLOTS.map(drawn), min_size=1, max_size=4))
def test_roofs_add_up_moment_by_moment(roofs: list[Series[float]]) -> None:
    whole = [SolarOutlook(zone=BERLIN, told=each, is_whole=True) for each in roofs]
    both = added(whole)
    start = local(ORDINARY, BERLIN)
    for n in range(-1, 100):
        when = start + n * HALF / 2
        powers = [each.at(when) for each in whole]
        known = [Fraction(power) for power in powers if power is not None]
        expected = float(sum(known)) if len(known) == len(powers) else None
        assert both.at(when) == expected
    # What adds up tells its nights.
    assert both.told == both.slots


def test_roofs_of_other_hours_add_up_to_whole_days() -> None:
    """One looks east and one west: where one has its night, the other has light."""
    east = [sunny(ORDINARY + n * DAY, first=6, last=14) for n in range(2)]
    west = [sunny(ORDINARY + n * DAY, first=10, last=19, step=HALF) for n in range(2)]
    both = added([of(*east), of(*west)])
    for n in range(2):
        energy = total(east[n]) + total(west[n])
        assert both.of_day(ORDINARY + n * DAY) == pytest.approx(energy)
    # Of one the second day is not known, so it is not of both.
    less = added([of(*east), of(west[0])])
    assert less.of_day(ORDINARY) is not None
    assert less.of_day(ORDINARY + DAY) is None
    assert less.at(local(ORDINARY + DAY, BERLIN, 7)) is None
    # And it is not mistaken for a night once it was kept.
    again = SolarOutlook.from_dict(less.as_dict())
    assert again == less and again.slots == less.slots


def test_no_roof_is_no_sum() -> None:
    with pytest.raises(ValueError):
        added([])


def test_a_newer_answer_leaves_what_it_does_not_tell() -> None:
    today = sunny(ORDINARY)
    held = of(today, sunny(ORDINARY + DAY))
    # In the afternoon the source tells the rest of the day alone, and in long slots.
    noon = local(ORDINARY, BERLIN, 12)
    rest = [Slot(noon + HALF, noon + 5 * HOUR, 900.0)]
    both = held.merged(of(rest))
    before = sum(slot.value for slot in today if slot.end <= noon)
    half = next(slot.value for slot in today if slot.start == noon) / 2
    assert both.of_day(ORDINARY) == pytest.approx(before + half + 900.0)
    assert both.of_day(ORDINARY + DAY) == held.of_day(ORDINARY + DAY)
    assert held.merged(SolarOutlook(zone=BERLIN)) == held
    # Days that are over go.
    later = both.merged(of(sunny(ORDINARY + 4 * DAY)))
    assert not later.told.between(noon - DAY, noon + DAY)


def test_a_sum_does_not_go_on_where_one_roof_was() -> None:
    one, both = of(sunny(ORDINARY)), added([of(sunny(ORDINARY))])
    assert one.merged(both) == both
    assert both.merged(one) == one


def test_changes_are_where_something_shows_another_value() -> None:
    day = sunny(ORDINARY)
    outlook = of(day)
    start, end = local(ORDINARY, BERLIN), local(ORDINARY + DAY, BERLIN)
    assert outlook.next_change(start) == day[0].start
    assert outlook.next_change(day[0].start) == day[0].end
    assert outlook.next_change(day[-1].end) == end
    assert outlook.next_change(end) is None
