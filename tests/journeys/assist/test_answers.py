"""What is said of states that a house is seldom in."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.portals.model.demand import Demand
from custom_components.energy_portals.portals.model.dues import Due, Dues, DueSort
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.horizon import Horizon, HorizonSlot
from custom_components.energy_portals.portals.model.ledger import CONSUMPTION, COST
from custom_components.energy_portals.portals.model.load_plan import LoadPlan, Status
from custom_components.energy_portals.portals.model.planner import told
from custom_components.energy_portals.portals.model.series import Series, Slot
from custom_components.energy_portals.services import answers
from custom_components.energy_portals.services.answers_loads import _ready, runs
from custom_components.energy_portals.services.asked import Refused
from custom_components.energy_portals.services.spoken import Voice

HOUR = timedelta(hours=1)
DEMAND = Demand(duration=2 * HOUR, power=1.0)


@pytest.fixture
async def voice(hass: HomeAssistant, prices: Any) -> Voice:
    """Return the words of a house."""
    return await Voice.of(hass, "en")


def _plan(voice: Voice, *starts: int, **more: Any) -> LoadPlan:
    """Return a plan of an hour each from so many hours from now on."""
    now = voice.now
    known = Horizon((Slot(now - 4 * HOUR, now + 9 * HOUR, HorizonSlot(price=1.0)),))
    parts = (Slot(now + n * HOUR, now + (n + 1) * HOUR, 1.0) for n in starts)
    planned = Series[float | None](tuple(parts))
    plan = told(known, DEMAND, planned, now - 4 * HOUR, is_complete=True)
    return LoadPlan(status=Status.PLANNED, plan=plan, **more)


async def test_what_a_load_does(voice: Voice) -> None:
    """Running is what the device says."""
    said = {
        "running": runs(voice, "Car", _plan(voice, 0, device_runs=True)),
        "due": runs(voice, "Car", _plan(voice, 0)),
        "paused": runs(voice, "Car", _plan(voice, -2, 1)),
        "done": runs(voice, "Car", LoadPlan(done=voice.today)),
        "waiting": runs(voice, "Car", LoadPlan()),
    }
    assert "is running until" in said["running"]
    assert "It is time for Car" in said["due"]
    assert len({*said.values()}) == len(said)
    assert said["waiting"] == _ready(voice, "Car", LoadPlan())


async def test_how_green_it_is(voice: Voice) -> None:
    """What is not known is said not to be."""
    later = Series((Slot(voice.now + HOUR, voice.now + 2 * HOUR, 40.0),))
    unknown = GreenOutlook(share=None, is_whole=False)
    said = [
        answers._green(voice, each)
        for each in (
            unknown,
            GreenOutlook(share=None),
            GreenOutlook(share=3.0, windows=later),
        )
    ]
    assert len({*said}) == 3
    assert "3" in said[2]


async def test_what_is_due(voice: Voice) -> None:
    """Five are enough to listen to, and nothing due is only said where it is known."""

    def asked(*each: Dues) -> Any:
        sources = [SimpleNamespace(data=one) for one in each]
        return SimpleNamespace(
            voice=voice,
            every=lambda kind: sources,
            refused=lambda key: Refused(voice.say(key)),
        )

    with pytest.raises(Refused):
        await answers._due(asked())
    assert await answers._due(asked(Dues())) == voice.say("nothing_due")
    vague = asked(Dues(), Dues(is_whole=False))
    assert await answers._due(vague) == voice.say("nothing_known")
    sort = next(iter(DueSort))
    many = Dues(tuple(Due(day=date(2026, 2, n + 1), sort=sort) for n in range(7)))
    assert voice.say("more", count="2") in await answers._due(asked(many))


async def test_what_energy_cost(voice: Voice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either may be unknown; gas is neither."""
    amounts = {"today": lambda ledger, key, now: ledger.amounts.get(key)}
    monkeypatch.setattr(answers, "_AMOUNTS", amounts)
    of_asked: Any = SimpleNamespace(voice=voice, fields={"period": "today"})

    def ledger(unit: str = "kWh", **amounts: float) -> Any:
        units = {CONSUMPTION: unit, COST: "NOK"}
        series = {k: SimpleNamespace(unit=each) for k, each in units.items()}
        books = {k: SimpleNamespace(series=each) for k, each in series.items()}
        return SimpleNamespace(amounts=amounts, by_series=books)

    known = (
        {},
        {CONSUMPTION: 3.0},
        {COST: 7.0},
        {CONSUMPTION: 3.0, COST: 7.0},
    )
    said = [answers._amounts(of_asked, ledger(**each)) for each in known]
    assert len({*said}) == 4
    assert ["7" in each for each in said] == [False, False, True, True]
    assert answers._is_counted(ledger(), COST)
    assert not answers._is_counted(ledger("m³"), COST)
