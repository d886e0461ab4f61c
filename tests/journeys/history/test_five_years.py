"""Five years of quarter-hours, by the clock of the machine: a frozen one is slow."""

from homeassistant.core import HomeAssistant
import pytest

from tests.journeys.history.test_scenarios import check_esmart, esmart_account
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.server import Sandbox


@pytest.mark.timeout(300)
async def test_five_years_of_quarters(hass: HomeAssistant, sandbox: Sandbox) -> None:
    esmart = sandbox.portal(EsmartSandbox)
    esmart.actions()["open_since"](62)
    esmart.actions()["read_by_quarters"]()
    # The recorder itself takes a quarter of a minute for a series.
    for operation in ("costs", "meter_prices", "contract_prices", "asset_consumption"):
        esmart.actions()["deny"](operation, 404)
    entry = await esmart_account(hass, sandbox, years=5)
    rows = await check_esmart(
        hass, entry, esmart, series={"consumption": "consumption"}
    )
    assert 0 <= rows - 5 * 365 * 24 <= 25
    calls = [call for call in esmart.calls if call.operation == "consumption"]
    assert len(calls) == 5 * 365 // 31 + 1
