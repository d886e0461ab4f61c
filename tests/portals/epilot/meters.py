"""What the tests of meters' pasts ask, and what they expect."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from custom_components.energy_portals.portals.contract import FeedRequest
from custom_components.energy_portals.portals.epilot import EPILOT
from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.history import HISTORY
from custom_components.energy_portals.portals.epilot.sites import MeterSite
from custom_components.energy_portals.portals.history import Slots
from tests.sandbox.epilot import EpilotSandbox

HOUR = timedelta(hours=1)
# A German day of summer, whole and past.
START = datetime(2026, 6, 14, 22, tzinfo=UTC)
END = START + 24 * HOUR


async def ask(
    client: EpilotClient,
    meter: str,
    start: datetime = START,
    end: datetime = END,
) -> Mapping[tuple[str, str], Slots]:
    site = await meter_of(client, meter)
    readings = await HISTORY.ask(client, site, start, end)
    assert not readings.problems
    return {(each.key, each.unit): slots for each, slots in readings.series.items()}


def total(slots: Slots) -> float:
    return sum(slot.value or 0 for slot in slots)


def drawn(epilot: EpilotSandbox, start: datetime = START, end: datetime = END) -> float:
    return epilot.household.total_energy(start, end) / 1000


async def meter_of(client: EpilotClient, meter_id: str) -> MeterSite:
    """Return the site of a meter, as it is now."""
    request = FeedRequest(now=END, sites=(), held={}, given=None)
    found = (await EPILOT.sites.fetch(client, request)).data[f"meter:{meter_id}"]
    assert isinstance(found, MeterSite)
    return found
