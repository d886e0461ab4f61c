"""What a call names by its name or its id."""

import pytest

from custom_components.energy_portals.faces.esmart.named import (
    allowed,
    id_of,
    ids_of,
    only,
)
from custom_components.energy_portals.portals.http.errors import InvalidInput

NAMES = {"601": "Charger", "611": "Heater", "612": "heater", "7": "7"}


def test_ids_and_names() -> None:
    assert id_of("601", NAMES) == "601"
    assert id_of("cHARGER", NAMES) == "601"
    assert id_of("612", NAMES) == "612"
    # Two are called so.
    assert id_of("Heater", NAMES) is None
    assert id_of("Lamp", NAMES) is None


def test_the_only_one_need_not_be_named() -> None:
    assert only(None, {"1": "Home"}) == "1"
    assert only(None, NAMES) is None
    assert only(None, {}) is None
    assert only("charger", NAMES) == "601"
    assert only("Lamp", {"1": "Home"}) is None


def test_what_is_allowed() -> None:
    assert allowed(NAMES) == "Charger (601), Heater (611), heater (612), 7"
    assert allowed({}) == "-"


def test_devices_in_order() -> None:
    assert ids_of(["611", "charger"], NAMES) == ["611", "601"]
    for odd in (["Lamp"], ["601", "Charger"], ["Heater"]):
        with pytest.raises(InvalidInput) as caught:
            ids_of(odd, NAMES)
        assert caught.value.key == "unknown_device"
        assert caught.value.placeholders == {"allowed": allowed(NAMES)}
