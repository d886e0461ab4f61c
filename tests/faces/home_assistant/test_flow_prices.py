"""Adding prices of the house: found, or of an entity, and seen before they count."""

from datetime import date, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
)

from custom_components.energy_portals.const import CONF_VENDOR
from custom_components.energy_portals.faces.home_assistant.flow_prices import (
    chosen_reading,
)
from custom_components.energy_portals.portals.home_assistant.shapes import (
    Reading,
    Shape,
)
from tests.faces.home_assistant.houses import (
    NOON,
    NordPool,
    begin,
    enter,
    entity,
    options_of,
    price,
    quarters,
)

TODAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
async def _oslo(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOON)
    await hass.config.async_set_time_zone("Europe/Oslo")
    hass.config.currency = "NOK"


def listed(day: date, divisor: float = 1.0) -> list[dict[str, Any]]:
    """Return a day as many sensors list it, with an end."""
    return [
        {
            "start": start,
            "end": start + timedelta(minutes=15),
            "value": price(start) * divisor,
        }
        for start in quarters(day)
    ]


async def test_of_an_action(hass: HomeAssistant) -> None:
    """What is surely there is offered first, one an area; three forms are enough."""
    NordPool(hass, "NO1", "NO2")
    result = await begin(hass)
    offered = options_of(result)
    assert list(offered.values())[:2] == ["Nord Pool NO1", "Nord Pool NO2"]
    result = await enter(hass, result, source=list(offered)[1])
    assert result["step_id"] == "house_confirm"
    shown = result["description_placeholders"]
    assert shown["count"] == "96"
    assert (
        shown["first"] == f"2026-11-30 00:00: {price(quarters(TODAY)[0]):.4f} NOK/kWh"
    )
    assert shown["now"] == f"2026-11-30 12:00: {price(NOON):.4f} NOK/kWh"
    assert shown["holes"] == "-"
    result = await enter(hass, result, name=" Home ", on_top=True)
    assert result["step_id"] == "pay_form"
    result = await enter(hass, result, grid_fees=[{"start": "06:00:00"}])
    assert result["errors"] == {"grid_fees": "missing_amount"}
    result = await enter(hass, result, vat=25)
    assert result["step_id"] == "pay_check"
    result = await enter(hass, result, next_step_id="pay_keep")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Home"
    assert result["options"] == {"prices": {"vat": 25}}
    state = hass.states.get("sensor.home_price")
    assert state is not None
    assert float(state.state) == pytest.approx(price(NOON) * 1.25)


async def test_of_an_action_in_the_unit_of_its_sensors(hass: HomeAssistant) -> None:
    """The reply of a custom integration says no unit; its sensors do."""
    mock_integration(hass, MockModule("entsoe"), built_in=False)
    entry = MockConfigEntry(domain="entsoe", title="ENTSO-e")
    entry.add_to_hass(hass)
    entry.mock_state(hass, ConfigEntryState.LOADED)
    for name, unit in (("average", "EUR/MWh"), ("percentage", "%")):
        er.async_get(hass).async_get_or_create(
            *("sensor", "entsoe", name), config_entry=entry, unit_of_measurement=unit
        )

    async def answer(call: ServiceCall) -> ServiceResponse:
        return {
            "prices": [
                {"timestamp": str(start), "price": price(start) * 1000}
                for start in quarters(TODAY)
            ]
        }

    hass.services.async_register(
        *("entsoe", "get_energy_prices", answer),
        supports_response=SupportsResponse.ONLY,
    )
    result = await begin(hass)
    result = await enter(hass, result, source=next(iter(options_of(result))))
    assert result["step_id"] == "house_choices"
    result = await enter(hass, result, tax="excluded")
    shown = result["description_placeholders"]
    assert shown["now"] == f"2026-11-30 12:00: {price(NOON):.4f} EUR/kWh"


async def test_once(hass: HomeAssistant) -> None:
    """The same prices are not added twice; other areas are other sources."""
    NordPool(hass, "NO1", "NO2")
    for source, expected in ((0, "create_entry"), (0, "abort"), (1, "create_entry")):
        result = await begin(hass)
        result = await enter(hass, result, source=list(options_of(result))[source])
        result = await enter(hass, result, name="Prices", on_top=False)
        assert result["type"].value == expected


async def test_of_an_action_that_fails(hass: HomeAssistant) -> None:
    """It is said, and can be tried again."""
    market = NordPool(hass, "NO1")
    market.fails = True
    result = await begin(hass)
    source = next(iter(options_of(result)))
    result = await enter(hass, result, source=source)
    assert (result["step_id"], result["errors"]) == (
        "house_prices",
        {"base": "cannot_connect"},
    )
    market.fails = False
    result = await enter(hass, result, source=source)
    assert result["step_id"] == "house_confirm"


