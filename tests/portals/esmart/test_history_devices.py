"""What chargers and other devices used: by the hour where told, else by the day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
import time
from typing import Any

import pytest

from custom_components.energy_portals.portals.contract import FeedRequest, Site
from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.history import (
    DEVICE_CONSUMPTION,
    HISTORY,
)
from custom_components.energy_portals.portals.esmart.sites import SITES, MeasuredSite
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.ledger import LedgerSeries
from custom_components.energy_portals.portals.model.series import Slot
from tests.portals.esmart.operations import NOW, TODAY
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.esmart_wire import day_of, midnight
from tests.sandbox.faults import Fault
from tests.surroundings import Surroundings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Over the end of a month; the last day is today, of 25 hours.
SPAN = midnight(day_of(TODAY) - 26 * DAY), NOW
DEVICE = LedgerSeries(DEVICE_CONSUMPTION)
EMPTY = Fault(kind="set", path="Values", value=[], times=None)


@pytest.fixture
async def sites(client: EsmartClient, esmart: EsmartSandbox) -> Mapping[str, Site]:
    """Return the sites of the sandbox's account."""
    request = FeedRequest(now=NOW, sites=(), held={}, given=None)
    found = (await SITES.fetch(client, request)).data
    esmart.calls.clear()
    return found


@pytest.fixture
def charger(sites: Mapping[str, Any]) -> MeasuredSite:
    site: MeasuredSite = sites["device-601"]
    return site


@pytest.fixture
def heater(sites: Mapping[str, Any]) -> MeasuredSite:
    site: MeasuredSite = sites["device-611"]
    return site


async def read(client: EsmartClient, site: MeasuredSite) -> Readings:
    return await HISTORY.read(client, site, SPAN, Surroundings())


def told(esmart: EsmartSandbox) -> list[str | None]:
    return [call.operation for call in esmart.calls]


def charged(esmart: EsmartSandbox) -> dict[datetime, float]:
    """Return what the charger delivered on each whole day of the span."""
    days = (day_of(SPAN[0]) + n * DAY for n in range(26))
    return {midnight(day): esmart.assets.charged(601, day) for day in days}


def by_day(slots: Any) -> dict[datetime, float]:
    sums: dict[datetime, float] = {}
    for slot in slots:
        at = midnight(day_of(slot.start))
        if at < TODAY:
            sums[at] = sums.get(at, 0) + slot.value
    return sums


async def test_hours_of_a_charger(
    client: EsmartClient, esmart: EsmartSandbox, charger: MeasuredSite
) -> None:
    readings = await read(client, charger)
    assert told(esmart) == ["asset_consumption"]
    slots = readings.series[DEVICE]
    assert {slot.end - slot.start for slot in slots} == {HOUR}
    expected = charged(esmart)
    assert sum(expected.values()) > 0
    assert by_day(slots) == pytest.approx(expected, abs=1e-6)
    assert not readings.problems


async def test_hours_of_another_device(
    client: EsmartClient, esmart: EsmartSandbox, heater: MeasuredSite
) -> None:
    """No money is made of it: it is part of what the contract's meter counts."""
    readings = await read(client, heater)
    assert told(esmart) == ["asset_consumption"]
    assert readings.series.keys() == {DEVICE}
    used = sum(slot.value or 0 for slot in readings.series[DEVICE])
    energy = esmart.household.energy(SPAN[0], NOW.replace(minute=0))
    assert used == pytest.approx(energy.appliances["boiler"] / 1000, abs=1e-3)


REFUSED = [Fault(kind="status", status=status, times=None) for status in (403, 404)]
ODD = [
    Fault(kind="status", status=400, times=None),
    Fault(kind="status", status=422, times=None),
    Fault(kind="raw", body='{"Odd": 1}', times=None),
]


