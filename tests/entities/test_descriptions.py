"""Descriptions: when an entity appears, and what is made how often."""

from custom_components.energy_portals.entities.describe import fact
from custom_components.energy_portals.entities.descriptions import (
    DynamicEntities,
    SensorRow,
    is_there,
)
from custom_components.energy_portals.portals.model.power import PowerNow

POWER = PowerNow(watts=1.0)


def test_without_a_condition() -> None:
    """It is at every site of the feed, data or none."""
    row = fact("power", PowerNow, PowerNow.at)

    assert row.exists(None)
    assert row.exists(POWER)


def test_with_a_condition() -> None:
    """It is where the data has it, and so nowhere without data."""
    dated = fact(
        "power",
        PowerNow,
        PowerNow.at,
        exists_fn=lambda power: power.measured_at is not None,
    )
    there = fact("power", PowerNow, PowerNow.at, exists_fn=is_there)

    assert not dated.exists(POWER)
    assert there.exists(POWER)
    assert not there.exists(None)


def _words(text: str) -> list[str]:
    return text.split()


def test_each_thing_is_described_once() -> None:
    """What another site or a later fetch shows again is not described again."""
    described: list[str] = []

    def describe(word: str) -> SensorRow:
        described.append(word)
        return fact(word, str, lambda text, now: word)

    row = DynamicEntities(source=str, things=_words, describe=describe)
    of_account = row.describer()
    first = list(of_account("one two"))
    again = list(of_account("two three"))

    assert [each.key for each in again] == ["two", "three"]
    assert again[0] is first[1]
    assert described == ["one", "two", "three"]
    assert next(iter(row.describer()("two"))) is not first[1]