async def test_of_an_entity(hass: HomeAssistant) -> None:
    """An entity of an unknown integration: what nothing tells is asked once."""
    attributes = {
        "unit_of_measurement": "kr/kWh",
        "raw_today": listed(TODAY),
        "raw_tomorrow": None,
    }
    sensor = entity(hass, "elsewhere", "x", f"{price(NOON)}", attributes)
    result = await begin(hass)
    assert result["step_id"] == "house_entity"
    result = await enter(hass, result, entity=sensor)
    assert result["step_id"] == "house_choices"
    assert {str(key) for key in result["data_schema"].schema} == {"tax", "currency"}
    result = await enter(hass, result, tax="included", currency="crowns")
    assert result["errors"] == {"base": "no_currency"}
    result = await enter(hass, result, tax="included", currency="nok")
    assert result["step_id"] == "house_confirm"
    shown = result["description_placeholders"]
    assert f"{price(NOON):.4f} NOK/kWh" in shown["now"]
    assert shown["now"].endswith(f"({sensor}: {price(NOON)} kr/kWh)")
    result = await enter(hass, result, name="Mine", on_top=False)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"][CONF_VENDOR] == "home_assistant"
    state = hass.states.get("sensor.mine_price")
    assert state is not None
    assert float(state.state) == pytest.approx(price(NOON))


async def test_found_entity(hass: HomeAssistant) -> None:
    """One of a known integration is offered by its name."""
    attributes = {
        "unit_of_measurement": "Öre/kWh",
        "raw_today": listed(TODAY, 100),
        "raw_tomorrow": [],
        "friendly_name": "Spot",
    }
    sensor = entity(
        hass,
        "nordpool",
        "nordpool_kwh_se3_sek_3_100_025",
        f"{price(NOON) * 100}",
        attributes,
    )
    result = await begin(hass)
    assert options_of(result)[sensor] == "Spot"
    result = await enter(hass, result, source=sensor)
    assert {str(key) for key in result["data_schema"].schema} == {"tax", "currency"}
    result = await enter(hass, result, tax="included", currency="SEK")
    assert f"{price(NOON):.4f} SEK/kWh" in result["description_placeholders"]["now"]


@pytest.mark.parametrize("platform", ["template", "rest", "mqtt"])
async def test_entity_that_somebody_made(hass: HomeAssistant, platform: str) -> None:
    """It is offered by its name where its unit says that it is a price."""
    listing = {"raw_today": listed(TODAY), "raw_tomorrow": None}
    made = {
        unit: entity(
            hass,
            *(platform, unit, f"{price(NOON)}"),
            {"unit_of_measurement": unit, "friendly_name": unit, **listing},
        )
        for unit in ("NOK/kWh", "g/kWh", "°C", "NOK")
    }
    flat = {"unit_of_measurement": "NOK/kWh"}
    entity(hass, platform, "flat", f"{price(NOON)}", flat)
    result = await begin(hass)
    offered = options_of(result)
    assert [each for each in offered if "sensor" in each] == [made["NOK/kWh"]]
    result = await enter(hass, result, source=made["NOK/kWh"])
    assert {str(key) for key in result["data_schema"].schema} == {"tax"}
    result = await enter(hass, result, tax="included")
    assert result["step_id"] == "house_confirm"


async def test_several_lists(hass: HomeAssistant) -> None:
    """Which of several lists it is, the user says."""
    one, other = listed(TODAY), listed(TODAY, 2.0)
    attributes = {"unit_of_measurement": "EUR/kWh", "data": one, "forecast": other}
    sensor = entity(hass, "elsewhere", "x", "unknown", attributes)
    result = await begin(hass)
    result = await enter(hass, result, entity=sensor)
    assert result["step_id"] == "house_way"
    ways = options_of(result)
    assert len(ways) == 2
    chosen = next(way for way in ways if way.startswith("forecast"))
    result = await enter(hass, result, way=chosen)
    result = await enter(hass, result, tax="excluded", certainty="published")
    lowest = min(price(start) * 2 for start in quarters(TODAY))
    assert f"{lowest:.4f} EUR/kWh" in result["description_placeholders"]["lowest"]


@pytest.mark.parametrize(
    ("attributes", "error"),
    [
        ({"unit_of_measurement": "EUR/m³", "prices": listed(TODAY)}, "no_price_unit"),
        ({"unit_of_measurement": "EUR/kWh"}, "no_price_list"),
        (
            {
                "unit_of_measurement": "EUR/kWh",
                "prices": "[{'start': datetime.datetime(2026, 1, 1), 'price': 1}]",
            },
            "list_is_text",
        ),
    ],
)
async def test_no_prices(
    hass: HomeAssistant, attributes: dict[str, Any], error: str
) -> None:
    """What is none is refused by name."""
    sensor = entity(hass, "template", "x", "0.3", attributes)
    result = await begin(hass)
    result = await enter(hass, result, entity=sensor)
    assert result["errors"] == {"base": error}
    result = await enter(hass, result, entity="sensor.nothing")
    assert result["errors"] == {"base": "entity_not_there"}


