"""What can be asked of a portal and handed in there."""

from datetime import timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.accounts import act, device, refresh, set_up, value
from tests.faces.epilot.home import calls
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


@pytest.fixture
def power(hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox) -> str:
    """Return the device of the meter with two counters."""
    return device(hass, loaded, f"meter:{epilot.home.power_meter}").id


@pytest.fixture
def gas(hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox) -> str:
    """Return the device of the meter with one counter."""
    return device(hass, loaded, f"meter:{epilot.home.gas_meter}").id


async def _refused(hass: HomeAssistant, name: str, **fields: Any) -> str | None:
    """Return the key of the error that an action raises."""
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, name, **fields)
    return caught.value.translation_key


# Readings


async def test_a_reading_of_the_only_counter(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox, gas: str
) -> None:
    counter = epilot.home.counters(epilot.home.gas_meter)[0]
    shown = counter["current_consumption"] + 12.5
    await act(hass, "submit_meter_reading", device_id=gas, value=shown)
    await hass.async_block_till_done()
    (written,) = epilot.writes
    assert written == {
        "what": "reading",
        "meter_id": epilot.home.gas_meter,
        "counter_id": counter["_id"],
        "value": shown,
        "timestamp": "2026-10-20",
        "direction": "feed-out",
        # Never another source: those go past the utility's review.
        "source": "ECP",
    }
    site = f"meter:{epilot.home.gas_meter}"
    found = value(hass, loaded, site, f"last_reading_{counter['_id']}")
    assert float(found or 0) == shown


async def test_a_reading_names_its_counter(
    hass: HomeAssistant, epilot: EpilotSandbox, power: str
) -> None:
    drawn, fed_in = epilot.home.counters(epilot.home.power_meter)
    shown = {"device_id": power, "value": fed_in["current_consumption"] + 1}
    assert await _refused(hass, "submit_meter_reading", **shown) == "choose_counter"
    odd = {**shown, "counter": "1-1:9.9.9"}
    assert await _refused(hass, "submit_meter_reading", **odd) == "choose_counter"
    for name in (fed_in["obis_number"], drawn["_id"]):
        await act(
            hass,
            "submit_meter_reading",
            device_id=power,
            value=4000,
            counter=name,
            date="2026-10-19T23:30:00+00:00",
        )
    assert [each["direction"] for each in epilot.writes] == ["feed-in", "feed-out"]
    # Half past eleven in UTC is the next day in Germany.
    assert {each["timestamp"] for each in epilot.writes} == {"2026-10-20"}


async def test_readings_that_are_not_taken(
    hass: HomeAssistant, epilot: EpilotSandbox, gas: str
) -> None:
    now = epilot.household.now()
    newest = epilot.home.counters(epilot.home.gas_meter)[0]["current_consumption"]

    async def refused(shown: float, **fields: Any) -> str | None:
        given = {"device_id": gas, "value": shown, **fields}
        return await _refused(hass, "submit_meter_reading", **given)

    later = (now + timedelta(days=1)).isoformat()
    assert await refused(newest + 1, date=later) == "reading_in_future"
    assert not calls(epilot, "createMeterReading")
    assert await refused(1) == "reading_too_low"
    earlier = (now - timedelta(days=40)).isoformat()
    assert await refused(newest + 1, date=earlier) == "reading_too_high"
    # What the utility's check says is handed on.
    assert await refused(newest + 9000) == "rejected"
    epilot.metering.end(epilot.home.gas_meter)
    assert await refused(newest + 1) == "rejected"
    assert epilot.writes == []


async def test_what_the_utility_says_is_handed_on(
    hass: HomeAssistant, gas: str
) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, "submit_meter_reading", device_id=gas, value=99_000)
    placeholders = caught.value.translation_placeholders or {}
    assert "plausibility check failed" in placeholders["detail"]


