"""What the portal's records are called."""

from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.faces.volue.names import names_of, offered
from custom_components.energy_portals.portals.volue.listed import ListedRecord
from custom_components.energy_portals.portals.volue.models import (
    LocationType,
    ResourceType,
)


def _records(*kinds: str) -> list[ListedRecord]:
    """Return records of these kinds."""
    return [
        ListedRecord(key=f"{number}", type="", kind=kind, code=f"c{number}", data={})
        for number, kind in enumerate(kinds)
    ]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Home", "Car", "Car 2", "Device", "Hot water"]),
        ("de", ["Zuhause", "Auto", "Auto 2", "Gerät", "Warmwasser"]),
    ],
)
async def test_by_kind_in_the_language_of_the_house(
    hass: HomeAssistant, language: str, words: list[str]
) -> None:
    hass.config.language = language
    kinds = ("Residential", "Vehicle", "Vehicle", "SomethingNew", "HotWaterTank")
    records = _records(*kinds)
    assert list((await names_of(hass, records)).values()) == words
    chosen = await offered(hass, records)
    assert [each["label"] for each in chosen][:2] == [
        f"{words[0]} (c0)",
        f"{words[1]} (c1)",
    ]


async def test_every_kind_has_a_word(hass: HomeAssistant) -> None:
    kinds = {*ResourceType, *LocationType}
    names = set((await names_of(hass, _records(*sorted(kinds)))).values())
    assert len(names) == len(kinds)
