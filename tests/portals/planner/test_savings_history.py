"""What was saved, as statistics."""

from datetime import timedelta

from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.model.ledger import LedgerSeries
from custom_components.energy_portals.portals.planner.savings import Realised
from custom_components.energy_portals.portals.planner.savings_history import (
    savings_history,
)
from tests.portals.planner.saving import START, Days, run
from tests.portals.planner.sharing import HOUR, OSLO


async def test_what_becomes_statistics() -> None:
    """The hours of a span as money, and nothing of what is not known."""
    days = Days(ran={"car": [run(START + 8 * HOUR, 1, 7.4)]})
    history = savings_history(OSLO)
    assert history.oldest is not None
    assert history.oldest(START) == START - timedelta(days=3)
    span = (START + 7 * HOUR, START + 9 * HOUR)

    async def read() -> Readings:
        now = START + 11 * HOUR
        return await history.read(
            days.client, days.devices[0], span, days.surroundings(now)
        )

    assert (await read()).series == {}
    found = await days.live(START + 6 * HOUR, START + 11 * HOUR)
    readings = await read()
    assert {*readings.series} == {
        LedgerSeries(key, "NOK") for key in ("saved", "paid", "paid_at_once")
    }
    told = readings.of("saved")
    assert told is not None
    assert [slot.value for slot in told[1]] == [
        each.saved for each in found.hours if span[0] <= each.start < span[1]
    ]
    span = (START - 99 * HOUR, START - 98 * HOUR)
    assert (await read()).series == {}
    assert [*found.corrected(START, START + 24 * HOUR)]
    assert not [*found.corrected(START + 24 * HOUR, START + 25 * HOUR)]
    assert not [*Realised(currency="NOK").corrected(START, START)]
