"""Volue's answers, as the sandbox gives them."""

from functools import partial

from tests.sandbox.dialects.shapes import Field, Shape, each_of

_shape = partial(
    Shape, style="camel", is_measured=False, is_documented=True, is_paged=False
)
_LOCATION = (
    Field("locationId", "id"),
    Field("locationType", "word"),
    Field("coordinates", "part"),
    Field("coordinates.latitude", "number"),
    Field("coordinates.longitude", "number"),
    Field("meterPointIds", "part"),
)
_RESOURCE = (Field("resourceId", "id"), Field("resourceType", "word"))
_CURVE = "payload.priceCurveDelta"
_EVENT = (
    Field("createdAt", "time"),
    Field("payload.payloadType", "word"),
    Field("payload.targets", "part"),
    Field("payload.targets.*.resolution", "word"),
    Field("payload.targets.*.points", "part"),
    Field("payload.targets.*.points.*.timestamp", "time"),
    Field("payload.targets.*.points.*.maxPowerInKiloWatts", "number"),
    Field(f"{_CURVE}.points.*.timestamp", "time"),
    Field(f"{_CURVE}.points.*.price", "number"),
    Field(f"{_CURVE}.currency", "word"),
    Field(f"{_CURVE}.energyUnit", "word"),
)
_WEBHOOK = (
    Field("webhookId", "id"),
    Field("enabled", "flag"),
    Field("status", "word"),
    Field("createdDate", "time"),
)


def _paged(name: str, fields: tuple[Field, ...]) -> Shape:
    return _shape(rows=name, fields=each_of(fields, name), is_whole=True)


SHAPES: dict[str, Shape] = {
    "users": _paged("users", (Field("userId", "id"),)),
    "user": _shape(fields=(Field("userId", "id"),)),
    "locations": _shape(rows="", fields=each_of(_LOCATION), is_whole=True),
    "location": _shape(fields=_LOCATION),
    "resources": _paged("resources", _RESOURCE),
    "resource": _shape(fields=_RESOURCE),
    "enrollment": _shape(
        fields=(Field("isEnrolled", "flag"), Field("enrollmentDate", "time"))
    ),
    "eligibility": _shape(fields=(Field("isEligible", "flag"),)),
    "meter_eligibility": _shape(fields=(Field("isEligible", "flag"),)),
    "compensation": _shape(
        fields=(
            Field("period.from", "day"),
            Field("period.to", "day"),
            Field("locationCompensations", "part"),
            Field("locationCompensations.*.activeAmount", "number"),
            Field("locationCompensations.*.blockedAmount", "number"),
            Field("locationCompensations.*.currency", "word"),
        )
    ),
    "events": _paged("events", (Field("id", "id"), *_EVENT)),
    "event": _shape(fields=_EVENT),
    "webhooks": _paged("webhooks", _WEBHOOK),
    "webhook": _shape(fields=_WEBHOOK),
}