@pytest.mark.parametrize("fault", [*REFUSED, *ODD, EMPTY])
async def test_days_of_a_charger(
    client: EsmartClient,
    esmart: EsmartSandbox,
    charger: MeasuredSite,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the portal tells no hours of it, whatever it answers instead."""
    esmart.fail("asset_consumption", fault)
    if fault in ODD:
        # That may pass, and the days would have taken the place of hours for good.
        with pytest.raises((Rejected, UnexpectedResponse)):
            await read(client, charger)
        later = time.monotonic() + 3601
        monkeypatch.setattr(time, "monotonic", lambda: later)
        esmart.calls.clear()
    readings = await read(client, charger)
    assert told(esmart) == ["asset_consumption", *["charger_statistics"] * 2]
    slots = readings.series[DEVICE]
    assert {slot.start: slot.value for slot in slots} == charged(esmart)
    assert {slot.end - slot.start for slot in slots} == {DAY}
    assert not readings.problems


@pytest.mark.parametrize("fault", [*REFUSED, *ODD])
async def test_hours_that_came_before_are_waited_for(
    client: EsmartClient,
    esmart: EsmartSandbox,
    charger: MeasuredSite,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await read(client, charger)
    later = time.monotonic() + 3601
    monkeypatch.setattr(time, "monotonic", lambda: later)
    esmart.fail("asset_consumption", fault)
    for _ in range(2):
        with pytest.raises(PortalError):
            await read(client, charger)
    esmart.heal()
    assert await read(client, charger)
    assert "charger_statistics" not in told(esmart)


async def test_sessions_where_they_are_told(
    client: EsmartClient, esmart: EsmartSandbox, charger: MeasuredSite
) -> None:
    esmart.assets.tell_devices(on=False)
    session = {
        "StartTime": "2026-10-03T20:10:00+00:00",
        "EndTime": "2026-10-03T22:40:00+00:00",
        "Value": 11.5,
    }
    fault = Fault(kind="set", path="Values", value=[session], times=None)
    esmart.fail("charger_statistics", fault)
    readings = await read(client, charger)
    start, end = (
        datetime.fromisoformat(session[each])  # XX
        for each in ("StartTime", "EndTime")
    )
    assert Slot(start, end, 11.5) in readings.series[DEVICE]


@pytest.mark.parametrize(
    ("key", "status", "error"),
    [
        ("device-601", 401, AuthError),
        ("device-601", 503, Unavailable),
        ("device-611", 404, NotFound),
        ("device-611", 403, Forbidden),
        ("device-611", 400, Rejected),
    ],
)
async def test_what_cannot_be_had(
    client: EsmartClient,
    esmart: EsmartSandbox,
    sites: Mapping[str, Any],
    key: str,
    status: int,
    error: type[PortalError],
) -> None:
    esmart.fail("asset_consumption", Fault(kind="status", status=status, times=None))
    with pytest.raises(error):
        await read(client, sites[key])
    assert "charger_statistics" not in told(esmart)


@pytest.mark.parametrize("status", [403, 404])
async def test_neither_hours_nor_days(
    client: EsmartClient, esmart: EsmartSandbox, charger: MeasuredSite, status: int
) -> None:
    """A portal that only has nothing yet does not refuse."""
    esmart.deny("charger_statistics", status)
    esmart.fail("asset_consumption", EMPTY)
    assert (await read(client, charger)).series == {DEVICE: ()}
    esmart.assets.tell_devices(on=False)
    esmart.fail("asset_consumption", Fault(kind="status", status=404, times=None))
    with pytest.raises(NotFound):
        await read(client, charger)


async def test_days_that_cannot_be_read(
    client: EsmartClient, esmart: EsmartSandbox, charger: MeasuredSite
) -> None:
    esmart.assets.tell_devices(on=False)
    odd = Fault(kind="raw", body='{"Odd": 1}', times=None)
    esmart.fail("charger_statistics", odd)
    with pytest.raises(UnexpectedResponse):
        await read(client, charger)


async def test_what_is_of_no_sort(client: EsmartClient, esmart: EsmartSandbox) -> None:
    site = MeasuredSite(key="x", name="X")
    assert (await HISTORY.ask(client, site, *SPAN)).series == {}
    assert HISTORY.part_key(site) is None
    assert not esmart.calls


def test_devices_are_parts(sites: Mapping[str, Any]) -> None:
    keys = {key: HISTORY.part_key(site) for key, site in sites.items()}
    assert keys["device-601"] == keys["device-611"] == DEVICE_CONSUMPTION
    assert keys["contract-1001-3001"] is None
    assert replace(sites["device-601"], gateway_id="501") == sites["device-601"]
