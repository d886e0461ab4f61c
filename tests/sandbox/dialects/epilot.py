"""epilot's answers, as the sandbox gives them; of a search, by what is looked for."""

from functools import partial

from tests.sandbox.dialects.shapes import Field, Shape, each_of

_shape = partial(
    Shape, style="snake", is_measured=False, is_documented=True, is_paged=False
)


def _money(name: str) -> tuple[Field, ...]:
    return (
        Field(name, "number"),
        Field(f"{name}_decimal", "number"),
        Field(f"{name}_currency", "word"),
    )


_CONTRACT = (
    Field("_id", "id"),
    Field("start_date", "day"),
    Field("end_date", "day"),
    Field("status", "word"),
    Field("billing_due_day", "count"),
    *_money("installment_amount"),
    *_money("balance"),
    Field("notice_time_amount", "number"),
    Field("meters", "part"),
)
_COUNTER = (
    Field("_id", "id"),
    Field("current_consumption", "number"),
    Field("last_reading", "day"),
    Field("unit", "word"),
    Field("direction", "word"),
)
_EVENT = (
    Field("type", "word"),
    Field("billing_amount", "number"),
    Field("billing_amount_decimal", "number"),
    Field("billing_currency", "word"),
    Field("due_date", "day"),
    Field("paid_date", "day"),
)
_DOCUMENT = (
    Field("_id", "id"),
    Field("file_date", "time", has_other=True),
    Field("is_new", "flag"),
)
_MONEY_ROW = (
    Field("timestamp", "time"),
    Field("unit_amount", "number"),
    Field("unit_amount_decimal", "number", has_other=True),
    Field("unit_amount_currency", "word"),
    Field("tax_behavior", "word"),
    Field("tax_rate", "number"),
)


def _list(name: str, fields: tuple[Field, ...], *more: Field) -> Shape:
    return _shape(rows=name, fields=(*each_of(fields, name), *more), is_whole=True)


def _series(name: str, fields: tuple[Field, ...], step: int) -> Shape:
    return _shape(
        rows=name,
        time="timestamp",
        step=step,
        zone="Europe/Berlin",
        is_measured=True,
        fields=each_of(fields, name),
    )


SHAPES: dict[str, Shape] = {
    "getPortalUser": _shape(
        fields=(Field("data.last_login", "time"), Field("data.mapping_status", "word"))
    ),
    "getContact": _shape(fields=(Field("entity.customer_number", "id"),)),
    "searchPortalUserEntities contract": _list("results", _CONTRACT),
    "searchPortalUserEntities file": _list("results", _DOCUMENT),
    "listMeters": _list("data", (Field("_id", "id"), Field("status", "word"))),
    "listCounters": _list("data", _COUNTER),
    "getMeterReadings": _shape(
        fields=(
            Field("results.*.value", "number"),
            Field("results.*.timestamp", "time"),
            Field("results.*.status", "word"),
        )
    ),
    "getAllowedMeterReadingRange": _shape(
        fields=(
            Field("data.*.meter_counter_id", "id"),
            Field("data.*.min_value", "number"),
            Field("data.*.max_value", "number"),
        )
    ),
    "getBillingEvents": _list("results", _EVENT, Field("hits", "count")),
    "getCustomerBalance": _shape(fields=_money("balance")),
    "getBillingAccount": _shape(
        fields=(
            Field("entity.balance", "number"),
            Field("entity.balance_decimal", "number"),
            Field("entity.balance_currency", "word"),
        )
    ),
    "listPortalNotifications": _list(
        "results",
        (
            Field("id", "id"),
            Field("read", "flag"),
            Field("title", "part"),
            Field("title.de", "word"),
        ),
        Field("total_unread", "count"),
    ),
    "getOutstandingTasks": _list(
        "tasks", (Field("step_name", "word"),), Field("total", "count")
    ),
    "getVisualizationMetadata": _shape(
        fields=(
            Field("type_options.*.unit", "word"),
            Field("type_options.*.statistical_method", "word"),
            Field("intervals.*", "word"),
            Field("data_range.from", "time"),
            Field("data_range.to", "time"),
        )
    ),
    "getConsumption": _series(
        "consumptions",
        (
            Field("timestamp", "time"),
            Field("value", "number"),
            Field("type", "word"),
            Field("unit", "word"),
        ),
        60,
    ),
    "getCosts": _series("costs", _MONEY_ROW, 60),
    "getPrices": _series("prices", _MONEY_ROW, 15),
}