async def test_prices_of_now_alone(hass: HomeAssistant) -> None:
    """Who has no prices of later is named, with those of the same market."""
    result = await begin(hass, "house_prices")
    assert result["description_placeholders"] == {"others": "-"}
    for domain, title in (("essent", "Essent"), ("comed_hourly_pricing", "ComEd")):
        mock_integration(hass, MockModule(domain))
        entry = MockConfigEntry(domain=domain, title=title)
        entry.add_to_hass(hass)
        entry.mock_state(hass, ConfigEntryState.LOADED)
    result = await begin(hass, "house_prices")
    assert result["description_placeholders"] == {
        "others": "Essent (nordpool, energyzero, easyenergy, epex_spot); ComEd"
    }


async def test_nothing_yet(hass: HomeAssistant) -> None:
    """An action without prices is said to have none; an entity may be named instead."""
    market = NordPool(hass, "NO1")
    market.last = TODAY - timedelta(days=1)
    result = await begin(hass, "house_prices")
    result = await enter(hass, result, source=next(iter(options_of(result))))
    assert result["errors"] == {"base": "cannot_connect"}
    result = await enter(hass, result, source="entity")
    assert result["step_id"] == "house_entity"


async def test_a_unit_that_is_asked_for(hass: HomeAssistant) -> None:
    """Without a unit the user says what a number of the list is in."""
    tomorrow = listed(TODAY + timedelta(days=1), 100)
    sensor = entity(hass, "template", "x", "unknown", {"prices": tomorrow})
    result = await begin(hass, "house_prices")
    result = await enter(hass, result, entity=sensor)
    asked = {str(key) for key in result["data_schema"].schema}
    assert asked >= {"divisor", "tax"}
    form = {"divisor": "100", "tax": "unknown"}
    form |= {"currency": "NOK"} if "currency" in asked else {}
    result = await enter(hass, result, **form)
    shown = result["description_placeholders"]
    lowest = min(price(start) for start in quarters(TODAY + timedelta(days=1)))
    assert f"{lowest:.4f} NOK/kWh" in shown["lowest"]
    # Tomorrow is listed, and now is not.
    assert shown["now"] == "-"


def test_what_was_proved_by_another_unit() -> None:
    """Another divisor than the one by which it was the state proves nothing."""
    reading = Reading(shape=Shape.LISTS, currency="NOK", divisor=100.0, proved=True)
    assert not chosen_reading(reading, {"divisor": "1"}).proved
    assert chosen_reading(reading, {"divisor": "100"}).proved


async def test_a_currency_that_nothing_tells(hass: HomeAssistant) -> None:
    """It is asked for; the homes of an account are told apart by its answer."""
    mock_integration(hass, MockModule("tibber"), built_in=True)
    entry = MockConfigEntry(domain="tibber", title="Tibber")
    entry.add_to_hass(hass)
    entry.mock_state(hass, ConfigEntryState.LOADED)

    async def answer(call: ServiceCall) -> ServiceResponse:
        rows = [
            {"start_time": start.isoformat(), "price": price(start)}
            for start in quarters(TODAY)
        ]
        return {"prices": {"Cabin": rows}}

    hass.services.async_register(
        *("tibber", "get_prices", answer), supports_response=SupportsResponse.ONLY
    )
    result = await begin(hass, "house_prices")
    source, title = next(iter(options_of(result).items()))
    assert title == "Tibber Cabin"
    result = await enter(hass, result, source=source)
    assert {str(key) for key in result["data_schema"].schema} == {"currency"}
    result = await enter(hass, result, currency="SEK")
    assert "SEK/kWh" in result["description_placeholders"]["first"]


async def test_entities_that_go_together(hass: HomeAssistant) -> None:
    """Today's prices and tomorrow's are one source; what lists none is not offered."""
    entry = MockConfigEntry(domain="octopus_energy")
    rates = [
        {"start": row["start"], "end": row["end"], "value_inc_vat": row["value"]}
        for row in listed(TODAY)
    ]
    today, _ = (
        entity(
            hass,
            "octopus_energy",
            f"octopus_energy_electricity_1_2_{day}_day_rates",
            "2026-11-30T00:00:00+00:00",
            {"rates": rates, "event_type": f"electricity_{day}_day_rates"},
            domain="event",
            entry=entry,
        )
        for day in ("current", "next")
    )
    entity(hass, "epex_spot", "x Total Price", "0.2", {"data": [{"price_per_kwh": 1}]})
    result = await begin(hass, "house_prices")
    assert today in options_of(result)
    assert not [each for each in options_of(result) if "epex" in each]
    result = await enter(hass, result, source=today)
    assert result["step_id"] == "house_confirm"
    result = await enter(hass, result, name="Octopus", on_top=False)
    assert len(result["data"]["entities"]) == 2
