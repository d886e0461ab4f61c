"""What a portal's unit of a price means."""

import pytest

from custom_components.energy_portals.portals.model.prices import PriceUnit, price_unit


@pytest.mark.parametrize(
    ("text", "currency", "divisor"),
    [
        ("NOK/kWh", "NOK", 1),
        ("nok/KWH", "NOK", 1),
        ("NOK_per_kWh", "NOK", 1),
        ("EUR per kWh", "EUR", 1),
        (" EUR / MWh ", "EUR", 1000),
        ("SEK/GWh", "SEK", 1_000_000),
        ("€/kWh", "EUR", 1),
        ("£/MWh", "GBP", 1000),
        ("EUR/Wh", "EUR", 0.001),
        ("öre/kWh", "SEK", 100),
        ("o\N{COMBINING DIAERESIS}re/kWh", "SEK", 100),
        ("ÖRE/kWh", "SEK", 100),
        ("c/kWh", "EUR", 100),
        ("ct/kWh", "EUR", 100),
        ("Ct/kWh", "EUR", 100),
        ("cent/kWh", "EUR", 100),
        ("Cents / kWh", "EUR", 100),
        ("EURct/kWh", "EUR", 100),
        ("€-ct/kWh", "EUR", 100),
        ("EURcent/MWh", "EUR", 100_000),
        ("ct/Wh", "EUR", 0.1),
    ],
)
def test_a_unit_says_its_currency_and_divisor(
    text: str, currency: str, divisor: float
) -> None:
    assert price_unit(text) == PriceUnit(currency, divisor)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "/", "/kWh", "NOK", "kWh", "NOK/", "NOK/h", "NOK/kW", "NOK/m3"),
        *("NOKkWh", "NOK/kWh/h", "kWh/NOK", "XYZ/kWh", "$/kWh", "EURNOK/kWh"),
        *("øre", "øre/kWh", "kr/kWh", "%/kWh", "0.5 EUR/kWh", "ct/kW", "NOKct/kWh"),
    ],
)
def test_what_is_not_surely_a_price_per_energy_has_no_meaning(text: str) -> None:
    assert price_unit(text) is None


@pytest.mark.parametrize(
    ("text", "minor", "expected"),
    [
        ("øre/kWh", "NOK", PriceUnit("NOK", 100)),
        ("Øre/kWh", "dkk", PriceUnit("DKK", 100)),
        ("kr/kWh", "NOK", PriceUnit("NOK", 1)),
        ("kr/MWh", "SEK", PriceUnit("SEK", 1000)),
        ("öre/kWh", "NOK", PriceUnit("SEK", 100)),
        ("ct/kWh", "CHF", PriceUnit("EUR", 100)),
        ("EURct/kWh", "NOK", PriceUnit("EUR", 100)),
        ("EUR/kWh", "NOK", PriceUnit("EUR", 1)),
        ("€/kWh", "NOK", PriceUnit("EUR", 1)),
        ("kroner/kWh", "NOK", None),
        ("NOK", "NOK", None),
    ],
)
def test_words_that_countries_share_mean_the_given_currency(
    text: str, minor: str, expected: PriceUnit | None
) -> None:
    assert price_unit(text, minor=minor) == expected


def test_dividing_keeps_what_multiplying_would_lose() -> None:
    unit = price_unit("øre/kWh", minor="NOK")
    assert unit is not None
    assert 35 / unit.divisor == 0.35 != 35 * 0.01
