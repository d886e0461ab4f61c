"""How an entity's attributes are read: kept as plain data, and never guessed anew."""

from enum import StrEnum
from typing import Annotated, Self

import msgspec

from ...model.plain import looked_up, plain
from ...model.prices import Tax
from .listed import Keys
from .switching import Clock


class Shape(StrEnum):
    """How attributes tell values over time."""

    # Lists of items with a time and a value by name.
    LISTS = "lists"
    # Names of attributes are times.
    NAMES = "names"
    # Names of attributes are hours of a day, such as `price_02h`.
    HOURS = "hours"
    # Lists of numbers alone, from midnight on.
    NUMBERS = "numbers"
    # An attribute that holds values by time.
    MAPPING = "mapping"
    # An attribute with a start, distances and values.
    STEPS = "steps"


@looked_up
class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Which attributes hold prices, and what their values mean.

    A value divided by `divisor` is in `currency` (ISO 4217) per kWh. `forecasts` are
    attributes with what somebody expects; `is_predicted` says so of all, and the true
    attribute that `predicted_if` names says it of an entity. `unit` is the entity's own
    when this was found out. `step` (minutes) holds where a list shows none. `is_whole`
    says that values are whole numbers of a small unit, `proved` that the price of now
    was the entity's state.
    """

    shape: Shape
    attributes: tuple[str, ...] = ()
    forecasts: tuple[str, ...] = ()
    keys: Keys | None = None
    unit: str | None = None
    currency: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{3}\Z")]
    divisor: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    tax: Tax = Tax.UNKNOWN
    step: Annotated[int, msgspec.Meta(gt=0, le=60)] | None = None
    is_predicted: bool = False
    predicted_if: str = ""
    is_whole: bool = False
    proved: bool = False
    clock: Clock = Clock.RIGHT

    def as_dict(self) -> object:
        """Return it as plain data; `of` reads it."""
        return plain(self)

    @classmethod
    def of(cls, data: object) -> Self:
        """Return what `as_dict` wrote; ValueError for anything else."""
        return msgspec.convert(data, cls)
