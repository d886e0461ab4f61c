"""What is done for a push: what it is about is looked at, and nothing is made anew."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.entities.descriptions import EntityRow
from custom_components.energy_portals.entities.entity import PortalEntity
from tests.accounts import keys, set_up, value
from tests.faces.volue.home import (
    TANK_SITE,
    account_of,
    charger,
    location,
    tank,
    vehicle,
)
from tests.journeys.volue.pushes import settled
from tests.sandbox.volue import VolueSandbox
from tests.sandbox.volue_partner import TANK

pytestmark = pytest.mark.usefixtures("outside")


@dataclass
class Work:
    """Descriptions made, functions called by name, and entities looked at by site."""

    made: int = 0
    called: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)


def _kinds(kind: type[Any]) -> Iterator[type[Any]]:
    """Yield a class and those made of it."""
    yield kind
    for each in kind.__subclasses__():
        yield from _kinds(each)


@contextmanager
def _watched() -> Iterator[Work]:
    """Count what is made and called."""
    work = Work()

    def made(_: object) -> None:
        work.made += 1

    def looked(entity: PortalEntity[Any]) -> None:
        work.looked[entity.site_key] += 1

    def called(name: str) -> Callable[[object], None]:
        return lambda _: work.called.update([name])

    notes = {"__init__": made, "exists": called("exists"), "value": called("value")}
    with ExitStack() as patches:
        for kind in {*_kinds(EntityRow)}:
            for name in notes.keys() & vars(kind).keys():
                patches.enter_context(_noted(kind, name, notes[name]))
        patches.enter_context(_noted(PortalEntity, "_show", looked))
        yield work


def _noted(kind: type[Any], name: str, note: Callable[[Any], None]) -> Any:
    """Return what has a method noted when it is called."""
    method = vars(kind)[name]

    def noted(self: Any, *given: Any, **named: Any) -> Any:
        note(self)
        return method(self, *given, **named)

    return patch.object(kind, name, noted)


async def _push(hass: HomeAssistant, volue: VolueSandbox) -> Work:
    """Return what is done for one cap on the tank."""
    with _watched() as work:
        volue.send_cap(TANK, values=[3.5, 2.0])
        await settled(hass, volue)
    return work


async def test_a_push_is_work_for_whom_it_is_about(
    hass: HomeAssistant, account: dict[str, Any], volue: VolueSandbox
) -> None:
    """However many others there are."""
    entry = account_of(hass, account, location(), tank(), charger(), vehicle())
    await set_up(hass, entry)
    among_many = await _push(hass, volue)
    assert value(hass, entry, TANK_SITE, "power_cap") == "3.5"
    assert among_many.made == 0
    assert among_many.looked.keys() == {TANK_SITE, "user"}
    looked = {site: len(keys(hass, entry, site)) for site in among_many.looked}
    assert all(among_many.looked[site] <= most for site, most in looked.items())
    assert among_many.called["value"] == among_many.looked.total()
    await hass.config_entries.async_remove(entry.entry_id)
    entry = account_of(hass, account, location(), tank())
    await set_up(hass, entry)
    assert await _push(hass, volue) == among_many
