"""What can be asked of eSmart and changed there, against the sandbox."""

from datetime import timedelta
import json
from typing import Any

from homeassistant.auth.const import GROUP_ID_USER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from tests.accounts import act, attributes, device, refused, value
from tests.faces.esmart.home import CHARGER, CONTRACT, CUSTOMER, HEATER, NOW
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

HOUR = timedelta(hours=1)
REQUEST = {"start": "2026-01-15T20:00:00Z", "end": "2026-01-15T23:00:00Z", "energy": 7}


# Invoices


async def test_invoices(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """Newest first, in the portal's days, and without the way to a document."""
    esmart.fail(
        "invoices",
        Fault(kind="set", path="*.PdfUrl", value="https://pdf.example.com/9"),
    )
    answer = await act(hass, "get_invoices")
    assert answer is not None
    invoices: Any = answer["invoices"]
    assert answer["currency"] == "NOK"
    assert len(invoices) == 8
    assert invoices[0] == {
        "number": "100108",
        "issued": "2026-01-11",
        "due": "2026-01-25",
        "sum": 1215.75,
        "unpaid": 1215.75,
        "kind": "Invoice",
        "reminded": False,
        "in_collection": False,
        "payment_reference": "0000000000100108",
    }
    due = [each["due"] for each in invoices]
    assert due == sorted(due, reverse=True)
    assert "pdf" not in json.dumps(answer).lower()


async def test_chosen_invoices(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    chosen: list[tuple[dict[str, Any], int]] = [
        ({"only_unpaid": True}, 1),
        ({"only_unpaid": False}, 8),
        ({"year": 2025}, 4),
        ({"year": 2025.0}, 4),
        ({"year": 2025, "only_unpaid": True}, 0),
        ({"year": 2026}, 1),
        ({"year": 2001}, 0),
    ]
    for fields, count in chosen:
        answer: Any = await act(hass, "get_invoices", **fields)
        assert len(answer["invoices"]) == count


async def test_invoices_of_a_user_who_is_no_admin(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_read_only_user: MockUser
) -> None:
    """Whoever may control the home is shown them, and nobody who may only look."""
    group = await hass.auth.async_get_group(GROUP_ID_USER)
    user = MockUser(groups=[group]).add_to_hass(hass)
    assert await act(hass, "get_invoices", context=Context(user_id=user.id))
    with pytest.raises(Unauthorized):
        await act(hass, "get_invoices", context=Context(user_id=hass_read_only_user.id))


# Messages


async def test_message_is_marked_read(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    assert value(hass, loaded, CUSTOMER, "unread_messages") == "1"
    await act(hass, "mark_message_read", message_id=" 4202 ")
    assert value(hass, loaded, CUSTOMER, "unread_messages") == "0"
    assert esmart.post._messages[2].state == 2

    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "mark_message_read", message_id="9")
    assert raised.value.translation_key == "not_found"
    assert "message_update" in str(raised.value)


async def test_all_messages_are_marked_read(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    for number in range(3):
        esmart.post.add_message(f"{number}", "text")
    assert await act(hass, "mark_all_messages_read") == {"marked": 4}
    assert value(hass, loaded, CUSTOMER, "unread_messages") == "0"
    assert {each.state for each in esmart.post._messages if each.customer_id == 42} == {
        2
    }
    esmart.calls.clear()
    assert await act(hass, "mark_all_messages_read") == {"marked": 0}
    assert "messages_state" not in [each.operation for each in esmart.calls]


async def test_message_that_comes_can_be_marked(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """The event has all that an automation needs for it."""
    esmart.post.add_message("Outage", "Tomorrow at noon.")
    await loaded.runtime_data.feeds["messages"].async_refresh()
    await hass.async_block_till_done()
    told = attributes(hass, loaded, CUSTOMER, "message", "event")
    assert (told["subject"], told["text"]) == ("Outage", "Tomorrow at noon.")
    assert told["sent"] == NOW.isoformat()
    assert value(hass, loaded, CUSTOMER, "unread_messages") == "2"
    await act(hass, "mark_message_read", message_id=told["message_id"])
    assert value(hass, loaded, CUSTOMER, "unread_messages") == "1"


# Meter readings


async def test_reading(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    last = int(float(value(hass, loaded, CONTRACT, "meter_reading") or "nan"))
    await act(hass, "submit_meter_reading", value=last + 10.0)
    assert value(hass, loaded, CONTRACT, "meter_reading") == f"{last + 10}.0"
    assert value(hass, loaded, CONTRACT, "meter_reading_at") == NOW.isoformat()
    newest = esmart.readings._registers[3001][-1]
    assert (newest.value, newest.reader) == (last + 10, "Customer")

    # The sandbox takes no reading that is older than the last.
    older = (NOW - HOUR).isoformat()
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "submit_meter_reading", value=last + 10, date=older)
    assert raised.value.translation_key == "rejected"
    assert "reading_submit" in str(raised.value)


async def test_reading_that_cannot_be_right(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    last = int(float(value(hass, loaded, CONTRACT, "meter_reading") or "nan"))
    for more, date, error in (
        (-1, NOW.isoformat(), "reading_too_low"),
        (-1, "2026-01-02T00:00:00Z", "reading_too_low"),
        (1, "2025-12-15T00:00:00Z", "reading_too_high"),
        (1, "2026-01-15T12:30:01Z", "reading_in_future"),
        (1, "2026-01-15T23:59:00+02:00", "reading_in_future"),
    ):
        reading = {"value": last + more, "date": date}
        assert await refused(hass, "submit_meter_reading", **reading) == error
    too_low = await refused(hass, "submit_meter_reading", value=last - 1)
    assert too_low == "reading_too_low"
    assert "reading_submit" not in [each.operation for each in esmart.calls]


async def test_reading_is_held_against_what_the_portal_has_now(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    """What is held may be hours old, and the reading is billed."""
    last = int(float(value(hass, loaded, CONTRACT, "meter_reading") or "nan"))
    register = esmart.readings._registers[3001]
    register.append(type(register[-1])(NOW - HOUR, last + 50, 50, "Utility"))
    too_low = {"value": last + 20}
    assert await refused(hass, "submit_meter_reading", **too_low) == "reading_too_low"
    esmart.deny("readings", 500)
    with pytest.raises(HomeAssistantError):
        await act(hass, "submit_meter_reading", value=last + 60)
    assert "reading_submit" not in [each.operation for each in esmart.calls]


# The home


async def test_building(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    await act(hass, "set_building", area=151, residents=0)
    assert value(hass, loaded, CONTRACT, "heated_area") == "151.0"
    assert value(hass, loaded, CONTRACT, "residents") == "0"
    assert value(hass, loaded, CONTRACT, "building_year") == "1985"
    await act(hass, "set_building", year=1990.0, name="Hut")
    assert value(hass, loaded, CONTRACT, "building_year") == "1990"
    assert await refused(hass, "set_building") == "nothing_given"


# Charging


async def test_charging_request(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    await act(hass, "create_charging_request", **REQUEST)
    assert value(hass, loaded, CUSTOMER, "charging_requests") == "2"
    assert value(hass, loaded, CUSTOMER, "next_charging_energy") == "7.0"
    start = value(hass, loaded, CUSTOMER, "next_charging_start")
    assert start == "2026-01-15T20:00:00+00:00"
    calendar = attributes(hass, loaded, CUSTOMER, "charging_requests", "calendar")
    assert calendar["message"] == "Charging requests: 7 kWh"
    number = calendar["description"]

    await act(hass, "update_charging_request", request_id=number, energy=9.5)
    assert value(hass, loaded, CUSTOMER, "next_charging_energy") == "9.5"
    assert value(hass, loaded, CUSTOMER, "next_charging_start") == start
    later = {"start": "2026-01-15T20:30:00Z", "end": "2026-01-15T22:30:00Z"}
    await act(hass, "update_charging_request", request_id=number, **later)
    end = value(hass, loaded, CUSTOMER, "next_charging_end")
    assert end == "2026-01-15T22:30:00+00:00"
    assert value(hass, loaded, CUSTOMER, "next_charging_energy") == "9.5"

    await act(hass, "cancel_charging_request", request_id=number)
    assert value(hass, loaded, CUSTOMER, "charging_requests") == "1"
    assert value(hass, loaded, CUSTOMER, "next_charging_energy") == "12.5"
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "cancel_charging_request", request_id=number)
    assert raised.value.translation_key == "not_found"


async def test_span_that_cannot_be(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    held = {"request_id": next(iter(esmart.charging._requests))}
    for end in (REQUEST["start"], "2026-01-15T19:00:00Z"):
        wrong = {**REQUEST, "end": end}
        assert await refused(hass, "create_charging_request", **wrong) == (
            "span_is_empty"
        )
        assert await refused(hass, "update_charging_request", **held, **wrong) == (
            "span_is_empty"
        )
    over = {"start": "2026-01-15T10:00:00Z", "end": "2026-01-15T12:30:00Z", "energy": 7}
    assert await refused(hass, "create_charging_request", **over) == "span_is_over"
    assert value(hass, loaded, CUSTOMER, "charging_requests") == "1"


async def test_change_of_nothing(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    number = "0f8fad5b-d9cb-469f-a165-70867728950e"
    error = await refused(hass, "update_charging_request", request_id=number)
    assert error == "nothing_given"


# Control plans


async def test_plan_is_declined(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    calendar = attributes(hass, loaded, HEATER, "control_plans", "calendar")
    assert calendar["message"] == "Control plans: Heat less"
    plan = {"plan_id": calendar["description"]}
    assert await refused(hass, "decline_control_plan", **plan) == "choose_site"
    # It is a plan of the heater, not of the charger.
    charger = {"device_id": device(hass, loaded, CHARGER).id}
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "decline_control_plan", **charger, **plan)
    assert raised.value.translation_key == "not_found"

    heater = {"device_id": device(hass, loaded, HEATER).id}
    await act(hass, "decline_control_plan", **heater, **plan)
    assert value(hass, loaded, HEATER, "next_control_plan") == "unknown"
    assert value(hass, loaded, CHARGER, "next_control_plan") != "unknown"
    assert [each.declined for each in esmart.control._plans] == [False, True]


# The customer


async def test_contact(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    await act(hass, "update_contact", mobile="12345678")
    assert value(hass, loaded, CUSTOMER, "mobile") == "12345678"
    assert value(hass, loaded, CUSTOMER, "phone") == "00000000"
    await act(hass, "update_contact", phone="1", email="me@example.com")
    assert value(hass, loaded, CUSTOMER, "email") == "me@example.com"
    assert value(hass, loaded, CUSTOMER, "mobile") == "12345678"
    assert await refused(hass, "update_contact") == "nothing_given"


async def test_only_an_administrator_changes_the_contact(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    hass_read_only_user: MockUser,
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await act(hass, "update_contact", context=context, mobile="12345678")
    assert "customer_update" not in [each.operation for each in esmart.calls]
