"""What the coordinator sends, and what it is told: events, reports, simulations.

Source: the portal's OpenAPI document "Partner Endpoints" v1.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from .models import EventType, ReportType, Sent, Wire


class PriceCurveTarget(Wire, frozen=True):
    """Whom a price curve is for."""

    resource_id: str
    location_id: str


class PricePoint(Wire, frozen=True):
    """A change of the price from a moment on, per unit of energy."""

    price: float
    timestamp: datetime


class PriceCurve(Wire, frozen=True):
    """Changes on top of the price, in `currency` per `energy_unit` (kWh or MWh).

    What was read is per kWh, whatever it was told in; without both it has no points.
    """

    points: tuple[PricePoint, ...] = ()
    energy_unit: str | None = None
    currency: str | None = None
    resolution: str | None = None


class PriceCurvePayload(Wire, frozen=True):
    """An incentive to move consumption."""

    targets: tuple[PriceCurveTarget, ...]
    price_curve_delta: PriceCurve
    price_area: str
    payload_type: str = EventType.PRICE_CURVE


class EligibilityPayload(Wire, frozen=True):
    """Users who may take part from now on, or no longer."""

    last_updated: datetime | None = None
    added_users: tuple[str, ...] | None = None
    removed_users: tuple[str, ...] | None = None
    payload_type: str = EventType.USER_ELIGIBILITY


class CapPoint(Wire, frozen=True):
    """The most power from a moment on, kW; 0 is nothing at all."""

    max_power_in_kilo_watts: float
    timestamp: datetime


class CapTarget(Wire, frozen=True):
    """A cap on a location's meter point or, with a resource id, on one resource."""

    location_id: str
    meter_point_id: str
    points: tuple[CapPoint, ...]
    resolution: str | None = None
    resource_id: str | None = None


class CapPayload(Wire, frozen=True):
    """Caps on power, or a reservation of them."""

    targets: tuple[CapTarget, ...]
    payload_type: str


type Payload = PriceCurvePayload | EligibilityPayload | CapPayload


class Event(Wire, frozen=True):
    """An event; `payload` is as it came, and `around` what stood around it.

    Both are read by `payloads`.
    """

    id: str
    created_at: datetime | None = None
    payload: msgspec.Raw = msgspec.Raw(b"{}")
    around: msgspec.Raw = msgspec.Raw(b"{}")


class Notification(Wire, frozen=True):
    """What a webhook is sent."""

    notification_id: str
    event_id: str
    payload: msgspec.Raw
    event_created_at_utc: datetime | None = None
    notification_sent_utc: datetime | None = None
    notification_type: str | None = None
    around: msgspec.Raw = msgspec.Raw(b"{}")


# --- reports --------------------------------------------------------------------------


class EnergyPoint(Wire, frozen=True):
    """The energy of the hour that begins then, kWh; the time as the portal asks."""

    timestamp: str
    kilo_watt_hours: float


class EnergyUsage(Sent, frozen=True, omit_defaults=False):
    """What a resource used."""

    resource_id: str
    points: tuple[EnergyPoint, ...]
    location_id: str | None = None
    meter_point_id: str | None = None
    resolution: str = "01:00:00"
    payload_type: str = ReportType.ENERGY_USAGE


class LocationEnergyUsage(Sent, frozen=True, omit_defaults=False):
    """What a meter point of a location used."""

    location_id: str
    meter_point_id: str
    points: tuple[EnergyPoint, ...]
    resolution: str = "01:00:00"
    payload_type: str = ReportType.LOCATION_ENERGY_USAGE


class LocationPlan(Sent, frozen=True, omit_defaults=False):
    """What a meter point of a location will use, and how much of it can move."""

    location_id: str
    meter_point_id: str
    baseline: tuple[EnergyPoint, ...]
    flexibility: tuple[EnergyPoint, ...]
    resolution: str = "01:00:00"
    payload_type: str = ReportType.LOCATION_PLAN


class CapTargetId(Sent, frozen=True):
    """Which target of a cap is meant."""

    location_id: str
    meter_point_id: str
    resource_id: str | None = None


class CapAnswer(Sent, frozen=True, omit_defaults=False):
    """Which targets keep a cap and which do not."""

    payload_type: str
    acknowledged_targets: tuple[CapTargetId, ...] = ()
    declined_targets: tuple[CapTargetId, ...] = ()


type ReportPayload = EnergyUsage | LocationEnergyUsage | LocationPlan | CapAnswer


class Report(Wire, frozen=True):
    """A report as the portal has taken it."""

    id: str
    event_id: str | None = None
    created_at: datetime | None = None


# --- simulation -----------------------------------------------------------------------


class SimulatedCap(Sent, frozen=True):
    """A cap to simulate; `target` is a location or a resource by its name."""

    target: CapTargetId
    points: tuple[CapPoint, ...] | None = None


class Simulated(Wire, frozen=True):
    """The event that a simulation has sent."""

    simulated_event: Event | None = None


def wire_kinds(kind: type[Wire] = Wire) -> Iterator[type[Wire]]:
    """Yield all that derives from a struct."""
    for each in kind.__subclasses__():
        yield each
        yield from wire_kinds(each)


# What a struct is made of is looked up here, and not when the first answer comes.
for _kind in wire_kinds():
    msgspec.json.Decoder(_kind)
