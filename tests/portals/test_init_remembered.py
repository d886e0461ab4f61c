"""What is remembered of bodies are names, and each is remembered once."""

from collections.abc import Iterator
from datetime import timedelta
from functools import _lru_cache_wrapper
import gc
import sys
from typing import Any, Final

from aiohttp import ClientSession
import pytest

from custom_components.energy_portals.portals import __name__ as library
from custom_components.energy_portals.portals.contract import TokenStore
from custom_components.energy_portals.portals.digiwatt import DIGIWATT
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.reading import body_numbers
from custom_components.energy_portals.portals.reading.quantities import ENERGY, Field
from tests.portals.asking import CALLS, CLIENTS, NOW
from tests.portals.reading.hourly import VALUES, hourly, values
from tests.sandbox.server import Sandbox

# Each day has a midnight of its own, and is no name.
NO_NAMES: Final = (midnight,)
LATER: Final = timedelta(days=9, hours=3)


def _remembering() -> Iterator[tuple[str, _lru_cache_wrapper[Any]]]:
    """Yield all functions of the library that remember what they worked out."""
    for module, content in list(sys.modules.items()):
        if module.startswith(library):
            for name, value in vars(content).items():
                if isinstance(value, _lru_cache_wrapper) and value not in NO_NAMES:
                    yield f"{module}.{name}", value


def _worked_out() -> dict[str, int]:
    """Return how often each of them had to work something out."""
    return {name: each.cache_info().misses for name, each in _remembering()}


def _fields() -> int:
    """Return how many fields there are."""
    gc.collect()
    return sum(type(each) is Field for each in gc.get_objects())


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("key", CALLS)
async def test_later_answers_teach_nothing(key: str, session: ClientSession) -> None:
    """Whoever reads on for years, of one account or of another, remembers no more."""
    now = NOW
    async with Sandbox(clock=lambda: now) as sandbox:
        known: list[tuple[dict[str, int], int]] = []
        for _ in range(3):
            client = await CLIENTS[key](session, sandbox)
            for call in CALLS[key].values():
                await call(client)
            known.append((_worked_out(), _fields()))
            now += LATER
    assert known[0] == known[1] == known[2]


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize("units", [{}, {"energy_unit": "kWh", "share": "percent"}])
async def test_accounts_set_up_again_share_fields(
    units: dict[str, str], session: ClientSession
) -> None:
    """What the user says of numbers is said once, however often it is."""
    async with Sandbox(clock=lambda: NOW) as sandbox:
        account = sandbox.portals["digiwatt"].account(f"{sandbox.address}/digiwatt")
        known = []
        for _ in range(2):
            client = DIGIWATT.connect(session, account, {"units": units}, TokenStore())
            for call in CALLS["digiwatt"].values():
                await call(client)
            known.append((_worked_out(), _fields()))
    assert known[0] == known[1]


def test_what_has_many_members_is_a_map() -> None:
    """Its keys are data, which is never the same again."""
    field = Field(ENERGY, ("energy",), ("value",))
    before = _worked_out()
    hours = {f"2026-10-{n // 24 + 1:02}T{n % 24:02}": 1.0 for n in range(744)}
    names = (*hours, "energy_wh")
    assert body_numbers.matches(field, names, names) == (("energy_wh", "wh"),)
    named = body_numbers.named_units(field, ("energy_wh", *hours))
    assert named[0] == ("energy_wh", "energy", "wh")
    assert len(named) == 745
    after = _worked_out()
    grown = {name for name, count in after.items() if count != before[name]}
    assert not {name for name in grown if "matches" in name or "named_units" in name}


def test_unit_of_some_rows_makes_one_field() -> None:
    """However often rows are read of which only some tell their unit."""
    told, *others = hourly(4)
    rows = [{**told, "unit": "Wh"}, *others]
    known = []
    for _ in range(2):
        assert values(rows) == [each / 1000 for each in VALUES]
        known.append((_worked_out(), _fields()))
    assert known[0] == known[1]
