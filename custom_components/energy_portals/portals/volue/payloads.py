"""What payloads of events say: targets, points, and what stands around these.

Independent targets and points are read one by one. Whatever a level says about numbers
holds for all that is below it.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from .messages import (
    CapPayload,
    CapPoint,
    CapTarget,
    EligibilityPayload,
    Event,
    Notification,
    Payload,
    PriceCurve,
    PriceCurvePayload,
    PriceCurveTarget,
    PricePoint,
)
from .models import Compensation, EventType, LocationCompensation
from .pages import Page, inside
from .quantities import (
    Amount,
    Said,
    currency_of,
    money,
    most_power,
    price_per_kwh,
    timestamp,
    units_in,
)
from .reads import Listed, Reading, decoded, encoded, once
from .values import Row, Unread, duration, folded, text, word_of

# Deeper than any payload is, and little enough for whoever shows it.
_DEEPEST: Final = 32
_KIND: Final = word_of({folded(each): str(each) for each in EventType})
_EVENT: Final = frozenset({"id", "createdat", "payload"})
_NOTIFICATION: Final = frozenset(
    {
        *("eventcreatedatutc", "eventid", "notificationid", "notificationsentutc"),
        *("notificationtype", "payload"),
    }
)
_PAYLOAD: Final = frozenset(
    {"payloadtype", "targets", "pricecurvedelta", "pricearea", "lastupdated"}
)
_CURVE: Final = frozenset({"points", "energyunit", "resolution"})
_TARGET: Final = frozenset(
    {"locationid", "meterpointid", "points", "resolution", "resourceid"}
)
_EARNED: Final = frozenset(
    {
        *("activeamount", "blockedamount", "locationid", "meterpointids", "problems"),
        *("locationcompensations", "period", "userid"),
    }
)


def events(reading: Reading, page: Page) -> Listed[Event]:
    """Read a page of events."""
    around = {name: each for one in page.around for name, each in units_in(one)}
    rows = reading.each(page.rows, lambda each: _event(reading, each, around))
    return once(reading, rows)


def one_event(reading: Reading, body: object) -> Event:
    """Read an answer that is one event."""
    return _event(reading, inside(body, frozenset({"id"})), {})


def _event(reading: Reading, value: object, around: Mapping[str, object]) -> Event:
    """Read an event; what stands around its payload is kept for that."""
    row = Row(value)
    read = reading.struct(_sane(row, value), Event)
    beside = msgspec.Raw(encoded({**around, **row.others(_EVENT)}))
    # What of it is refused is counted here, however often it is read afterwards.
    payload_of(read.payload, beside, reading.refused)
    return msgspec.structs.replace(read, around=beside)


def notification(body: bytes, refused: Counter[str]) -> Notification:
    """Read what a webhook was sent; Unread where it is none."""
    required = frozenset({"notificationid", "eventid", "payload"})
    value = inside(decoded(body), required)
    row = Row(value)
    reading = Reading("notification", refused)
    read = reading.struct(_sane(row, value), Notification)
    around = msgspec.Raw(encoded(row.others(_NOTIFICATION)))
    return msgspec.structs.replace(read, around=around)


def _sane(row: Row, value: object) -> object:
    """Return an object whose payload is not too deep."""
    if _is_deep(row.get("payload"), _DEEPEST):
        raise Unread
    return value


def _is_deep(value: object, left: int) -> bool:
    """Say whether plain data is nested deeper than this."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return not left or any(_is_deep(each, left - 1) for each in value)


def payload_of(
    raw: bytes, around: bytes, refused: Counter[str]
) -> tuple[str, Payload | None]:
    """Return a payload's type, "" if it has none, and what it says if that is known.

    The type may stand anywhere in it.
    """
    try:
        row = Row(decoded(raw))
        kind = _KIND(row.get("payloadtype"))
    except Unread:
        refused["payload.payloadType"] += 1
        return "", None
    if (read := _PAYLOADS.get(kind)) is None:
        return kind, None
    reading = Reading(kind, refused)
    try:
        said = Said().within(Row(decoded(around)), frozenset())
        return kind, read(reading, row, said.within(row, _PAYLOAD))
    except Unread:
        reading.refuse()
    return kind, None


# --- caps -----------------------------------------------------------------------------


def _caps(reading: Reading, row: Row, said: Said) -> CapPayload:
    """Read caps, or a reservation of them."""
    targets = reading.each(
        row.get("targets"), lambda each: _cap(reading, each, said), "targets"
    )
    return CapPayload(targets=targets, payload_type=_KIND(row.get("payloadtype")))


def _cap(reading: Reading, value: object, around: Said) -> CapTarget:
    """Read the cap of one target."""
    row = Row(value)
    said = around.within(row, _TARGET)
    resource_id = row.get("resourceid")
    if reading.operation == EventType.RESOURCE_CAP or resource_id is not None:
        resource_id = text(resource_id)
    return CapTarget(
        location_id=text(row.get("locationid")),
        meter_point_id=text(row.get("meterpointid")),
        resource_id=resource_id,
        resolution=_resolution(reading, row),
        points=_points(reading, row, said, _cap_point),
    )