async def test_the_range_is_looked_at_first(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.plausibility("range")
    await set_up(hass, entry)
    gas = device(hass, entry, f"meter:{epilot.home.gas_meter}").id
    newest = epilot.home.counters(epilot.home.gas_meter)[0]["current_consumption"]
    for shown in (newest - 1, newest + 5001):
        given = {"device_id": gas, "value": shown}
        error = await _refused(hass, "submit_meter_reading", **given)
        assert error == "reading_not_expected"
    assert not calls(epilot, "createMeterReading")
    await act(hass, "submit_meter_reading", device_id=gas, value=newest + 4999)
    # A range that is gone meanwhile is no reason not to hand in.
    epilot.metering.plausibility = ""
    await act(hass, "submit_meter_reading", device_id=gas, value=newest + 5001)
    assert len(epilot.writes) == 2


@pytest.mark.usefixtures("loaded")
async def test_fields_are_the_portals_own(hass: HomeAssistant, gas: str) -> None:
    for odd in (-1, "x", 1e12):
        with pytest.raises(Exception, match="value"):
            await act(hass, "submit_meter_reading", device_id=gas, value=odd)


async def test_a_reading_is_never_sent_twice(
    hass: HomeAssistant, epilot: EpilotSandbox, gas: str
) -> None:
    newest = epilot.home.counters(epilot.home.gas_meter)[0]["current_consumption"]
    epilot.fail("createMeterReading", Fault(kind="status", status=503))
    given = {"device_id": gas, "value": newest + 1}
    assert await _refused(hass, "submit_meter_reading", **given) == "cannot_connect"
    assert calls(epilot, "createMeterReading") == 1


# Documents, bills, notifications, export


async def test_export(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    contract = device(hass, loaded, f"contract:{epilot.home.power_contract}").id
    answer = await act(hass, "export_data", device_id=contract)
    assert answer == {
        "url": "https://files.sandbox.example/export.csv",
        "filename": "export.csv",
        "content_type": "text/csv",
        "expires_at": "2026-10-20T13:05:00.000Z",
    }
    await act(
        hass,
        "export_data",
        device_id=contract,
        start="2026-09-01T00:00:00+02:00",
        end="2026-10-01T00:00:00+02:00",
    )
    first, second = epilot.writes
    assert "from" not in first
    assert second["from"] == "2026-08-31T22:00:00.000Z"
    assert second["to"] == "2026-09-30T22:00:00.000Z"
    assert second["context_entities"] == [
        {"entity_id": epilot.home.power_contract, "entity_schema": "contract"},
        {"entity_id": epilot.home.power_meter, "entity_schema": "meter"},
    ]
    backwards = {"start": "2026-10-01T00:00:00Z", "end": "2026-09-01T00:00:00Z"}
    given = {"device_id": contract, **backwards}
    assert await _refused(hass, "export_data", **given) == "span_is_empty"
    epilot.series.hooks.set_hooks("dataExport", 0)
    await refresh(hass, loaded, "sites")
    given = {"device_id": contract}
    assert await _refused(hass, "export_data", **given) == "no_export"


@pytest.mark.usefixtures("loaded")
async def test_billing_events(hass: HomeAssistant, epilot: EpilotSandbox) -> None:
    answer: Any = await act(hass, "get_billing_events")
    events = answer["events"]
    assert len(events) == 15
    days = [each["due"] or each["paid"] for each in events]
    assert days == sorted(days)
    assert events[-1] == {
        "type": "installment",
        "amount": 94.5,
        "currency": "EUR",
        "due": "2026-12-01",
        "paid": None,
        "contract": epilot.home.power_contract,
        "note": None,
    }
    unpaid: Any = await act(hass, "get_billing_events", only_unpaid=True)
    assert [each["due"] for each in unpaid["events"]] == ["2026-11-01", "2026-12-01"]
    back: Any = await act(hass, "get_billing_events", type="reimbursement")
    (refund,) = back["events"]
    assert refund["amount"] == 42.17


async def test_no_billing(
    hass: HomeAssistant, entry: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.billing(on=False)
    await set_up(hass, entry)
    assert await _refused(hass, "get_billing_events") == "no_data"
    assert not calls(epilot, "getBillingEvents")


async def test_notifications(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    await act(hass, "mark_notification_read", notification_id="9000")
    await hass.async_block_till_done()
    assert value(hass, loaded, "portal", "unread_notifications") == "2"
    await act(hass, "mark_notification_read")
    await hass.async_block_till_done()
    assert value(hass, loaded, "portal", "unread_notifications") == "0"
    assert epilot.writes == [{"what": "read", "id": "9000"}, {"what": "read all"}]
    given = {"notification_id": "1"}
    assert await _refused(hass, "mark_notification_read", **given) == "not_found"


@pytest.mark.usefixtures("loaded")
async def test_documents(hass: HomeAssistant, epilot: EpilotSandbox) -> None:
    answer: Any = await act(hass, "get_documents")
    assert answer["count"] == len(answer["documents"]) == 5
    newest = answer["documents"][0]
    assert newest == {
        "document_id": epilot.home.files[0]["_id"],
        "name": "Rechnung-0.pdf",
        "category": "invoice",
        "date": "2026-10-18T12:05:00+00:00",
    }
    link: Any = await act(hass, "get_document_link")
    assert link["document_id"] == newest["document_id"]
    assert link["kind"] == "pdf"
    assert link["url"].startswith("https://files.sandbox.example/")
    assert link["requires_sign_in"] is False
    other = answer["documents"][3]["document_id"]
    link = await act(hass, "get_document_link", document_id=other)
    assert link["document_id"] == other
    gone = {"document_id": epilot.home.user_id}
    assert await _refused(hass, "get_document_link", **gone) == "not_found"
    epilot.home.files.clear()
    assert await _refused(hass, "get_document_link") == "no_data"
    # Looking at a document does not say that it was downloaded.
    assert epilot.writes == []


async def test_a_login_that_has_ended(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    epilot.revoke_refresh_tokens()
    epilot.expire_tokens()
    assert await _refused(hass, "get_documents") == "invalid_auth"
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "epilot_reauth"
    assert loaded.entry_id == flow["context"]["entry_id"]


async def test_nothing_is_written_by_itself(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    await refresh(hass, loaded, "sites", *loaded.runtime_data.feeds)
    assert epilot.writes == []


async def test_which_account_is_meant(hass: HomeAssistant, power: str) -> None:
    """The name is eSmart's as well; without a device, nothing says which meter."""
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "submit_meter_reading", value=5)
    assert caught.value.translation_key == "choose_site"


# Links


async def test_links(
    hass: HomeAssistant, loaded: MockConfigEntry, epilot: EpilotSandbox
) -> None:
    portal = device(hass, loaded, "portal").id
    told = await act(hass, "get_links", device_id=portal)
    assert told == {
        "links": [
            {
                "name": "Tarifrechner",
                "type": "link",
                "url": "https://tarife.sandbox.example",
            },
            # A way within the portal is no address.
            {"name": "Umzug melden", "type": "journey", "url": None},
        ],
        "is_complete": True,
    }
    epilot.post.links = [{"label": {"de": "Ohne"}, "type": "link"}, *epilot.post.links]
    told = await act(hass, "get_links", device_id=portal)
    assert told is not None
    assert told["is_complete"] is False
    epilot.post.links = []
    told = await act(hass, "get_links", device_id=portal)
    assert told == {"links": [], "is_complete": True}
