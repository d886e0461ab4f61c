"""How green power will be: shares, indices and CO2, which are never the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from ...house import EntityState
from ...model.series import Series, Slot
from .attributes import OPERATION
from .listed import Keys, told_list
from .slots import laid
from .switching import Clock, Told, resolved
from .values import has_member, misfit, told_items, told_mapping


class Measure(StrEnum):
    """What a number says of the grid's power."""

    # Percent of it that is renewable.
    SHARE = "share"
    # A vendor's score of 0 to 100.
    INDEX = "index"
    # gCO2/kWh.
    CO2 = "co2"


@dataclass(frozen=True, slots=True, kw_only=True)
class GreenReading:
    """What is expected: percent, a score of 0 to 100, or gCO2/kWh, by `measure`."""

    measure: Measure
    slots: Series[float] = field(default_factory=Series)


@dataclass(frozen=True, slots=True, kw_only=True)
class GreenSource:
    """Where an integration tells it: in a list of an entity, or of an action's reply.

    A value divided by `divisor` is in the unit of the measure and at most `highest`.
    """

    domain: str
    measure: Measure
    keys: Keys
    attribute: str = "forecast"
    divisor: float = 1.0
    highest: float = 100.0


GREEN_SOURCES: Final[tuple[GreenSource, ...]] = (
    GreenSource(
        domain="amberelectric",
        measure=Measure.SHARE,
        keys=Keys("start_time", "renewables", "end_time"),
        attribute="forecasts",
    ),
    GreenSource(
        domain="octopus_energy",
        measure=Measure.INDEX,
        keys=Keys("start", "greenness_index", "end"),
    ),
    GreenSource(
        domain="zonneplan_one",
        measure=Measure.INDEX,
        keys=Keys("start_date", "sustainability_score.permille", "end_date"),
        divisor=10.0,
    ),
    GreenSource(
        domain="carbon_intensity_uk",
        measure=Measure.CO2,
        keys=Keys("from", "intensity", "to"),
        highest=2000.0,
    ),
)


def green_source(state: EntityState) -> GreenSource | None:
    """Return the row that is about an entity, None where there is none."""
    return next(
        (row for row in GREEN_SOURCES if _is_about(row, state)),
        None,
    )


def read_green(
    row: GreenSource, states: Sequence[EntityState], zone: ZoneInfo
) -> GreenReading:
    """Return what an entity says, the one that was written last.

    Raises UnexpectedResponse if none has what the row says.
    """
    for state in sorted(states, key=lambda state: state.written_at, reverse=True):
        if row.attribute in state.attributes:
            return _read(row, state.attributes, zone)
    attributes = [state.attributes for state in states]
    raise misfit(OPERATION, f"{row.attribute}: {row.keys.expected}", attributes)


def read_green_reply(row: GreenSource, reply: object, zone: ZoneInfo) -> GreenReading:
    """Return what the reply to an action says beside its prices.

    Raises UnexpectedResponse if it is not as the row says.
    """
    members = told_mapping(reply)
    if members is None or row.attribute not in members:
        raise misfit(row.domain, f"{row.attribute}: {row.keys.expected}", reply)
    return _read(row, members, zone)


def _read(
    row: GreenSource, members: Mapping[str, object], zone: ZoneInfo
) -> GreenReading:
    """Return what a list says; numbers that cannot be true are absent."""
    value = members[row.attribute]
    items = [] if value is None else told_items(value)
    if items is None:
        raise misfit(row.domain, f"{row.attribute}: {row.keys.expected}", members)
    told = [
        Told(each.start, each.end, _true(each.value, row))
        for each in told_list(items, row.keys, row.domain)
    ]
    slots = laid(resolved(told, zone, Clock.RIGHT))
    return GreenReading(
        measure=row.measure,
        slots=Series(
            tuple(
                Slot(slot.start, slot.end, slot.value / row.divisor) for slot in slots
            )
        ),
    )


def _true(value: float | None, row: GreenSource) -> float | None:
    """Return a value that may be true, in the unit of its list."""
    if value is None or not 0 <= value <= row.highest * row.divisor:
        return None
    return value


def _is_about(row: GreenSource, state: EntityState) -> bool:
    """Say whether an entity has what a row says."""
    items = told_items(state.attributes.get(row.attribute)) or ()
    return state.platform == row.domain and any(
        has_member(item, row.keys.value) for item in items
    )
