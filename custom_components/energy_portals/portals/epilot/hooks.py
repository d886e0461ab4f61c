"""What a portal's extensions can be asked for, and what they answer.

The series come from an app that the utility has installed; epilot hands them on.

Source: the hooks in the OpenAPI document "Portal API". An amount is in the
unit beside it.
"""

from dataclasses import dataclass, replace
from typing import Annotated

import msgspec

from .models import Words


class HookChoice(msgspec.Struct, frozen=True):
    """A hook that the utility has chosen for its portal."""

    app_id: str | None = None
    extension_id: str | None = None
    hook_id: str | None = None


class HookChoices(msgspec.Struct, frozen=True):
    """The hooks that a utility has chosen; under which names is not said."""

    extension_hooks: dict[str, HookChoice | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Where to ask for a series."""

    extension_id: str
    app_id: str | None = None
    hook_id: str | None = None
    name: str = ""
    intervals: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """The hooks of a portal, in the portal's order.

    `is_whole` says that all could be read of which there is to be a single one.
    """

    consumption: tuple[Hook, ...] = ()
    prices: tuple[Hook, ...] = ()
    costs: tuple[Hook, ...] = ()
    export: tuple[Hook, ...] = ()
    ranges: bool = False
    is_whole: bool = True

    def preferring(self, choices: HookChoices) -> Hooks:
        """Return the same with those first that the utility has chosen."""
        chosen = {
            (each.extension_id, each.hook_id)
            for each in (choices.extension_hooks or {}).values()
            if each is not None
        }

        def first(hooks: tuple[Hook, ...]) -> tuple[Hook, ...]:
            return tuple(
                sorted(
                    hooks,
                    key=lambda hook: (hook.extension_id, hook.hook_id) not in chosen,
                )
            )

        return replace(
            self,
            consumption=first(self.consumption),
            prices=first(self.prices),
            costs=first(self.costs),
            export=first(self.export),
        )


class TypeOption(msgspec.Struct, frozen=True):
    """What a type of records is; a value is `statistical_method` of its interval."""

    id: str
    label: Words = None
    statistical_method: str | None = None
    unit: str | None = None


type Said = Annotated[str, msgspec.Meta(min_length=1)]


class DataRange(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """From when to when there is data."""

    start: str | None = None
    end: str | None = None


class Metadata(msgspec.Struct, frozen=True):
    """What an extension says of its series; `intervals` None stands for all.

    `is_whole` says that all its types could be read: of one that could not, it may say
    anything.
    """

    type_options: list[TypeOption] | None = None
    intervals: list[str] | None = None
    data_range: DataRange | None = None
    is_whole: bool = True

    def option(self, kind: str | None) -> TypeOption | None:
        """Return what is said of a type."""
        return next((each for each in self.type_options or () if each.id == kind), None)

    def endless(self) -> Metadata:
        """Return it without the end of the data, which goes on."""
        begin = self.data_range and DataRange(self.data_range.start)
        return msgspec.structs.replace(self, data_range=begin)


# --- series -----------------------------------------------------------------------


class Period(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """The span of a record that tells it."""

    start: str
    end: str


class Consumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The amount of an interval that begins at `timestamp`, or that is told itself."""

    timestamp: Said
    value: Annotated[float, msgspec.Meta(ge=-1e12, le=1e12)] | None
    type: Said | None = None
    unit: str | None = None
    label: Words = None
    period: Period | None = None


class MoneyRecord(msgspec.Struct, frozen=True):
    """Money of an interval: a cost, or a price per kWh.

    `unit_amount` is in cents, `unit_amount_decimal` in the main unit of the currency;
    `tax_behavior` says whether `tax_rate` percent are in it, and in the components;
    `unit` is what a price is for, where that is told.
    """

    timestamp: str
    unit_amount_currency: str
    tax_behavior: str
    tax_rate: float
    unit_amount: float | None = None
    unit_amount_decimal: str | float | None = None
    components: dict[str, object] | None = None
    unit: str | None = None
