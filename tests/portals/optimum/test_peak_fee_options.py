"""Peak fees as they are entered: by a known shape and its figures, or one's own."""

from datetime import time, timedelta

import pytest

from custom_components.energy_portals.portals.model.bands import Band
from custom_components.energy_portals.portals.optimum.peak_fee import (
    SHAPES,
    PeakFee,
    Per,
)
from custom_components.energy_portals.portals.optimum.peak_fee_options import (
    InvalidPeakFee,
    peak_fee_of,
    rows_to_fill,
    said,
)

PRICES = (120, 200, 336, 468, 604)
ROWS = [
    {**row, "price": price}
    for row, price in zip(rows_to_fill("norway"), PRICES, strict=False)
]


def test_known_shapes_with_their_figures() -> None:
    """A rate, or prices of the steps."""
    assert peak_fee_of({}) is None
    norway = peak_fee_of({"peak_fee": "norway", "peak_steps": ROWS[::-1]}, 14.9)
    assert norway is not None
    assert norway.steps == ((0, 120), (2, 200), (5, 336), (10, 468), (15, 604))
    flanders = peak_fee_of({"peak_fee": "flanders", "peak_rate": 48.0})
    assert flanders == PeakFee(
        window=timedelta(minutes=15),
        per=Per.ANY,
        count=1,
        rolling=12,
        floor=2.5,
        rate=48.0,
    )
    assert rows_to_fill("flanders") == []
    assert rows_to_fill(None) == rows_to_fill("other") == []


def test_one_of_ones_own() -> None:
    """With everything, and with nothing but a rate."""
    own = {
        "peak_fee": "own",
        "peak_rate": 40,
        "peak_minutes": 15,
        "peak_per": "week",
        "peak_count": 2,
        "peak_months": ["11", "12"],
        "peak_weights": [{"amount": 0.5, "start": "22:00", "end": "06:00"}],
        "peak_otherwise": 0,
        "peak_rolling": True,
        "peak_floor": 3,
    }
    assert peak_fee_of(own) == PeakFee(
        window=timedelta(minutes=15),
        per=Per.WEEK,
        count=2,
        weights=(Band(0.5, time(22), time(6)),),
        otherwise=0.0,
        months=frozenset({11, 12}),
        rolling=12,
        floor=3.0,
        rate=40.0,
    )
    assert peak_fee_of({"peak_fee": "own", "peak_rate": 40}) == PeakFee(
        count=1, rate=40.0
    )
    steps = [{"from": 0, "price": 1}, {"from": 4.5, "price": 2}]
    stepped = peak_fee_of({"peak_fee": "own", "peak_steps": steps}, 20.0)
    assert stepped == PeakFee(count=1, steps=((0.0, 1.0), (4.5, 2.0)))


@pytest.mark.parametrize(
    ("options", "is_missing"),
    [
        ({"peak_fee": "else"}, False),
        ({"peak_fee": 3}, False),
        ({"peak_fee": "flanders"}, True),
        ({"peak_fee": "norway"}, True),
        ({"peak_fee": "norway", "peak_steps": ROWS[:1]}, True),
        ({"peak_fee": "norway", "peak_steps": ROWS[1:]}, True),
        (
            {"peak_fee": "norway", "peak_steps": ROWS[:2] + ROWS[3:]},
            True,
        ),
        ({"peak_fee": "norway", "peak_steps": ROWS}, True),
        ({"peak_fee": "norway", "peak_steps": [*ROWS, ROWS[0]]}, True),
        (
            {"peak_fee": "norway", "peak_steps": ROWS, "peak_rate": 3},
            False,
        ),
        ({"peak_fee": "norway", "peak_steps": 3}, False),
        ({"peak_fee": "flanders", "peak_rate": -1}, False),
        ({"peak_fee": "flanders", "peak_rate": "1"}, False),
        ({"peak_fee": "own", "peak_rate": 1, "peak_count": 1.5}, False),
        ({"peak_fee": "own", "peak_rate": 1, "peak_minutes": 20}, False),
        ({"peak_fee": "own", "peak_rate": 1, "peak_per": "year"}, False),
        ({"peak_fee": "own", "peak_rate": 1, "peak_months": ["x"]}, False),
        ({"peak_fee": "own", "peak_rate": 1, "peak_weights": [{}]}, False),
    ],
)
def test_what_cannot_be(options: dict[str, object], is_missing: bool) -> None:
    """Steps are needed up to what the home may draw: a step of nothing looks cheap."""
    with pytest.raises(InvalidPeakFee) as raised:
        peak_fee_of(options, 20.0)
    assert raised.value.is_missing is is_missing


@pytest.mark.parametrize(
    ("shape", "name", "figures"),
    [
        ("norway", "day_month", ("3", "60", "0")),
        ("flanders", "any_year", ("1", "15", "2.5")),
        ("ellevio", "day_month", ("3", "60", "0")),
    ],
)
def test_the_sentence(shape: str, name: str, figures: tuple[str, ...]) -> None:
    """By what counts, with the figures."""
    called, given = said(SHAPES[shape])
    assert (called, tuple(given.values())) == (name, figures)
