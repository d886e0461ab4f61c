"""The simulated portal's meters: counters, their readings, and new ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from tests.sandbox.epilot_home import Entity, EpilotHome, checked_id
from tests.sandbox.epilot_wire import ZONE, Ask, Offer, Refused, fields
from tests.sandbox.periods import first_of_month

_MONTHS: Final = 14
_SOURCES: Final = frozenset({"ECP", "ERP", "360", "journey-submission"})
# How much more than before is still plausible.
_PLAUSIBLE: Final = 5000.0
_READING: Final[Mapping[str, type]] = {
    "counter_id": str,
    "direction": str,
    "timestamp": str,
    "reason": str,
    "read_by": str,
    "remark": str,
    "status": str,
    "external_id": str,
}


@dataclass(frozen=True)
class _Reading:
    """What a counter showed on a day."""

    on: date
    value: float
    source: str = "360"
    status: str = "valid"


class EpilotMetering:
    """Registers that are read once a month, and by the customer."""

    def __init__(self, home: EpilotHome) -> None:
        """Read all counters."""
        self.home = home
        self.plausibility = "check"
        self._taken: dict[str, list[_Reading]] = {}
        home.read = self._newest

    def _readings(self, counter_id: str) -> list[_Reading]:
        """Return the readings of a counter, oldest first."""
        today = self.home.today()
        household = self.home.household
        value, found = 1000.0, []
        for back in range(_MONTHS - 1, -1, -1):
            value += 100 + int(80 * household.fraction("register", counter_id, back))
            found.append(_Reading(first_of_month(today, back), value))
        return sorted(found + self._taken.get(counter_id, []), key=lambda each: each.on)

    def _newest(self, counter_id: str) -> tuple[float, str]:
        """Return what a counter shows, and since when."""
        newest = self._readings(counter_id)[-1]
        return newest.value, newest.on.isoformat()

    def offers(self) -> dict[str, Offer]:
        """Return what can be asked."""
        return {
            "listMeters": Offer("metering", "GET /v1/metering/meter", self._meters),
            "listCounters": Offer(
                "metering", "GET /v1/metering/counter", self._counters
            ),
            "getMeterReadings": Offer(
                "portal", "POST /v2/portal/metering/readings", self._list
            ),
            "createMeterReading": Offer(
                "portal", "POST /v2/portal/metering/reading", self._create
            ),
            "getAllowedMeterReadingRange": Offer(
                "portal",
                "GET /v2/portal/metering/reading/allowed-range/{meter_id}",
                self._allowed,
            ),
        }

    def actions(self) -> Mapping[str, Callable[..., Mapping[str, object]]]:
        """Return what can be done from outside."""
        return {"decommission": self.end}

    def end(self, meter_id: str) -> dict[str, object]:
        """Take a meter out of use."""
        self.home.decommissioned.add(meter_id)
        return {}

    def _meters(self, ask: Ask) -> object:
        """Return all meters of the customer."""
        del ask
        return {"data": [self._described(each) for each in self.home.meters()]}

    def _described(self, meter: Entity) -> Entity:
        """Return a meter as the metering API describes it."""
        value, read_on = self._newest(self.home.counters(meter["_id"])[0]["_id"])
        return {
            **meter,
            "journey_actions": {},
            "last_reading": read_on,
            "current_consumption": value,
        }

    def _counters(self, ask: Ask) -> object:
        """Return the counters of a meter."""
        meter = checked_id(ask.required("meter_id"))
        self._check_meter(meter)
        return {"data": self.home.counters(meter)}

    def _check_meter(self, meter_id: str) -> None:
        if all(each["_id"] != meter_id for each in self.home.meters()):
            raise Refused(404, "no such meter")

    def _list(self, ask: Ask) -> object:
        """Return a page of a counter's readings."""
        kinds: Mapping[str, type] = {"sort": str, "from": int, "size": int}
        fields(ask.body, {"meter_id": str, "counter_id": str}, kinds)
        counter = ask.body["counter_id"]
        self._check_counter(ask.body["meter_id"], counter)
        found = self._readings(counter)
        if ask.body.get("sort", "desc") == "desc":
            found.reverse()
        start = ask.body.get("from", 0)
        page = found[start : start + ask.body.get("size", 10)]
        return {"results": [_wire(each) for each in page], "hits": len(found)}

    def _check_counter(self, meter_id: str, counter_id: str) -> None:
        own = self.home.counters(meter_id)
        if all(each["_id"] != counter_id for each in own):
            raise Refused(404, "no such counter")

    def _allowed(self, ask: Ask) -> object:
        """Return between which values readings are expected."""
        meter = checked_id(ask.path["meter_id"])
        self._check_meter(meter)
        if self.plausibility != "range":
            raise Refused(404, "no plausibility hook")
        return {
            "data": [
                {
                    "meter_counter_id": each["_id"],
                    "min_value": each["current_consumption"],
                    "max_value": each["current_consumption"] + _PLAUSIBLE,
                }
                for each in self.home.counters(meter)
            ]
        }

    def _create(self, ask: Ask) -> object:
        """Take a reading that fits the others."""
        body = ask.body
        required = {"value": float, "meter_id": str, "source": str}
        fields(body, required, _READING)
        if body["source"] not in _SOURCES:
            raise Refused(400, "no such source")
        meter = checked_id(body["meter_id"])
        self._check_meter(meter)
        if meter in self.home.decommissioned:
            raise _refused("meter_decommissioned")
        counters = self.home.counters(meter)
        counter = body.get("counter_id") or (
            counters[0]["_id"] if len(counters) == 1 else None
        )
        if counter is None:
            raise _refused("no_counter")
        self._check_counter(meter, counter)
        on = self._day(body.get("timestamp"))
        if on > self.home.today():
            raise _refused("timestamp_future")
        self._compare(counter, on, body["value"], ask.query)
        taken = _Reading(on, body["value"], body["source"], "in-validation")
        self._taken.setdefault(counter, []).append(taken)
        self.home.writes.append({"what": "reading", **body})
        return {"data": {**body, **_wire(taken), "meter_id": meter}}

    def _day(self, timestamp: str | None) -> date:
        """Return the day that a reading is of."""
        if timestamp is None:
            return self.home.today()
        try:
            found = datetime.fromisoformat(timestamp)
        except ValueError:
            raise Refused(400, "timestamp is no date") from None
        if found.tzinfo is not None and found.time() != time():
            return found.astimezone(ZONE).date()
        return found.date()

    def _compare(
        self, counter: str, on: date, value: float, query: Mapping[str, str]
    ) -> None:
        """Refuse a reading that contradicts others, or is not plausible."""
        before = [each for each in self._readings(counter) if each.on <= on]
        after = [each for each in self._readings(counter) if each.on > on]
        if before and value < before[-1].value:
            raise _refused("less_than_previous")
        if after and value > after[0].value:
            raise _refused("greater_than_subsequent")
        least = before[-1].value if before else 0.0
        if (
            self.plausibility
            and value > least + _PLAUSIBLE
            and query.get("override_plausibility") != "true"
        ):
            raise _refused(
                "plausibility_check_failed",
                lower_limit=least,
                upper_limit=least + _PLAUSIBLE,
            )


def _refused(reason: str, **more: object) -> Refused:
    """Return the refusal of a reading."""
    words = reason.replace("_", " ")
    return Refused(400, f"the reading is not taken: {words}", reason=reason, **more)


def _wire(reading: _Reading) -> dict[str, Any]:
    """Return a reading as it travels: a bare date as midnight in UTC."""
    return {
        "value": reading.value,
        "timestamp": f"{reading.on.isoformat()}T00:00:00.000Z",
        "source": reading.source,
        "status": reading.status,
        "reason": "regular",
    }
