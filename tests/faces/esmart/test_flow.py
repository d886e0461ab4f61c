"""Adding an eSmart account and mending it, against the sandbox."""

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_schema_suggested_value,
)

from tests.faces.esmart.flows import HOST, Form, begin, created, enter, finish
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.esmart_home import Contract
from tests.sandbox.esmart_wire import NET, POWER
from tests.sandbox.faults import Fault


@pytest.mark.usefixtures("_no_setup")
async def test_only_customer_is_taken(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form
) -> None:
    esmart.home.customers = (42,)
    padded = {
        "api_url": form["api_url"] + "/ ",
        "user_name": f" {form['user_name']} ",
        "password": form["password"],
        "area": "power",
        "advanced": {"app_name": " smartliv ", "price_area": " "},
    }
    result = await enter(hass, await begin(hass), padded)
    entry = await created(hass, result)
    assert entry.title == "eSmart Home"
    assert entry.unique_id == f"esmart:{HOST}:42:power"
    assert entry.data == {
        "vendor": "esmart",
        "api_url": form["api_url"],
        "user_name": form["user_name"],
        "password": form["password"],
        "area": "power",
        "app_name": "smartliv",
        "price_area": None,
        "customer_id": "42",
    }


@pytest.mark.usefixtures("_no_setup")
async def test_many_places_are_not_all_named(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    form: Form,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    esmart.home.customers = (42,)
    for _ in range(2):
        esmart.home.add_contract()
    name = property(lambda contract: f"Place {contract.number}")
    monkeypatch.setattr(Contract, "delivery_point_name", name)
    entry = await created(hass, await enter(hass, await begin(hass), form))
    assert entry.title == "eSmart Place 1001, Place 1004, …"


async def test_customer_is_chosen(hass: HomeAssistant, form: Form) -> None:
    result = await enter(hass, await begin(hass), form)
    assert result["step_id"] == "esmart_customer"
    (field,) = result["data_schema"].schema.values()
    assert field.config["options"] == ["42", "43"]
    entry = await created(hass, await enter(hass, result, {"customer_id": "43"}))
    assert entry.title == "eSmart Cabin"
    assert entry.unique_id == f"esmart:{HOST}:43:power"
    assert "contract-1003-3003" in entry.runtime_data.sites.data


@pytest.mark.usefixtures("_no_setup")
async def test_password_is_taken_as_it_is(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form
) -> None:
    """White space may be part of it."""
    padded = {**form, "password": f" {form['password']}"}
    result = await enter(hass, await begin(hass), padded)
    assert result["errors"] == {"base": "invalid_auth"}
    await finish(hass, result, form)


@pytest.mark.usefixtures("_no_setup")
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind="status", status=401), "invalid_auth"),
        (Fault(kind="status", status=403), "forbidden"),
        (Fault(kind="status", status=400), "rejected"),
        (Fault(kind="status", status=429), "rate_limited"),
        (Fault(kind="status", status=500, times=2), "cannot_connect"),
        (Fault(kind="reset", times=None), "cannot_connect"),
        (Fault(kind="html", status=200), "unexpected_response"),
        (Fault(kind="raw", body='{"Customers": "x"}'), "unexpected_response"),
        (Fault(kind="raw", body='{"CustomerIds": []}'), "no_customer"),
        (Fault(kind="raw", body='{"Message": "closed"}'), "rejected"),
    ],
)
async def test_portal_trouble_is_told_and_overcome(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form, fault: Fault, error: str
) -> None:
    result = await begin(hass)
    esmart.fail("authenticate", fault)
    result = await enter(hass, result, form)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}
    esmart.heal()
    await finish(hass, result, form)


@pytest.mark.usefixtures("_no_setup")
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"password": "wrong"}, "invalid_auth"),
        ({"user_name": "stranger"}, "invalid_auth"),
        ({"user_name": "  "}, "empty"),
        ({"password": ""}, "empty"),
        ({"api_url": " "}, "empty"),
        ({"advanced": {"app_name": " "}}, "empty"),
        ({"api_url": "http://api.example.com"}, "invalid_address"),
        ({"api_url": "https://me:pw@example.com"}, "invalid_address"),
        ({"api_url": "https://["}, "invalid_address"),
        ({"api_url": "http://127.0.0.1:1/x"}, "cannot_connect"),
    ],
)
async def test_wrong_input_is_told_and_overcome(
    hass: HomeAssistant, form: Form, change: Form, error: str
) -> None:
    wrong = {**form, **change}
    result = await enter(hass, await begin(hass), wrong)
    assert result["type"] is FlowResultType.FORM
    field = "api_url" if error == "cannot_connect" else "base"
    assert result["errors"] == {field: error}
    shown = get_schema_suggested_value(result["data_schema"].schema, "api_url")
    assert shown == wrong["api_url"]
    await finish(hass, result, form)


