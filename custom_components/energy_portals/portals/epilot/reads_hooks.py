"""What a portal's extensions can be asked for, and what they say of their series.

Source: the public extension details and the hook for metadata in the OpenAPI document
"Portal API".
"""

from collections.abc import Mapping
from typing import Final

from ..reading.body import Body
from .bodies import Rows, known, rows_of
from .hooks import DataRange, Hook, HookChoice, HookChoices, Hooks, Metadata, TypeOption
from .models import in_words
from .values import Unreadable, refuse, sure, text, told, words

_CONSUMPTION: Final = "consumptionDataRetrieval"
_PRICES: Final = "priceDataRetrieval"
_COSTS: Final = "costDataRetrieval"
_EXPORT: Final = "dataExport"
_CHECK: Final = "meterReadingPlausibilityCheck"
# What else an extension may do.
_BESIDE: Final = (
    *("contractIdentification", "registrationIdentifiersCheck", "seamlessLinks"),
    *("changeEmail", "changePassword", "deleteAccount"),
)


def hooks(top: Body) -> Hooks:
    """Read the hooks that can be asked, in the order in which they are told."""
    known(top, _CONSUMPTION, _PRICES, _COSTS, _EXPORT, _CHECK, *_BESIDE)
    prices = _hooks(top, _PRICES)
    return Hooks(
        consumption=tuple(_hooks(top, _CONSUMPTION)),
        prices=tuple(prices),
        costs=tuple(_hooks(top, _COSTS)),
        export=tuple(_hooks(top, _EXPORT)),
        ranges=_object(_object(top, _CHECK), "hook").member("plausibility_mode")
        == "range",
        is_whole=prices.is_whole,
    )


def _hooks(top: Body, name: str) -> Rows[Hook]:
    """Read the hooks of a kind, none where there is no word of it."""
    return rows_of(top, name, _hook) if top.has(name) else Rows()


def _hook(row: Body) -> Hook:
    """Read a hook; one without an extension cannot be asked."""
    app, extension, hook = (_object(row, each) for each in ("app", "extension", "hook"))
    ident = sure(extension, text, "id")
    if ident is None:
        raise Unreadable("extension")
    names = (in_words(words(each, "name")) for each in (hook, extension, app))
    return Hook(
        extension_id=ident,
        app_id=told(app, text, "app_id"),
        hook_id=sure(hook, text, "id"),
        # What the closest part that has a name calls itself.
        name=next(filter(None, names), ""),
        intervals=_texts(hook, "intervals"),
    )


def _object(place: Body, name: str) -> Body:
    """Return an object inside; what is none has nothing in it."""
    return place.child(place.member(name))


def _texts(place: Body, name: str) -> tuple[str, ...] | None:
    """Read a list of texts, None where there is none."""
    value = place.member(name)
    if value is None:
        return None
    if not isinstance(value, list):
        refuse(place, name)
        return None
    return tuple(each for each in value if isinstance(each, str))


def choices(top: Body) -> HookChoices:
    """Read which hooks the utility has chosen."""
    told_ = top.member("extension_hooks")
    if told_ is None:
        return HookChoices()
    if not isinstance(told_, Mapping):
        raise top.unexpected("extension_hooks is no object")
    return HookChoices({key: _choice(top.child(each)) for key, each in told_.items()})


def _choice(row: Body) -> HookChoice | None:
    """Read a choice; None stands for none."""
    if not isinstance(row.value, Mapping):
        if row.value is not None:
            refuse(row, "extension_hooks")
        return None
    return HookChoice(
        app_id=told(row, text, "app_id"),
        extension_id=told(row, text, "extension_id"),
        hook_id=told(row, text, "hook_id"),
    )


def metadata(top: Body) -> Metadata:
    """Read what an extension says of its series."""
    known(top, "type_options", "intervals", "data_range")
    options = _options(top)
    intervals = _texts(top, "intervals")
    return Metadata(
        type_options=None if options is None else list(options),
        intervals=None if intervals is None else list(intervals),
        data_range=_range(_object(top, "data_range")),
        is_whole=options is None or options.is_whole,
    )


def _range(span: Body) -> DataRange | None:
    """Read from when to when there is data."""
    if not span.members():
        return None
    return DataRange(told(span, text, "from"), told(span, text, "to"))


def _options(top: Body) -> Rows[TypeOption] | None:
    """Read the types, None where there is no word of them."""
    value = top.member("type_options")
    if value is None:
        return None
    if not isinstance(value, list):
        refuse(top, "type_options")
        return Rows(lost=1)
    return rows_of(top, "type_options", _option)


def _option(row: Body) -> TypeOption:
    """Read what a type is."""
    ident = sure(row, text, "id")
    if ident is None:
        raise Unreadable("id")
    return TypeOption(
        id=ident,
        label=words(row, "label"),
        statistical_method=sure(row, text, "statistical_method"),
        unit=sure(row, text, "unit"),
    )
