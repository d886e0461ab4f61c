"""Asking for the meter where the portal names none."""

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import get_schema_suggested_value

from tests.faces.esmart.flows import Form, begin, created, enter
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

METER = {"contract_no": "1001", "meter_id": "M-1001"}
NO_METER = """[{"ContractNo": 1001, "DeliveryPointId": 3001,
    "DeliveryPointName": "Home", "IsActive": true}]"""


@pytest.fixture(params=["no delivery points", 403, 404, 410, "no meters"])
def _meterless(esmart: EsmartSandbox, request: pytest.FixtureRequest) -> None:
    """Let the portal name no meter."""
    match request.param:
        case "no delivery points":
            esmart.home.drop_meter_ids()
        case "no meters":
            fault = Fault(kind="raw", body=NO_METER, times=None)
            esmart.fail("contractdeliverypoints", fault)
        case status:
            esmart.deny("contractdeliverypoints", status)


async def at_meter(hass: HomeAssistant, form: Form) -> ConfigFlowResult:
    """Come to the question for the meter."""
    result = await enter(hass, await begin(hass), form)
    result = await enter(hass, result, {"customer_id": "42"})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "esmart_meter"
    assert not result["errors"]
    schema = result["data_schema"].schema
    assert get_schema_suggested_value(schema, "contract_no") == "1001"
    return result


def power(hass: HomeAssistant) -> str | None:
    """Return the state of the live power, None where there is none."""
    state = hass.states.get("sensor.home_power")
    return None if state is None else state.state


@pytest.mark.usefixtures("_meterless")
async def test_entered_meter_is_used(hass: HomeAssistant, form: Form) -> None:
    result = await at_meter(hass, form)
    entry = await created(
        hass, await enter(hass, result, {**METER, "meter_id": " M-1001 "})
    )
    assert entry.data["meters"] == {"1001": "M-1001"}
    site = entry.runtime_data.sites.data["contract-1001-3001"]
    assert (site.meter_id, site.delivery_point_id) == ("M-1001", "3001")
    assert float(power(hass) or "nan") > 0


@pytest.mark.usefixtures("_meterless")
async def test_without_a_meter_there_is_no_live_power(
    hass: HomeAssistant, form: Form
) -> None:
    result = await at_meter(hass, form)
    no_meter = {"contract_no": "1001", "meter_id": " "}
    entry = await created(hass, await enter(hass, result, no_meter))
    assert "meters" not in entry.data
    assert power(hass) is None
    assert hass.states.get("sensor.home_price") is not None


@pytest.mark.usefixtures("_no_setup")
async def test_unknown_meter_is_refused(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form
) -> None:
    esmart.home.drop_meter_ids()
    result = await at_meter(hass, form)
    result = await enter(hass, result, {**METER, "meter_id": "M-1003"})
    assert result["errors"] == {"base": "unknown_meter"}
    schema = result["data_schema"].schema
    assert get_schema_suggested_value(schema, "meter_id") == "M-1003"
    entry = await created(hass, await enter(hass, result, METER))
    assert entry.data["meters"] == {"1001": "M-1001"}


@pytest.mark.parametrize("status", [403, 404, 410])
@pytest.mark.parametrize("old", [False, True])
async def test_watt_meter_tells_where_nothing_else_does(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form, status: int, old: bool
) -> None:
    """Whether it is of the first version or of the second."""
    esmart.home.drop_meter_ids()
    esmart.deny("meter_exists", status)
    if old:
        esmart.deny("wattmeter_v2", 404)
    result = await at_meter(hass, form)
    result = await enter(hass, result, {**METER, "meter_id": "M-1003"})
    assert result["errors"] == {"base": "unknown_meter"}
    await created(hass, await enter(hass, result, METER))
    assert float(power(hass) or "nan") > 0


@pytest.mark.usefixtures("_no_setup")
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind="status", status=500, times=2), "cannot_connect"),
        (Fault(kind="status", status=429), "rate_limited"),
        (Fault(kind="html", status=200), "unexpected_response"),
    ],
)
async def test_trouble_with_the_meter_is_told_and_overcome(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form, fault: Fault, error: str
) -> None:
    esmart.home.drop_meter_ids()
    result = await at_meter(hass, form)
    esmart.fail("meter_exists", fault)
    result = await enter(hass, result, METER)
    assert result["errors"] == {"base": error}
    await created(hass, await enter(hass, result, METER))


@pytest.mark.usefixtures("_no_setup")
async def test_refused_watt_meter_is_told_and_left_out(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form
) -> None:
    esmart.home.drop_meter_ids()
    esmart.deny("meter_exists", 404)
    esmart.deny("wattmeter_v2", 403)
    result = await at_meter(hass, form)
    result = await enter(hass, result, METER)
    assert result["errors"] == {"base": "forbidden"}
    await created(hass, await enter(hass, result, {"contract_no": "1001"}))


async def test_customer_without_contracts(
    hass: HomeAssistant, esmart: EsmartSandbox, form: Form
) -> None:
    """There is no meter to ask for; what comes later is found later."""
    esmart.home.contracts_held.clear()
    result = await enter(hass, await begin(hass), form)
    entry = await created(hass, await enter(hass, result, {"customer_id": "42"}))
    assert set(entry.runtime_data.sites.data) == {"customer"}
