"""Quantities: which texts are their units, and what a value in one is in another."""

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.reading.numbers import Refused
from custom_components.energy_portals.portals.reading.quantities import (
    ALL,
    AREA,
    COUNT,
    CURRENCY,
    ENERGY,
    NUMBER,
    POWER,
    SHARE,
    TEMPERATURE,
    Field,
    Quantity,
    Unit,
    money,
    price,
)

NOK = money("NOK")
NOK_PRICE = price("NOK/kWh", "NOK")


def unit(quantity: Quantity, *texts: str) -> Unit | None:
    return quantity.unit(frozenset(texts))


def base(quantity: Quantity, text: str, value: float = 1.0) -> float:
    """Return a value of a unit in the base unit of its quantity."""
    found = unit(quantity, text)
    assert found is not None
    return found.converted(value, Unit(currency=found.currency))


@pytest.mark.parametrize(
    ("quantity", "text", "value", "expected"),
    [
        *((ENERGY, "Wh", 1000, 1), (ENERGY, "kWh", 1, 1), (ENERGY, "MWh", 1, 1000)),
        *((ENERGY, "GWh", 1, 1e6), (ENERGY, "MJ", 3.6, 1), (ENERGY, "GJ", 3.6, 1000)),
        *((POWER, "W", 1, 1), (POWER, "kW", 1, 1000), (POWER, "MW", 1, 1e6)),
        *((SHARE, "%", 41.5, 41.5), (SHARE, "fraction", 0.415, 41.5)),
        *((SHARE, "percent", 1, 1), (SHARE, "‰", 10, 1), (SHARE, "ratio", 1, 100)),
        *((TEMPERATURE, "°C", -3.5, -3.5), (TEMPERATURE, "K", 273.15, 0)),
        *((TEMPERATURE, "°F", 32, 0), (TEMPERATURE, "Fahrenheit", 212, 100)),
        *((AREA, "m²", 1, 1), (AREA, "m2", 1, 1)),
        *((NOK, "NOK", 1, 1), (NOK, "kr", 1, 1), (NOK, "øre", 100, 1)),
        *((NOK, "EUR", 1, 1), (NOK, "€", 1, 1), (NOK, "cent", 100, 1)),
        *((NOK_PRICE, "NOK/kWh", 1, 1), (NOK_PRICE, "øre/kWh", 100, 1)),
        *((NOK_PRICE, "NOK/MWh", 1000, 1), (NOK_PRICE, "EUR/MWh", 1000, 1)),
        *((NOK_PRICE, "kr per kWh", 1, 1), (NOK_PRICE, "ct/kWh", 100, 1)),
        (NOK_PRICE, "NOK_per_MWh", 1000, 1),
        (NOK_PRICE, "NOK/Wh", 1, 1000),
    ],
)
def test_units(quantity: Quantity, text: str, value: float, expected: float) -> None:
    for spelt in {text, f" {text} "}:
        assert base(quantity, spelt, value) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("quantity", "texts"),
    [
        (ENERGY, ("wh", "WH", "Wh", "watt hours", "Watt-hour")),
        (ENERGY, ("kwh", "KWH", "kWh", "KWh", "kilowatt hours", "k_wh")),
        (POWER, ("kw", "KW", "kW", "Kilowatt")),
        (SHARE, ("%", "Percent", "PCT", "percentage")),
        (TEMPERATURE, ("C", "°C", "celsius", "degC", "Degrees Celsius")),
        (NOK_PRICE, ("nok/KWH", "NOK / kWh", "kr/kWh")),
    ],
)
def test_spellings_of_one_unit(quantity: Quantity, texts: tuple[str, ...]) -> None:
    assert len({unit(quantity, text) for text in texts}) == 1
    # Told in several places they agree.
    assert unit(quantity, *texts) == unit(quantity, texts[0])


@pytest.mark.parametrize("quantity", [*ALL, AREA, COUNT, NUMBER], ids=lambda q: q.name)
@pytest.mark.parametrize("text", ["", "x", "kWh/h", "A", "VA", "m3", "1_0", "5", "§"])
def test_what_is_no_unit_is_refused(quantity: Quantity, text: str) -> None:
    with pytest.raises(Refused):
        unit(quantity, text)


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        # Small m is a thousandth, which no portal means: it is a guess, not a unit.
        *((ENERGY, "mWh"), (POWER, "mW")),
        *((ENERGY, "W"), (ENERGY, "kW"), (POWER, "kWh"), (POWER, "Wh")),
        *((SHARE, "kWh"), (SHARE, "W"), (TEMPERATURE, "%"), (NOK, "kWh")),
        *((ENERGY, "NOK"), (NOK, "NOK/kWh"), (NOK_PRICE, "NOK/m3"), (NOK_PRICE, "W")),
        *((NOK_PRICE, "kr/month"), (NOK_PRICE, "NOK/h"), (AREA, "m3")),
        (COUNT, "kWh"),
    ],
)
def test_a_unit_of_another_quantity_is_refused(quantity: Quantity, text: str) -> None:
    with pytest.raises(Refused):
        unit(quantity, text)


