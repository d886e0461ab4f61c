"""Digiwatt's answers, as the sandbox gives them."""

from functools import partial

from tests.sandbox.dialects.shapes import Field, Shape

_shape = partial(Shape, root="data", zone="Europe/Rome", style="snake")
_MONTHS = _shape(
    rows="data.months",
    time="month",
    fields=(
        Field("data.months.*.month", "month"),
        Field("data.months.*.appliances.*", "energy", "Wh"),
    ),
    maps=("data.months.*.appliances",),
)

SHAPES: dict[str, Shape] = {
    "consumption_realtime": _shape(
        fields=(
            Field("data.realtime", "power", "W"),
            Field("data.timestamp", "time"),
        ),
    ),
    "consumption_latest": _shape(
        rows="data.consumption",
        time="timestamp",
        step=15,
        fields=(
            Field("data.consumption.*.timestamp", "time"),
            Field("data.consumption.*.value", "power", "W"),
        ),
        own=("power",),
    ),
    "consumption": _shape(
        rows="data.consumption",
        time="timestamp",
        step=15,
        fields=(
            Field("data.consumption.*.timestamp", "time"),
            Field("data.consumption.*.total", "power", "W"),
            Field("data.consumption.*.appliances.*", "power", "W"),
        ),
        maps=("data.consumption.*.appliances",),
        own=("power",),
    ),
    "consumption_totals": _shape(
        fields=(
            Field("data.total", "energy", "Wh"),
            Field("data.previous_total", "energy", "Wh"),
            Field("data.variation", "share", "%", has_other=True),
            Field("data.appliances.*.value", "energy", "Wh"),
            Field("data.appliances.*.appliance", "id"),
        ),
    ),
    "consumption_performance": _shape(
        fields=(
            Field("data.min", "energy", "Wh"),
            Field("data.max", "energy", "Wh"),
            Field("data.user", "energy", "Wh"),
        ),
    ),
    "consumption_habits": _shape(
        rows="data.habits",
        time="hour",
        fields=(
            Field("data.habits.*.hour", "hour"),
            Field("data.habits.*.value", "energy", "Wh"),
        ),
        own=("energy", "consumption"),
    ),
    "analytics_trend": _shape(
        rows="data.trend",
        time="month",
        fields=(
            Field("data.trend.*.month", "month"),
            Field("data.trend.*.F1", "energy", "Wh"),
            Field("data.trend.*.F2", "energy", "Wh"),
            Field("data.trend.*.F3", "energy", "Wh"),
        ),
    ),
    "analytics_distribution": _MONTHS,
    "analytics_compound": _MONTHS,
    "saving": _shape(
        fields=(
            Field("data.consumption", "energy", "Wh"),
            Field("data.saving", "energy", "Wh"),
        ),
    ),
    "greenness": _shape(
        rows="data.windows",
        time="start",
        fields=(
            Field("data.percentage", "share", "%"),
            Field("data.windows.*.start", "time"),
            Field("data.windows.*.stop", "time"),
            Field("data.windows.*.percentage", "share", "%"),
        ),
        is_whole=True,
    ),
}
