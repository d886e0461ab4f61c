"""What an import asks for, and what it does when something is in its way."""

from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.history.recorder import clear, stored_series
from custom_components.energy_portals.history.storing import MOST_SERIES
from custom_components.energy_portals.portals.contract import Site
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    NotFound,
    Rejected,
    Unavailable,
)
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION,
    COST,
    HOUR,
    LedgerRow,
    LedgerSeries,
)
from tests.history.published import DAY, HOME, NOW, START, Home, Published

EVERY_DATABASE = True
CABIN = Site(key="cabin", name="Cabin")


async def test_first_import_in_parts(
    hass: HomeAssistant, published: Published, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "custom_components.energy_portals")
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    progress = []
    while not home.ledgers or not home.ledgers["home"].is_complete:
        await home.fetch(NOW)
        progress.append(round(home.ledgers["home"].progress()))
    assert progress == [30, 60, 90, 100]
    # The days are cut at midnight in Rome, one of them 25 hours long.
    starts = [start for _, start, _ in published.asked]
    assert starts[:3] == [START, START + 6 * DAY, START + 12 * DAY + HOUR]
    rows = await home.rows()
    assert len(rows) == 20 * 24
    assert rows[-1].sum == sum(number % 7 / 4 for number in range(20 * 24))
    assert (await home.rows(COST))[-1].sum == pytest.approx(96.0)
    assert "Digiwatt: 2026 is imported, 960 rows" in caplog.text
    assert home.importer.pause(NOW, 0.0, (*home.ledgers.values(),)) == HOUR


