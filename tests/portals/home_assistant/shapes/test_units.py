"""Units of prices."""

import pytest

from custom_components.energy_portals.portals.home_assistant.shapes.units import (
    common_unit,
    told_money,
    told_unit,
)


@pytest.mark.parametrize(
    ("text", "currency", "divisor"),
    [
        *(("EUR/kWh", "EUR", 1), ("€/kWh", "EUR", 1), ("EUR/MWh", "EUR", 1000)),
        *(("€ / kWh", "EUR", 1), ("eur/Wh", "EUR", 0.001), ("EUR per kWh", "EUR", 1)),
        *(("£/kWh", "GBP", 1), ("GBP/kWh", "GBP", 1), ("p/kWh", "GBP", 100)),
        *(("pence/kWh", "GBP", 100), ("Kč/MWh", "CZK", 1000), ("zł/kWh", "PLN", 1)),
        *(("gr/kWh", "PLN", 100), ("Ft/kWh", "HUF", 1), ("lei/MWh", "RON", 1000)),
        *(("bani/kWh", "RON", 100), ("лв/kWh", "BGN", 1), ("CHF/kWh", "CHF", 1)),
        *(("Rp/kWh", "CHF", 100), ("snt/kWh", "EUR", 100), ("AUD/kWh", "AUD", 1)),
        *(("NZ$/kWh", "NZD", 1), ("US$/kWh", "USD", 1), ("NZD/MWh", "NZD", 1000)),
        *(("EUR-ct/kWh", "EUR", 100), ("€ cent/kWh", "EUR", 100)),
        *(("Eurocent/kWh", "EUR", 100), ("USD cents/kWh", "USD", 100)),
    ],
)
def test_units_that_say_all(text: str, currency: str, divisor: float) -> None:
    """In any case, with spaces, in main units and hundredths."""
    meaning = told_unit(text)
    assert meaning is not None
    assert meaning.currency() == currency
    assert meaning.divisor == pytest.approx(divisor)
    # What the house or the entity has, changes nothing.
    assert meaning.currency("SEK") == currency


@pytest.mark.parametrize(
    ("text", "divisor", "hints", "currency"),
    [
        ("kr/kWh", 1, ("NOK",), "NOK"),
        ("kr/kWh", 1, ("EUR",), None),
        ("kr/kWh", 1, (None, "EUR", "DKK"), "DKK"),
        ("Öre/kWh", 100, ("SEK",), "SEK"),
        ("øre/MWh", 100_000, ("DKK",), "DKK"),
        ("$/kWh", 1, ("AUD",), "AUD"),
        ("$/kWh", 1, ("EUR",), None),
        ("c/kWh", 100, ("EUR",), "EUR"),
        ("¢/kWh", 100, ("USD",), "USD"),
        ("ct/kWh", 100, ("SEK",), None),
        ("cents/kWh", 100, (), None),
    ],
)
def test_units_that_several_countries_share(
    text: str, divisor: float, hints: tuple[str | None, ...], currency: str | None
) -> None:
    """They are open until something says which."""
    meaning = told_unit(text)
    assert meaning is not None
    assert meaning.divisor == pytest.approx(divisor)
    assert meaning.currency(*hints) == currency
    assert meaning.currency() is None


@pytest.mark.parametrize(
    "text",
    [
        *("€/m³", "gCO2/kWh", "g/kWh", "%", "kWh", "EUR", "kW", "", "lbs/MWh"),
        *("EUR/kW", "EUR/GWh", "EUR/day", "Wh/EUR", "EUR/kWh/h", "x" * 60),
        *(None, 1, ["EUR/kWh"], "rank/kWh", "€/kWh incl. VAT"),
    ],
)
def test_units_of_other_things(text: object) -> None:
    """Are none."""
    assert told_unit(text) is None


def test_money_alone() -> None:
    """Says no energy."""
    euros, cents = told_money("€"), told_money("ct")
    assert euros is not None
    assert cents is not None
    assert (euros.currency(), euros.divisor) == ("EUR", 1)
    assert (cents.currency("EUR"), cents.divisor) == ("EUR", 100)
    for other in ("kWh", "%", "x" * 60, None):
        assert told_money(other) is None


def test_unit_of_several_entities() -> None:
    """Where all that are prices have the same."""
    one = common_unit(["EUR/MWh", "kWh", None, "€/MWh"])
    assert one is not None
    assert (one.currency(), one.divisor) == ("EUR", 1000)
    assert common_unit(["EUR/MWh", "EUR/kWh"]) is None
    assert common_unit(["kWh", "%"]) is None
