"""eSmart's answers, as the sandbox gives them; references are resolved before."""

from functools import partial

from tests.sandbox.dialects.shapes import Field, Shape, each_of

_shape = partial(Shape, zone="UTC", style="pascal", is_measured=False)


def _series(kind: str, unit: str, *own: str, said: str = "Unit") -> Shape:
    return _shape(
        rows="Values",
        time="ValueTime",
        step=60,
        own=own,
        is_measured=kind != "money",
        fields=(
            Field("Values.*.ValueTime", "time"),
            Field("Values.*.Value", kind, unit, said),
            Field("Values.*.Status", "code"),
        ),
    )


def _prices(step: int, area: str) -> Shape:
    return _shape(
        rows="",
        time="ValueTime",
        step=step,
        own=("HourPrice", "Price", "SpotPrice"),
        area=area,
        is_measured=True,
        fields=(
            Field("*.ValueTime", "time"),
            Field("*.Value", "price", "NOK/kWh", "*.Unit"),
            Field("*.IsPreliminary", "flag"),
        ),
    )


def _listed(*fields: Field, is_whole: bool = False, is_measured: bool = False) -> Shape:
    return _shape(rows="", fields=fields, is_whole=is_whole, is_measured=is_measured)


def _watts(around: str) -> tuple[Field, ...]:
    return tuple(
        field
        for name in ("Last", "ThisMonthMax", "Max")
        for field in (
            Field(f"{around}{name}.Value", "power", "kW"),
            Field(f"{around}{name}.ValueTime", "time"),
        )
    )


_SUBSCRIBED = "subscribedPowerWattmeter.subscribedPower"
_SECTIONS = "subscribedPowerWattmeter.sections.*"
_CONTRACT = (
    Field("ContractNo", "id"),
    Field("DeliveryPointId", "id"),
    Field("IsActive", "flag"),
    Field("IsPowerContract", "flag"),
    Field("IsNetContract", "flag"),
    Field("StartDate", "time"),
)
_INVOICE = (
    Field("InvoiceNo", "id"),
    Field("InvoiceSum", "money", "NOK"),
    Field("UnpaidSum", "money", "NOK"),
    Field("DueDate", "time"),
    Field("InvoiceDate", "time"),
    Field("DunningIsSent", "flag"),
    Field("SentToDebtCollection", "flag"),
)
_CHARGING = (
    Field("Id", "id"),
    Field("AssetId", "id"),
    Field("StartTime", "time"),
    Field("EndTime", "time"),
    Field("ChargingDemand", "energy", "kWh"),
)


