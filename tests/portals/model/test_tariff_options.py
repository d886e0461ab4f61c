"""A tariff from plain options."""

from datetime import time
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.energy_portals.portals.model.tariff import GridFee, Tariff


def test_no_options_add_nothing() -> None:
    assert Tariff.of({}) == Tariff()
    nothing = dict.fromkeys(
        ("vat", "percent", "fixed", "grid_fees", "hourly", "export")
    )
    assert Tariff.of(nothing) == Tariff()


def test_all_options() -> None:
    options = {
        "vat": 25,
        "percent": 1.5,
        "fixed": -0.02,
        "hourly": True,
        "export": 0,
        "grid_fees": [
            {
                "amount": 0.5,
                "start": "06:00:00",
                "end": "22:00",
                "days": ["mon", "sun"],
            },
            {"amount": 0.25, "start": "22:00", "end": None, "days": []},
            {"amount": 0},
        ],
        "another": "option",
    }
    assert Tariff.of(options) == Tariff(
        vat=25,
        percent=1.5,
        fixed=-0.02,
        grid_fees=(
            GridFee(0.5, time(6), time(22), frozenset({0, 6})),
            GridFee(0.25, time(22)),
            GridFee(0),
        ),
        hourly=True,
        export=0,
    )


NUMBERS: tuple[Any, ...] = ("1", True, [], float("nan"), float("inf"), 10**400)
RULES: tuple[Any, ...] = ("", "mon", {}, 1, {"amount": 1}, [None], ["x"], [[]], [{}])
WEEKDAYS: tuple[Any, ...] = ("mon", 1, {}, ["monday"], [0], [None], [[]])
WALLS: tuple[Any, ...] = (6, "", "25:00", "six", "06:00+01:00", "06:00Z", [])
SWITCHES: tuple[Any, ...] = (1, "on", [])
MALFORMED: list[dict[str, Any]] = [
    *({key: x} for key in ("vat", "percent", "fixed", "export") for x in NUMBERS),
    *({"hourly": x} for x in SWITCHES),
    *({"grid_fees": x} for x in RULES),
    *({"grid_fees": [{"amount": x}]} for x in (None, *NUMBERS)),
    *({"grid_fees": [{"amount": 1, "days": x}]} for x in WEEKDAYS),
    *({"grid_fees": [{"amount": 1, "start": x}]} for x in WALLS),
    *({"grid_fees": [{"amount": 1, "end": x}]} for x in WALLS),
]


@pytest.mark.parametrize("options", MALFORMED, ids=lambda options: repr(options)[:60])
def test_malformed_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Tariff.of(options)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["amount", "start", "end", "days"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["vat", "percent", "fixed", "hourly", "export", "grid_fees"]),
        JSON,
    )
)
def test_any_options_make_a_tariff_or_are_refused(options: dict[str, Any]) -> None:
    try:
        tariff = Tariff.of(options)
    except ValueError:
        return
    assert len(tariff.grid_fees) == len(options.get("grid_fees") or [])
    assert (tariff.export is None) == (options.get("export") is None)
