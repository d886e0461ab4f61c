"""By which words of its name a member says something of the numbers beside it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from .quantities import ALL, SHARE, Field
from .said_effects import (
    Effect,
    take_coded,
    take_currency,
    take_decimals,
    take_direction,
    take_divisor,
    take_energy_unit,
    take_exponent,
    take_is_bad,
    take_is_drawn,
    take_is_fed_in,
    take_is_final,
    take_is_fraction,
    take_is_good,
    take_is_preliminary,
    take_is_register,
    take_minor,
    take_multiplier,
    take_quality,
    take_scale,
    take_sort,
    take_type_class,
    take_unit,
    take_unit_beside,
)
from .said_times import (
    take_is_end,
    take_is_local,
    take_is_start,
    take_is_summer,
    take_is_utc,
    take_perhaps_position,
    take_position,
    take_zone,
)
from .words import folded, known_words


@lru_cache(maxsize=1024)
def told_words(name: str) -> tuple[str, ...]:
    """Return the words of a member's name, in any letter case."""
    return known_words(name, _VOCABULARY)


@lru_cache(maxsize=2048)
def effect_of(name: str, field: Field) -> Effect | None:
    """Return what a member of this name does to a field, None if nothing."""
    told = told_words(name)
    joined, all_told = "".join(told), frozenset(told)
    if joined in field.known or not told or told[-1] in _PRICED:
        return None
    if joined in field.codes:
        return take_coded(take_quality)
    if joined in WHOLE_NAMES:
        return WHOLE_NAMES[joined]
    if "currency" in told:
        return take_currency if field.quantity.name in _OF_MONEY else None
    if field.quantity is SHARE and all_told & _FRACTIONS:
        return take_is_fraction
    if all_told & UNIT_WORDS:
        return _effect_of_unit(all_told, field)
    return _effect_of_words(told, field)


def _effect_of_unit(told: frozenset[str], field: Field) -> Effect | None:
    """Return what a member that tells a unit does, None for one of another thing."""
    is_half = field.quantity.name == "price" and "energy" in told
    of_others = told & (_OF_ELSE | _OTHERS) - field.words
    if of_others and not is_half:
        return None
    if is_half:
        return take_energy_unit
    if field.beside is not None and not told & field.words - _FILLERS:
        return take_unit_beside(field.beside)
    return (
        take_multiplier
        if told & _MULTIPLIERS
        else take_minor
        if "minor" in told
        else take_unit
    )


def _effect_of_words(told: tuple[str, ...], field: Field) -> Effect | None:
    """Return what a member does by the words of its name, None if nothing.

    A word that says something by itself counts beside any but those of another thing;
    others count where nothing else is in the name.
    """
    all_told = frozenset(told)
    if all_told & _OF_ELSE - field.words or {"power", "factor"} <= all_told:
        return None
    if told[-1] in _SORTS and all_told & (_SORTS | _SORTED | _FILLERS) == all_told:
        return take_sort
    bare = all_told - _FILLERS - field.words
    for core, effect in _TELLING:
        if bare & core:
            return effect
    return next((does for family, does in _FAMILIES if bare and bare <= family), None)


_OF_MONEY: Final = frozenset({"money", "price"})
UNIT_WORDS: Final = frozenset(
    {"unit", "units", "uom", "einheit", "unita", "enhet", "measure"}
)
_PRICED: Final = frozenset({"price", "cost", "id", "ids"})
# With these a name tells of another thing, whatever else is in it.
_OF_ELSE: Final = frozenset(
    {
        *("customer", "invoice", "contract", "credit", "emission", "co2", "carbon"),
        *("tax", "vat", "payment", "order", "user", "account", "connection", "network"),
        *(
            "address",
            "battery",
            "online",
            "request",
            "response",
            "http",
            "page",
            "step",
        ),
        *("duration", "length", "business", "housing", "count", "capacity", "image"),
        *("voltage", "current", "frequency", "weather", "wind", "utilization"),
    }
)
# Words of all quantities: what is said of one of them says nothing of another.
_OTHERS: Final = frozenset().union(*(quantity.words for quantity in ALL))
# These may stand beside the word that tells, and tell nothing themselves.
_FILLERS: Final = frozenset(
    {
        *("value", "values", "of", "the", "is", "in", "was", "has", "amount"),
        *("type", "code", "name", "kind", "number", "num", "no", "flag", "data"),
        *("reading", "measurement", "measured", "quantity", "total", "interval"),
        *("period", "time", "timestamp", "point", "energy", "meter"),
    }
)
_SORTS: Final = frozenset({"type", "kind", "class", "category", "scenario", "model"})
_SORTED: Final = frozenset(
    {
        *("meter", "energy", "reading", "value", "series", "row", "data", "point"),
        *(
            "resource",
            "product",
            "source",
            "time",
            "measurement",
            "device",
            "accumulation",
        ),
    }
)
_SUMMARIES: Final = frozenset(
    {
        *("sum", "total", "average", "mean", "max", "min", "maximum", "minimum"),
        *(
            "summary",
            "subtotal",
            "aggregate",
            "aggregated",
            "overall",
            "head",
            "header",
        ),
    }
)