SHAPES: dict[str, Shape] = {
    "authenticate": _shape(fields=(Field("CustomerIds.*", "id"),)),
    "contractdeliverypoints": _listed(
        *each_of(_CONTRACT),
        Field("*.HasWattMeter", "flag"),
        is_whole=True,
    ),
    "contracts": _listed(*each_of(_CONTRACT), is_whole=True),
    "contract": _shape(fields=_CONTRACT),
    "meter_exists": _shape(fields=(Field("", "flag"),)),
    "customer": _shape(
        fields=(
            Field("CustomerId", "id"),
            Field("IsPowerCustomer", "flag"),
            Field("IsNetCustomer", "flag"),
        )
    ),
    "wattmeter": _shape(fields=_watts(""), is_measured=True),
    "wattmeter_v2": _shape(
        is_measured=True,
        fields=(
            *_watts("maxMonthWattmeter."),
            Field(
                f"{_SUBSCRIBED}.value",
                "power",
                "kW",
                f"{_SUBSCRIBED}.unit",
                "subscribed",
            ),
            Field(
                f"{_SECTIONS}.from", "power", "kW", f"{_SUBSCRIBED}.unit", "subscribed"
            ),
            Field(
                f"{_SECTIONS}.to", "power", "kW", f"{_SUBSCRIBED}.unit", "subscribed"
            ),
        ),
    ),
    "spotprices": _prices(15, "NO1"),
    "contract_prices": _prices(60, ""),
    "meter_prices": _prices(60, ""),
    "consumption": _series("energy", "kWh", "Consumption"),
    "costs": _series("money", "NOK", "Cost"),
    "comparedwithothers": _shape(
        is_measured=True,
        fields=(
            Field("MeterAverage.*.ValueTime", "time"),
            Field("MeterAverage.*.Value", "energy", "kWh"),
            Field("ReferenceGroupAverage.*.ValueTime", "time"),
            Field("ReferenceGroupAverage.*.Value", "energy", "kWh"),
            Field("EfficientsAverage.*.ValueTime", "time"),
            Field("EfficientsAverage.*.Value", "energy", "kWh"),
            Field("Score", "count"),
            Field("EfficientComparisonPercentage", "change"),
            Field("ReferenceGroupComparisonPercentage", "change"),
        ),
    ),
    "temperatures": _series("temperature", "°C", "Temperature"),
    "expenseoverview": _shape(
        fields=(
            Field("Total", "money", "NOK", "Unit"),
            Field("Items.*.Value", "money", "NOK", "Unit"),
        )
    ),
    "invoices": _listed(*each_of(_INVOICE), is_whole=True),
    "contract_invoices": _listed(*each_of(_INVOICE), is_whole=True),
    "invoice": _shape(fields=_INVOICE),
    "messages": _listed(
        Field("*.Id", "id"),
        Field("*.SentDateTime", "time"),
        Field("*.State", "code"),
    ),
    "messages_count": _shape(fields=(Field("", "count"),)),
    "readings": _listed(
        Field("*.ReadingDate", "time"),
        Field("*.Value", "energy", "kWh", "*.MeterUnit"),
        Field("*.Consumption", "energy", "kWh", "*.MeterUnit"),
        is_measured=True,
    ),
    "building": _shape(
        fields=(
            Field("BuildingYear", "count"),
            Field("HeatingArea", "count"),
            Field("Residents", "count"),
        )
    ),
    "charging_requests": _listed(*each_of(_CHARGING), is_whole=True),
    "charging_request": _shape(fields=_CHARGING),
    "charger_statistics": _shape(
        is_measured=True,
        rows="Values",
        time="ValueTime",
        step=1440,
        fields=(
            Field("Total", "energy", "kWh", "Unit"),
            Field("Values.*.ValueTime", "time"),
            Field("Values.*.Value", "energy", "kWh", "Unit"),
        ),
    ),
    "cars": _listed(
        Field("*.VehicleId", "id"),
        Field("*.GrossBatterySize", "energy", "kWh"),
        Field("*.NettBatterySize", "energy", "kWh"),
        Field("*.MaxChargePower", "power", "kW"),
    ),
    "control_plans": _listed(
        Field("*.ControlPlanId", "id"),
        Field("*.AssetId", "id"),
        Field("*.StartTime", "time"),
        Field("*.EndTime", "time"),
        Field("*.IsDeclined", "flag"),
        is_whole=True,
    ),
    "control_types": _listed(Field("*.TsTypeId", "id")),
    "control_zones": _listed(Field("*.ZoneId", "id")),
    "control_requested": _shape(
        rows="Values",
        time="Time",
        step=60,
        fields=(Field("Values.*.Time", "time"), Field("Values.*.Value", "number")),
    ),
    "control_sites": _listed(Field("*.SiteId", "id")),
    "control_devices": _listed(
        Field("*.AssetId", "id"), Field("*.DeviceType", "code"), is_whole=True
    ),
    "control_settings": _shape(
        fields=(
            Field("Threshold", "power", "kW", "Unit"),
            Field("DeviceOrder.*", "id"),
        )
    ),
    "eula": _shape(fields=(Field("", "flag"),)),
    "terms": _shape(
        fields=(
            Field("AcceptGeneralTerms", "flag"),
            Field("AcceptAdditionalTerms", "flag"),
        )
    ),
    "ping": _shape(fields=(Field("Version", "id"),)),
    "ping_checks": _listed(Field("*.IsOk", "flag"), Field("*.Name", "id")),
}
