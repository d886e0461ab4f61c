"""What Digiwatt answers about the household: the bodies of our assumed contract."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tests.sandbox.grid import local_midnight
from tests.sandbox.household import Household, Load
from tests.sandbox.load import ZONE
from tests.sandbox.periods import (
    Span,
    band_spans,
    days_of,
    hours_of,
    months_to,
    period_span,
    preceding_span,
)

type Data = Mapping[str, object]

_LATEST = timedelta(hours=6)
_SAVING_DAYS = 30
_HOUR = timedelta(hours=1)
_SLOTS_AN_HOUR = 4


def _iso(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def _wh(energy: float) -> float:
    return round(energy, 3)


def _wh_map(energies: Mapping[str, float]) -> dict[str, float]:
    return {name: _wh(energy) for name, energy in energies.items()}


class DigiwattReadings:
    """The household in Digiwatt's words; power in W, energy in Wh."""

    def __init__(self, household: Household, times: int = 1) -> None:
        """Read a household, or a home that draws so many times as much."""
        self.household = household
        self._times = times
        self._off: dict[tuple[date, str | None], float] = {}
        # How much later than the latest readings those of a period are there.
        self.lag = timedelta()

    def spoil(self, day: date, percent: float, appliance: str | None = None) -> None:
        """Let a total of a local day be off, the whole home's or an appliance's."""
        self._off[day, appliance] = percent / 100

    def _spoiled(self, period: str, energy: float, appliance: str | None) -> float:
        """Return an energy as the total of a period tells it."""
        span = period_span(period, self.household.now())
        day = span.start.astimezone(ZONE).date()
        if span.stop != local_midnight(day + timedelta(days=1)):
            return energy
        return energy * (1 + self._off.get((day, appliance), 0))

    def _watts(self, appliances: Mapping[str, int]) -> dict[str, int]:
        return {name: watts * self._times for name, watts in appliances.items()}

    def _total_energy(self, start: datetime, stop: datetime) -> float:
        return self.household.total_energy(start, stop) * self._times

    def _appliances(self, span: Span) -> dict[str, float]:
        energy = self.household.energy(span.start, span.stop)
        return {name: wh * self._times for name, wh in energy.appliances.items()}

    def published(self, span: Span) -> dict[str, object]:
        """Return the energy of the hours of which every slot is there and over."""
        until = min(span.stop, self.household.now())
        hours: defaultdict[datetime, list[Load]] = defaultdict(list)
        for load in self.household.loads(span.start, span.stop):
            hours[load.start.replace(minute=0)].append(load)
        loads = [
            load
            for at, slots in hours.items()
            if len(slots) == _SLOTS_AN_HOUR and at + _HOUR <= until
            for load in slots
        ]
        watts: Counter[str] = Counter()
        for load in loads:
            watts.update(self._watts(load.appliances))
        return {
            "total": sum(load.total for load in loads) * self._times / _SLOTS_AN_HOUR,
            "appliances": {
                name: value / _SLOTS_AN_HOUR for name, value in watts.items()
            },
            "hours": len(loads) // _SLOTS_AN_HOUR,
        }

    def _span(self, period: str) -> Span:
        span = period_span(period, self.household.now())
        return Span(span.start, min(span.stop, self.household.metered_until()))

    def realtime(self) -> Data:
        """Return the power of now."""
        now = self.household.now()
        watts = self.household.load(now).total * self._times
        return {"realtime": watts, "timestamp": _iso(now)}

    def latest(self) -> Data:
        """Return the power of the last six hours, slot by slot."""
        now = self.household.now()
        loads = self.household.loads(now - _LATEST, now)
        rows = [
            {"timestamp": _iso(load.start), "value": load.total * self._times}
            for load in loads
        ]
        return {"consumption": rows}

    def consumption(self, period: str) -> Data:
        """Return the power of a period, slot by slot and by appliance."""
        span = self._span(period)
        until = min(span.stop, self.household.metered_until() - self.lag)
        rows = [
            {
                "timestamp": _iso(load.start),
                "total": load.total * self._times,
                "appliances": self._watts(load.appliances),
            }
            for load in self.household.loads(span.start, until)
        ]
        return {"consumption": rows}

    def totals(self, period: str) -> Data:
        """Return the energy of a period and how it compares with the one before."""
        span = self._span(period)
        total = self._spoiled(period, self._total_energy(span.start, span.stop), None)
        before = preceding_span(period, self.household.now())
        previous = self._total_energy(before.start, before.stop)
        change = 100 * (total / previous - 1) if previous else None
        return {
            "total": _wh(total),
            "previous_total": _wh(previous),
            "variation": None if change is None else round(change, 1),
            "appliances": [
                {
                    "appliance": name,
                    "value": _wh(self._spoiled(period, energy, name)),
                }
                for name, energy in self._appliances(span).items()
            ],
        }

    def performance(self, period: str) -> Data:
        """Return the energy of a period between those of similar users."""
        span = self._span(period)
        user = self._total_energy(span.start, span.stop)
        day = span.start.date()
        least = user * (0.4 + 0.5 * self.household.fraction("least", day))
        most = user * (1.1 + 0.9 * self.household.fraction("most", day))
        return {"min": _wh(least), "max": _wh(most), "user": _wh(user)}

    def habits(self, period: str) -> Data:
        """Return the mean energy of each local hour of day over a period."""
        energy: defaultdict[int, float] = defaultdict(float)
        hours: defaultdict[int, float] = defaultdict(float)
        for hour, span in hours_of(self._span(period)):
            energy[hour] += self._total_energy(span.start, span.stop)
            # Measured, not counted: the running hour is short, and a day may have an
            # hour twice or not at all.
            hours[hour] += (span.stop - span.start) / timedelta(hours=1)
        habits = [
            {"hour": hour, "value": _wh(energy[hour] / hours[hour])}
            for hour in sorted(hours)
        ]
        return {"habits": habits}

    def trend(self) -> Data:
        """Return the energy of the last months by tariff band."""
        months = [
            {"month": month, **_wh_map(self._bands(span))}
            for month, span in months_to(self.household.now())
        ]
        return {"trend": months}

    def _bands(self, span: Span) -> dict[str, float]:
        bands = {"F1": 0.0, "F2": 0.0, "F3": 0.0}
        for day, whole in days_of(span):
            rest = self._total_energy(whole.start, whole.stop)
            for band, part in band_spans(day):
                energy = self._total_energy(part.start, part.stop)
                bands[band] += energy
                rest -= energy
            bands["F3"] += rest
        return bands

    def distribution(self) -> Data:
        """Return the energy of the last months by appliance."""
        months = [
            {"month": month, "appliances": _wh_map(self._appliances(span))}
            for month, span in months_to(self.household.now())
        ]
        return {"months": months}

    def saving(self) -> Data:
        """Return the energy of the last 30 whole days and what was saved."""
        today = self.household.today()
        start = local_midnight(today - timedelta(days=_SAVING_DAYS))
        consumption = saving = 0.0
        for day, span in days_of(Span(start, local_midnight(today))):
            energy = self._total_energy(span.start, span.stop)
            consumption += energy
            saving += energy * 0.1 * self.household.fraction("saving", day)
        return {"consumption": _wh(consumption), "saving": _wh(saving)}

    def greenness(self) -> Data:
        """Return the renewable share of now and the windows of today and tomorrow."""
        grid, today = self.household.grid, self.household.today()
        windows = [
            {
                "start": _iso(window.start),
                "stop": _iso(window.stop),
                "percentage": window.percentage,
            }
            for day in (today, today + timedelta(days=1))
            for window in grid.windows(day)
        ]
        share = grid.share(self.household.now())
        return {"percentage": share, "windows": windows}
