"""What is read is what the sandbox says; what is written, it takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.models import (
    Area,
    Building,
    ChargingRequest,
    MessageState,
    Resolution,
    Terms,
)
from custom_components.energy_portals.portals.http.errors import NotFound, Rejected
from custom_components.energy_portals.portals.model.prices import Tax
from tests.portals.esmart.operations import (
    CONTRACT,
    METER,
    NOW,
    TODAY,
    TOMORROW,
    error_of,
)
from tests.sandbox.esmart import EsmartSandbox

HOUR, QUARTER, DAY = timedelta(hours=1), timedelta(minutes=15), timedelta(days=1)


def operations(esmart: EsmartSandbox) -> list[str | None]:
    return [call.operation for call in esmart.calls]


@pytest.fixture
def other(session: ClientSession, login: dict[str, Any]) -> EsmartClient:
    """Return the client of the second customer, whose cabin has no charger."""
    return EsmartClient(session, **{**login, "customer_id": "43"})


# The customer and its sites


async def test_authenticate(client: EsmartClient) -> None:
    assert await client.authenticate() == ("42", "43")


async def test_delivery_points(client: EsmartClient, esmart: EsmartSandbox) -> None:
    [point] = await client.delivery_points()
    [contract, *_] = esmart.home.contracts_held
    assert (point.contract_no, point.meter_id) == (CONTRACT, METER)
    assert (point.delivery_point_id, point.meter_no) == ("3001", contract.meter_no)
    assert (point.is_power, point.is_net, point.is_active) == (True, False, True)
    assert (point.price_area, point.has_watt_meter) == ("NO1", True)
    assert point.address == "Sandbox street 1, 0000 Sandbox"
    assert (point.start, point.end) == (esmart.home.opened, None)
    [gateway] = point.gateways
    assert [device.asset_id for device in gateway.chargers] == ["601"]
    assert [device.asset_id for device in gateway.devices] == ["611"]
    query = esmart.calls[-1].query
    assert set(query.values()) == {"true"} and len(query) == 4


async def test_the_other_area_and_customer(
    session: ClientSession, login: dict[str, Any], other: EsmartClient
) -> None:
    net = EsmartClient(session, **{**login, "area": Area.NET})
    [point] = await net.delivery_points()
    assert (point.contract_no, point.is_net) == ("1002", True)
    [contract] = await net.contracts()
    assert (contract.contract_no, contract.kinds) == ("1002", ("net",))
    [point] = await other.delivery_points()
    assert (point.contract_no, point.price_area) == ("1003", "NO2")


async def test_no_delivery_point_is_known(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    esmart.home.drop_meter_ids()
    assert await client.delivery_points() == ()
    assert await client.meter_exists(CONTRACT, METER) is True
    assert await client.meter_exists(CONTRACT, "M-9") is False


async def test_contracts(client: EsmartClient) -> None:
    [contract] = await client.contracts()
    assert contract == await client.contract(CONTRACT)
    assert (contract.contract_no, contract.kinds) == (CONTRACT, ("power",))
    assert isinstance(await error_of(client.contract("9")), NotFound)


async def test_customer(client: EsmartClient) -> None:
    await client.update_contact(mobile="11111111", email="b@example.invalid")
    found = await client.customer()
    assert (found.id, found.first_name, found.is_power) == ("42", "Sandbox", True)
    assert (found.phone, found.mobile) == ("00000000", "11111111")
    assert found.email == "b@example.invalid"
    assert isinstance(await error_of(client.update_contact(phone="+47")), Rejected)


# Power, prices, energy


async def test_watt_meter(client: EsmartClient, esmart: EsmartSandbox) -> None:
    household = esmart.household
    found = await client.watt_meter(CONTRACT, METER)
    first = await client.watt_meter_v1(CONTRACT, METER)
    assert found.last is not None and found.subscribed is not None
    assert found.last.watts == pytest.approx(household.load(NOW).total)
    assert found.last.time == NOW
    assert (found.last, found.month_max, found.max) == (
        *(first.last, first.month_max, first.max),
    )
    assert found.subscribed.watts == 10_000
    assert found.subscribed.sections[-1] == (10_000, 15_000)
    assert first.subscribed is None


async def test_one_peak_for_all(client: EsmartClient, esmart: EsmartSandbox) -> None:
    """The highest power is now: the portal then only refers to it."""
    esmart.household.correct(NOW - HOUR, NOW + HOUR, 9000)
    found = await client.watt_meter(CONTRACT, METER)
    assert found.last is not None
    assert found.last == found.month_max == found.max
    assert found.last.watts == pytest.approx(esmart.household.load(NOW).total)
    assert esmart.household.load(NOW).total >= 9000


@pytest.mark.parametrize("minutes", [15, 30, 60])
async def test_spot_prices(
    client: EsmartClient, esmart: EsmartSandbox, minutes: int
) -> None:
    esmart.prices.set_resolution(minutes)
    step = timedelta(minutes=minutes)
    found = await client.spot_prices("NO2", TODAY, TOMORROW)
    assert (found.currency, found.tax) == ("NOK", Tax.UNKNOWN)
    assert len(found.slots) == 25 * HOUR / step
    assert found.final(TODAY, TOMORROW)
    for slot in found.slots:
        assert slot.end - slot.start == step
        assert slot.value.value == esmart.prices.spot("NO2", slot.start, step)
    assert isinstance(
        await error_of(client.spot_prices("NO9", TODAY, TOMORROW)), Rejected
    )


async def test_preliminary_prices(client: EsmartClient, esmart: EsmartSandbox) -> None:
    late = (NOW - datetime(2026, 10, 25, 11, 55, tzinfo=UTC)).seconds // 60
    esmart.prices.delay_publication(late + 5)
    found = await client.spot_prices("NO1", TODAY, TOMORROW + DAY)
    states = [slot.value.preliminary for slot in found.slots]
    assert states == [False] * 100 + [True] * 96
    esmart.prices.delay_publication(late + 60)
    found = await client.spot_prices("NO1", TOMORROW, TOMORROW + DAY)
    assert len(found.slots) == 0 and found.currency == "NOK"


async def test_contract_prices(client: EsmartClient, esmart: EsmartSandbox) -> None:
    found = await client.contract_prices(CONTRACT, TODAY, TOMORROW)
    assert found == await client.meter_prices(CONTRACT, METER, TODAY, TOMORROW)
    contract = esmart.home.contracts_held[0]
    assert len(found.slots) == 25
    for slot in found.slots:
        assert slot.end - slot.start == HOUR
        assert slot.value.value == esmart.prices.contract_price(contract, slot.start)


@pytest.mark.parametrize(
    ("resolution", "count"),
    [
        (Resolution.HOUR, 10 * 24),
        (Resolution.DAY, 10),
        (Resolution.MONTH, 0),
        (Resolution.YEAR, 0),
    ],
)
async def test_consumption(
    client: EsmartClient, esmart: EsmartSandbox, resolution: Resolution, count: int
) -> None:
    start = TODAY - 10 * DAY
    found = await client.consumption(CONTRACT, METER, start, TODAY, resolution)
    # Of no values no unit is known.
    assert found.unit == ("kWh" if count else None)
    assert len(found.slots) == count
    for slot in found.slots:
        energy = esmart.household.total_energy(slot.start, slot.end)
        assert slot.value.value == pytest.approx(energy / 1000)
        assert slot.value.status == 1
    if count:
        assert (found.slots.slots[0].start, found.slots.slots[-1].end) == (start, TODAY)


async def test_months_end_in_oslo(client: EsmartClient) -> None:
    start = datetime(2025, 12, 31, 23, tzinfo=UTC)
    found = await client.consumption(CONTRACT, METER, start, NOW, Resolution.MONTH)
    assert len(found.slots) == 10
    march = found.slots.slots[2]
    assert march.end - march.start == 31 * DAY - HOUR
    october = found.slots.slots[-1]
    assert october.end == datetime(2026, 10, 31, 23, tzinfo=UTC)


async def test_hours_that_are_not_metered_are_missing(
    client: EsmartClient, esmart: EsmartSandbox
) -> None:
    esmart.hold_back(5 * 3600)
    found = await client.consumption(CONTRACT, METER, TODAY, TOMORROW)
    until = esmart.household.metered_until()
    assert found.slots.slots[-1].end <= until < found.slots.slots[-1].end + HOUR


async def test_costs(client: EsmartClient, esmart: EsmartSandbox) -> None:
    used = await client.consumption(CONTRACT, METER, TODAY, TOMORROW)
    prices = await client.contract_prices(CONTRACT, TODAY, TOMORROW)
    costs = await client.costs(CONTRACT, METER, TODAY, TOMORROW)
    assert (costs.unit, len(costs.slots)) == ("NOK", len(used.slots))
    for slot in costs.slots:
        energy, price = used.slots.at(slot.start), prices.slots.at(slot.start)
        assert energy is not None and price is not None
        assert energy.value.value is not None
        cost = energy.value.value * price.value.value
        assert slot.value.value == pytest.approx(cost, abs=1e-5)


async def test_comparison(client: EsmartClient, other: EsmartClient) -> None:
    found = await client.comparison(CONTRACT, METER, TODAY - 7 * DAY, TODAY)
    used = await client.consumption(
        CONTRACT, METER, TODAY - 7 * DAY, TODAY, Resolution.DAY
    )
    assert found.own == used.slots
    assert len(found.reference) == len(found.efficient) == 7
    assert found.score is not None and 0 <= found.score <= 100
    cabin = await other.comparison("1003", "M-1003", TODAY - 7 * DAY, TODAY)
    assert cabin.reference == cabin.own
    assert cabin.reference_percentage == 0


async def test_temperatures(client: EsmartClient) -> None:
    found = await client.temperatures(METER, TODAY - DAY, TODAY)
    assert (found.unit, len(found.slots)) == ("°C", 24)


async def test_expenses(client: EsmartClient) -> None:
    found = await client.expenses(CONTRACT, TODAY - DAY, TODAY)
    costs = await client.costs(CONTRACT, METER, TODAY - DAY, TODAY)
    paid = sum(slot.value.value or 0 for slot in costs.slots)
    assert found.unit == "NOK" and found.items.keys() == {"Energy", "Grid"}
    assert found.items["Energy"] == pytest.approx(paid)
    assert found.total == pytest.approx(
        sum(value or 0 for value in found.items.values())
    )


# Invoices, messages, readings, the building


async def test_invoices(client: EsmartClient, esmart: EsmartSandbox) -> None:
    invoices = await client.invoices()
    unpaid = [invoice for invoice in invoices if invoice.unpaid]
    assert len(unpaid) == 1 and len({invoice.number for invoice in invoices}) > 2
    assert unpaid[0].due is not None and NOW < unpaid[0].due < NOW + 12 * DAY
    assert await client.invoice(unpaid[0].number) == unpaid[0]
    of_year = await client.contract_invoices(CONTRACT, 2025)
    assert of_year == tuple(row for row in invoices if row in of_year)
    assert {row.issued.year for row in of_year if row.issued} <= {2024, 2025}
    assert "invoice_pdf" not in operations(esmart)


async def test_messages(client: EsmartClient) -> None:
    messages = await client.messages()
    assert [message.state for message in messages] == [1, 2, 2]
    assert messages[1:] == await client.messages(2, 1) + await client.messages(3, 1)
    assert await client.messages(2) == ()
    assert await client.unread_messages() == 1
    await client.mark_message(messages[0].id)
    assert await client.unread_messages() == 0
    await client.mark_message(messages[2].id, read=False)
    [*_, last] = await client.messages()
    assert last.state == MessageState.UNREAD
    assert isinstance(await error_of(client.mark_message("1")), NotFound)


async def test_meter_readings(client: EsmartClient) -> None:
    readings = await client.meter_readings("3001")
    newest = readings[0]
    assert newest.value is not None and newest.date is not None
    assert (newest.unit, newest.reader) == ("kWh", "Utility")
    value = int(newest.value) + 7
    submitted = await client.submit_meter_reading("3001", value, NOW)
    assert submitted is not None
    assert (submitted.value, submitted.consumption) == (value, 7)
    assert (await client.meter_readings("3001", page_size=1)) == (submitted,)
    again = client.submit_meter_reading("3001", value - 1, NOW)
    assert isinstance(await error_of(again), Rejected)


async def test_building(client: EsmartClient) -> None:
    assert await client.building(CONTRACT, METER) == Building("Home", 1985, 140, 4)
    await client.set_building(CONTRACT, METER, area=120, residents=2)
    assert await client.building(CONTRACT, METER) == Building("Home", 1985, 120, 2)


# Charging and load control


async def test_charging_requests(client: EsmartClient) -> None:
    [planned] = await client.charging_requests()
    assert (planned.asset_id, planned.energy) == ("601", 12.5)
    created = await client.create_charging_request("601", NOW, TOMORROW, 5.5)
    assert created is not None
    assert created == ChargingRequest(created.id, "601", NOW, TOMORROW, 5.5)
    await client.update_charging_request(created.id, end=TOMORROW + HOUR, energy=6)
    changed = await client.charging_request(created.id)
    assert changed == ChargingRequest(created.id, "601", NOW, TOMORROW + HOUR, 6)
    await client.cancel_charging_request(created.id)
    assert await client.charging_requests() == (planned,)
    for gone in (client.charging_request, client.cancel_charging_request):
        assert isinstance(await error_of(gone(created.id)), NotFound)
    backwards = client.create_charging_request("601", TOMORROW, NOW, 5.5)
    assert isinstance(await error_of(backwards), Rejected)


async def test_charger_statistics(client: EsmartClient) -> None:
    found = await client.charger_statistics(CONTRACT, "601", 2026, 10)
    assert (found.unit, len(found.days)) == ("kWh", 24)
    assert found.total == pytest.approx(
        sum(slot.value.value or 0 for slot in found.days)
    )
    assert found.days.slots[-1].end == TODAY
    month = await client.charger_statistics(CONTRACT, "601", 2026, 3)
    assert [slot.end - slot.start for slot in month.days].count(23 * HOUR) == 1


async def test_cars(client: EsmartClient) -> None:
    one, two = await client.cars()
    assert (one.id, one.name, one.net_kwh, one.max_kw) == ("car-1", "Car 1", 60.5, 11)
    assert (one.connected_asset_id, two.connected_asset_id) == ("601", None)


async def test_control_plans(client: EsmartClient) -> None:
    [plan] = await client.control_plans("601")
    assert (plan.asset_id, plan.name, plan.declined) == ("601", "Charge late", False)
    assert plan.start is not None and plan.end is not None
    assert plan.end - plan.start == 8 * HOUR
    await client.decline_control_plan("601", plan.id)
    [plan] = await client.control_plans("601")
    assert plan.declined is True
    assert isinstance(await error_of(client.control_plans("9")), NotFound)


async def test_requests(client: EsmartClient) -> None:
    assert [row.id for row in await client.request_types()] == ["1", "2"]
    [zone] = await client.request_zones(CONTRACT)
    assert (zone.id, zone.name) == ("1", "Sandbox zone")
    assert isinstance(await error_of(client.request_zones("1002")), NotFound)
    found = await client.requested(zone.id, "1", TODAY, TOMORROW)
    assert [slot.start for slot in found] == [TODAY + HOUR * n for n in range(25)]
    assert all(slot.value is not None for slot in found)


async def test_load_control(client: EsmartClient) -> None:
    [site] = await client.control_sites()
    assert (site.id, site.name) == ("701", "Home")
    devices = await client.control_devices(site.id)
    assert [device.name for device in devices] == ["Charger", "Heater"]
    settings = await client.control_settings(site.id)
    assert (settings.threshold, settings.unit) == (5, "kW")
    assert settings.order == ("601", "611")


# Terms and health


async def test_terms(client: EsmartClient, esmart: EsmartSandbox) -> None:
    assert await client.eula_accepted() is True
    esmart.customer.reset_terms()
    assert await client.eula_accepted() is False
    assert await client.terms() == Terms(general=False, additional=False)
    await client.accept_eula()
    await client.accept_terms(additional=False)
    assert await client.eula_accepted() is True
    assert await client.terms() == Terms(general=True, additional=False)
    await client.accept_terms()
    assert await client.terms() == Terms(general=True, additional=True)


async def test_health(client: EsmartClient) -> None:
    found = await client.ping()
    assert (found.version, found.subsystems) == ("1.0.0", {"CustomerWeb": "1.0.0"})
    assert {check.name: check.ok for check in await client.checks()} == {
        "CustomerWeb": True,
        "Cache": True,
    }
