"""eSmart's feeds about charging, control plans and load control."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ..contract import (
    Feed,
    FeedRequest,
    Fetched,
    gather_partly,
    gather_parts,
    gather_sites,
)
from ..http.errors import NotFound, PortalError
from ..model.agenda import Agenda, Occasion
from ..model.periods import month_start, next_midnight
from ..model.series import Series
from ..reading.listed import Listed
from ..rhythms import Every
from .client import EsmartClient
from .models import (
    Car,
    ChargerInfo,
    ChargerMonth,
    ChargingRequest,
    ControlPlan,
    ControlSettings,
    Device,
    RequestType,
    RequestZone,
)
from .reads import ZONE
from .sites import ChargerSite, ContractSite, CustomerSite, DeviceSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Charging:
    """The charging requests, in the order of their starts.

    `is_whole` says that there are no others.
    """

    requests: tuple[ChargingRequest, ...]
    agenda: Agenda
    is_whole: bool = True

    def current(self, now: datetime) -> ChargingRequest | None:
        """Return the request that runs, or the next one."""
        return next(
            (each for each in self.requests if each.end and each.end > now), None
        )

    def planned(self, now: datetime) -> int | None:
        """Return how many requests are not over yet, None where one is unreadable."""
        if not self.is_whole:
            return None
        return sum(1 for each in self.requests if each.end and each.end > now)

    def next_change(self, now: datetime) -> datetime | None:
        """Return when a request next begins or ends."""
        return self.agenda.next_change(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """A device's control plans, and those that were not declined in time."""

    plans: tuple[ControlPlan, ...]
    agenda: Agenda

    def next_change(self, now: datetime) -> datetime | None:
        """Return when a plan next begins or ends."""
        return self.agenda.next_change(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedMonth:
    """What a charger has delivered in a month so far."""

    month: date
    statistics: ChargerMonth

    def total(self, now: datetime) -> float | None:
        """Return the energy, in the statistics' unit, as long as it is that month."""
        this_month = month_start(now.astimezone(ZONE).date())
        return self.statistics.total if self.month == this_month else None

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next midnight, which may begin another month."""
        return next_midnight(now, ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """What demand response asks of a zone, in one type of series; it names no unit."""

    zone: RequestZone
    type: RequestType
    values: Series[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedLoad:
    """All that demand response asks for, by zone and type."""

    requested: Mapping[str, Requested]

    def next_change(self, now: datetime) -> datetime | None:
        """Return when another value is asked for."""
        changes = (each.values.next_change(now) for each in self.requested.values())
        return min(filter(None, changes), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadControl:
    """A home with load control: its devices, and from which power on it acts."""

    name: str
    devices: Listed[Device]
    settings: ControlSettings

    def count(self) -> int | None:
        """Return how many devices there are, None where some could not be read."""
        return len(self.devices) if self.devices.is_whole else None

    def order(self) -> str | None:
        """Return the devices by name, in the order in which they are controlled.

        None where some could not be read: their names are not known.
        """
        if not self.devices.is_whole:
            return None
        names = {each.asset_id: each.name or each.asset_id for each in self.devices}
        return ", ".join(names.get(each, each) for each in self.settings.order)


async def _charging_requests(
    client: EsmartClient, request: FeedRequest[Charging, CustomerSite]
) -> Fetched[Charging]:
    async def one(site: CustomerSite) -> Charging:
        wishes = await client.charging_requests()
        spans = [each for each in wishes if each.start and each.end]
        return Charging(
            requests=tuple(sorted(spans, key=lambda each: each.start or request.now)),
            is_whole=wishes.is_whole and len(spans) == len(wishes),
            agenda=Agenda.of(
                Occasion(
                    start=each.start,
                    end=each.end,
                    title=None if each.energy is None else f"{each.energy:g} kWh",
                    detail=each.id,
                )
                for each in wishes
                if each.start and each.end and each.start < each.end
            ),
        )

    return await gather_sites(request, one)


async def _cars(
    client: EsmartClient, request: FeedRequest[tuple[Car, ...], CustomerSite]
) -> Fetched[tuple[Car, ...]]:
    return await gather_sites(request, lambda site: client.cars())


async def _car_battery(
    client: EsmartClient, request: FeedRequest[ChargerInfo, ChargerSite]
) -> Fetched[ChargerInfo]:
    """Return what each charger tells of the car at it; a gateway is asked once."""
    gateways: dict[str, Listed[ChargerInfo]] = {}

    async def one(site: ChargerSite) -> ChargerInfo:
        if (gateway := site.gateway_id) is None:
            raise NotFound("chargers_and_cars", "no gateway")
        if gateway not in gateways:
            gateways[gateway] = await client.chargers(gateway)
        told = (each for each in gateways[gateway] if each.asset_id == site.asset_id)
        return next(told, ChargerInfo(site.asset_id))

    return await gather_sites(request, one)


async def _charger_statistics(
    client: EsmartClient, request: FeedRequest[ChargedMonth, ChargerSite]
) -> Fetched[ChargedMonth]:
    month = month_start(request.now.astimezone(ZONE).date())

    async def one(site: ChargerSite) -> ChargedMonth:
        statistics = await client.charger_statistics(
            site.contract_no, site.asset_id, month.year, month.month
        )
        return ChargedMonth(month=month, statistics=statistics)

    return await gather_sites(request, one)


async def _control_plans(
    client: EsmartClient, request: FeedRequest[Plans, DeviceSite]
) -> Fetched[Plans]:
    """Return the control plans of each device."""

    async def one(site: DeviceSite) -> Plans:
        plans = await client.control_plans(site.asset_id)
        return Plans(
            plans=plans,
            agenda=Agenda.of(
                Occasion(
                    start=each.start, end=each.end, title=each.name, detail=each.id
                )
                for each in plans
                if each.start
                and each.end
                and each.start < each.end
                and not each.declined
            ),
        )

    return await gather_sites(request, one)


async def _requested_load(
    client: EsmartClient, request: FeedRequest[RequestedLoad, ContractSite]
) -> Fetched[RequestedLoad]:
    """Return what demand response asks of the zones of each contract, for a day."""
    # Values are named by their start, and the current one has begun already.
    start = request.now - timedelta(hours=1)
    end = request.now + timedelta(days=1)

    async def one(site: ContractSite) -> tuple[RequestedLoad, tuple[PortalError, ...]]:
        types = await client.request_types()
        zones = await client.request_zones(site.contract_no)
        pairs = {
            f"{zone.id}-{kind.id}": (zone, kind) for zone in zones for kind in types
        }

        async def values(key: str) -> Requested:
            zone, kind = pairs[key]
            asked = await client.requested(zone.id, kind.id, start, end)
            return Requested(zone=zone, type=kind, values=asked)

        requested, problems = await gather_parts(pairs, values)
        return RequestedLoad(requested=requested), problems

    return await gather_partly(request, one)


async def _load_control(
    client: EsmartClient, request: FeedRequest[Mapping[str, LoadControl], CustomerSite]
) -> Fetched[Mapping[str, LoadControl]]:
    """Return the homes with load control, by their ids."""

    async def one(
        customer: CustomerSite,
    ) -> tuple[Mapping[str, LoadControl], tuple[PortalError, ...]]:
        homes = {home.id: home for home in await client.control_sites()}

        async def home(site_id: str) -> LoadControl:
            return LoadControl(
                name=homes[site_id].name or site_id,
                devices=await client.control_devices(site_id),
                settings=await client.control_settings(site_id),
            )

        return await gather_parts(homes, home)

    return await gather_partly(request, one)


_FACTS: Final = Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30))
_QUARTERLY: Final = Every(interval=timedelta(minutes=15), jitter=timedelta(minutes=1))
_HOURLY: Final = Every(
    interval=timedelta(hours=1), jitter=timedelta(minutes=5), day_in=ZONE
)

CHARGING_REQUESTS: Final = Feed(
    key="charging_requests",
    fetch=_charging_requests,
    at=CustomerSite,
    rhythm=Every(interval=timedelta(minutes=5), jitter=timedelta(seconds=30)),
)
CHARGER_STATISTICS: Final = Feed(
    key="charger_statistics",
    fetch=_charger_statistics,
    at=ChargerSite,
    rhythm=_HOURLY,
)
CONTROL_PLANS: Final = Feed(
    key="control_plans", fetch=_control_plans, at=DeviceSite, rhythm=_QUARTERLY
)
REQUESTED_LOAD: Final = Feed(
    key="requested_load", fetch=_requested_load, at=ContractSite, rhythm=_HOURLY
)
LOAD_CONTROL: Final = Feed(
    key="load_control", fetch=_load_control, at=CustomerSite, rhythm=_FACTS
)
CAR_BATTERY: Final = Feed(
    key="car_battery", fetch=_car_battery, at=ChargerSite, rhythm=_QUARTERLY
)
CARS: Final = Feed(key="cars", fetch=_cars, at=CustomerSite, rhythm=_FACTS)

FEEDS: Final = (
    CHARGING_REQUESTS,
    CHARGER_STATISTICS,
    CONTROL_PLANS,
    REQUESTED_LOAD,
    LOAD_CONTROL,
    CAR_BATTERY,
    CARS,
)