def is_summary(name: str, value: object) -> bool:
    """Say whether a member calls its row the sum, mean or head of others."""
    told = frozenset(told_words(name))
    if told <= _SUMMARIES | {"is", "row", "flag"} and value is True:
        return bool(told & _SUMMARIES)
    is_sort = told <= _SORTS | {"row", "record", "level", "aggregate", "aggregation"}
    return is_sort and isinstance(value, str) and folded(value) in _SUMMARIES


def _family(*names: str) -> frozenset[str]:
    return frozenset(names)


# The words left of a name, without fillers, and what such a member does. The first
# family that holds them all counts.
_MULTIPLIERS: Final = _family(
    "multiplier", "factor", "multiplicator", "faktor", "prefix"
)
# Any of these words in a name tells what its member does.
_TELLING: Final[tuple[tuple[frozenset[str], Effect], ...]] = (
    (_family("exponent", "pow10", "power10"), take_exponent),
    (_family("divisor", "divider", "denominator", "divide"), take_divisor),
    (_MULTIPLIERS | {"multiply", "constant"}, take_multiplier),
    (_family("decimals", "decimal", "places", "digits", "precision"), take_decimals),
    (_family("scale", "scaling", "magnitude"), take_scale),
    (_family("minor", "subunit", "subunits", "cents", "ore", "hundredths"), take_minor),
    (_family("direction"), take_direction),
    (_family("cumulative", "cumulated", "accumulated", "counter"), take_is_register),
    (_family("estimated", "interpolated", "substituted", "simulated"), take_is_bad),
)
# The words left of a name, without fillers, and what such a member does. The first
# family that holds them all counts.
_FAMILIES: Final[tuple[tuple[frozenset[str], Effect], ...]] = (
    (_family("symbol"), take_unit),
    (_family("flow"), take_direction),
    (
        _family(
            *("import", "imported", "consumption", "drawn", "consumed", "withdrawal"),
            *("purchased", "bought", "from", "grid", "import"),
        ),
        take_is_drawn,
    ),
    (
        _family(
            *("production", "export", "exported", "feed", "feedin", "fed", "produced"),
            *("injection", "injected", "generation", "generated", "returned", "return"),
            *("sold", "reverse", "outgoing", "to", "grid", "delivered"),
        ),
        take_is_fed_in,
    ),
    (_family("register", "running", "absolute", "increasing"), take_is_register),
    (_family("position", "alignment", "convention", "boundary", "edge"), take_position),
    (_family("anchor", "label", "position", "location", "at"), take_perhaps_position),
    (
        _family("label", "closed", "meaning", "refers", "to", "side"),
        take_perhaps_position,
    ),
    (
        _family("end", "ending", "ends", "ends", "at", "right", "closed", "are"),
        take_is_end,
    ),
    (_family("start", "starting", "starts", "begin", "beginning", "at"), take_is_start),
    (
        _family(
            *("quality", "validity", "valid", "status", "state", "available"),
            *(
                "complete",
                "reliability",
                "trusted",
                "verified",
                "validated",
                "reliable",
            ),
            *("validation",),
        ),
        take_quality,
    ),
    (
        _family(
            *("estimate", "missing", "invalid", "error", "gap", "pending", "nodata"),
            *("faulty", "bad", "incomplete", "unavailable", "suspect", "notyet"),
            *("not", "yet", "partial", "forecast", "predicted", "planned", "available"),
            *("expected", "projected", "budget", "test", "demo", "modelled"),
            *("calculated", "estimation"),
        ),
        take_is_bad,
    ),
    (
        _family("preliminary", "provisional", "tentative", "temporary"),
        take_is_preliminary,
    ),
    (_family("final", "confirmed", "definitive", "settled"), take_is_final),
)
_FRACTIONS: Final = frozenset({"fraction", "ratio", "normalized", "normalised"})
# Names that only as a whole say something.
WHOLE_NAMES: Final[Mapping[str, Effect]] = {
    **dict.fromkeys(
        ("timezone", "tz", "timezonename", "timezoneid", "tzname"), take_zone
    ),
    **dict.fromkeys(("utcoffset", "timezoneoffset", "timeoffset", "iana"), take_zone),
    **dict.fromkeys(("isutc", "utc", "timesareutc", "utctime"), take_is_utc),
    **dict.fromkeys(
        ("aggregation", "accumulation", "accumulate", "scenario"), take_sort
    ),
    **dict.fromkeys(
        ("commodity", "medium", "utility", "resource", "energytype"), take_sort
    ),
    **dict.fromkeys(("hasvalue", "hasdata", "exists", "present"), take_is_good),
    **dict.fromkeys(("measured", "ismeasured", "actual", "isactual"), take_is_good),
    **dict.fromkeys(("ok", "isok", "reliable", "isreliable"), take_is_good),
    **dict.fromkeys(("statclass", "stateclass", "mode", "method"), take_sort),
    **dict.fromkeys(("qualifier", "flag", "flags", "accumulationbehaviour"), take_sort),
    **dict.fromkeys(("timeseriestype", "aggregationtype", "valuekind"), take_sort),
    **dict.fromkeys(
        ("ismeterreading", "runningtotal", "isrunningtotal"), take_is_register
    ),
    **dict.fromkeys(("totalincreasing", "isabsolute", "absolute"), take_is_register),
    **dict.fromkeys(
        ("tzid", "zoneid", "ianatimezone", "timezoneiana", "zonename"), take_zone
    ),
    **dict.fromkeys(("timestamptimezone", "localtimezone", "datetimezone"), take_zone),
    **dict.fromkeys(("timesin", "timezoneoffset", "gmtoffset", "tzoffset"), take_zone),
    **dict.fromkeys(
        ("inutc", "timeinutc", "timestampsareutc", "isutctime"), take_is_utc
    ),
    **dict.fromkeys(("islocal", "localtime", "islocaltime"), take_is_local),
    "isconsumption": take_is_drawn,
    "accumulationmode": take_sort,
    **dict.fromkeys(("dst", "isdst", "summertime", "issummertime"), take_is_summer),
    **dict.fromkeys(("daylightsaving", "isdaylightsaving"), take_is_summer),
    **dict.fromkeys(("timestampat", "timeanchor", "anchor"), take_perhaps_position),
    **dict.fromkeys(("timestamplocation", "labelposition"), take_perhaps_position),
    **dict.fromkeys(("hourending", "rightclosed", "timestampsareends"), take_is_end),
    **dict.fromkeys(("typeclass", "timeseriestypeclass"), take_type_class),
    # What eSmart calls so is the sort of a series: 1 is consumption.
    "consumptionunittype": take_type_class,
    **dict.fromkeys(("powerof10", "poweroften", "powersof10"), take_exponent),
    **dict.fromkeys(("poweroftenmultiplier", "powerof10multiplier"), take_exponent),
    **dict.fromkeys(
        ("timetype", "timestamptype", "intervaltype"), take_perhaps_position
    ),
    **dict.fromkeys(
        ("timekind", "timestampkind", "timemeaning"), take_perhaps_position
    ),
}
# Words that tell what a number belongs to: of them `rows` knows more.
NARROW: Final = frozenset(
    {
        *("appliance", "device", "register", "obis", "channel", "phase", "room"),
        *("circuit", "category", "component", "plug", "socket", "sensor", "equipment"),
    }
)
BANDS: Final = frozenset({"tariff", "band", "fascia", "rate", "tou"})
WHICH: Final = frozenset(
    {
        *("meter", "area", "zone", "region", "contract", "pod", "location", "site"),
        *("account", "customer", "version", "revision", "product", "commodity"),
        *("medium", "resource", "deliverypoint", "asset", "supply", "metering"),
        *("gsrn", "ean", "mpan", "mrid"),
    }
)
_VOCABULARY: Final = frozenset().union(
    *(family for family, _ in (*_FAMILIES, *_TELLING)),
    *(UNIT_WORDS, _OF_ELSE),
    *(_FILLERS, _OTHERS, NARROW, BANDS, WHICH, _FRACTIONS, {"currency", "id", "key"}),
    _SORTS | _SORTED | _SUMMARIES | {"row", "record", "level", "aggregation", "flag"},
    {"price", "cost", "start", "end", "from", "to", "date", "hour", "display"},
)
