"""Power, prices and money with all that is said about them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.energy_portals.portals.volue.quantities import (
    MOST_MONEY,
    MOST_POWER,
    MOST_PRICE,
    Amount,
    Said,
    currency_of,
    money,
    most_power,
    price_per_kwh,
    units_in,
)
from custom_components.energy_portals.portals.volue.values import Row, Unread

KW = "maxPowerInKiloWatts"
NOTHING: frozenset[str] = frozenset()


def _around(*levels: dict[str, Any]) -> Said:
    """Return what levels say, from the outermost on."""
    said = Said()
    for level in levels:
        said = said.within(Row(level), NOTHING)
    return said


@pytest.mark.parametrize(
    ("point", "around", "kilowatts"),
    [
        ({KW: 3.5}, {}, 3.5),
        ({"MAX_POWER_IN_KILO_WATTS": "3,5"}, {}, 3.5),
        ({KW: {"value": 3.5, "unit": "kW"}}, {}, 3.5),
        ({KW: 3.5, "unit": "kW"}, {"powerUnit": "Kilowatt"}, 3.5),
        ({"maxPowerInWatts": 3500}, {}, 3.5),
        ({"maxPowerInMegaWatts": 0.0035}, {}, 3.5),
        ({"maxPower": 3500, "unit": "W"}, {}, 3.5),
        ({"maxPower": {"value": 3500, "unitOfMeasure": "watt"}}, {}, 3.5),
        ({"maxPower": 3500}, {"meta": {"unit": "W"}}, 3.5),
        ({KW: 3.5, "maxPowerInWatts": 3500}, {}, 3.5),
        ({KW: 3.5, "year": 2026, "days": 3, "count": 7, "price": 9}, {}, 3.5),
        ({KW: 3.5, "direction": "Consumption", "isValid": True}, {"factor": 1}, 3.5),
        ({KW: 3.5, "isEstimated": False, "status": "Confirmed"}, {"state": None}, 3.5),
        ({KW: 0}, {}, 0.0),
    ],
)
def test_power(point: Any, around: Any, kilowatts: float) -> None:
    assert most_power(Row(point), _around(around)) == kilowatts


@pytest.mark.parametrize(
    ("point", "around"),
    [
        ({}, {}),
        ({KW: None}, {}),
        ({KW: -5}, {}),
        ({KW: MOST_POWER * 1.01}, {}),
        ({KW: 1e308, "unit": "MW"}, {}),
        ({KW: "1_0"}, {}),
        ({KW: True}, {}),
        ({KW: [3.5]}, {}),
        # The unit is not told, not known, or told in two ways.
        ({"maxPower": 3.5}, {}),
        ({KW: 3.5, "unit": "W"}, {}),
        ({KW: 3.5}, {"unit": "W"}),
        ({KW: {"value": 3.5, "unit": "W"}}, {}),
        ({KW: 3.5, "unit": "A"}, {}),
        ({KW: 3.5, "unit": 7}, {}),
        ({"maxPower": 3.5, "unit": "mW"}, {}),
        ({"maxPower": 3.5, "unit": "kWh"}, {}),
        ({KW: 3.5, "maxPowerInWatts": 2500}, {}),
        ({KW: 3.5, "MaxPowerInKiloWatts": 4}, {}),
        ({KW: {"value": 3.5, "amount": 4}}, {}),
        # What could change it is not understood.
        ({KW: 3.5, "multiplier": 1000}, {}),
        ({KW: 3.5}, {"decimals": 2}),
        ({KW: 3.5}, {"exponent": 3}),
        ({KW: 3.5, "direction": "FeedIn"}, {}),
        ({KW: 3.5, "isEstimated": True}, {}),
        ({KW: 3.5, "isValid": False}, {}),
        ({KW: 3.5, "quality": "Missing"}, {}),
        ({KW: 3.5}, {"status": "Cancelled"}),
        ({KW: 3.5, "phase": "L1"}, {}),
        ({KW: 3.5, "hour": 13}, {}),
        ({KW: {"value": 3.5, "scale": 3}}, {}),
    ],
)
def test_what_is_no_power(point: Any, around: Any) -> None:
    with pytest.raises(Unread):
        most_power(Row(point), _around(around))


NOK = {"currency": "NOK", "unit": "kWh"}


@pytest.mark.parametrize(
    ("point", "around", "expected"),
    [
        ({"price": 0.5}, [NOK], (0.5, "NOK")),
        ({"price": -250}, [{"currency": "nok", "energyUnit": "MWh"}], (-0.25, "NOK")),
        ({"price": 50, "unit": "øre/kWh"}, [{"currency": "NOK"}], (0.5, "NOK")),
        ({"price": 50, "unit": "EUR/MWh"}, [], (0.05, "EUR")),
        ({"price": {"value": 5, "unit": "ct/kWh"}}, [], (0.05, "EUR")),
        ({"pricePerMWh": 500}, [{"currency": "NOK"}], (0.5, "NOK")),
        ({"price": 0.5, "currency": "NOK"}, [NOK], (0.5, "NOK")),
        ({"price": 0.5}, [{"priceUnit": "NOK/kWh"}, NOK], (0.5, "NOK")),
        ({"price": 123.45}, [NOK], (123.45, "NOK")),
        ({"price": 1, "unit": "kr/kWh"}, [{"currency": "DKK"}], (1, "DKK")),
    ],
)
def test_prices(point: Any, around: list[Any], expected: tuple[float, str]) -> None:
    assert price_per_kwh(Row(point), _around(*around)) == Amount(*expected)


@pytest.mark.parametrize(
    ("point", "around"),
    [
        ({}, [NOK]),
        ({"price": None}, [NOK]),
        ({"price": MOST_PRICE * 1.01}, [NOK]),
        ({"price": 2}, [{"currency": "NOK", "unit": "Wh"}]),
        ({"price": 0.5}, []),
        ({"price": 0.5}, [{"currency": "NOK"}]),
        ({"price": 0.5}, [{"energyUnit": "kWh"}]),
        ({"price": 0.5, "currency": "EUR"}, [NOK]),
        ({"price": 0.5, "unit": "NOK/MWh"}, [NOK]),
        ({"pricePerMWh": 500}, [NOK]),
        ({"price": 50, "unit": "øre/kWh"}, []),
        ({"price": 50, "unit": "cent/kWh"}, [NOK]),
        ({"price": 50}, [NOK, {"minorUnits": True}]),
        ({"price": 0.5}, [NOK, {"includesVat": True}]),
        ({"price": 0.5, "quality": 4001}, [NOK]),
        ({"price": 0.5}, [{"currency": "fish", "unit": "kWh"}]),
        ({"price": 0.5, "pricePerKWh": 0.7}, [NOK]),
    ],
)
def test_what_is_no_price(point: Any, around: list[Any]) -> None:
    with pytest.raises(Unread):
        price_per_kwh(Row(point), _around(*around))


def test_money() -> None:
    said = _around({"currency": "NOK"})
    row = Row({"a": 12.75, "b": "1275.5", "c": None, "d": {"value": 3, "unit": "NOK"}})
    assert money(row, "a", said) == Amount(12.75, "NOK")
    assert money(row, "a", _around({"currency": "NOK", "unit": "øre"})) == (
        Amount(0.1275, "NOK")
    )
    assert money(row, "b", said) == Amount(1275.5, "NOK")
    assert money(row, "c", said) is None
    assert money(row, "d", said) == Amount(3, "NOK")
    assert currency_of(said) == "NOK"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (MOST_MONEY * 2, {"currency": "NOK"}),
        (1, {}),
        (1, {"currency": "øre"}),
        (1, {"currency": "NOK", "unit": "EUR"}),
        (1, {"currency": "NOK", "unit": "kWh"}),
        (1, {"currency": "NOK", "decimals": 2}),
        (1, {"currency": 578}),
    ],
)
def test_what_is_no_money(told: float, said: dict[str, Any]) -> None:
    with pytest.raises(Unread):
        money(Row({"a": told}), "a", _around(said))


def test_zones_are_told_by_name() -> None:
    assert _around({"timeZone": "Europe/Oslo"}).zone == ZoneInfo("Europe/Oslo")
    assert not _around({"timeZone": "Europe/Oslo"}).in_doubt
    for name in ("Norway Standard Time", "../etc", 1, ""):
        assert _around({"timezone": name}).in_doubt


def test_an_envelope_says_units_and_no_more() -> None:
    """What it says of its pages is about no number."""
    envelope = {"limit": 3, "offset": 0, "meta": {"unit": "W", "status": "ok"}}
    assert dict(units_in(envelope)) == {"unit": "W"}
