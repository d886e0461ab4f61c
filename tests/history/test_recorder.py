"""The recorder is waited for, and what a crash or a reload leaves is mended."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
import threading
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
)

from custom_components.energy_portals.history import recorder as statistics
from custom_components.energy_portals.history.recorder import (
    NotStored,
    StoredRows,
    metadata,
    stored_series,
)
from custom_components.energy_portals.portals.model.ledger import COST, HOUR, LedgerRow
from tests.history.published import (
    DAY,
    HOME,
    NOW,
    START,
    Crash,
    Home,
    Published,
    crash_after,
)

EVERY_DATABASE = True
# What is written is held against Home Assistant's own recorder.
OWN_RECORDER = True


async def test_two_imports_that_meet(hass: HomeAssistant, published: Published) -> None:
    home = Home(hass, published, longest=timedelta(days=6))
    await asyncio.gather(
        home.importer.import_span(None, HOME, START + 9 * DAY, NOW),
        home.fetch(NOW),
        home.importer.import_span(None, HOME, START, NOW),
        home.fetch(NOW),
    )
    rows = await home.rows()
    assert len(rows) == 20 * 24
    assert rows[-1].sum == sum(number % 7 / 4 for number in range(20 * 24))


async def test_a_fetch_that_waits_for_an_import(
    hass: HomeAssistant, published: Published, freezer: FrozenDateTimeFactory
) -> None:
    """It goes on with what the import has left, not with what it was asked with."""
    freezer.move_to(NOW)
    home = Home(hass, published, corrects=timedelta(days=2))
    await home.catch_up(NOW)
    published.hour(100, 50.0)
    await asyncio.gather(
        home.importer.import_span(None, HOME, START, START + 10 * DAY), home.fetch(NOW)
    )
    known = home.ledgers["home"].by_series
    home.restart(forget=True)
    await home.fetch(NOW)
    assert home.ledgers["home"].by_series == known


@pytest.mark.parametrize("batches", range(1, 8))
async def test_sums_are_mended_after_a_crash(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, batches: int
) -> None:
    published = Published()
    for number in range(0, 20 * 24, 10):
        published.hour(number, number % 7 / 4)
    home = Home(hass, published)
    await home.catch_up(NOW)
    clean = await home.rows()
    stored_rows = StoredRows(hass)
    key = home.id()
    metas = {key: (await stored_series(hass))[key]}
    await stored_rows.open(metas, START)
    raised = [LedgerRow(row.start, row.state, row.sum + 1) for row in clean[2:]]
    taken = statistics.async_add_external_statistics
    left = [batches]

    def take(*args: Any) -> None:
        left[0] -= 1
        if left[0] >= 0:
            taken(*args)

    with (
        patch.object(statistics, "BATCH", 8),
        patch.object(statistics, "async_add_external_statistics", take),
    ):
        await stored_rows.write(metadata(key, "kWh", "Home"), raised)
    await async_wait_recording_done(hass)

    again = StoredRows(hass)
    await again.open(metas, NOW - DAY)
    # The mark is taken away with the sixth batch: it holds the newest row.
    assert ("are added up again" in caplog.text) is (batches < 7)
    rows = await home.rows()
    assert rows == (clean if batches < 7 else [*clean[:2], *raised])
    caplog.clear()
    await StoredRows(hass).open(metas, NOW - DAY)
    assert caplog.text == ""


async def test_sums_that_are_infinite_are_mended(
    hass: HomeAssistant, published: Published
) -> None:
    """As they were stored before such hours were refused."""
    if get_instance(hass).dialect_name == "mysql":
        pytest.skip("it has no word for them")
    meta = metadata(Home(hass, published).id(), "kWh", "Home")
    rows = StoredRows(hass)
    await rows.open({}, START)
    states = [1.0, 1.7e308, 1.7e308, 2.0]
    sums = accumulate(states)
    stored = [
        LedgerRow(START + n * HOUR, state, total)
        for n, (state, total) in enumerate(zip(states, sums, strict=True))
    ]
    await rows.write(meta, stored)
    await async_wait_recording_done(hass)
    published.slots.clear()
    published.hour(30, 5.0)
    home = Home(hass, published)
    await home.importer.import_span(None, HOME, START + 26 * HOUR, NOW)
    assert await home.rows() == [
        LedgerRow(START, 1.0, 1.0),
        LedgerRow(START + HOUR, None, 1.0),
        LedgerRow(START + 2 * HOUR, None, 1.0),
        LedgerRow(START + 3 * HOUR, 2.0, 3.0),
        LedgerRow(START + 30 * HOUR, 5.0, 8.0),
    ]


async def test_a_sum_before_a_long_gap_is_found(hass: HomeAssistant) -> None:
    published = Published()
    published.hour(0, 1.0)
    published.hour(20 * 24, 2.0)
    home = Home(hass, published, corrects=timedelta(days=2))
    await home.fetch(START + 2 * HOUR)
    for days in (20, 70, 200):
        published.hour(days * 24, 2.0)
        await home.catch_up(START + days * DAY + 2 * HOUR)
    assert [row.sum for row in await home.rows()] == [1.0, 3.0, 5.0, 7.0]


@dataclass(slots=True)
class Hold(RecorderTask):
    """The recorder is busy with something else."""

    goes_on: threading.Event

    def run(self, instance: Recorder) -> None:
        """Wait."""
        self.goes_on.wait(10)


async def test_a_reload_in_the_middle(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published)
    await home.catch_up(NOW)
    before = await home.rows()
    goes_on = threading.Event()
    take = statistics.async_add_external_statistics

    def take_later(*args: Any) -> None:
        get_instance(hass).queue_task(Hold(goes_on))
        take(*args)

    published.hour(400, 100.0)
    with patch.object(statistics, "async_add_external_statistics", take_later):
        cut_short = hass.async_create_background_task(home.fetch(NOW), "fetch")
        while not get_instance(hass).backlog:
            await asyncio.sleep(0.01)
    cut_short.cancel()
    # What is left in the queue is not to come over what is asked for next.
    published.hour(400, before[400].state)
    home.restart()
    again = hass.async_create_background_task(home.fetch(NOW), "fetch again")
    await asyncio.sleep(0.2)
    goes_on.set()
    await again
    await async_wait_recording_done(hass)
    assert await home.rows() == before


async def test_rows_that_never_arrive(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published)
    with (
        patch.object(statistics, "async_add_external_statistics"),
        patch.object(statistics, "_LOOK_AGAIN", 0),
        pytest.raises(NotStored),
    ):
        await home.fetch(NOW)
    assert home.ledgers == {}
    await home.catch_up(NOW)
    assert len(await home.rows()) == 20 * 24


async def test_an_import_forgets_nothing(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published)
    await home.catch_up(NOW)
    known = home.ledgers["home"]
    await home.importer.import_span(None, HOME, START, START + DAY)
    ledger = home.ledgers["home"]
    assert ledger.is_complete
    assert ledger.by_series == known.by_series


async def test_what_the_leading_series_has_the_others_have(
    hass: HomeAssistant, published: Published
) -> None:
    home = Home(hass, published)
    with crash_after(1), pytest.raises(Crash):
        await home.fetch(NOW)
    await async_wait_recording_done(hass)
    assert await home.rows() == []
    assert len(await home.rows(COST)) == 20 * 24
