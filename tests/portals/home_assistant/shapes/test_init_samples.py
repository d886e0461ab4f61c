"""Each payload gives its right reading, slot by slot."""

from collections.abc import Mapping
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import pytest

from custom_components.energy_portals.portals.home_assistant.shapes import (
    BY_DOMAIN,
    Asked,
    Measure,
    block_prices,
    green_source,
    read_blocks,
    read_energies,
    read_green,
    recognised,
)
from tests.portals.home_assistant.shapes.cases import (
    BY_ATTRIBUTE,
    CASES,
    Case,
    Entity,
    Expected,
    Right,
    Row,
    read,
    right,
    rows,
    stated,
    way,
)

SAMPLES: Final = Path(__file__).resolve().parents[5] / "shared/samples/sources"
ZURICH: Final = ZoneInfo("Europe/Zurich")
# What the user chose of an action beyond what its row says, by sample.
CHOSEN: Final[Mapping[str, Mapping[str, str]]] = {
    "01-nordpool-core-action": {"part": "NO1", "currency": "NOK"},
    "10-tibber-core-two-homes": {"part": "Home", "currency": "EUR"},
}
# Neither prices nor of one entity.
OTHERS: Final = frozenset(
    {
        "20-schedule-helper-two-tariffs",
        "21-solar-wh-hours",
        "22-octopus-greenness",
    }
)
NAMES: Final = sorted(
    path.stem for path in SAMPLES.glob("*.json") if path.stem not in OTHERS
)


@pytest.mark.parametrize("name", CASES)
def test_payload_is_read(name: str) -> None:
    """As its file says."""
    case = CASES[name]
    reading = read(case)
    assert Right.of(reading) == right(case)
    assert reading.currency == case.currency


@pytest.mark.parametrize("name", BY_ATTRIBUTE)
def test_payload_is_recognised(name: str) -> None:
    """With what is known of its integration, and nothing asked that it tells."""
    case = CASES[name]
    one = way(case)
    assert one.reading.tax.value == case.expected.tax
    assert [each.value for each in one.questions] == case.expected.questions
    assert Right.of(one.prices) == right(case)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the project")
@pytest.mark.parametrize("name", NAMES)
def test_sample_is_read(name: str) -> None:
    """Samples beside the project, which are the work of others."""
    case = _sample(name)
    reading = read(case)
    told = Right.of(reading)
    if case.domain in {"amberelectric", "ecosmart"}:
        told = Right(told.predicted, ())
    assert told == right(case)
    assert reading.currency == case.currency


def _told(name: str) -> tuple[dict[str, object], dict[str, list[Row]]]:
    """Return the payload of a sample, and the slots that it is to give."""
    sample, expected = (
        json.loads((SAMPLES / folder / f"{name}.json").read_text(encoding="utf-8"))
        for folder in ("", "expected")
    )
    return sample["payload"], {
        key: [tuple(row) for row in each]
        for key, each in expected.items()
        if key.startswith("slots")
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the project")
def test_other_samples_are_read() -> None:
    """Sun, greenness, a week of blocks, and what is beside a source's own prices."""
    payload, expected = _told("21-solar-wh-hours")
    assert list(rows(read_energies(payload, ZURICH))) == expected["slots"]
    payload, expected = _told("22-octopus-greenness")
    state = stated(payload, platform="octopus_energy")
    row = green_source(state)
    assert row is not None
    green = read_green(row, [state], ZURICH)
    assert green.measure is Measure.INDEX
    assert list(rows(green.slots)) == expected["slots_green_index"]
    payload, expected = _told("20-schedule-helper-two-tariffs")
    blocks = read_blocks(payload, "schedule.high_tariff")
    span = (
        datetime(2026, 11, 27, 11, tzinfo=UTC),
        datetime(2026, 11, 30, 6, tzinfo=UTC),
    )
    prices = block_prices(blocks, {True: 0.312, False: 0.224}, span, ZURICH)
    assert list(rows(prices)) == expected["slots"]
    octopus = _sample("07-octopus-rates-two-events")
    (export,) = recognised(octopus.states[2:], octopus.house, "GBP")
    _, expected = _told("07-octopus-rates-two-events")
    assert list(rows(export.prices.published)) == expected["slots_export"]


def _sample(name: str) -> Case:
    """Return a sample as a case."""
    sample = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    expected = json.loads((SAMPLES / f"expected/{name}.json").read_text("utf-8"))
    context, payload = sample["context"], sample["payload"]
    facts = {
        "domain": context["domain"],
        "zone": context["home_assistant_time_zone"],
        "currency": expected["currency"],
        "now": context["now"],
    }
    slots = Expected(
        tax="unknown",
        published=[tuple(row) for row in expected["slots"]],
        predicted=[tuple(row) for row in expected.get("slots_predicted", [])],
    )
    if context["via"] == "action":
        row = BY_DOMAIN[context["domain"]]
        chosen = {
            "domain": row.domain,
            "currency": row.currency,
            "divisor": row.divisor,
            **CHOSEN.get(name, {}),
        }
        return Case(
            **facts, asked=msgspec.convert(chosen, Asked), reply=payload, expected=slots
        )
    if "entity_id" in context:
        payload = {context["entity_id"]: {"state": context.get("state"), **payload}}
    return Case(
        **facts,
        entities=[_entity(entity_id, told) for entity_id, told in payload.items()],
        expected=slots,
    )


def _entity(entity_id: str, told: Mapping[str, object]) -> Entity:
    """Return an entity of a sample, whose unit and state are among its attributes."""
    attributes = dict(told)
    state, unit = (
        attributes.pop(key, None) for key in ("state", "unit_of_measurement")
    )
    return Entity(
        entity_id=entity_id,
        unique_id=entity_id.partition(".")[2],
        state=None if state is None else str(state),
        unit=None if unit is None else str(unit),
        attributes=attributes,
    )
