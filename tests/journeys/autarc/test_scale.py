"""Thousands of projects: right figures, nothing written without a change."""

from collections.abc import Callable
import threading
from typing import Any
from unittest.mock import patch

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant, callback
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.portals.autarc import portfolio, reads
from tests.accounts import act, device_names, refresh, value
from tests.faces.autarc.company import SITE
from tests.sandbox.autarc import AutarcSandbox

MANY = 10_000


async def test_ten_thousand(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.company.grow(MANY)
    await refresh(hass, loaded, "projects", "customers")
    assert value(hass, loaded, SITE, "projects") == str(MANY)
    assert value(hass, loaded, SITE, "customers") == str(MANY)
    assert value(hass, loaded, SITE, "in_progress") == str(MANY // 2)
    assert device_names(hass, loaded) == {"autarc", "House"}
    written: list[Any] = []
    hass.bus.async_listen(
        EVENT_STATE_CHANGED, callback(lambda event: written.append(event.data))
    )
    await refresh(hass, loaded, "projects", "customers")
    assert written == []
    answer: Any = await act(hass, "get_projects", text="P-9999", limit=5)
    assert [each["human_id"] for each in answer["projects"]] == ["P-9999"]
    answer = await act(hass, "get_customers", text="kunde9999@")
    assert answer["total"] == 1


async def test_long_lists_are_not_worked_through_in_the_event_loop(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.company.grow(1_000)
    here = threading.get_ident()
    there: list[str] = []

    def watched(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def done(*args: Any, **kwargs: Any) -> Any:
            # The rooms of one project are no long list.
            if threading.get_ident() == here and "rooms" not in args:
                there.append(name)
            return work(*args, **kwargs)

        return done

    portfolio_of = portfolio.Portfolio.of
    many = reads.Answers.many
    with (
        patch.object(portfolio.Portfolio, "of", watched("figures", portfolio_of)),
        patch.object(reads.Answers, "many", watched("reading", many)),
    ):
        await refresh(hass, loaded, "projects", "customers")
        await act(hass, "get_projects", text="nobody")
        await hass.config_entries.async_reload(loaded.entry_id)
        await hass.async_block_till_done(wait_background_tasks=True)
    assert there == []
    assert value(hass, loaded, SITE, "projects") == "1000"
