"""The forms of tariffs, for the flows of whoever has prices."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    CountrySelector,
    DateSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    StatisticSelector,
    StatisticSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TimeSelector,
)
import voluptuous as vol

from ..portals.model.bands import EVERY_MONTH, Clock
from ..portals.model.public_holidays import DAY_SORTS, subdivisions
from ..portals.model.tariff import Part, Tariff
from ..portals.model.tariff_clock import ClockTariff
from ..portals.model.tariff_options import InvalidTariff, Options
from ..portals.model.tariff_presets import PRESETS, begun, is_begun, preset_of
from ..portals.model.tariff_reductions import Each
from ..portals.model.tariff_standing import Per
from .steps import Fields, UserInput

type _Field = (
    NumberSelector | SelectSelector | TextSelector | TimeSelector | DateSelector
)

_AMOUNT: Final = NumberSelector(
    NumberSelectorConfig(step="any", mode=NumberSelectorMode.BOX)
)
_PERCENT: Final = NumberSelector(
    NumberSelectorConfig(
        min=-100,
        max=1000,
        step="any",
        mode=NumberSelectorMode.BOX,
        unit_of_measurement="%",
    )
)


def _one_of(key: str, *options: str) -> SelectSelector:
    """Return the choice of one of these, with words under a key."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(options),
            translation_key=key,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def _some_of(key: str, *options: str) -> SelectSelector:
    """Return the choice of any of these, with words under a key."""
    return SelectSelector(
        SelectSelectorConfig(options=list(options), translation_key=key, multiple=True)
    )


def rows_selector(
    key: str, label: str, description: str, **fields: _Field
) -> ObjectSelector:
    """Return a list of rows, with words under a key; what is missing has an error."""
    return ObjectSelector(
        ObjectSelectorConfig(
            multiple=True,
            translation_key=key,
            label_field=label,
            description_field=description,
            fields={
                name: ObjectSelectorField(selector=each)
                for name, each in fields.items()
            },
        )
    )


def _bands(key: str) -> ObjectSelector:
    """Return the rows of bands."""
    return rows_selector(
        key,
        "amount",
        "name",
        name=TextSelector(),
        amount=_AMOUNT,
        start=TimeSelector(),
        end=TimeSelector(),
        days=_some_of("day_sort", *DAY_SORTS),
        months=_some_of("month", *map(str, sorted(EVERY_MONTH))),
    )


_PRESET: Final = _one_of("tariff_preset", *PRESETS)
_CLOCK: Final = _one_of("tariff_clock", *Clock)
_GRID_FEES: Final = _bands("grid_fee")
_PRICES: Final = _bands("price_band")
_STANDING: Final = rows_selector(
    "standing_charge",
    "amount",
    "per",
    amount=_AMOUNT,
    per=_one_of("charge_period", *Per),
)
_REDUCTIONS: Final = rows_selector(
    "price_reduction",
    "name",
    "up_to",
    name=TextSelector(),
    amount=_AMOUNT,
    share=_PERCENT,
    above=_AMOUNT,
    up_to=_AMOUNT,
    each=_one_of("limit_period", *Each),
)


# What most people pay on top, and what few do.
_USUAL: Final[Mapping[vol.Marker, object]] = {
    vol.Optional("preset"): _PRESET,
    vol.Optional("vat"): _PERCENT,
    vol.Optional("fixed"): _AMOUNT,
    vol.Optional("grid_fees"): _GRID_FEES,
}
_RARE: Final[Mapping[vol.Marker, object]] = {
    vol.Optional("percent"): _PERCENT,
    vol.Optional("included"): _some_of("price_part", *Part),
    vol.Optional("standing"): _STANDING,
    vol.Optional("reductions"): _REDUCTIONS,
    vol.Optional("counted"): StatisticSelector(StatisticSelectorConfig()),
    vol.Optional("hourly"): BooleanSelector(),
    vol.Optional("export"): _AMOUNT,
}


def tariff_schema(regions: tuple[str, ...] = ()) -> vol.Schema:
    """Return the form of what is paid on top; its fields are `Tariff`'s options.

    `regions` are the subdivisions of the country that is shown, if there is one.
    """
    return vol.Schema({**_USUAL, **_RARE, **_days(regions)})


