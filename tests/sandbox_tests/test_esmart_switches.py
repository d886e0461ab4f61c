"""What the simulated eSmart can be told to answer besides: forms that utilities use."""

from collections.abc import AsyncGenerator

import pytest

from tests.sandbox import Sandbox
from tests.sandbox_tests.esmart_client import CONTRACT, DAYS, METER, Caller

PRICES = {**DAYS, "priceArea": "NO2", "useCache": "true"}


@pytest.fixture
async def esmart(sandbox: Sandbox) -> AsyncGenerator[Caller]:
    """Return a caller of the simulated eSmart."""
    async with Caller(sandbox) as caller:
        yield caller


async def test_prices_of_all_areas(esmart: Caller) -> None:
    """Those asked for are among them, and are no others."""
    asked = await esmart.get("spotprices", **PRICES)
    await esmart.steer("tell_all_areas")
    rows = await esmart.get("spotprices", **PRICES)
    assert len(rows) == 5 * len(asked)
    own = [row for row in rows if row.pop("PriceArea") == "NO2"]
    assert own == asked


async def test_power_in_watts(esmart: Caller) -> None:
    """The unit stands beside each value, and not where the subscribed power is."""
    kilowatts = (await esmart.get(f"{METER}/wattmeter/v2"))["maxMonthWattmeter"]["Last"]
    await esmart.steer("tell_units")
    told = await esmart.get(f"{METER}/wattmeter/v2")
    watts = told["maxMonthWattmeter"]["Last"]
    assert watts["Unit"] == "W"
    assert watts["Value"] == pytest.approx(1000 * kilowatts["Value"])
    assert told["subscribedPowerWattmeter"]["subscribedPower"]["unit"] == "kW"


async def test_water_meters(esmart: Caller) -> None:
    """They hang on the contract, and bear the names that its own meter does."""
    await esmart.steer("add_water_meters")
    path = f"{CONTRACT.rpartition('/contracts/')[0]}/contractdeliverypoints"
    row, *_ = await esmart.get(path, includeWaterMeter="true")
    assert (row["MeterId"], row["HasWaterMeter"]) == ("M-1001", True)
    (water,) = row["WaterMeters"]
    assert (water["MeterId"], water["IsActive"]) == ("W-1001", False)
    (row, *_) = await esmart.get(path)
    assert "WaterMeters" not in row
