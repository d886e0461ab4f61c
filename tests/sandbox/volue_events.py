"""The simulated coordinator's events, simulations, and the reports that answer them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.sandbox.household import Household
from tests.sandbox.volue_partner import VoluePartner
from tests.sandbox.volue_webhooks import VolueWebhooks
from tests.sandbox.volue_wire import (
    PRICE_AREA,
    Ask,
    Refused,
    closed,
    iso,
    many,
    maybe,
    moment,
    number,
    one_of,
    paged,
    span,
    text,
)

type Row = dict[str, Any]

ZONE: Final = ZoneInfo("Europe/Oslo")
HOUR: Final = timedelta(hours=1)
_NOTIFIED: Final = {
    "PriceCurve": "PriceCurveCreated",
    "UserEligibility": "UserEligibilityUpdated",
    "LocationLPC": "LocationLPCRequested",
    "ResourceLPC": "ResourceLPCRequested",
    "LPCReservation": "LPCReservationCreated",
}

_CAP_POINT: Final = closed({}, {"maxPowerInKiloWatts": number, "timestamp": moment})
_ENERGY: Final = many(closed({"timestamp": moment, "kiloWattHours": number}))
_CURVE: Final = closed(
    {},
    {
        "points": many(closed({}, {"price": number, "timestamp": moment})),
        "energyUnit": one_of("kWh", "MWh"),
        "currency": one_of("NOK", "EUR", "SEK", "DKK"),
        "resolution": span,
    },
)
_SIMULATE_CURVE: Final = closed(
    {},
    {
        "targets": maybe(many(closed({"resourceId": text, "locationId": text}))),
        "priceCurveDelta": _CURVE,
        "priceArea": PRICE_AREA,
    },
)


def _simulate_caps(name: str, one: str, ids: Iterable[str]) -> Callable[..., None]:
    target = closed({}, dict.fromkeys(ids, text))
    cap = closed({}, {one: target, "points": maybe(many(_CAP_POINT))})
    return closed({}, {name: maybe(many(cap))})


_LOCATION_IDS: Final = ("locationId", "meterPointId")
_RESOURCE_IDS: Final = (*_LOCATION_IDS, "resourceId")
_SIMULATE_LOCATIONS: Final = _simulate_caps("locations", "location", _LOCATION_IDS)
_SIMULATE_RESOURCES: Final = _simulate_caps("resources", "resource", _RESOURCE_IDS)


def _answers(ids: Iterable[str]) -> Callable[..., None]:
    targets = many(closed(dict.fromkeys(ids, text)))
    optional = {"acknowledgedTargets": targets, "declinedTargets": targets}
    return closed({"payloadType": text}, optional)


_REPORTS: Final[Mapping[str, Callable[..., None]]] = {
    "EnergyUsage": closed(
        {"resourceId": text, "resolution": span, "payloadType": text},
        {
            "locationId": maybe(text),
            "meterPointId": maybe(text),
            "points": _ENERGY,
            "curvePoints": maybe(_ENERGY),
        },
    ),
    "LocationEnergyUsage": closed(
        {
            "locationId": text,
            "meterPointId": text,
            "resolution": span,
            "payloadType": text,
        },
        {"points": _ENERGY},
    ),
    "LocationEnergyUsagePlan": closed(
        {
            "locationId": text,
            "meterPointId": text,
            "resolution": span,
            "baseline": _ENERGY,
            "flexibility": _ENERGY,
            "payloadType": text,
        }
    ),
    "ResourceLPCAcknowledgement": _answers(_RESOURCE_IDS),
    "LocationLPCAcknowledgement": _answers(_LOCATION_IDS),
}
_REPORT: Final = closed(
    {},
    {"eventId": maybe(text), "payloads": many(lambda value, where: None)},
)


class VolueEvents:
    """What the coordinator has sent, and what it was told in answer."""

    def __init__(
        self, household: Household, partner: VoluePartner, webhooks: VolueWebhooks
    ) -> None:
        """Begin without an event."""
        self.household = household
        self.partner = partner
        self.webhooks = webhooks
        self.rows: list[Row] = []
        self.reports: list[Row] = []
        self.count = 0

    # --- events

    def get_events(self, ask: Ask) -> object:
        """List events, the newest first."""
        rows = sorted(self.rows, key=lambda row: row["createdAt"], reverse=True)
        return paged(ask, "events", rows)

    def get_event(self, ask: Ask) -> object:
        """Return one event."""
        return self._event(ask.path["event_id"])

    def _event(self, event_id: str) -> Row:
        for row in self.rows:
            if row["id"] == event_id:
                return row
        raise Refused(404)

    def send(
        self, payload: Row, *, created: datetime | None = None, told: bool = True
    ) -> Row:
        """Make an event and tell the webhooks; one that is not told is only listed."""
        self.count += 1
        row = {
            "id": f"event-{self.count:04d}",
            "createdAt": iso(created or self.household.now()),
            "payload": payload,
        }
        self.rows.append(row)
        if told:
            kind = _NOTIFIED.get(payload["payloadType"], "Unknown")
            self.webhooks.tell(kind, row)
        return row

    def curve(self, values: Mapping[datetime, float], resources: Iterable[str]) -> Row:
        """Return a price curve for resources, NOK per kWh."""
        return {
            "targets": [
                {"resourceId": each, "locationId": self._place(each)["locationId"]}
                for each in resources
            ],
            "priceCurveDelta": {
                "points": [
                    {"price": value, "timestamp": iso(hour)}
                    for hour, value in values.items()
                ],
                "energyUnit": "kWh",
                "currency": "NOK",
                "resolution": "01:00:00",
            },
            "priceArea": "NO1",
            "payloadType": "PriceCurve",
        }

    def caps(
        self,
        values: Mapping[datetime, float],
        *,
        resources: Iterable[str] = (),
        locations: Iterable[str] = (),
        reserved: bool = False,
    ) -> Row:
        """Return caps on resources or on locations, kW."""
        points = [
            {"maxPowerInKiloWatts": value, "timestamp": iso(hour)}
            for hour, value in values.items()
        ]
        shared = {"resolution": "01:00:00", "points": points}
        targets = [{**self._place(each), "resourceId": each} for each in resources]
        kind = "ResourceLPC" if targets else "LocationLPC"
        targets += [
            {"locationId": each, "meterPointId": self._point(each)}
            for each in locations
        ]
        return {
            "targets": [{**shared, **target} for target in targets],
            "payloadType": "LPCReservation" if reserved else kind,
        }

    def _place(self, resource_id: str) -> Row:
        """Return where a resource is; a vehicle is at its user's first location."""
        resource = self.partner.resources[resource_id]
        place = resource["locationId"]
        if place is None:
            place = next(
                row["locationId"]
                for row in self.partner.locations.values()
                if row["userId"] == resource["userId"]
            )
        point = resource["meterPointId"] or self._point(place)
        return {"locationId": place, "meterPointId": point}

    def _point(self, location_id: str) -> str:
        points: list[str] = self.partner.locations[location_id]["meterPointIds"]
        return points[0] if points else "unknown"

    # --- simulation

    def _next_hours(self, count: int, value: float) -> dict[datetime, float]:
        begin = self.household.now().replace(minute=0, second=0, microsecond=0) + HOUR
        return {begin + HOUR * n: value for n in range(count)}

    def _bound(self) -> list[str]:
        return [k for k, row in self.partner.resources.items() if row["locationId"]]

    def simulate_curve(self, ask: Ask) -> object:
        """Send a price curve; what is not said is picked."""
        _SIMULATE_CURVE(ask.body, "")
        payload = self.curve(self._next_hours(3, 0.5), self._bound()[:1])
        if ask.body.get("targets"):
            payload["targets"] = ask.body["targets"]
        if "priceCurveDelta" in ask.body:
            payload["priceCurveDelta"] |= ask.body["priceCurveDelta"]
        payload["priceArea"] = ask.body.get("priceArea", "NO1")
        return {"simulatedEvent": self.send(payload)}

    def simulate_eligibility(self, ask: Ask) -> object:
        """Send an eligibility event that changes nobody's."""
        if ask.body is not None:
            raise Refused(400, "no body is expected")
        payload = {
            "lastUpdated": iso(self.household.now()),
            "addedUsers": [],
            "removedUsers": [],
            "payloadType": "UserEligibility",
        }
        return {"simulatedEvent": self.send(payload)}

    def simulate_locations(self, ask: Ask) -> object:
        """Send caps on locations."""
        _SIMULATE_LOCATIONS(ask.body, "")
        return self._simulated(ask.body.get("locations"), "location", "LocationLPC")

    def simulate_resources(self, ask: Ask) -> object:
        """Send caps on resources."""
        _SIMULATE_RESOURCES(ask.body, "")
        return self._simulated(ask.body.get("resources"), "resource", "ResourceLPC")

    def _simulated(self, given: list[Row] | None, one: str, kind: str) -> object:
        if one == "resource":
            payload = self.caps(self._next_hours(1, 3.0), resources=self._bound()[:1])
        else:
            place = next(iter(self.partner.locations))
            payload = self.caps(self._next_hours(1, 3.0), locations=[place])
        picked = payload["targets"][0]
        if given:
            payload["targets"] = [
                {
                    **picked,
                    **each.get(one, {}),
                    "points": each.get("points") or picked["points"],
                }
                for each in given
            ]
        payload["payloadType"] = kind
        return {"simulatedEvent": self.send(payload)}

    # --- reports

    def post_report(self, ask: Ask) -> object:
        """Take a report that fits its event."""
        _REPORT(ask.body, "")
        event_id = ask.body.get("eventId")
        event = None
        if event_id is not None:
            try:
                event = self._event(event_id)
            except Refused:
                raise Refused(400, "no such event") from None
        payloads = ask.body.get("payloads") or []
        if not payloads:
            raise Refused(400, "the report is empty")
        for place, payload in enumerate(payloads):
            self._check_payload(payload, f"payloads[{place}]", event)
        report = {
            "id": f"report-{len(self.reports) + 1}",
            "eventId": event_id,
            "createdAt": iso(self.household.now()),
        }
        self.reports.append({**report, "payloads": payloads})
        return report

    def _check_payload(self, payload: Any, where: str, event: Row | None) -> None:
        kind = str(payload.get("payloadType")) if isinstance(payload, dict) else ""
        if kind not in _REPORTS:
            raise Refused(400, f"{where}: payloadType is not known")
        _REPORTS[kind](payload, where)
        if kind.endswith("Acknowledgement"):
            self._check_answer(payload, where, kind, event)
            return
        if payload["resolution"] != "01:00:00":
            raise Refused(400, f"{where}: only 01:00:00 is supported")
        if (
            kind == "EnergyUsage"
            and payload["resourceId"] not in self.partner.resources
        ):
            raise Refused(400, f"{where}: no such resource")
        place = payload.get("locationId")
        if place is not None and place not in self.partner.locations:
            raise Refused(400, f"{where}: no such location")
        for name in ("points", "baseline", "flexibility"):
            for point in payload.get(name) or ():
                _check_hour(point["timestamp"], f"{where}.{name}")
        if name_of_hours := [p["timestamp"] for p in payload.get("points") or ()]:
            last = max(map(datetime.fromisoformat, name_of_hours))
            if last + HOUR > self.household.now():
                raise Refused(400, f"{where}: an hour is not over")

    def _check_answer(
        self, payload: Row, where: str, kind: str, event: Row | None
    ) -> None:
        if event is None or event["payload"]["payloadType"] != kind.removesuffix(
            "Acknowledgement"
        ):
            raise Refused(400, f"{where}: the event is no such cap")
        ids = _RESOURCE_IDS if kind.startswith("Resource") else _LOCATION_IDS
        known = [
            {name: target[name] for name in ids}
            for target in event["payload"]["targets"]
        ]
        told = [
            *(payload.get("acknowledgedTargets") or ()),
            *(payload.get("declinedTargets") or ()),
        ]
        if not told or any(target not in known for target in told):
            raise Refused(400, f"{where}: a target is not the event's")

    def plans(self) -> Row:
        """Return the usage plans that the coordinator has, the latest last."""
        payloads = (each for report in self.reports for each in report["payloads"])
        kind = "LocationEnergyUsagePlan"
        return {"plans": [each for each in payloads if each["payloadType"] == kind]}

    def told_of(self, event_id: str) -> Row:
        """Return what the coordinator was told of an event."""
        found: Row = {"acknowledged": [], "declined": [], "hours": {}, "reports": 0}
        for report in self.reports:
            if report["eventId"] != event_id:
                continue
            found["reports"] += 1
            for payload in report["payloads"]:
                found["acknowledged"] += payload.get("acknowledgedTargets") or ()
                found["declined"] += payload.get("declinedTargets") or ()
                about = payload.get("resourceId") or payload.get("locationId")
                for point in payload.get("points") or ():
                    hours = found["hours"].setdefault(about, {})
                    hour = datetime.fromisoformat(point["timestamp"]).astimezone(UTC)
                    hours.setdefault(hour.isoformat(), []).append(
                        point["kiloWattHours"]
                    )
        return found


def _check_hour(stamp: str, where: str) -> None:
    """Refuse what is not the start of an hour in UTC."""
    when = datetime.fromisoformat(stamp)
    if when.utcoffset() or when.replace(minute=0, second=0, microsecond=0) != when:
        raise Refused(400, f"{where}: {stamp} is no start of an hour in UTC")
