"""Service actions, against the sandbox."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import Context, HomeAssistant, ServiceResponse
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

POWER = "sensor.digiwatt_1234567890_power"
HOUSEHOLD = {"adults": 2, "children": 1, "elderlies": 0}


async def _call(
    hass: HomeAssistant,
    name: str,
    data: dict[str, Any] | None = None,
    *,
    response: bool = True,
    context: Context | None = None,
) -> ServiceResponse:
    """Call an action of the integration."""
    return await hass.services.async_call(
        DOMAIN,
        name,
        data or {},
        blocking=True,
        return_response=response,
        context=context,
    )


async def test_green_windows(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    answer = await _call(hass, "get_green_windows")
    outlook = loaded.runtime_data.feeds["green_windows"].data["1234567890"]
    assert answer["unit"] == "%"
    assert answer["share"] == outlook.share
    starts = [window.start.isoformat() for window in outlook.windows]
    assert [window["start"] for window in answer["windows"]] == starts

    first = outlook.windows.slots[0]
    for span, expected in (
        ({"end": first.start.isoformat()}, []),
        ({"end": (first.start + timedelta(seconds=1)).isoformat()}, starts[:1]),
        ({"start": first.end.isoformat()}, starts[1:]),
        ({"start": "2100-01-01 00:00:00"}, []),
    ):
        answer = await _call(hass, "get_green_windows", span)
        assert [window["start"] for window in answer["windows"]] == expected


@pytest.mark.parametrize("period", ["yesterday", "last-seven-days", "this-month"])
async def test_consumption(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry, period: str
) -> None:
    answer = await _call(hass, "get_consumption", {"period": period})
    assert answer["period"] == period
    assert "appliances" not in answer["energy"]
    assert set(answer["power"]["rows"][0]) == {"start", "value"}

    answer = await _call(
        hass, "get_consumption", {"period": period, "per_appliance": True}
    )
    assert "fridge" in answer["energy"]["appliances"]
    first = answer["power"]["rows"][0]
    start = datetime.fromisoformat(first["start"])
    assert start.utcoffset() == timedelta()
    assert first["value"] == digiwatt.household.load(start).total
    assert first["appliances"]["fridge"] >= 0


async def test_household(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    """The sandbox refuses whatever the portal's page does not allow."""
    digiwatt.calls.clear()
    await _call(hass, "set_household", HOUSEHOLD, response=False)
    full = {
        **HOUSEHOLD,
        "house_type": "apartment",
        "dimension": 100.0,
        "province": "MI",
        "appliances": {"fridge": 1, "washingMachine": 2},
    }
    await _call(hass, "set_household", full, response=False)
    assert [(call.operation, call.status) for call in digiwatt.calls] == [
        ("user_onboarding", 200)
    ] * 2


@pytest.mark.parametrize(
    "change",
    [
        {"province": "Mi"},
        {"province": "MIL"},
        {"province": "MI\n"},
        {"house_type": "castle"},
        {"dimension": 0},
        {"adults": -1},
        {"adults": 1.5},
        {"adults": True},
        {"adults": "many"},
        {"appliances": {"sauna": 1}},
        {"appliances": {"fridge": 0}},
        {"surprise": 1},
    ],
)
async def test_household_that_is_not_allowed_is_not_sent(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    change: dict[str, Any],
) -> None:
    digiwatt.calls.clear()
    with pytest.raises(vol.Invalid):
        await _call(hass, "set_household", {**HOUSEHOLD, **change}, response=False)
    assert not digiwatt.calls


