"""What the card is told of a planner's home: what it has of its own, and what ran."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.frontend import planned
from custom_components.energy_portals.portals.model.load_plan import LoadPlan
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.portals.optimum.own_power import OwnPower
from custom_components.energy_portals.portals.optimum.past_runs import PastRuns
from custom_components.energy_portals.portals.optimum.realised import Job

NOW: Final = datetime(2026, 11, 29, 17, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
ZONE: Final = ZoneInfo("Europe/Berlin")
PLANNER: Final[Any] = SimpleNamespace()


def ms(when: datetime) -> int:
    return round(when.timestamp() * 1000)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[type, object]:
    """Have a planner hold things of some kinds, and another the same."""
    held: dict[type, object] = {}

    def sources(_: HomeAssistant, kind: type) -> list[SimpleNamespace]:
        mine = [SimpleNamespace(entry=SimpleNamespace(), data="another's")]
        if kind in held:
            mine.append(SimpleNamespace(entry=PLANNER, data=held[kind]))
        return mine

    monkeypatch.setattr(planned, "sources", sources)
    return held


def test_the_home(hass: HomeAssistant, held: dict[type, object]) -> None:
    """Peaks of the month count, and of no other."""
    assert planned.tell_home(hass, PLANNER, NOW, ZONE) is None
    sun = Series((Slot[float | None](NOW, NOW + HOUR, 1.5),))
    peaks = ((date(2026, 10, 31), 9.0), (date(2026, 11, 1), 4.0))
    held[OwnPower] = OwnPower(sun=sun, peaks=peaks)
    assert planned.tell_home(hass, PLANNER, NOW, ZONE) == {
        "sun": [[ms(NOW), ms(NOW + HOUR), 1.5]],
        "base": [],
        "battery": [],
        "peak": 4.0,
    }


def test_what_ran(hass: HomeAssistant, held: dict[type, object]) -> None:
    """What was seen is told with its cost; of the rest, when it was planned."""
    at = NOW - 9 * HOUR
    quarters = [at + n * HOUR / 4 for n in range(6)]
    rows = [Slot[float | None](q, q + HOUR / 4, 1.0 + (q > at)) for q in quarters[:3]]
    rows.append(Slot(quarters[5], quarters[5] + HOUR / 4, 1.0))
    plan = LoadPlan(past=Series(tuple(rows)))
    assert planned.tell_past(hass, PLANNER, "dishes", plan, NOW) == [
        {"planned": [[ms(at), ms(quarters[3])]], "ran": []},
        {"planned": [[ms(quarters[5]), ms(quarters[5] + HOUR / 4)]], "ran": []},
    ]
    span = (at, at + HOUR)
    job = Job(
        key="dishes",
        window=at,
        begin=at,
        end=NOW,
        power=2.0,
        runs=((*span, 2.0),),
        planned=(span,),
        why="price",
    )
    held[PastRuns] = PastRuns(jobs=(job,), prices=dict.fromkeys(quarters, 0.5))
    assert planned.tell_past(hass, PLANNER, "dishes", plan, NOW) == [
        {
            "planned": [[ms(at), ms(at + HOUR)]],
            "ran": [[ms(at), ms(at + HOUR)]],
            "cost": 1.0,
            "saved": 0.0,
            "why": {"reason": "price"},
        }
    ]
    assert not planned.tell_past(hass, PLANNER, "car", LoadPlan(), NOW)
