"""Payloads of other integrations with their right reading, and how to read them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from custom_components.energy_portals.portals.home_assistant.shapes import (
    BY_DOMAIN,
    Asked,
    PriceReading,
    Reading,
    Recognised,
    companions,
    read_attributes,
    read_reply,
    recognised,
)
from custom_components.energy_portals.portals.house import EntityState
from custom_components.energy_portals.portals.model.series import Series

PAYLOADS: Final = Path(__file__).with_name("payloads")

type Row = tuple[str, str, float]
type Json = Mapping[str, object]


class Entity(msgspec.Struct, kw_only=True):
    """An entity as a file has it."""

    entity_id: str
    unique_id: str | None = None
    state: str | None = None
    unit: str | None = None
    attributes: dict[str, object]


class Expected(msgspec.Struct, kw_only=True):
    """The right reading of a file: what is to be asked, and prices per kWh."""

    tax: str
    questions: list[str] = []
    published: list[Row] = []
    predicted: list[Row] = []


class Case(msgspec.Struct, kw_only=True):
    """A payload, who says it where and when, and its right reading."""

    domain: str
    zone: str
    currency: str
    now: str
    entities: list[Entity] = []
    asked: Asked | None = None
    reply: object = None
    expected: Expected

    @property
    def house(self) -> ZoneInfo:
        """Return the zone of the house."""
        return ZoneInfo(self.zone)

    @property
    def states(self) -> list[EntityState]:
        """Return the entities as the house has them."""
        written = datetime.fromisoformat(self.now).astimezone(UTC)
        return [
            EntityState(
                entity_id=each.entity_id,
                unique_id=each.unique_id,
                state=each.state,
                unit=each.unit,
                attributes=each.attributes,
                written_at=written,
                platform=self.domain,
            )
            for each in self.entities
        ]

    def changed(self, change: Callable[[object], object]) -> Case:
        """Return it with what is said changed."""
        if self.asked is not None:
            return msgspec.structs.replace(self, reply=change(self.reply))
        entities = [
            msgspec.structs.replace(each, attributes=change(each.attributes))
            for each in self.entities
        ]
        return msgspec.structs.replace(self, entities=entities)


@dataclass(frozen=True)
class Right:
    """What is right of a reading, rounded as files are."""

    published: tuple[Row, ...]
    predicted: tuple[Row, ...]

    @classmethod
    def of(cls, reading: PriceReading) -> Right:
        """Return a reading."""
        return cls(rows(reading.published), rows(reading.predicted))


def load(path: Path) -> Case:
    """Return a case of a file."""
    return msgspec.convert(json.loads(path.read_text(encoding="utf-8")), Case)


CASES: Final = {path.stem: load(path) for path in sorted(PAYLOADS.glob("*.json"))}
BY_ATTRIBUTE: Final = [name for name, case in CASES.items() if case.asked is None]


def right(case: Case) -> Right:
    """Return the right reading of a case."""
    return Right(tuple(case.expected.published), tuple(case.expected.predicted))


def pointed_at(case: Case) -> list[EntityState]:
    """Return the first entity of a case with those that go with it."""
    first, *others = case.states
    return [first, *companions(first, others)]


def way(case: Case) -> Recognised:
    """Return the one way in which a case's first entity is read."""
    (one,) = recognised(pointed_at(case), case.house, case.currency)
    return one


def read(case: Case, reading: Reading | None = None) -> PriceReading:
    """Return what a case says, by a reading or as it is recognised."""
    if case.asked is not None:
        row = BY_DOMAIN[case.asked.domain]
        return read_reply(row, case.asked, case.reply, case.house)
    return read_attributes(
        way(case).reading if reading is None else reading, pointed_at(case), case.house
    )


def rows(slots: Series[float]) -> tuple[Row, ...]:
    """Return slots as files have them."""
    return tuple(
        (_text(slot.start), _text(slot.end), round(slot.value, 9)) for slot in slots
    )


def alone(state: EntityState) -> EntityState:
    """Return an entity of an integration that nobody knows."""
    return replace(state, platform="template", unique_id=None)


def stated(
    attributes: Json,
    *,
    state: str | None = None,
    unit: str | None = "EUR/kWh",
    platform: str = "template",
    written_at: datetime = datetime(2026, 11, 29, 12, tzinfo=UTC),
    unique_id: str | None = None,
    entity_id: str = "sensor.price",
) -> EntityState:
    """Return an entity with some attributes."""
    return EntityState(
        entity_id=entity_id,
        state=state,
        unit=unit,
        attributes=attributes,
        written_at=written_at,
        platform=platform,
        unique_id=unique_id,
    )


def _text(moment: datetime) -> str:
    """Return a moment as files have it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def items(*pairs: tuple[str, object]) -> Sequence[Mapping[str, object]]:
    """Return items of a list of prices."""
    return [{"start": start, "price": price} for start, price in pairs]
