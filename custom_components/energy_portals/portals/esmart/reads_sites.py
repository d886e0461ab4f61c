"""What hangs together at eSmart: contracts, delivery points, meters, gateways.

Read tolerantly, as in `reads.py`. How the objects are nested is not published, so a
contract and a meter are taken for a pair wherever one stands within the other.

Source: the help page of `contracts`, for what a contract is; the rest is assumed.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from ..http.errors import UnexpectedResponse
from ..reading.body import Body, signed
from .models import DeliveryPoint, Device, DeviceValue, Gateway
from .reads_values import (
    flag,
    ident,
    integer,
    optional,
    required_id,
    rows,
    rows_if_any,
    text,
    when,
)

_CONTRACT: Final = ("ContractNo", "ContractId")
_METER: Final = ("MeterId", "MeterNo", "MeterNumber")
_ADDRESS: Final = ("Address", "DeliveryAddress")
_GATEWAYS: Final = ("Gateways",)
_STEPS: Final = 20_000


def delivery_points(data: Body) -> tuple[DeliveryPoint, ...]:
    """Read each contract with its meter, once.

    A list without entries is no delivery point; entries without a contract are
    unexpected.
    """
    points: dict[tuple[str | None, ...], DeliveryPoint] = {}
    for place in _Pairs(data).places():
        point = _delivery_point(place)
        place_of = point.meter_id or point.delivery_point_id
        points.setdefault((point.contract_no, place_of), point)
    if not points and data.value != []:
        raise data.unexpected(f"{_CONTRACT[0]} is missing")
    return tuple(points.values())


def devices(data: Body) -> tuple[Device, ...]:
    """Read devices."""
    return tuple(map(_device, rows(data, "Devices")))


class _Pairs:
    """The walk through an answer to what is a contract with its meter."""

    def __init__(self, data: Body) -> None:
        """Begin at the top."""
        self._data = data
        self._steps = 0

    def places(self) -> Iterator[Body]:
        """Walk through the answer, pair by pair."""
        return self._in(self._data.value, {})

    def _in(self, value: object, around: Mapping[str, object]) -> Iterator[Body]:
        """Yield each pair below, with what the objects around it say."""
        if isinstance(value, list):
            for element in value:
                yield from self._in(element, around)
        if not isinstance(value, Mapping):
            return
        own: dict[str, object] = {}
        lists: list[list[object]] = []
        self._gather(value, own, lists)
        known = {**around, **own}
        deeper = [pair for inside in lists for pair in self._in(inside, known)]
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
        own: dict[str, object],
        lists: list[list[object]],
    ) -> None:
        """Collect what an object and the single objects in it say, and its lists.

        Names are folded, members without a value are left out, and what stands
        further outside holds.
        """
        # References make small bodies that would be walked through for ever.
        self._steps += 1
        if self._steps > _STEPS:
            raise self._data.unexpected("too many objects")
        inside = []
        for name, member in value.items():
            if isinstance(member, Mapping) and not _is_part(name):
                inside.append(member)
            elif isinstance(member, list) and not _is_part(name):
                lists.append(member)
            elif member is not None and member != "":
                own.setdefault(name.casefold(), member)
        for member in inside:
            self._gather(member, own, lists)


def _is_part(name: str) -> bool:
    """Say whether a member describes its object and leads to no other."""
    return name.casefold() in {part.casefold() for part in (*_ADDRESS, *_GATEWAYS)}


def _delivery_point(place: Body) -> DeliveryPoint:
    """Read a contract with its meter."""
    return DeliveryPoint(
        contract_no=required_id(place, *_CONTRACT),
        delivery_point_id=optional(place, ident, "DeliveryPointId", "DeliveryPointNo"),
        meter_id=optional(place, ident, *_METER),
        meter_no=optional(place, ident, "MeterNo", "MeterNumber"),
        name=optional(place, text, "DeliveryPointName"),
        price_area=optional(place, text, "PriceArea", "PriceAreaName", "SpotPriceArea"),
        address=_address(place),
        is_active=optional(place, flag, "IsActive"),
        is_power=optional(place, flag, "IsPowerContract"),
        is_net=optional(place, flag, "IsNetContract"),
        start=optional(place, when, "StartDate"),
        end=optional(place, when, "EndDate"),
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
        devices=tuple(map(_device, rows_if_any(place, "Devices"))),
        chargers=tuple(map(_device, rows_if_any(place, "EvChargers"))),
    )


def _device(place: Body) -> Device:
    """Read a device."""
    return Device(
        asset_id=required_id(place, "AssetId"),
        name=optional(place, text, "Name"),
        description=optional(place, text, "Description"),
        device_type=optional(place, integer, "DeviceType"),
        values=tuple(
            DeviceValue(
                value=row.read(signed, "Value"),
                time=optional(row, when, "ValueTime"),
                category=optional(row, integer, "ValueCategory"),
                sub_category=optional(row, integer, "ValueSubCategory"),
                unit=optional(row, integer, "ValueUnit"),
            )
            for row in rows_if_any(place, "Values")
        ),
    )
