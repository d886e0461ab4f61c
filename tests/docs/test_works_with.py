"""What the README says it works with is what is read, and each has its row."""

from typing import Final

import pytest

from custom_components.energy_portals.portals.home_assistant.shapes import (
    ACTIONS,
    GREEN_SOURCES,
    SOURCES,
)
from tests.docs.pages import DOCS, README, text_of

PAGE: Final = DOCS / "portals" / "home_assistant.md"
# What integrations are called, by domain.
NAMES: Final = {
    "amberelectric": "Amber Electric",
    "carbon_intensity_uk": "Carbon Intensity UK",
    "cz_energy_spot_prices": "Czech Energy Spot Prices",
    "easyenergy": "easyEnergy",
    "ecosmart": "Ecosmart",
    "einskomma5grad": "1KOMMA5° Heartbeat",
    "energidataservice": "Energi Data Service",
    "energyzero": "EnergyZero",
    "entsoe": "ENTSO-e",
    "epex_spot": "EPEX Spot",
    "evcc_intg": "evcc",
    "frank_energie": "Frank Energie",
    "ge_spot": "GE-Spot",
    "green_planet_energy": "Green Planet Energy",
    "nordpool": "Nord Pool",
    "nordpool_predict_fi": "Nord Pool Predict FI",
    "octopus_energy": "Octopus Energy",
    "omie": "OMIE",
    "pstryk": "Pstryk",
    "pun_sensor": "PUN Sensor",
    "pvpc_hourly_pricing": "PVPC",
    "stromligning": "Strømligning",
    "tibber": "Tibber",
    "tibber_prices": "Tibber Prices",
    "zonneplan_one": "Zonneplan ONE",
}
READ: Final = sorted({row.domain for row in (*ACTIONS, *SOURCES, *GREEN_SOURCES)})


def _table(text: str) -> str:
    """Return the first table of a page."""
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| works with"))
    rows = lines[start:]
    return "\n".join(rows[: rows.index("")])


@pytest.mark.parametrize("domain", READ)
def test_what_is_read_is_said(domain: str) -> None:
    """By its name, in the README's first table and on the page of the house."""
    assert NAMES[domain] in _table(text_of(README))
    assert NAMES[domain] in text_of(PAGE)


def test_nothing_else_is_said() -> None:
    """Prices are named of no integration that has no row."""
    rows = _table(text_of(README)).splitlines()
    priced = [row.split("|")[2] for row in rows if row.startswith("| Prices")]
    named = {name.strip() for row in priced for name in row.split(",")}
    assert named == {NAMES[row.domain] for row in (*ACTIONS, *SOURCES)}


def test_it_comes_first() -> None:
    """Who has none of the portals sees at once that it is for him."""
    tables = [line for line in text_of(README).splitlines() if line.startswith("| ")]
    assert tables[0].startswith("| works with")
