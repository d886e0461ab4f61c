"""What hangs together at eSmart: contracts, delivery points, meters, gateways.

Read tolerantly, as in `reads.py`. How the objects are nested is not published, so a
contract and a meter are taken for a pair wherever one stands within the other.

Source: the help page of `contracts`, for what a contract is; the rest is assumed.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from operator import attrgetter
from typing import Final

import msgspec

from ..http.errors import UnexpectedResponse
from ..reading.body import Body, signed
from ..reading.listed import MOST_ROWS, Listed, listed
from ..reading.words import folded, words
from .fields import UTC_ZONE, ZONE
from .models import DeliveryPoint, Device, DeviceValue, Gateway
from .reads_values import flag, ident, integer, optional, required_id, rows_if_any, text

_CONTRACT: Final = ("ContractNo", "ContractId")
_METER: Final = ("MeterId", "MeterNo", "MeterNumber")
_POINT: Final = ("DeliveryPointId", "DeliveryPointNo")
_POINT_NAME: Final = ("DeliveryPointName",)
_AREA: Final = ("PriceArea", "PriceAreaName", "SpotPriceArea")
_ADDRESS: Final = ("Address", "DeliveryAddress")
_GATEWAYS: Final = ("Gateways",)
_STEPS: Final = 20_000

# What an object may say of a contract around it or within it, by what the object is.
_OF_METERS: Final = frozenset(map(folded, (*_METER, *_AREA, "HasWattMeter")))
_OF_POINTS: Final = _OF_METERS | frozenset(
    map(folded, (*_POINT, *_POINT_NAME, *_ADDRESS, *_GATEWAYS))
)
# Members lead to another contract or meter only by these words; all others describe
# their object, and what is in them is of another kind.
_LEADS: Final = frozenset(
    {
        *("contract", "contracts", "delivery", "point", "points", "meter", "meters"),
        *("deliverypoint", "deliverypoints", "contractdeliverypoints", "metering"),
        *("meteringpoint", "meteringpoints", "electricity", "power", "net", "grid"),
        *("customer", "customers", "data", "items", "values", "result", "results"),
        *("list", "rows", "records", "entries", "response", "value", "info", "d"),
        *("payload", "body", "content", "embedded"),
    }
)
_OTHER_MEDIA: Final = frozenset(
    {
        *("water", "gas", "heat", "heating", "districtheating", "cooling", "steam"),
        *("vann", "fjernvarme", "varme", "hotwater", "coldwater", "tapwater"),
    }
)
_MEDIA: Final = ("MeterType", "Medium", "Commodity", "EnergyType", "Utility", "Type")


def delivery_points(data: Body) -> Listed[DeliveryPoint]:
    """Read each contract with its meter, once.

    A list without entries is no delivery point; entries without a contract are
    unexpected.
    """
    points: dict[tuple[str | None, ...], DeliveryPoint] = {}
    is_whole = True
    for place in _Pairs(data).places():
        try:
            point = _delivery_point(place)
        except UnexpectedResponse:
            place.refuse(_CONTRACT[0])
            is_whole = False
            continue
        place_of = point.meter_id or point.delivery_point_id
        key = point.contract_no, place_of
        points[key] = _agreed(points.get(key, point), point)
    if not points and data.value != []:
        raise data.unexpected(f"{_CONTRACT[0]} is missing")
    count = len(data.value) if isinstance(data.value, list) else len(points)
    is_whole = is_whole and data.is_whole(count) and len(points) <= MOST_ROWS
    return Listed(islice(points.values(), MOST_ROWS), is_whole=is_whole)


def _agreed(one: DeliveryPoint, other: DeliveryPoint) -> DeliveryPoint:
    """Return what two entries of one contract and meter both say."""
    if one == other:
        return one
    told = msgspec.structs.asdict(other)
    differ = {
        name: None if name != "gateways" else one.gateways
        for name in one.__struct_fields__
        if getattr(one, name) != told[name]
    }
    return msgspec.structs.replace(one, **differ)


def devices(data: Body) -> Listed[Device]:
    """Read devices."""
    return listed(data, _device, "Devices", key=attrgetter("asset_id"))


class _Pairs:
    """The walk through an answer to what is a contract with its meter."""

    def __init__(self, data: Body) -> None:
        """Begin at the top."""
        self._data = data
        self._steps = 0

    def places(self) -> Iterator[Body]:
        """Walk through the answer, pair by pair."""
        return self._in(self._data.value, {}, "")

    def _in(
        self, value: object, around: Mapping[str, object], name: str
    ) -> Iterator[Body]:
        """Yield each pair below, with what the objects around it say."""
        if isinstance(value, list):
            for element in value:
                yield from self._in(element, around, name)
        if not isinstance(value, Mapping) or _is_of_other_medium(value):
            return
        own: dict[str, object] = {}
        lists: list[tuple[str, list[object]]] = []
        self._gather(value, name, own, lists)
        known = {**around, **own}
        deeper = [
            pair for inside, rows in lists for pair in self._in(rows, known, inside)
        ]
        # What stands further inside says more; the same pair is not taken twice.
        if deeper:
            yield from deeper
            return
        here, merged = self._data.child(own), self._data.child(known)
        is_part = any(map(here.has, (*_CONTRACT, *_METER)))
        if is_part and optional(merged, ident, *_CONTRACT) is not None:
            yield merged

    def _gather(
        self,
        value: Mapping[str, object],
        name: str,
        own: dict[str, object],
        lists: list[tuple[str, list[object]]],
    ) -> None:
        """Collect what an object and the single objects in it say, and its lists.

        Names are folded, members without a value are left out, and what stands
        further outside holds.
        """
        # References make small bodies that would be walked through for ever.
        self._steps += 1
        if self._steps > _STEPS:
            raise self._data.unexpected("too many objects")
        said = _says(value, name)
        inside = []
        for key, member in value.items():
            if isinstance(member, Mapping | list) and not _is_part(key):
                if not _leads_on(key):
                    continue
                if isinstance(member, list):
                    lists.append((key, member))
                else:
                    inside.append((key, member))
            elif (
                member is not None
                and member != ""
                and (said is None or folded(key) in said)
            ):
                own.setdefault(folded(key), member)
        for key, member in inside:
            if not _is_of_other_medium(member):
                self._gather(member, key, own, lists)


def _says(value: Mapping[str, object], name: str) -> frozenset[str] | None:
    """Return what an object may say of a contract; None for all: it is one."""
    told = frozenset(words(name))
    names = {folded(key) for key in value}
    if names & {folded(each) for each in _CONTRACT}:
        return None
    if told & {"meter", "meters"} and not told & {"contract", "contracts"}:
        return _OF_METERS
    return _OF_POINTS


def _leads_on(name: str) -> bool:
    """Say whether a member may lead to a contract or its electricity meter."""
    return set(words(name)) <= _LEADS


def _is_of_other_medium(value: Mapping[str, object]) -> bool:
    """Say whether an object says that it is of water, gas or heat."""
    wanted = {folded(name) for name in _MEDIA}
    return any(
        isinstance(member, str) and folded(member.replace(" ", "")) in _OTHER_MEDIA
        for name, member in value.items()
        if folded(name) in wanted
    )


def _is_part(name: str) -> bool:
    """Say whether a member describes its object and leads to no other."""
    return folded(name) in {folded(part) for part in (*_ADDRESS, *_GATEWAYS)}


def _delivery_point(place: Body) -> DeliveryPoint:
    """Read a contract with its meter."""
    return DeliveryPoint(
        contract_no=required_id(place, *_CONTRACT),
        delivery_point_id=optional(place, ident, *_POINT),
        meter_id=optional(place, ident, *_METER),
        meter_no=optional(place, ident, "MeterNo", "MeterNumber"),
        name=optional(place, text, *_POINT_NAME),
        price_area=optional(place, text, *_AREA),
        address=_address(place),
        is_active=optional(place, flag, "IsActive"),
        is_power=optional(place, flag, "IsPowerContract"),
        is_net=optional(place, flag, "IsNetContract"),
        start=place.moment(UTC_ZONE, "StartDate", required=False, days_in=ZONE),
        end=place.moment(UTC_ZONE, "EndDate", required=False, days_in=ZONE),
        has_watt_meter=optional(place, flag, "HasWattMeter"),
        gateways=tuple(_gateways(place)),
    )


def _address(around: Body) -> str | None:
    """Read an address as one line."""
    members = [around.member(name) for name in _ADDRESS]
    place = next((around.child(row) for row in members if isinstance(row, dict)), None)
    if place is None:
        return optional(around, text, *_ADDRESS)
    street = optional(place, text, "AddressText")
    number = optional(place, ident, "HouseNo")
    # The text may have the number already.
    if number is not None and number in (street or "").split():
        number = None
    letter = None if number is None else optional(place, text, "HouseLetter")
    house = "".join(filter(None, (number, letter)))
    zip_code = optional(place, ident, "ZipCode")
    parts = (
        " ".join(filter(None, (street, house))),
        " ".join(filter(None, (zip_code, optional(place, text, "City")))),
    )
    return ", ".join(filter(None, parts)) or None


def _gateways(place: Body) -> Iterator[Gateway]:
    """Read the gateways at a delivery point."""
    for row in rows_if_any(place, *_GATEWAYS):
        try:
            yield _gateway(row)
        except UnexpectedResponse:
            # Without a gateway it is a delivery point still.
            place.refused[f"{place.operation}.{_GATEWAYS[0]}"] += 1


def _gateway(place: Body) -> Gateway:
    """Read a gateway."""
    return Gateway(
        asset_id=required_id(place, "GatewayAssetId", "AssetId"),
        name=optional(place, text, "Name"),
        devices=_devices_in(place, "Devices"),
        chargers=_devices_in(place, "EvChargers"),
    )


def _devices_in(place: Body, name: str) -> tuple[Device, ...]:
    """Read the devices of a list that may be missing."""
    devices = []
    for row in rows_if_any(place, name):
        try:
            devices.append(_device(row))
        except UnexpectedResponse:
            place.refuse(name)
    return tuple(devices)


def _device(place: Body) -> Device:
    """Read a device."""
    values = []
    for row in rows_if_any(place, "Values"):
        try:
            values.append(_device_value(row))
        except UnexpectedResponse:
            place.refuse("Values")
    return Device(
        asset_id=required_id(place, "AssetId"),
        name=optional(place, text, "Name"),
        description=optional(place, text, "Description"),
        device_type=optional(place, integer, "DeviceType"),
        values=tuple(values),
    )


def _device_value(row: Body) -> DeviceValue:
    """Read a value of a device, in a unit that is an unpublished enumeration."""
    return DeviceValue(
        value=row.read(signed, "Value"),
        time=row.moment(UTC_ZONE, "ValueTime", required=False),
        category=optional(row, integer, "ValueCategory"),
        sub_category=optional(row, integer, "ValueSubCategory"),
        unit=optional(row, integer, "ValueUnit"),
    )