def paying_schema(regions: tuple[str, ...] = ()) -> vol.Schema:
    """Return the same form with what few pay folded up."""
    return vol.Schema(
        {
            **_USUAL,
            vol.Required("further"): section(
                vol.Schema({**_RARE, **_days(regions)}), {"collapsed": True}
            ),
        }
    )


def clock_schema(
    regions: tuple[str, ...] = (),
    before: Mapping[vol.Marker, object] = MappingProxyType({}),
) -> vol.Schema:
    """Return the form of prices by the clock; its fields are `ClockTariff`'s options.

    `regions` are the subdivisions of the country that is shown, if there is one, and
    `before` what is asked for before.
    """
    return vol.Schema(
        {
            **before,
            vol.Required("bands"): _PRICES,
            vol.Required("further"): section(
                vol.Schema({vol.Optional("preset"): _PRESET, **_days(regions)}),
                {"collapsed": True},
            ),
        }
    )


def _days(regions: tuple[str, ...]) -> dict[vol.Marker, object]:
    """Return the fields of what days and hours are meant."""
    return {
        vol.Optional("country"): CountrySelector(),
        vol.Optional("subdivision"): SelectSelector(
            SelectSelectorConfig(
                options=list(regions),
                custom_value=True,
                mode=SelectSelectorMode.DROPDOWN,
            )
        ),
        vol.Optional("holidays"): TextSelector(TextSelectorConfig(multiple=True)),
        vol.Optional("holidays_as"): _one_of("day_sort", *DAY_SORTS),
        vol.Optional("clock"): _CLOCK,
    }


@dataclass(frozen=True, kw_only=True)
class TariffForm:
    """A form of a tariff as it is shown, or taken once it `is_done`.

    `fields` are what it has, `regions` the subdivisions of its country. `errors` are by
    field, and `row` says in which of its rows.
    """

    fields: Fields
    regions: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    row: str = ""
    is_done: bool = False


async def shown_tariff(hass: HomeAssistant, fields: Fields) -> TariffForm:
    """Return the form with what was chosen before."""
    return TariffForm(fields=fields, regions=await _regions(hass, fields))


async def checked_tariff(hass: HomeAssistant, user_input: UserInput) -> TariffForm:
    """Return what became of the form of `tariff_schema`.

    A scheme that is chosen is filled in, without its figures, and shown again first.
    """
    return await _checked(hass, user_input, "grid_fees", Tariff.of)


async def checked_clock(hass: HomeAssistant, user_input: UserInput) -> TariffForm:
    """Return what became of the form of `clock_schema`, as `checked_tariff` does."""
    return await _checked(hass, user_input, "bands", _whole)


def _whole(options: Options) -> ClockTariff:
    """Return prices by the clock that know each time of a week."""
    tariff = ClockTariff.of(options)
    if (gap := tariff.gap()) is not None:
        raise InvalidTariff("time_without_price", "bands", gap)
    return tariff


async def _checked(
    hass: HomeAssistant,
    fields: Fields,
    rows: str,
    read: Callable[[Options], Tariff | ClockTariff],
) -> TariffForm:
    """Return what became of a form with bands in these rows."""

    def load() -> None:
        read(fields).prepare()

    try:
        if preset_of(fields) is not None and not is_begun(fields, rows):
            return await shown_tariff(hass, begun(fields, rows))
        await hass.async_add_import_executor_job(load)
    except InvalidTariff as err:
        return TariffForm(
            fields=fields,
            regions=await _regions(hass, fields),
            errors={err.field: err.key},
            row=err.row or "-",
        )
    return TariffForm(fields=fields, is_done=True)


async def _regions(hass: HomeAssistant, fields: Fields) -> tuple[str, ...]:
    """Return the subdivisions of the country of a form, none where it has none."""
    if (country := fields.get("country")) is None:
        return ()
    try:
        return await hass.async_add_import_executor_job(subdivisions, country)
    except ValueError:
        return ()