async def test_pause(hass: HomeAssistant, published: Published) -> None:
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    assert home.importer.pause(NOW, 0.0, (None,)) == timedelta(seconds=1)
    await home.fetch(NOW)
    held = (*home.ledgers.values(),)
    assert home.importer.pause(NOW, 0.0, held) == timedelta(seconds=1)

    def fail(start: datetime, end: datetime) -> None:
        raise Unavailable("consumption")

    published.fault = fail
    pauses = []
    for _ in range(6):
        with pytest.raises(Unavailable):
            await home.fetch(NOW)
        pauses.append(home.importer.pause(NOW, 0.0, held) // timedelta(minutes=1))
    assert pauses == [5, 10, 20, 40, 60, 60]
    published.fault = None
    await home.fetch(NOW)
    assert home.importer.pause(NOW, 0.0, held) == timedelta(seconds=1)


async def test_restart_in_the_middle(hass: HomeAssistant, published: Published) -> None:
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    await home.fetch(NOW)
    await home.fetch(NOW)
    published.asked.clear()
    home.restart()
    await home.catch_up(NOW)
    assert [start for _, start, _ in published.asked] == [
        START + 12 * DAY + HOUR,
        # What the portal may still correct is asked for with the rest.
        START + 17 * DAY + HOUR,
    ]
    assert len(await home.rows()) == 20 * 24


async def test_restart_without_what_was_kept(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    await home.fetch(NOW)
    await home.fetch(NOW)
    published.asked.clear()
    home.restart(forget=True)
    await home.catch_up(NOW)
    # One part is asked for again, because a crash may have stored half of it.
    assert published.asked[0][1] == START + 6 * DAY
    assert len(await home.rows()) == 20 * 24
    assert home.ledgers["home"].missing_hours(NOW) == 0


async def test_known_days_come_from_the_recorder(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published)
    await home.catch_up(NOW)
    before = home.ledgers["home"].by_series[CONSUMPTION].days
    published.slots.clear()
    home.restart(forget=True)
    await home.fetch(NOW)
    assert home.ledgers["home"].by_series[CONSUMPTION].days == before


async def test_a_history_of_which_nothing_is_known_is_recalled(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published)
    await home.catch_up(NOW)
    known = home.ledgers["home"]
    published.slots.clear()
    # As a site has it that has no hour yet, and comes to continue another's history.
    home.ledgers["home"] = replace(known, by_series={})
    home.restart()
    await home.fetch(NOW)
    assert home.ledgers["home"].by_series == known.by_series


async def test_a_lost_database_is_filled_again(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published, corrects=timedelta(days=2))
    await home.catch_up(NOW)
    await clear(hass, [*await stored_series(hass)])
    await home.catch_up(NOW)
    assert len(await home.rows()) == 20 * 24


async def test_what_has_no_past_is_not_asked_for_it_again(hass: HomeAssistant) -> None:
    published = Published()
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    await home.catch_up(NOW)
    published.asked.clear()
    home.restart()
    await home.fetch(NOW + HOUR)
    assert [NOW - start for _, start, _ in published.asked] < [timedelta(days=3)]


async def test_spans_that_the_portal_takes(
    hass: HomeAssistant, published: Published
) -> None:
    def ask_little(start: datetime, end: datetime) -> None:
        if end - start > timedelta(days=4, hours=1):
            raise Rejected("consumption")

    published.fault = ask_little
    home = Home(hass, published)
    await home.catch_up(NOW)
    assert len(await home.rows()) == 20 * 24
    assert home.ledgers["home"].aside == ()
    assert home.importer.asking.longest == timedelta(days=3)

    def refuse(start: datetime, end: datetime) -> None:
        raise Rejected("consumption")

    published.fault = refuse
    for _ in range(2):
        with pytest.raises(Rejected):
            await home.fetch(NOW)


async def test_gaps_are_asked_for_once_a_day(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published, corrects=timedelta(days=2))
    published.withdraw(5 * 24 + 3)
    published.withdraw(7 * 24 + 3)
    noon = NOW + 12 * HOUR
    await home.catch_up(noon)
    assert home.ledgers["home"].missing_hours(noon) == 2
    published.asked.clear()
    await home.fetch(noon + HOUR)
    await home.fetch(noon + 2 * HOUR)
    gaps = [span for span in published.asked if span[1] < NOW - 3 * DAY]
    assert gaps == []
    published.hour(5 * 24 + 3, 9.0)
    await home.fetch(noon + DAY)
    gaps = [span for span in published.asked if span[1] < NOW - 3 * DAY]
    # From the first day with a gap to the last, the long one in between.
    assert gaps == [("home", START + 5 * DAY, START + 8 * DAY + HOUR)]
    assert home.ledgers["home"].missing_hours(noon) == 1
    assert (await home.rows())[5 * 24 + 3].state == 9.0


async def test_sites_and_accounts_are_apart(
    hass: HomeAssistant, published: Published
) -> None:
    one = Home(hass, published, "test:1", sites=(HOME, CABIN))
    other = Home(hass, Published(), "test:2")
    await one.catch_up(NOW)
    await other.catch_up(NOW)
    assert len(await one.rows(site=HOME)) == len(await one.rows(site=CABIN)) == 480
    assert await other.rows() == []
    assert sorted(await stored_series(hass)) == [
        "energy_portals:test_1_cabin_consumption",
        "energy_portals:test_1_cabin_cost",
        "energy_portals:test_1_home_consumption",
        "energy_portals:test_1_home_cost",
    ]


async def test_one_site_down(hass: HomeAssistant, published: Published) -> None:
    ask = published.ask

    async def down(client: Any, site: Site, *span: Any) -> Any:
        if site is CABIN:
            raise Unavailable("consumption", passing=True)
        return await ask(client, site, *span)

    with patch.object(published, "ask", down):
        home = Home(hass, published, sites=(CABIN, HOME))
    fetched = await home.fetch(NOW)
    assert [*home.ledgers] == ["home"]
    assert [type(each) for each in fetched.problems] == [Unavailable]
    held = (None, *home.ledgers.values())
    assert home.importer.pause(NOW, 0.0, held) == timedelta(minutes=5)


@pytest.mark.parametrize("error", [NotFound, AuthError])
async def test_what_is_no_passing_fault(
    hass: HomeAssistant, published: Published, error: type[Exception]
) -> None:
    def fail(start: datetime, end: datetime) -> None:
        raise error("consumption")

    published.fault = fail
    home = Home(hass, published)
    if error is AuthError:
        with pytest.raises(AuthError):
            await home.fetch(NOW)
        return
    fetched = await home.fetch(NOW)
    assert fetched.refused == {"home"}
    assert home.importer.pause(NOW, 0.0, ()) == HOUR


async def test_a_correction_writes_from_its_hour_on(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published)
    await home.catch_up(NOW)
    before = await home.rows(), await home.rows(COST)
    published.hour(400, 100.0)
    tally = await home.importer.import_span(None, HOME, START, NOW)
    assert (tally.read, tally.written, tally.unchanged) == (960, 80, 959)
    after = await home.rows()
    assert after[:400] == before[0][:400]
    assert after[400:] != before[0][400:]
    assert await home.rows(COST) == before[1]
    tally = await home.importer.import_span(None, HOME, START, NOW)
    assert (tally.read, tally.written, tally.unchanged) == (960, 0, 960)


async def test_hours_after_days(hass: HomeAssistant) -> None:
    published = Published()
    for day in range(5):
        first = START + day * DAY
        published.put(first, first + DAY, 24.0)
    home = Home(hass, published)
    await home.catch_up(START + 5 * DAY)
    assert [(row.start - START, row.state) for row in await home.rows()] == [
        (n * DAY, 24.0) for n in range(5)
    ]
    assert home.ledgers["home"].missing_hours(START + 5 * DAY) == 0
    # The portal comes to give hours, from the second hour of the third day on.
    for number in range(2 * 24 + 1, 5 * 24):
        published.hour(number, 1.0)
    await home.fetch(START + 5 * DAY)
    rows = await home.hours()
    assert rows[:3] == [
        LedgerRow(START, 24.0, 24.0),
        LedgerRow(START + DAY, 24.0, 48.0),
        LedgerRow(START + 2 * DAY + HOUR, 1.0, 49.0),
    ]
    assert rows[-1] == LedgerRow(START + 5 * DAY - HOUR, 1.0, 48.0 + 71)
    # And goes back to days: what is finer stays.
    published.slots.clear()
    for day in range(5):
        published.put(START + day * DAY, START + (day + 1) * DAY, 99.0)
    await home.fetch(START + 5 * DAY)
    assert (await home.hours())[2:] == [
        LedgerRow(row.start, 1.0, row.sum + 150.0) for row in rows[2:]
    ]


async def test_a_part_that_cannot_be_had(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published, longest=timedelta(days=6), corrects=timedelta(days=2))
    published.problems = (Unavailable("costs"),)
    await home.fetch(NOW)
    await home.fetch(NOW)
    starts = [start for _, start, _ in published.asked]
    assert starts == [START, START]
    held = (*home.ledgers.values(),)
    assert home.importer.pause(NOW, 0.0, held) == timedelta(minutes=10)
    # It seems to last: the rest does not wait for it any longer.
    await home.catch_up(NOW)
    assert len(await home.rows()) == 20 * 24
    assert home.importer.pause(NOW, 0.0, (*home.ledgers.values(),)) == HOUR
    # It is put aside, and comes in as soon as it can.
    (aside,) = home.ledgers["home"].aside
    assert (aside.start, aside.is_partial) == (START, True)
    assert aside.why == "Unavailable: costs"
    published.problems = ()
    await home.fetch(NOW + HOUR)
    assert home.ledgers["home"].aside == ()
    published.problems = (Unavailable("costs"),)
    await home.fetch(NOW + 2 * HOUR)
    held = (*home.ledgers.values(),)
    assert not held[0].is_complete
    assert home.importer.pause(NOW, 0.0, held) == timedelta(minutes=5)


async def test_a_series_in_two_units_is_none(
    hass: HomeAssistant, published: Published
) -> None:
    """Which of them it is in, nobody can tell before one is stored."""
    ask = published.ask

    async def in_both(*asked: Any) -> Readings:
        found = await ask(*asked)
        energy = found.series[LedgerSeries(CONSUMPTION)]
        series = {**found.series, LedgerSeries(CONSUMPTION, "m³"): energy}
        return replace(found, series=series)

    with patch.object(published, "ask", in_both):
        home = Home(hass, published)
    await home.catch_up(NOW)
    assert await home.rows() == []
    assert len(await home.rows(COST)) == 20 * 24
    assert home.importer.refused["consumption.two_units"] == 2


@pytest.mark.parametrize("key", [CONSUMPTION, COST])
async def test_an_hour_that_cannot_be_stays_out_until_it_is_right(
    hass: HomeAssistant, published: Published, key: str
) -> None:
    """However long after the portal's own corrections; the rest goes on."""
    home = Home(hass, published, corrects=timedelta(days=2))
    published.hour(15 * 24 + 3, 24e6, key)
    published.hour(15 * 24 + 4, float("inf"), key)
    await home.catch_up(NOW)
    assert len(await home.hours(key)) == 20 * 24 - 2
    assert {row.state for row in await home.rows(key)} <= {n / 20 for n in range(31)}
    assert home.ledgers["home"].latest(CONSUMPTION) is not None
    why = f"{key}.implausible", f"{key}.not_finite"
    assert all(home.importer.refused[each] == 1 for each in why)
    home.restart()
    published.hour(15 * 24 + 3, 0.25, key)
    await home.catch_up(NOW + 10 * DAY)
    await home.fetch(NOW + 10 * DAY + HOUR)
    held = {row.start: row.state for row in await home.hours(key)}
    assert held[START + (15 * 24 + 3) * HOUR] == 0.25
    (left,) = home.ledgers["home"].refused_hours[key].values()
    assert left == "not_finite"


async def test_what_has_appliances_alone(hass: HomeAssistant) -> None:
    published = Published()
    for number in range(20 * 24):
        published.hour(number, 0.5, "appliance_fridge")
    home = Home(hass, published, corrects=timedelta(days=2))
    await home.catch_up(NOW)
    assert len(await home.rows("appliance_fridge")) == 20 * 24
    published.asked.clear()
    await home.fetch(NOW + HOUR)
    assert [NOW - start for _, start, _ in published.asked] < [timedelta(days=3)]


async def test_more_series_than_a_site_may_have(hass: HomeAssistant) -> None:
    """What is stored goes on; of what is new only so many are, and the rest is told."""
    published = Published()
    for number in range(24):
        published.hour(number, 0.5, CONSUMPTION)
        published.hour(number, 0.5, "appliance_fridge")
    home = Home(hass, published, corrects=timedelta(days=30))
    await home.catch_up(START + DAY)
    for number in range(24, 48):
        published.hour(number, 0.1, f"appliance_{'x' * 300}")
        for n in range(MOST_SERIES):
            published.hour(number, 0.1, f"appliance_a{n:02}")
        published.hour(number, 0.5, CONSUMPTION)
        published.hour(number, 0.5, "appliance_fridge")
    await home.catch_up(START + 2 * DAY)
    stored = await stored_series(hass)
    assert len(stored) == MOST_SERIES
    assert len(await home.rows("appliance_fridge")) == 48
    assert len(await home.rows(f"appliance_a{MOST_SERIES - 3:02}")) == 24
    assert home.importer.refused["too_many_series"] >= 3