_TEXTS = {
    ENERGY: ("Wh", "kWh", "MWh"),
    POWER: ("W", "kW", "MW"),
    SHARE: ("%", "fraction"),
    TEMPERATURE: ("°C", "°F", "K"),
    NOK: ("NOK", "EUR", "SEK"),
    NOK_PRICE: ("NOK/kWh", "NOK/MWh", "EUR/kWh"),
}
PAIRS = [
    (quantity, one, two)
    for quantity, texts in _TEXTS.items()
    for one in texts
    for two in texts
    if one != two
]


@pytest.mark.parametrize(("quantity", "one", "two"), PAIRS)
def test_units_that_contradict_each_other_are_refused(
    quantity: Quantity, one: str, two: str
) -> None:
    with pytest.raises(Refused):
        unit(quantity, one, two)


@pytest.mark.parametrize("quantity", [*ALL, AREA, COUNT], ids=lambda q: q.name)
def test_no_unit_is_none(quantity: Quantity) -> None:
    if quantity.name != "price":
        assert unit(quantity) is None


@given(
    st.sampled_from(PAIRS),
    st.floats(-1e6, 1e6, allow_subnormal=False),
)
def test_a_value_comes_back(pair: tuple[Quantity, str, str], value: float) -> None:
    quantity, *texts = pair
    one, two = (unit(quantity, text) for text in texts)
    assert one is not None and two is not None
    there = one.converted(value, two)
    assert two.converted(there, one) == pytest.approx(value, rel=1e-9, abs=1e-9)


@given(st.floats(allow_nan=False), st.sampled_from([Unit(), Unit(1000.0), Unit(1, 3)]))
def test_a_value_in_its_own_unit_is_not_touched(value: float, own: Unit) -> None:
    """Not even in its last digit."""
    assert own.converted(value, own) == value


# Prices, whose unit may come in halves


@pytest.mark.parametrize(
    ("texts", "divisor", "currency"),
    [
        (("NOK", "/kWh"), 1, "NOK"),
        (("NOK", "per MWh"), 1000, "NOK"),
        (("/MWh",), 1000, "NOK"),
        (("per kWh", "øre"), 100, "NOK"),
        (("øre",), 100, "NOK"),
        (("EUR", "/MWh"), 1000, "EUR"),
        (("EUR/MWh", "EUR"), 1000, "EUR"),
        (("EUR/MWh", "/MWh"), 1000, "EUR"),
        # A currency that is told as one says not how it is divided.
        ((f"{CURRENCY}NOK", "øre/kWh"), 100, "NOK"),
        ((f"{CURRENCY}EUR", "cent/kWh"), 100, "EUR"),
        ((f"{CURRENCY}EUR", "/MWh"), 1000, "EUR"),
        ((f"{CURRENCY}NOK",), 1, "NOK"),
        ((), 1, "NOK"),
    ],
)
def test_halves_of_a_price(
    texts: tuple[str, ...], divisor: float, currency: str
) -> None:
    assert unit(NOK_PRICE, *texts) == Unit(divisor=divisor, currency=currency)


@pytest.mark.parametrize(
    "texts",
    [
        ("EUR",),
        ("SEK",),
        ("NOK/kWh", "EUR"),
        ("NOK/kWh", "/MWh"),
        # An energy alone is the unit of another number.
        ("kWh",),
        ("NOK/kWh", "kWh"),
        ("øre/kWh", "EUR"),
        ("øre/kWh", "NOK"),
        ("øre/kWh", f"{CURRENCY}EUR"),
        (f"{CURRENCY}EUR",),
        (f"{CURRENCY}geheim", "NOK/kWh"),
        ("NOK", "EUR", "kWh"),
        ("NOK/kWh", "geheim"),
    ],
)
def test_halves_of_a_price_that_do_not_fit(texts: tuple[str, ...]) -> None:
    """Nobody has said of how much energy another currency is the price."""
    with pytest.raises(Refused):
        unit(NOK_PRICE, *texts)


def test_a_bare_currency_is_per_what_is_usual() -> None:
    usual = price("øre/MWh", "NOK")
    assert unit(usual) == Unit(divisor=100_000, currency="NOK")
    assert unit(usual, "NOK") == Unit(divisor=1000, currency="NOK")
    assert unit(usual, "EUR/kWh") == Unit(divisor=1, currency="EUR")


def test_words_of_several_countries_need_one() -> None:
    for quantity, text in ((money(), "øre"), (price("EUR/kWh"), "øre/kWh")):
        with pytest.raises(Refused):
            unit(quantity, text)
    assert unit(money("SEK"), "øre") == Unit(divisor=100, currency="SEK")


# Bounds


def test_a_field_narrows_the_bounds() -> None:
    wide, narrow = Field(POWER, ("a",)), Field(POWER, ("a",), low=-5, high=5)
    assert wide.bounds(Unit()) == (0, 1e6)
    assert narrow.bounds(Unit()) == (-5, 5)


def test_bounds_of_money_know_small_currencies() -> None:
    field = Field(price("EUR/kWh"), ("Price",))
    low, high = field.bounds(Unit(currency="EUR"))
    of_huf = field.bounds(Unit(currency="HUF"))
    assert low is not None and high is not None
    assert of_huf == (low * 1000, high * 1000)


def test_no_list_of_names_serves_two_quantities() -> None:
    for one in ALL:
        for two in ALL:
            assert one is two or not one.words & two.words
