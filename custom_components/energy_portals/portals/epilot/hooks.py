"""What a portal's extensions can be asked for, and what they answer.

The series come from an app that the utility has installed; epilot hands them on.

Source: the hooks in the OpenAPI document "Portal API". An amount is in the
unit beside it.
"""

from dataclasses import dataclass, replace

import msgspec

from .models import Words, in_words


class App(msgspec.Struct, frozen=True):
    """The app that a utility has installed."""

    app_id: str | None = None
    name: Words = None


class Extension(msgspec.Struct, frozen=True):
    """A part of an app."""

    id: str | None = None
    name: Words = None


class HookDetails(msgspec.Struct, frozen=True):
    """One thing that an extension can do; `intervals` is an older way to say how."""

    id: str | None = None
    name: Words = None
    intervals: list[str] | None = None
    plausibility_mode: str | None = None


class ExtensionHook(msgspec.Struct, frozen=True):
    """A hook as discovery tells of it."""

    app: App | None = None
    extension: Extension | None = None
    hook: HookDetails | None = None


class Extensions(msgspec.Struct, frozen=True, rename="camel"):
    """What a portal's extensions can do."""

    consumption_data_retrieval: list[ExtensionHook] | None = None
    price_data_retrieval: list[ExtensionHook] | None = None
    cost_data_retrieval: list[ExtensionHook] | None = None
    data_export: list[ExtensionHook] | None = None
    meter_reading_plausibility_check: ExtensionHook | None = None


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
    """The hooks of a portal, in the portal's order."""

    consumption: tuple[Hook, ...] = ()
    prices: tuple[Hook, ...] = ()
    costs: tuple[Hook, ...] = ()
    export: tuple[Hook, ...] = ()
    ranges: bool = False

    @classmethod
    def of(cls, extensions: Extensions) -> Hooks:
        """Return the hooks that can be asked, in the order in which they are told."""
        check = extensions.meter_reading_plausibility_check
        mode = check and check.hook and check.hook.plausibility_mode
        return cls(
            consumption=_hooks(extensions.consumption_data_retrieval),
            prices=_hooks(extensions.price_data_retrieval),
            costs=_hooks(extensions.cost_data_retrieval),
            export=_hooks(extensions.data_export),
            ranges=mode == "range",
        )

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


def _hooks(told: list[ExtensionHook] | None) -> tuple[Hook, ...]:
    """Return the hooks of a kind; one without an extension cannot be asked."""
    return tuple(
        Hook(
            extension_id=each.extension.id,
            app_id=each.app.app_id if each.app else None,
            hook_id=each.hook.id if each.hook else None,
            name=_hook_name(each),
            intervals=tuple(each.hook.intervals)
            if each.hook and each.hook.intervals is not None
            else None,
        )
        for each in told or ()
        if each.extension is not None and each.extension.id
    )


def _hook_name(told: ExtensionHook) -> str:
    """Return what the closest part that has a name calls itself."""
    parts = (told.hook, told.extension, told.app)
    names = (in_words(part.name) for part in parts if part is not None)
    return next(filter(None, names), "")


class TypeOption(msgspec.Struct, frozen=True):
    """What a type of records is; a value is `statistical_method` of its interval."""

    id: str
    label: Words = None
    statistical_method: str | None = None
    unit: str | None = None


class DataRange(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """From when to when there is data."""

    start: str | None = None
    end: str | None = None


class Metadata(msgspec.Struct, frozen=True):
    """What an extension says of its series; `intervals` None stands for all."""

    type_options: list[TypeOption] | None = None
    intervals: list[str] | None = None
    data_range: DataRange | None = None

    def option(self, kind: str | None) -> TypeOption | None:
        """Return what is said of a type."""
        return next((each for each in self.type_options or () if each.id == kind), None)


# --- series -----------------------------------------------------------------------


class Consumption(msgspec.Struct, frozen=True):
    """The amount of an interval that begins at `timestamp`."""

    timestamp: str
    value: float | None
    type: str | None = None
    unit: str | None = None
    label: Words = None


class MoneyRecord(msgspec.Struct, frozen=True):
    """Money of an interval: a cost, or a price per kWh.

    `unit_amount` is in cents, `unit_amount_decimal` in the main unit of the currency;
    `tax_behavior` says whether `tax_rate` percent are in it, and in the components.
    """

    timestamp: str
    unit_amount_currency: str
    tax_behavior: str
    tax_rate: float
    unit_amount: float | None = None
    unit_amount_decimal: str | float | None = None
    components: dict[str, object] | None = None


class Consumptions(msgspec.Struct, frozen=True):
    """The answer about consumption."""

    consumptions: list[Consumption] = []


class Costs(msgspec.Struct, frozen=True):
    """The answer about costs."""

    costs: list[MoneyRecord] = []


class Prices(msgspec.Struct, frozen=True):
    """The answer about prices."""

    prices: list[MoneyRecord] = []
