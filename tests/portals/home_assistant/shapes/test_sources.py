"""Integrations with prices in attributes, beyond those whose payloads are kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import pytest

from custom_components.energy_portals.portals import UnexpectedResponse
from custom_components.energy_portals.portals.home_assistant.shapes import (
    Question,
    Recognised,
    read_attributes,
    recognised,
)
from custom_components.energy_portals.portals.home_assistant.shapes.sources import (
    PLATFORMS,
    companions,
    source_of,
)
from custom_components.energy_portals.portals.house import EntityState
from custom_components.energy_portals.portals.model.prices import Tax
from tests.portals.home_assistant.shapes.cases import CASES, rows, stated

BERLIN: Final = ZoneInfo("Europe/Berlin")
NOON: Final = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def only(*states: EntityState, currency: str = "EUR") -> Recognised:
    """Return the one way to read entities."""
    (way,) = recognised(states, BERLIN, currency)
    return way


def hours(
    time: str, value: str, *amounts: float | None, start: datetime = NOON
) -> list[dict[str, object]]:
    """Return items, one an hour."""
    return [
        {time: start + place * HOUR, value: amount}
        for place, amount in enumerate(amounts)
    ]


def test_compressed_rates() -> None:
    """Of evcc: a start, distances and values; all charges may be inside."""
    rates = {
        "start_utc": "2026-11-29T12:00:00+00:00",
        "deltas_in_minutes": [15, 15, 60],
        "values": [0.31, 0.3, -0.01, 0.28],
    }
    way = only(stated({"rates": rates}, platform="evcc_intg", state="0.31"))
    assert way.questions == (Question.TAX,)
    assert rows(way.prices.published) == (
        ("2026-11-29T12:00:00Z", "2026-11-29T12:15:00Z", 0.31),
        ("2026-11-29T12:15:00Z", "2026-11-29T12:30:00Z", 0.3),
        ("2026-11-29T12:30:00Z", "2026-11-29T13:30:00Z", -0.01),
        ("2026-11-29T13:30:00Z", "2026-11-29T13:45:00Z", 0.28),
    )


def test_older_zonneplan() -> None:
    """Whole numbers of ten-millionths under a unit of euros, as today's has."""
    items = hours("datetime", "electricity_price", 2871234, -5000, 2790000)
    way = only(stated({"forecast": items}, platform="zonneplan_one", state="0.2871"))
    assert [slot.value for slot in way.prices.published] == [0.2871234, -0.0005, 0.279]
    assert way.questions == ()


def test_zonneplan_in_decimals() -> None:
    """Its unit would be right about the list; what was kept of the other is refused."""
    case = CASES["zonneplan_one"]
    (state,) = case.states
    items = [
        {
            **item,
            "price_tax_included": {
                "amount": item["price_tax_included"]["amount"] / 1e7
            },
        }
        for item in msgspec.convert(state.attributes["forecast"], list[dict[str, Any]])
    ]
    decimals = replace(state, attributes={"forecast": items})
    way = only(decimals)
    assert rows(way.prices.published) == tuple(case.expected.published)
    assert (way.reading.divisor, way.questions) == (1.0, ())
    kept = only(state).reading
    with pytest.raises(UnexpectedResponse):
        read_attributes(kept, [decimals], BERLIN)
    with pytest.raises(UnexpectedResponse):
        read_attributes(way.reading, [state], BERLIN)


def test_all_days_of_pstryk() -> None:
    """A sensor of its own has both days; both passes of an hour have one offset."""
    start = datetime(2026, 10, 24, 23, tzinfo=UTC)
    items = hours("time", "price", 0.9, 0.8, 0.7, 0.6, start=start)
    items[2]["time"] = items[1]["time"]
    attributes = {"prices_today": items, "prices_tomorrow": [], "prices": items}
    way = only(stated(attributes, platform="pstryk", unit="PLN/kWh"), currency="PLN")
    assert [slot.value for slot in way.prices.published] == [0.9, 0.8, 0.7, 0.6]
    assert way.prices.holes == ()
    assert way.reading.tax is Tax.INCLUDED


