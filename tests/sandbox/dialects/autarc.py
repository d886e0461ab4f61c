"""autarc's answers, as the sandbox gives them."""

from functools import partial

from tests.sandbox.dialects.shapes import Field, Shape, each_of

_shape = partial(
    Shape,
    style="camel",
    is_measured=False,
    is_documented=True,
    keeping=("number.text_point", "list.items", "list.counted"),
)
_PROJECT = (
    Field("id", "id"),
    Field("customerId", "id"),
    Field("createdAt", "time"),
    Field("updatedAt", "time"),
    Field("isLead", "flag"),
    Field("projectValue", "number"),
    Field("heatedLivingAreaM2", "number"),
    Field("numberOfResidents", "count"),
    Field("numberOfFloors", "count"),
    Field("installationDate", "day"),
    Field("status", "word"),
    Field("buildingHeatLoadKw", "number"),
    Field("averageEnergyConsumptionLast3Years", "number"),
    Field("heatingCircuits", "part"),
    Field("heatingCircuits.*.flowTemperature", "number"),
    Field("heatingCircuits.*.returnTemperature", "number"),
    Field("heatPumpSizing.heatPumpStandardOutputKw", "number"),
    Field("heatPumpSizing.bivalencePoint", "number"),
)
_CUSTOMER = (
    Field("id", "id"),
    Field("createdAt", "time"),
    Field("updatedAt", "time"),
    Field("isCompany", "flag"),
)
_ROOM = (Field("id", "id"), Field("temperature", "number"))

SHAPES: dict[str, Shape] = {
    "projects": _shape(
        rows="", fields=each_of(_PROJECT), maps=("*.address",), is_whole=True
    ),
    "project": _shape(fields=_PROJECT, maps=("address",)),
    "rooms": _shape(rows="", fields=each_of(_ROOM), is_whole=True),
    "customers": _shape(
        rows="", fields=each_of(_CUSTOMER), maps=("*.address",), is_whole=True
    ),
    "customer": _shape(fields=_CUSTOMER, maps=("address",)),
}
