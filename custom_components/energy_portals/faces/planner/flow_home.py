"""What a planner's form asks of a home: what its Energy dashboard does not know."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TimeSelector,
)
import voluptuous as vol

from ...portals.http.errors import InvalidInput
from ...portals.model.bands import EVERY_MONTH
from ...portals.model.price_days import PriceOutlook
from ...portals.model.public_holidays import DAY_SORTS
from ...portals.model.sun import SolarOutlook
from ...portals.optimum.peak_fee import SHAPES, Per
from ...portals.optimum.peak_fee_options import (
    InvalidPeakFee,
    peak_fee_of,
    rows_to_fill,
)
from ..steps import Fields
from .moving import MONEY, number

type _ChoiceOf = Callable[[type[object], str | None], SelectSelector]

_AMOUNT: Final = number(None, 0)


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


_STEPS: Final = ObjectSelector(
    ObjectSelectorConfig(
        multiple=True,
        translation_key="peak_step",
        label_field="from",
        description_field="price",
        fields={
            "from": ObjectSelectorField(selector=number("kW", 0)),
            "price": ObjectSelectorField(selector=_AMOUNT),
        },
    )
)
_MONTHS: Final = _some_of("month", *map(str, sorted(EVERY_MONTH)))
_WEIGHTS: Final = ObjectSelector(
    ObjectSelectorConfig(
        multiple=True,
        translation_key="peak_weight",
        label_field="amount",
        description_field="start",
        fields={
            "amount": ObjectSelectorField(selector=_AMOUNT),
            "start": ObjectSelectorField(selector=TimeSelector()),
            "end": ObjectSelectorField(selector=TimeSelector()),
            "days": ObjectSelectorField(selector=_some_of("day_sort", *DAY_SORTS)),
            "months": ObjectSelectorField(selector=_MONTHS),
        },
    )
)
_PEAK: Final = vol.Schema(
    {
        vol.Optional("peak_fee"): _one_of("peak_fee", *SHAPES),
        vol.Optional("peak_rate"): _AMOUNT,
        vol.Optional("peak_steps"): _STEPS,
    }
)
_OWN_PEAK: Final = vol.Schema(
    {
        vol.Optional("peak_minutes"): number("min", 15, 60),
        vol.Optional("peak_per"): _one_of("peak_per", *Per),
        vol.Optional("peak_count"): number(None, 1, 31),
        vol.Optional("peak_weights"): _WEIGHTS,
        vol.Optional("peak_otherwise"): _AMOUNT,
        vol.Optional("peak_months"): _MONTHS,
        vol.Optional("peak_rolling"): BooleanSelector(),
        vol.Optional("peak_floor"): number("kW", 0),
    }
)
_SUN_KEYS: Final = ("sun", "feed_in", "feed_in_price")
_SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "roof": _SUN_KEYS,
    "peak": tuple(map(str, _PEAK.schema)),
    "own_peak": tuple(map(str, _OWN_PEAK.schema)),
}


def home_fields(choice_of: _ChoiceOf, held: Fields) -> dict[vol.Marker, object]:
    """Return the fields of what a home shares, in sections; `held` is what is set."""
    return {
        vol.Required("roof"): section(
            vol.Schema(
                {
                    vol.Optional("sun"): choice_of(SolarOutlook, held.get("sun")),
                    vol.Optional("feed_in"): MONEY,
                    vol.Optional("feed_in_price"): choice_of(
                        PriceOutlook, held.get("feed_in_price")
                    ),
                }
            ),
            {"collapsed": True},
        ),
        vol.Required("peak"): section(_PEAK, {"collapsed": True}),
        vol.Required("own_peak"): section(_OWN_PEAK, {"collapsed": True}),
    }


def home_data(user_input: Fields) -> Fields:
    """Return what a form says of a home; InvalidInput where no such fee can be.

    What is not filled in is left out: most homes share nothing.
    """
    flat = dict(user_input)
    for name in _SECTIONS:
        flat.update(user_input.get(name, {}))
    data = {
        key: flat[key]
        for keys in _SECTIONS.values()
        for key in keys
        if flat.get(key) not in (None, [], "")
    }
    if data.get("feed_in") is not None and data.get("feed_in_price") is not None:
        raise InvalidInput("one_feed_in_price")
    try:
        peak_fee_of(data, user_input.get("limit"))
    except InvalidPeakFee as err:
        if err.is_missing:
            raise InvalidInput("peak_needs_figures") from None
        raise InvalidInput("peak_invalid") from None
    return data


def in_sections(data: Fields) -> Fields:
    """Return data as the form shows it; a shape that is chosen has its rows."""
    shown = dict(data)
    for name, keys in _SECTIONS.items():
        within = {key: data[key] for key in keys if key in data}
        shown[name] = {**within, **data.get(name, {})}
    peak = shown["peak"]
    if not peak.get("peak_steps") and (rows := rows_to_fill(peak.get("peak_fee"))):
        shown["peak"] = {**peak, "peak_steps": rows}
    return shown
