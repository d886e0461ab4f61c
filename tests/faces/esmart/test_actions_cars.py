"""Cars of the garage and statistics of chargers, against the sandbox."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from tests.accounts import act, refused, value
from tests.faces.esmart.home import CHARGER, CUSTOMER
from tests.sandbox.esmart import EsmartSandbox


def _cars(esmart: EsmartSandbox) -> dict[str, dict[str, object]]:
    return {car: told for (_, car), told in esmart.charging._cars.items()}


async def test_a_car_is_added_changed_and_removed(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    about = {"capacity": 58, "total_capacity": 62, "power": 11, "charger": "charger"}
    answer: Any = await act(hass, "add_garage_car", name="Family car", **about)
    car_id = answer["car_id"]
    car = _cars(esmart)[car_id]
    assert (car["DisplayName"], car["ConnectedAssetId"]) == ("Family car", 601)
    assert (car["NettBatterySize"], car["GrossBatterySize"]) == (58, 62)
    capacity = f"car_capacity_{car_id}"
    await loaded.runtime_data.feeds["cars"].async_refresh()
    await hass.async_block_till_done()
    assert value(hass, loaded, CUSTOMER, capacity) == "58.0"
    await act(hass, "update_garage_car", car="family CAR", model="X", power=7.4)
    assert (_cars(esmart)[car_id]["Model"], car["MaxChargePower"]) == ("X", 7.4)
    assert _cars(esmart)[car_id]["DisplayName"] == "Family car"
    await act(hass, "remove_garage_car", car=car_id)
    assert car_id not in _cars(esmart)


async def test_a_car_with_an_id_of_the_users(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    answer = await act(hass, "add_garage_car", name="Car", car_id="car-9")
    assert answer == {"car_id": "car-9"}
    # The portal would take it for a change of the one that is there.
    error = await refused(hass, "add_garage_car", name="Car 2", car_id="car-9")
    assert error == "car_exists"
    assert _cars(esmart)["car-9"]["DisplayName"] == "Car"


async def test_what_cannot_be_changed(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    before = {car: dict(told) for car, told in _cars(esmart).items()}
    wrong: list[tuple[str, dict[str, Any], str, str]] = [
        ("update_garage_car", {"car": "car-1"}, "nothing_given", ""),
        ("update_garage_car", {"car": "Bus", "power": 5}, "unknown_car", "Car 1"),
        ("remove_garage_car", {"car": "Bus"}, "unknown_car", "Car 2 (car-2)"),
        (
            "add_garage_car",
            {"name": "Car", "charger": "611"},
            "unknown_charger",
            "Charger (601)",
        ),
    ]
    for name, fields, key, allowed in wrong:
        with pytest.raises(ServiceValidationError) as raised:
            await act(hass, name, **fields)
        assert raised.value.translation_key == key
        assert allowed in str(raised.value)
    for field in ("capacity", "total_capacity", "power"):
        for odd in (0, -1, 1001, "big"):
            with pytest.raises(vol.Invalid):
                await act(hass, "update_garage_car", car="car-1", **{field: odd})
    assert _cars(esmart) == before


async def test_charging_statistics(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    answer: Any = await act(hass, "get_charging_statistics")
    assert answer["unit"] == "kWh"
    assert value(hass, loaded, CHARGER, "charged_this_month") == f"{answer['total']}"
    assert len(answer["rows"]) == 14
    first = answer["rows"][0]
    assert first["start"] == "2025-12-31T23:00:00+00:00"
    assert first["end"] == "2026-01-01T23:00:00+00:00"
    energies = [row["energy"] for row in answer["rows"]]
    assert sum(energies) == pytest.approx(answer["total"], abs=0.1)
    past: Any = await act(hass, "get_charging_statistics", year=2025.0, month=2)
    assert len(past["rows"]) == 28
    esmart.deny("charger_statistics", 403)
    with pytest.raises(HomeAssistantError):
        await act(hass, "get_charging_statistics")


async def test_battery_of_the_car(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    assert value(hass, loaded, CHARGER, "car_battery") == "62.0"
    esmart.charging.set_battery(80)
    await loaded.runtime_data.feeds["car_battery"].async_refresh()
    assert value(hass, loaded, CHARGER, "car_battery") == "80.0"
    assert value(hass, loaded, CUSTOMER, "car_battery") is None
