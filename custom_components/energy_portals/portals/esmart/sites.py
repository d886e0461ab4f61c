"""What has a device of its own: the customer, price areas, contracts, chargers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from ..contract import Feed, FeedRequest, Fetched, Site
from ..http.errors import Forbidden, NotFound, Unavailable
from ..kept import kept_by_sort
from ..reading.listed import Listed
from ..rhythms import Every
from .client import EsmartClient
from .models import Contract, DeliveryPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSite(Site):
    """The customer: what belongs to no single contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSite(Site):
    """A price area in which the customer has a contract."""

    price_area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSite(Site):
    """What the portal may have measured the energy of: contracts and devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSite(MeasuredSite):
    """A contract with its delivery point and meter."""

    contract_no: str
    meter_id: str | None = None
    meter_no: str | None = None
    delivery_point_id: str | None = None
    has_watt_meter: bool | None = None
    is_listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSite(MeasuredSite):
    """Something at a gateway that may be controlled."""

    asset_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargerSite(DeviceSite):
    """A car charger; its gateway is not known of one that was kept before it was."""

    contract_no: str
    gateway_id: str | None = None


async def discover(client: EsmartClient) -> tuple[DeliveryPoint, ...]:
    """Return the contracts and their meters, as far as the portal tells.

    Where it does not list delivery points, its contracts are taken; where it names no
    meter, the one that the user entered.
    """
    return await _listed(client) or await _unlisted(client)


async def _listed(client: EsmartClient) -> Listed[DeliveryPoint]:
    """Return the delivery points that the portal lists."""
    try:
        told = await client.delivery_points()
    except Forbidden, NotFound:
        return Listed()
    points = (_with_meter(point, client.meters) for point in told)
    return Listed(points, is_whole=told.is_whole)


async def _unlisted(client: EsmartClient) -> Listed[DeliveryPoint]:
    """Return the contracts as delivery points."""
    told = await client.contracts()
    points = (_with_meter(point, client.meters) for point in map(_of_contract, told))
    return Listed(points, is_whole=told.is_whole)


def _of_contract(contract: Contract) -> DeliveryPoint:
    """Return a contract as a delivery point."""
    return DeliveryPoint(
        contract_no=contract.contract_no,
        delivery_point_id=contract.delivery_point_id,
        name=contract.name,
        is_active=contract.is_active,
    )


def _with_meter(point: DeliveryPoint, meters: Mapping[str, str]) -> DeliveryPoint:
    """Return a delivery point with the meter entered where the portal names none."""
    if point.meter_id is not None or point.contract_no not in meters:
        return point
    return replace(point, meter_id=meters[point.contract_no])


async def _fetch(client: EsmartClient, request: FeedRequest[Site]) -> Fetched[Site]:
    """Return every site; a contract that is over has none."""
    points = await _listed(client)
    is_listed = bool(points)
    if not is_listed:
        points = await _unlisted(client)
        held = request.held.values()
        was_listed = any(
            isinstance(site, ContractSite) and site.is_listed for site in held
        )
        if points and was_listed:
            # Contracts alone name no meters: all devices would go, and come again.
            raise Unavailable("contractdeliverypoints", "nothing is listed any more")
    active = [point for point in points if point.is_active is not False]
    sites: Iterable[Site] = (
        CustomerSite(key="customer", name=client.name, model="Customer"),
        *_areas(client, active),
        *_contracts(active, is_listed=is_listed),
        *_devices(active),
        *_chargers(active),
    )
    listed = {site.key: site for site in sites}
    # What could not be read of a list may be any of those that are known.
    return Fetched(listed if points.is_whole else {**request.held, **listed})


def _areas(client: EsmartClient, points: Iterable[DeliveryPoint]) -> Iterator[AreaSite]:
    """Return the price areas; one that the user entered is spelt as it works."""
    named = {point.price_area for point in points if point.price_area}
    entered = {client.price_area} if client.price_area else set()
    for area in sorted(entered or named):
        yield AreaSite(
            key=f"area-{area}",
            name=f"Price area {area}",
            model="Price area",
            price_area=area,
        )


def _contracts(
    points: Iterable[DeliveryPoint], *, is_listed: bool
) -> Iterator[ContractSite]:
    """Return the contracts, told apart by number where names are the same.

    The key outlives a meter that is exchanged, as far as it can.
    """
    points = tuple(points)
    names = [
        point.name or point.address or f"Contract {point.contract_no}"
        for point in points
    ]
    places = [
        f"contract-{point.contract_no}-"
        f"{point.delivery_point_id or point.meter_id or ''}"
        for point in points
    ]
    same_name, same_place = Counter(names), Counter(places)
    for point, name, place in zip(points, names, places, strict=True):
        yield ContractSite(
            key=place if same_place[place] == 1 else f"{place}-{point.meter_id or ''}",
            name=name if same_name[name] == 1 else f"{name} {point.contract_no}",
            model=f"Contract {point.contract_no}",
            contract_no=point.contract_no,
            meter_id=point.meter_id,
            meter_no=point.meter_no,
            delivery_point_id=point.delivery_point_id,
            has_watt_meter=point.has_watt_meter,
            is_listed=is_listed,
        )


def _devices(points: Iterable[DeliveryPoint]) -> Iterator[DeviceSite]:
    """Return the devices of all gateways."""
    for point in points:
        for gateway in point.gateways:
            for device in gateway.devices:
                yield DeviceSite(
                    key=f"device-{device.asset_id}",
                    name=device.name or f"Device {device.asset_id}",
                    model=device.description or "Device",
                    asset_id=device.asset_id,
                )


def _chargers(points: Iterable[DeliveryPoint]) -> Iterator[ChargerSite]:
    """Return the chargers of all gateways; what is listed as a device too is one."""
    for point in points:
        for gateway in point.gateways:
            for charger in gateway.chargers:
                yield ChargerSite(
                    key=f"device-{charger.asset_id}",
                    name=charger.name or f"Charger {charger.asset_id}",
                    model=charger.description or "Charger",
                    asset_id=charger.asset_id,
                    contract_no=point.contract_no,
                    gateway_id=gateway.asset_id,
                )


_SORTS: Final[Mapping[str, type[Site]]] = {
    sort.__name__: sort
    for sort in (CustomerSite, AreaSite, ContractSite, DeviceSite, ChargerSite)
}


SITES: Final = Feed(
    key="sites",
    fetch=_fetch,
    rhythm=Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30)),
    kept=kept_by_sort(_SORTS),
)
