"""Splits by appliance: maps and lists, and what in them is no appliance."""

from collections import Counter
from typing import Any

import pytest

from custom_components.energy_portals.portals.digiwatt.fields import ASSUMED
from custom_components.energy_portals.portals.digiwatt.splits import (
    appliance_of,
    is_null,
    split_of,
)
from custom_components.energy_portals.portals.reading.body import Body


def split(value: Any, refused: Counter[str] | None = None, **around: Any) -> Any:
    """Return what is read of a split in Wh."""
    place = Body("totals", {"appliances": value, **around}, refused=refused)
    return split_of(place, ASSUMED.item_energy, "appliances")


@pytest.mark.parametrize(
    "value",
    [
        {"fridge": 60, "washingMachine": 90},
        {"fridge_wh": 60, "washingMachine_kwh": 0.09},
        {"FRIDGE": "60", "washing_machine": 90},
        {"fridge": {"value": 0.06, "unit": "kWh"}, "washingMachine": 90},
        {"fridge": 60, "washingMachine": 90, "total": 150, "year": 2026, "days": 7},
        [{"appliance": "fridge", "value": 60}, {"name": "washingMachine", "kwh": 0.09}],
        {"items": [{"id": "fridge", "value": 60}, {"id": "washingMachine", "wh": 90}]},
    ],
)
def test_forms(value: Any) -> None:
    assert split(value) == {"fridge": 60, "washingMachine": pytest.approx(90)}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"appliance": "oven", "value": 1}, {"appliance": "oven", "value": 2}], None),
        ([{"appliance": "oven", "value": 1}, {"appliance": "OVEN", "value": 1}], None),
        ({"oven": 1, "Oven": 2}, None),
        ({"oven_eur": 3}, None),
        ({"oven": -1}, None),
        ({"oven": None}, None),
    ],
)
def test_what_is_not_clear_is_unknown(value: Any, expected: float | None) -> None:
    assert set(split(value).values()) == {expected}


def test_a_bad_item_costs_itself() -> None:
    refused: Counter[str] = Counter()
    items = [{"appliance": "oven"}, {"value": 3}, {"appliance": "fridge", "value": 60}]
    assert split(items, refused) == {"fridge": 60}
    assert refused == {"totals.item_of_a_split": 2}


@pytest.mark.parametrize("value", [5, "x", True])
def test_what_is_no_split(value: Any) -> None:
    assert split(value) is None


def test_a_split_that_is_not_available() -> None:
    place = Body("totals", {"appliances": None})
    assert split_of(place, ASSUMED.item_energy, "appliances") is None
    assert is_null(place, "appliances") and not is_null(place, "devices")


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"appliance": "fridge"}, "fridge"),
        ({"device": "Heat Pump"}, "heatPump"),
        ({"name": "oven"}, "oven"),
        ({"name": "Monday"}, None),
        ({"type": "total"}, "total"),
        ({"appliance": None}, None),
        ({"appliance": 7}, None),
    ],
)
def test_which_appliance_a_row_is_of(members: dict[str, Any], name: str | None) -> None:
    assert appliance_of(members) == name
