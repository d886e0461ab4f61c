"""Sentence, band and level: whether all say the same of each slot of a series."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from playwright.async_api import Page
from stage import QUARTER, ms, open_stage, show, snapshot

from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.model.price_levels import PriceLevel
from custom_components.energy_portals.portals.model.prices import PriceSeries
from custom_components.energy_portals.portals.model.series import Series
from tests.portals.model.test_price_levels import NAMES, OSLO, curves, two_days

SERIES: Final = 20
DAYS: Final = (date(2026, 11, 20), date(2026, 3, 28), date(2026, 10, 24))
SMOOTH: Final = {"ramp", "two tariffs", "flat", "solar", "dearer tomorrow"}
_HOUR: Final = timedelta(hours=1)
_MOST_CHANGES: Final = 12
_GOOD: Final = {PriceLevel.VERY_CHEAP, PriceLevel.CHEAP}
_DEAR: Final = {PriceLevel.EXPENSIVE, PriceLevel.VERY_EXPENSIVE}
# What is said and shown at each of these times: the tone, and whether a band is there.
_READ: Final = """([snap, times]) => {
  const { inner } = window.card;
  return times.map((now) => {
    Date.now = () => now;
    if (inner.snap !== snap) inner.take(snap);
    inner.render();
    const band = inner.root.querySelector(".band");
    const line = inner.root.querySelector(".now-line")?.getBoundingClientRect();
    const box = band?.getBoundingClientRect();
    const at = line && line.left + line.width / 2;
    return [inner.root.querySelector("h2 b")?.className || "",
      Boolean(box && box.left <= at + 1 && box.right >= at)];
  });
}"""


async def levels_agree() -> None:
    """6. Have sentence, band and level agree, and levels that do not flicker."""
    async with open_stage() as page:
        for number in range(SERIES):
            name = NAMES[number % len(NAMES)]
            day = DAYS[number % len(DAYS)]
            curve = curves(Random(number))[name]  # noqa: S311
            await _agree(page, name, two_days(curve, day))


async def _agree(page: Page, name: str, slots: list[Any]) -> None:
    """Go through two days as they are published, a quarter at a time."""
    start, end = slots[0].start, slots[-1].end
    midnight = next(
        s.start for s in slots if s.start.astimezone(OSLO).date() != _day(slots)
    )
    published = start + 13 * _HOUR
    first = _outlook([each for each in slots if each.start < midnight])
    before = first.level(published)
    levels = first.levels(published)
    whole = _outlook(slots, levels)
    if before != whole.level(published):
        raise AssertionError(f"{name}: the level changed as prices were published")
    told = snapshot(start, [])
    for outlook, since, until in (
        (first, start, published),
        (whole, published, midnight),
    ):
        now, times = since, []
        while now < until:
            times.append(now)
            now += QUARTER
        told = snapshot(start, list(_rows(outlook, since)), zone="Europe/Oslo")
        told["price"]["flat"] = outlook.is_flat(since)
        await show(page, told, now=ms(since), config={"show": ["sentence", "curve"]})
        read = await page.evaluate(_READ, [told, [ms(each) for each in times]])
        for at, (tone, has_band) in zip(times, read, strict=True):
            _hold(name, outlook, at, tone, has_band=has_band)
    runs = list(whole.levels(published))
    if any(run.end - run.start < _HOUR for run in runs):
        raise AssertionError(f"{name}: a level lasts less than an hour")
    if name in SMOOTH and len(runs) - 1 > _MOST_CHANGES * (
        (end - start) / (24 * _HOUR)
    ):
        raise AssertionError(f"{name}: {len(runs)} levels in two days")


def _day(slots: list[Any]) -> date:
    """Return the day with which prices begin."""
    day: date = slots[0].start.astimezone(OSLO).date()
    return day


def _outlook(slots: list[Any], told: Series[PriceLevel] | None = None) -> PriceOutlook:
    """Return what is known of these prices."""
    outlook = PriceOutlook.of(PriceSeries("EUR", slots=Series(tuple(slots))), OSLO)
    if told is not None:
        outlook._levels[:] = [told]  # noqa: SLF001
    return outlook


def _rows(outlook: PriceOutlook, now: datetime) -> Iterator[list[Any]]:
    """Yield prices as the card is told them."""
    levels = outlook.levels(now)
    for slot in outlook.shown.slots:
        run = levels.at(slot.start)
        level = None if run is None else run.value.value
        yield [ms(slot.start), ms(slot.end), slot.value.value, level]


def _hold(
    name: str, outlook: PriceOutlook, at: datetime, tone: str, *, has_band: bool
) -> None:
    """Hold what is said and shown of a time to the level that entities tell."""
    if outlook.is_flat(at):
        if tone or has_band:
            raise AssertionError(f"{name} at {at}: flat, and {tone=} {has_band=}")
        return
    level, slot = outlook.level(at), outlook.at(at)
    is_paid = slot is not None and slot.value.value < 0
    wanted = "good" if is_paid or level in _GOOD else "dear" if level in _DEAR else ""
    if tone != wanted or has_band != (level in _GOOD):
        raise AssertionError(f"{name} at {at}: {level}, but {tone=} and {has_band=}")