@pytest.mark.parametrize(
    ("rate", "tax"),
    [("25.0%", "included"), ("0.0%", "excluded"), (None, "unknown"), ("-", "unknown")],
)
def test_hours_of_ge_spot(rate: object, tax: str) -> None:
    """Its rate of tax is among the attributes."""
    attributes = {
        "today_hourly_prices": hours("time", "value", 30.0, 40.0),
        "tomorrow_hourly_prices": None,
        "vat": rate,
        "currency": "EUR",
    }
    way = only(stated(attributes, platform="ge_spot", unit="cents/kWh"))
    assert way.reading.tax.value == tax
    assert [slot.value for slot in way.prices.published] == [0.3, 0.4]
    assert (Question.TAX in way.questions) is (tax == "unknown")
    assert Question.CURRENCY not in way.questions


def test_forecast_of_1komma5() -> None:
    """All is in the price; the slot of now is not there."""
    items = hours("datetime", "price", 0.3, 0.2, start=NOON + HOUR)
    way = only(stated({"forecast": items}, platform="einskomma5grad", state="0.31"))
    assert way.questions == ()
    assert len(way.prices.published) == 2


def test_forecast_of_amber() -> None:
    """As an attribute it is predicted, too, and its dollars are Australia's."""
    items = [
        {
            "start_time": NOON.replace(second=1) + place * HOUR,
            "end_time": NOON + (place + 1) * HOUR,
            "per_kwh": 0.2,
        }
        for place in range(2)
    ]
    way = only(stated({"forecasts": items}, platform="amberelectric", unit="$/kWh"))
    assert way.prices.currency == "AUD"
    assert not way.prices.published
    assert len(way.prices.predicted) == 2
    assert way.questions == ()


def test_predicted_tomorrow_of_stromligning() -> None:
    """The partner of a sensor says that its list is a prediction."""
    case = CASES["stromligning"]
    today, tomorrow, spot = case.states
    assert companions(today, case.states) == (tomorrow,)
    assert companions(tomorrow, case.states) == (today,)
    assert companions(spot, case.states) == ()
    predicted = stated(
        {**tomorrow.attributes, "forecast_data": True},
        platform="stromligning",
        unit=None,
        unique_id=tomorrow.unique_id,
        entity_id=tomorrow.entity_id,
    )
    way = only(today, predicted, currency="DKK")
    assert len(way.prices.published) == len(way.prices.predicted) == 2
    # Whichever the user points at, the unit is the one that is there.
    assert only(tomorrow, today, currency="DKK").prices.currency == "DKK"


def test_import_and_export_of_octopus() -> None:
    """Are two sources, each with its days; gas is none."""
    states = CASES["octopus_energy"].states
    today, tomorrow, export = states
    assert companions(today, states) == (tomorrow,)
    assert companions(export, states) == ()
    assert [slot.value for slot in only(export).prices.published] == [0.45]
    gas = stated(
        {**today.attributes, "event_type": "octopus_energy_gas_current_day_rates"},
        platform="octopus_energy",
        unit=None,
        unique_id="octopus_energy_gas_1_2_current_day_rates",
        entity_id="event.octopus_energy_gas_1_2_current_day_rates",
    )
    assert source_of(gas) is None
    # An entity that was renamed still says what it is.
    renamed = stated(today.attributes, platform="octopus_energy", unit=None)
    assert source_of(renamed) is not None


def test_gas_and_others_of_frank_energie() -> None:
    """By their unit; what is no price yet is no list."""
    all_in, market, gas, broken = CASES["frank_energie"].states
    assert only(all_in).reading.tax is Tax.INCLUDED
    assert only(market).reading.tax is Tax.EXCLUDED
    for state, key in ((gas, "no_price_unit"), (broken, "no_price_list")):
        with pytest.raises(ValueError, match=key):
            recognised([state], BERLIN, "EUR")


def test_other_entities_of_known_integrations() -> None:
    """Ranks, quantiles and cores of the same name are no prices."""
    ranks = [{"start_time": NOON, "end_time": NOON + HOUR, "rank": 3}]
    for state in (
        stated({"data": ranks}, platform="epex_spot"),
        stated({}, platform="nordpool"),
        stated({"today": [0.1] * 24, "tomorrow": [0.1] * 24}, platform="nordpool"),
        stated({"tariff": "2.0TD"}, platform="pvpc_hourly_pricing"),
    ):
        assert source_of(state) is None
        assert state.platform in PLATFORMS
        with pytest.raises(ValueError, match="no_price_list"):
            recognised([state], BERLIN, "EUR")


def test_a_known_list_that_is_empty() -> None:
    """Is still known: prices come later."""
    way = only(stated({"data": []}, platform="epex_spot"))
    assert not way.prices.published
    assert way.reading.keys is not None