def _cap_point(row: Row, when: datetime, said: Said) -> CapPoint:
    """Read a point of a cap."""
    return CapPoint(max_power_in_kilo_watts=most_power(row, said), timestamp=when)


def _points[PointT](
    reading: Reading,
    row: Row,
    said: Said,
    read: Callable[[Row, datetime, Said], PointT],
) -> Listed[PointT]:
    """Read points one by one; of those that cannot be, the moments are kept.

    What is no list lacks at least one of them.
    """
    came: list[PointT] = []
    lost: list[datetime | None] = []
    elements = row.get("points")
    for element in elements if isinstance(elements, list) else [None]:
        when = None
        try:
            point = Row(element)
            when = timestamp(point, said)
            came.append(read(point, when, said))
        except Unread:
            reading.refuse("points", "timestamp" if when is None else "value")
            lost.append(when)
    return Listed.of(came, lost)


def _resolution(reading: Reading, row: Row) -> str | None:
    """Return how long steps are, as it is told; None where it is not."""
    try:
        told = text(row.get("resolution"))
    except Unread:
        told = None
    if duration(told) is None:
        reading.refuse("resolution")
        return None
    return told


def _area(reading: Reading, row: Row) -> str:
    """Return a price area, "" where it is not told."""
    try:
        return text(row.get("pricearea"))
    except Unread:
        reading.refuse("priceArea")
        return ""


# --- price curves -----------------------------------------------------------------


def _prices(reading: Reading, row: Row, said: Said) -> PriceCurvePayload:
    """Read a price curve, and whom it is for."""
    curve = Row(row.get("pricecurvedelta"))
    return PriceCurvePayload(
        targets=reading.rows(row.get("targets"), PriceCurveTarget, "targets"),
        price_curve_delta=_curve(reading, curve, said.within(curve, _CURVE)),
        price_area=_area(reading, row),
    )


def _curve(reading: Reading, row: Row, around: Said) -> PriceCurve:
    """Read a curve per kWh, in the one currency of all its points."""
    said = around.with_units(row.get("energyunit"))
    currencies: set[str] = set()

    def point(row: Row, when: datetime, said: Said) -> PricePoint:
        amount = price_per_kwh(row, said)
        currencies.add(amount.currency)
        return PricePoint(price=amount.value, timestamp=when)

    points = _points(reading, row, said, point)
    if len(currencies) > 1:
        reading.refuse("points", "currency")
        times = (each.timestamp for each in points)
        points = Listed.of((), (*points.lost, *times))
    return PriceCurve(
        points=points,
        energy_unit="kWh" if points else None,
        currency=next(iter(currencies)) if points else None,
        resolution=_resolution(reading, row),
    )


# --- eligibility ----------------------------------------------------------------------


def _eligibility(reading: Reading, row: Row, said: Said) -> EligibilityPayload:
    """Read who may take part from now on; the time is not needed for it."""
    del said
    return EligibilityPayload(
        added_users=_users(reading, row, "addedusers"),
        removed_users=_users(reading, row, "removedusers"),
    )


def _users(reading: Reading, row: Row, name: str) -> Listed[str] | None:
    """Read ids of users; None where none are told."""
    try:
        if (told := row.get(name)) is not None:
            return reading.each(told, text, name)
    except Unread:
        reading.refuse(name)
    return None


_PAYLOADS: Final[Mapping[str, Callable[[Reading, Row, Said], Payload]]] = {
    EventType.PRICE_CURVE: _prices,
    EventType.USER_ELIGIBILITY: _eligibility,
    EventType.LOCATION_CAP: _caps,
    EventType.RESOURCE_CAP: _caps,
    EventType.RESERVATION: _caps,
}


# --- compensation ---------------------------------------------------------------------


def compensation(reading: Reading, value: object) -> Compensation:
    """Read what the user has earned, location by location."""
    read = reading.one(value, Compensation)
    row = Row(inside(value, frozenset({"period"})))
    said = Said().within(row, _EARNED)
    earned: tuple[LocationCompensation, ...] | None = None
    try:
        if (rows := row.get("locationcompensations")) is not None:
            place = "locationCompensations"
            told = reading.each(rows, lambda row: _earned(reading, row, said), place)
            earned = once(reading, told, place)
    except Unread:
        pass
    return msgspec.structs.replace(read, location_compensations=earned)


def _earned(reading: Reading, value: object, around: Said) -> LocationCompensation:
    """Read what a location has earned, in the main unit of one currency."""
    read = reading.struct(value, LocationCompensation, "locationCompensations")
    if not read.location_id:
        # It may be the sum of the others.
        raise Unread
    row = Row(value)
    said = around.within(row, _EARNED)
    amounts: dict[str, Amount | None] = {}
    for name in ("activeAmount", "blockedAmount"):
        try:
            amounts[name] = money(row, folded(name), said)
        except Unread:
            reading.refuse("locationCompensations", name)
            amounts[name] = None
    told = {each.currency for each in amounts.values() if each is not None}
    currency = told.pop() if len(told) == 1 else currency_of(said)
    values = [each and each.value for each in amounts.values()]
    return msgspec.structs.replace(
        read,
        active_amount=None if told else values[0],
        blocked_amount=None if told else values[1],
        currency=None if told else currency,
    )
