"""What a planner's form asks of a home: its sun, its feed-in price, its peak fee."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import get_schema_suggested_value

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.faces.planner.flow_home import (
    home_data,
    in_sections,
)
from custom_components.energy_portals.portals.http.errors import InvalidInput
from tests.faces.planner.home import PRICE
from tests.faces.planner.test_flow import begin, enter

STEPS = [
    {"from": 0, "price": 120},
    {"from": 2, "price": 200},
    {"from": 5, "price": 336},
]


def _suggested(result: Any, section: str, name: str) -> Any:
    """Return what a field is filled in with."""
    schema = result["data_schema"].schema
    return get_schema_suggested_value(schema[section].schema.schema, name)


@pytest.mark.usefixtures("prices")
async def test_add_and_change(hass: HomeAssistant) -> None:
    """A shape that is chosen has its rows filled in; what is set is shown again."""
    result = await begin(hass)
    norway = {"peak_fee": "norway"}
    result = await enter(hass, result, price=PRICE, limit=9, peak=norway)
    assert result["errors"] == {"base": "peak_needs_figures"}
    rows = _suggested(result, "peak", "peak_steps")
    assert [row["from"] for row in rows][:4] == [0, 2, 5, 10]
    result = await enter(
        hass,
        result,
        price=PRICE,
        limit=9,
        roof={"feed_in": 0.3},
        peak={**norway, "peak_steps": STEPS},
    )
    entry = result["result"]
    home = {"feed_in": 0.3, "peak_fee": "norway", "peak_steps": STEPS}
    assert {key: entry.data[key] for key in home} == home
    changing = await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
    )
    assert _suggested(changing, "roof", "feed_in") == 0.3
    assert _suggested(changing, "peak", "peak_steps") == STEPS
    changed = await enter(hass, changing, price=PRICE)
    assert changed["reason"] == "reconfigure_successful"
    assert not home.keys() & entry.data.keys()


@pytest.mark.parametrize(
    ("form", "key"),
    [
        ({"peak": {"peak_rate": 3.0, "peak_fee": "norway"}}, "peak_invalid"),
        ({"peak": {"peak_fee": "ellevio"}}, "peak_needs_figures"),
        (
            {"peak": {"peak_fee": "norway", "peak_steps": STEPS}, "limit": 12},
            "peak_needs_figures",
        ),
        ({"roof": {"feed_in": 0.1, "feed_in_price": "a"}}, "one_feed_in_price"),
    ],
)
def test_what_cannot_be(form: dict[str, Any], key: str) -> None:
    """Told by what is wrong with it."""
    with pytest.raises(InvalidInput, match=key):
        home_data(form)


def test_what_is_not_filled_in_is_left_out() -> None:
    """Also where it comes flat, as from a repair."""
    assert home_data({"roof": {}, "peak": {"peak_steps": []}, "own_peak": {}}) == {}
    assert home_data({"sun": "b", "feed_in": 0.0, "peak_fee": None}) == {
        "sun": "b",
        "feed_in": 0.0,
    }
    shown = in_sections({"sun": "b", "peak_fee": "flanders", "peak_rate": 48})
    assert shown["roof"] == {"sun": "b"}
    assert shown["peak"] == {"peak_fee": "flanders", "peak_rate": 48}
    assert shown["own_peak"] == {}