@pytest.mark.usefixtures("_no_setup")
@pytest.mark.parametrize(
    ("held", "wrong", "right"), [(NET, "power", "net"), (POWER, "net", "power")]
)
async def test_other_area_is_offered(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    form: Form,
    held: int,
    wrong: str,
    right: str,
) -> None:
    esmart.areas = {held}
    result = await enter(hass, await begin(hass), {**form, "area": wrong})
    assert result["errors"] == {"area": "wrong_area"}
    schema = result["data_schema"].schema
    assert get_schema_suggested_value(schema, "area") == right
    assert get_schema_suggested_value(schema, "user_name") == form["user_name"]
    entry = await finish(hass, result, {**form, "area": right})
    assert entry.unique_id == f"esmart:{HOST}:42:{right}"


async def test_account_is_added_once(
    hass: HomeAssistant, loaded: MockConfigEntry, form: Form
) -> None:
    result = await enter(hass, await begin(hass), form)
    result = await enter(hass, result, {"customer_id": "42"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"


async def test_same_customer_in_the_other_area_is_another_account(
    hass: HomeAssistant, loaded: MockConfigEntry, form: Form
) -> None:
    entry = await finish(hass, await begin(hass), {**form, "area": "net"})
    assert entry.title == "eSmart Home net"
    assert loaded.runtime_data.sites.data.keys() >= {"contract-1001-3001"}
    assert entry.runtime_data.sites.data.keys() >= {"contract-1002-3001"}


@pytest.mark.usefixtures("_no_setup")
@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", status=500, times=None),
        Fault(kind="html", status=200),
        Fault(kind="raw", body='[{"Contract": 1}]'),
    ],
)
async def test_contracts_that_cannot_be_read(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form, fault: Fault
) -> None:
    result = await enter(hass, await begin(hass), form)
    esmart.fail("contractdeliverypoints", fault)
    result = await enter(hass, result, {"customer_id": "42"})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_contracts"
    placeholders = result["description_placeholders"] or {}
    assert "contractdeliverypoints" in placeholders["detail"]
    esmart.heal()
    await finish(hass, await begin(hass), form)


async def test_what_is_paid_is_asked(hass: HomeAssistant, form: Form) -> None:
    """With a price of now; it becomes what the area's price is shown with."""
    result = await enter(hass, await begin(hass), form)
    result = await enter(hass, result, {"customer_id": "42"})
    assert (result["type"], result["step_id"]) == (FlowResultType.MENU, "pay")
    result = await enter(hass, result, {"next_step_id": "pay_form"})
    result = await enter(hass, result, {"vat": 25, "fixed": 0.1, "further": {}})
    assert result["step_id"] == "pay_check"
    told = result["description_placeholders"]
    assert told is not None
    before, after = (float(told[key].split()[0]) for key in ("before", "after"))
    assert after == pytest.approx((before + 0.1) * 1.25, abs=1e-3)
    entry = await created(hass, await enter(hass, result, {"next_step_id": "pay_keep"}))
    assert entry.options == {"spot_prices": {"vat": 25, "fixed": 0.1}}
    state = hass.states.get("sensor.price_area_no1_price")
    assert state is not None
    assert float(state.state) == pytest.approx(after, abs=1e-3)


@pytest.mark.usefixtures("_no_setup")
async def test_what_cannot_be_shown_is_not_asked(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form
) -> None:
    esmart.fail("spotprices", Fault(kind="status", status=503, times=None))
    # That one call is away is no reason to refuse the address.
    result = await enter(hass, await begin(hass), form)
    result = await enter(hass, result, {"customer_id": "42"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not result["options"]


@pytest.mark.usefixtures("_no_setup")
async def test_no_password_goes_to_another_server(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form
) -> None:
    """What answers with pages, or nobody, is said at the address; a slip is mended."""
    result = await begin(hass)
    for key, fault in (
        ("not_a_portal", Fault(kind="html", status=200, times=None)),
        ("not_a_portal", Fault(kind="status", status=404, times=None)),
        ("cannot_connect", Fault(kind="reset", times=None)),
    ):
        esmart.heal()
        for operation in ("spotprices", "ping"):
            esmart.fail(operation, fault)
        before = len(esmart.calls)
        result = await enter(hass, result, form)
        assert result["errors"] == {"api_url": key}
        assert "authenticate" not in [each.operation for each in esmart.calls[before:]]
    esmart.heal()
    slipped = f" HTTP{form['api_url'][4:]}//Help/Api?x=1#top "
    await finish(hass, result, {**form, "api_url": slipped})