async def test_home_without_residents(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.calls.clear()
    nobody = dict.fromkeys(HOUSEHOLD, 0)
    with pytest.raises(ServiceValidationError) as raised:
        await _call(hass, "set_household", nobody, response=False)
    assert raised.value.translation_key == "no_residents"
    assert not digiwatt.calls


async def test_supply_point_is_deleted_once_confirmed(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await _call(
            hass, "delete_supply_point", {"account_number": "123"}, response=False
        )
    assert raised.value.translation_key == "account_number_differs"
    assert "1234567890" in digiwatt.accounts

    confirmed = {"account_number": "1234567890"}
    await _call(hass, "delete_supply_point", confirmed, response=False)
    assert not digiwatt.accounts

    with pytest.raises(HomeAssistantError) as failed:
        await _call(hass, "delete_supply_point", confirmed, response=False)
    assert failed.value.translation_key == "not_found"


async def test_only_an_administrator_deletes(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    hass_read_only_user: MockUser,
) -> None:
    with pytest.raises(Unauthorized):
        await _call(
            hass,
            "delete_supply_point",
            {"account_number": "1234567890"},
            response=False,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert digiwatt.accounts


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault(kind="status", status=500, times=None), "cannot_connect"),
        (Fault(kind="status", status=429), "rate_limited"),
        (Fault(kind="html", status=200), "unexpected_response"),
        (Fault(kind="status", status=403), "forbidden"),
    ],
)
async def test_portal_trouble_is_told(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    fault: Fault,
    key: str,
) -> None:
    digiwatt.fail("consumption_totals", fault)
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "get_consumption", {"period": "yesterday"})
    assert raised.value.translation_key == key
    assert "consumption_totals" in str(raised.value)


async def test_refused_credentials_start_reauth(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.rotate_secret()
    with pytest.raises(HomeAssistantError) as raised:
        await _call(hass, "get_consumption", {"period": "yesterday"})
    assert raised.value.translation_key == "invalid_auth"
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == SOURCE_REAUTH


# More of what Digiwatt knows


async def test_comparison_of_every_period(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    for period in (
        *("yesterday", "last-seven-days", "this-week", "last-week"),
        *("this-month", "last-month"),
    ):
        answer = await _call(hass, "get_comparison", {"period": period})
        assert (answer["period"], answer["unit"]) == (period, "Wh")
        assert answer["lowest"] < answer["own"] < answer["highest"]
        assert 0 < answer["position"] < 100
    for wrong in ({}, {"period": "tomorrow"}):
        with pytest.raises(vol.Invalid):
            await _call(hass, "get_comparison", wrong)


async def test_profile_of_the_day(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    answer: Any = await _call(hass, "get_consumption_profile")
    assert (answer["period"], answer["unit"]) == ("last-seven-days", "Wh")
    assert [each["hour"] for each in answer["hours"]] == [*range(24)]
    assert all(each["energy"] > 0 for each in answer["hours"])
    digiwatt.fail("consumption_habits", Fault(kind="remove", path="data.habits.5"))
    fields = {"period": "last-month"}
    answer = await _call(hass, "get_consumption_profile", fields)
    assert [each["energy"] for each in answer["hours"]].count(None) == 1


async def test_twelve_months_by_tariff_period(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    answer: Any = await _call(hass, "get_consumption_trend")
    assert answer["unit"] == "Wh"
    assert len(answer["months"]) == 12
    for month in answer["months"]:
        assert set(month["tariff_periods"]) == {"F1", "F2", "F3"}
    assert answer["months"] == sorted(answer["months"], key=lambda each: each["month"])


async def test_twelve_months_by_appliance(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    """The compound figures are told where they say something else."""
    answer: Any = await _call(hass, "get_consumption_by_appliance")
    assert answer["unit"] == "Wh" and len(answer["months"]) == 12
    assert {"fridge", "boiler"} <= set(answer["months"][0]["appliances"])
    assert answer["compound"] == []
    path = "data.months.3.appliances.fridge"
    digiwatt.fail("analytics_compound", Fault(kind="set", path=path, value=7))
    answer = await _call(hass, "get_consumption_by_appliance")
    [other] = answer["compound"]
    assert other["month"] == answer["months"][3]["month"]
    assert other["appliances"]["fridge"] == 7
    digiwatt.fail("analytics_compound", Fault(kind="status", status=404))
    answer = await _call(hass, "get_consumption_by_appliance")
    assert len(answer["months"]) == 12 and answer["compound"] == []
    for operation, status in (("distribution", 404), ("compound", 401)):
        fault = Fault(kind="status", status=status, times=None)
        digiwatt.fail(f"analytics_{operation}", fault)
        with pytest.raises(HomeAssistantError):
            await _call(hass, "get_consumption_by_appliance")
