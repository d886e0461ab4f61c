"""What is kept stays readable: samples of what a first version has written."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime
import json
from typing import Any
from zoneinfo import ZoneInfo

from freezegun import freeze_time
import pytest

from custom_components.energy_portals.portals.model import loads_stored
from custom_components.energy_portals.portals.model.ledger_days import Ledger
from custom_components.energy_portals.portals.model.ledger_series import DaySum
from custom_components.energy_portals.portals.model.plain import plain
from custom_components.energy_portals.portals.model.prices import PriceSeries

ROME = ZoneInfo("Europe/Rome")

LEDGER = """{"begin": 1784539800.0, "asked_until": 1793176200.0, "now": 1793179800.5,
"books": [{"key": "consumption", "unit": "kWh", "name": null,
"statistic_id": "x:consumption", "first": 1792879200.0, "latest": [1793174400.0, 1.0],
"days": {"2026-10-25": [25.0, 33554431], "2026-10-26": [23.0, 16777207]}},
{"key": "cost", "unit": "EUR", "name": "Costs", "statistic_id": "x:cost", "first": null,
"latest": null, "days": {}}],
"totals": {"2026-10-28": {"consumption": 3.25}},
"refused": {"consumption": {"2026-10-26": -0.047619}},
"conflicts": {"x:cost": "NOK"}, "follows": "energy_portals:a_b_"}"""

PLANNED = """{"status": "planned",
"turn": ["2026-01-15", "2026-01-15T17:00:00+00:00", "2026-01-16T06:00:00+00:00"],
"plan": {"runs": [["2026-01-15T17:00:00+00:00", "2026-01-15T19:00:00+00:00", 2.0]],
"energy": 4.0, "cost": 4.0, "cost_now": 4.5, "share": null, "is_complete": true},
"is_by_hand": false, "done": null, "promised": [], "past": [], "currency": null,
"order": null, "ordered": null}"""

WAITING = """{"status": "waiting", "turn": null, "plan": null, "is_by_hand": true,
"done": "2026-01-16",
"promised": [["2026-01-15T17:00:00+00:00", "2026-01-15T19:00:00+00:00", null]],
"past": [["2026-01-15T17:00:00.500000+00:00", "2026-01-15T19:00:00+00:00", 2.5]],
"currency": "NOK", "order": "done", "ordered": "2026-01-16T01:02:03.000004+00:00"}"""

PRICES = """{"currency": "NOK", "tax": "included",
"slots": [["2026-10-24T22:00:00+00:00", 3600000000, false, [1.5]],
["2026-10-24T23:00:00+00:00", 900000000, true, [-0.5, 1.0],
["energy", [-0.625, 0.75]], ["tax", [0.125, 0.25]]]]}"""


def _ledger(stored: Any) -> object:
    return Ledger.from_dict(stored, ROME).as_dict()


def _load(stored: Any) -> object:
    return loads_stored.as_data(loads_stored.from_data(stored))


def _prices(stored: Any) -> object:
    return PriceSeries.from_dict(stored).as_dict()


SAMPLES = [(_ledger, LEDGER), (_load, PLANNED), (_load, WAITING), (_prices, PRICES)]


@pytest.mark.parametrize(("again", "text"), SAMPLES)
def test_what_was_written_is_read_and_written_again(
    again: Callable[[Any], object], text: str
) -> None:
    """To the letter: a file that changes without a reason is written for nothing."""
    stored = json.loads(text)
    assert json.dumps(again(stored)) == json.dumps(stored)


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """Return all leaves and where they are."""
    if isinstance(data, dict):
        return [one for key in data for one in _places(data[key], (*path, key))]
    if isinstance(data, list):
        return [one for n, each in enumerate(data) for one in _places(each, (*path, n))]
    return [(path, data)]


@pytest.mark.parametrize(("again", "text"), SAMPLES)
def test_what_is_no_number_or_moment_is_refused(
    again: Callable[[Any], object], text: str
) -> None:
    stored = json.loads(text)
    for path, leaf in _places(stored):
        worse: list[Any] = []
        if isinstance(leaf, float):
            worse = [float("nan"), float("inf"), True, str(leaf), 10**400]
        elif isinstance(leaf, str) and leaf.endswith("+00:00"):
            worse = [leaf.removesuffix("+00:00"), "yesterday", 1.5]
        for each in worse:
            spoilt: Any = deepcopy(stored)
            inner = spoilt
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = each
            with pytest.raises(ValueError):
                again(spoilt)


def test_a_clock_of_its_own() -> None:
    with freeze_time("2026-10-24 22:00"):
        frozen = datetime.now(UTC), date.today()  # noqa: DTZ011  # the clock is frozen
    assert type(frozen[0]) is not datetime
    assert plain({"days": {frozen[1]: DaySum(1.0, 3)}, "at": [*frozen]}) == {
        "days": {"2026-10-24": [1.0, 3]},
        "at": ["2026-10-24T22:00:00+00:00", "2026-10-24"],
    }
    with pytest.raises(TypeError):
        plain(object())


def test_under_a_clock_of_its_own() -> None:
    """What a file is made of is known since the import, whatever the clock is then."""
    with freeze_time("2026-10-24 22:00"):
        for again, text in SAMPLES:
            stored = json.loads(text)
            assert json.dumps(again(stored)) == json.dumps(stored)
