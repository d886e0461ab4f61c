"""What Digiwatt answers about the household: the bodies of our assumed contract."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from tests.sandbox.grid import local_midnight
from tests.sandbox.household import Household
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


def _iso(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def _wh(energy: float) -> float:
    return round(energy, 3)


def _wh_map(energies: Mapping[str, float]) -> dict[str, float]:
    return {name: _wh(energy) for name, energy in energies.items()}


class DigiwattReadings:
    """The household in Digiwatt's words; power in W, energy in Wh."""

    def __init__(self, household: Household) -> None:
        """Read a household."""
        self.household = household

    def _span(self, period: str) -> Span:
        span = period_span(period, self.household.now())
        return Span(span.start, min(span.stop, self.household.metered_until()))

    def realtime(self) -> Data:
        """Return the power of now."""
        now = self.household.now()
        return {"realtime": self.household.load(now).total, "timestamp": _iso(now)}

    def latest(self) -> Data:
        """Return the power of the last six hours, slot by slot."""
        now = self.household.now()
        loads = self.household.loads(now - _LATEST, now)
        rows = [{"timestamp": _iso(load.start), "value": load.total} for load in loads]
        return {"consumption": rows}

    def consumption(self, period: str) -> Data:
        """Return the power of a period, slot by slot and by appliance."""
        span = self._span(period)
        rows = [
            {
                "timestamp": _iso(load.start),
                "total": load.total,
                "appliances": load.appliances,
            }
            for load in self.household.loads(span.start, span.stop)
        ]
        return {"consumption": rows}

    def totals(self, period: str) -> Data:
        """Return the energy of a period and how it compares with the one before."""
        span = self._span(period)
        energy = self.household.energy(span.start, span.stop)
        before = preceding_span(period, self.household.now())
        previous = self.household.total_energy(before.start, before.stop)
        change = 100 * (energy.total / previous - 1) if previous else None
        return {
            "total": _wh(energy.total),
            "previous_total": _wh(previous),
            "variation": None if change is None else round(change, 1),
            "appliances": [
                {"appliance": name, "value": value}
                for name, value in _wh_map(energy.appliances).items()
            ],
        }

    def performance(self, period: str) -> Data:
        """Return the energy of a period between those of similar users."""
        span = self._span(period)
        user = self.household.total_energy(span.start, span.stop)
        day = span.start.date()
        least = user * (0.4 + 0.5 * self.household.fraction("least", day))
        most = user * (1.1 + 0.9 * self.household.fraction("most", day))
        return {"min": _wh(least), "max": _wh(most), "user": _wh(user)}

    def habits(self, period: str) -> Data:
        """Return the mean energy of each local hour of day over a period."""
        energy: defaultdict[int, float] = defaultdict(float)
        hours: defaultdict[int, float] = defaultdict(float)
        for hour, span in hours_of(self._span(period)):
            energy[hour] += self.household.total_energy(span.start, span.stop)
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
            rest = self.household.total_energy(whole.start, whole.stop)
            for band, part in band_spans(day):
                energy = self.household.total_energy(part.start, part.stop)
                bands[band] += energy
                rest -= energy
            bands["F3"] += rest
        return bands

    def distribution(self) -> Data:
        """Return the energy of the last months by appliance."""
        months = [
            {
                "month": month,
                "appliances": _wh_map(
                    self.household.energy(span.start, span.stop).appliances
                ),
            }
            for month, span in months_to(self.household.now())
        ]
        return {"months": months}

    def saving(self) -> Data:
        """Return the energy of the last 30 whole days and what was saved."""
        today = self.household.today()
        start = local_midnight(today - timedelta(days=_SAVING_DAYS))
        consumption = saving = 0.0
        for day, span in days_of(Span(start, local_midnight(today))):
            energy = self.household.total_energy(span.start, span.stop)
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
