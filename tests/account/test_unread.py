"""What of an account could not be read: one issue that names it, while it lasts."""

import asyncio

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.accounts import refresh
from tests.rules.source import read_json
from tests.sandbox.digiwatt import DigiwattSandbox
from tests.sandbox.faults import Fault

ODD = Fault(kind="set", path="data", value={"x": "y"}, times=None)
IMPOSSIBLE = Fault(kind="set", path="data.percentage", value=-1, times=None)
DOWN = Fault(kind="status", status=503, times=None)


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return the issues about answers that are shown now."""
    return [
        each
        for each in ir.async_get(hass).issues.values()
        if each.domain == DOMAIN and each.active
    ]


def parts(hass: HomeAssistant) -> str | None:
    """Return what the one issue names, None where there is none."""
    if not (found := issues(hass)):
        return None
    (issue,) = found
    assert issue.translation_placeholders is not None
    return issue.translation_placeholders["parts"]


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (ODD, "- green windows: `greenness`"),
        (IMPOSSIBLE, "- green windows: `greenness.percentage`"),
        (Fault(kind="raw", body="{", times=None), "- green windows: `greenness`"),
    ],
)
async def test_issue_comes_and_goes(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    fault: Fault,
    named: str,
) -> None:
    digiwatt.fail("greenness", fault)
    await refresh(hass, loaded, "green_windows")
    assert parts(hass) is None
    await refresh(hass, loaded, "green_windows")
    assert parts(hass) == named
    (issue,) = issues(hass)
    assert not issue.is_fixable
    assert issue.learn_more_url == (
        f"{read_json('manifest.json')['issue_tracker']}"
        "/new?template=portal-answers-otherwise.yml"
    )
    digiwatt.heal()
    await refresh(hass, loaded, "green_windows")
    assert parts(hass) is None


async def test_a_passing_moment_is_none(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    for _ in range(3):
        digiwatt.fail("greenness", Fault(kind="cut"))
        await refresh(hass, loaded, "green_windows")
        await refresh(hass, loaded, "green_windows")
        assert parts(hass) is None


async def test_one_issue_for_all_feeds(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    """Fetched at once: none is blamed for what another could not read."""
    digiwatt.fail("greenness", IMPOSSIBLE)
    digiwatt.fail("consumption_realtime", ODD)
    feeds = loaded.runtime_data.feeds.values()
    for _ in range(2):
        await asyncio.gather(*(feed.async_refresh() for feed in feeds))
    named = (
        "- green windows: `greenness.percentage`",
        "- live power: `consumption_realtime`",
    )
    assert parts(hass) == "\n".join(named)
    digiwatt.heal()
    await refresh(hass, loaded, "live_power")
    assert parts(hass) == "- green windows: `greenness.percentage`"


async def test_part_of_a_feed(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    """Its other parts came, so that the feed has not failed."""
    for _ in range(2):
        digiwatt.fail("consumption_totals", Fault(kind="cut"))
        await refresh(hass, loaded, "energy")
    assert loaded.runtime_data.feeds["energy"].last_update_success
    assert parts(hass) == "- energy: `consumption_totals`"
    await refresh(hass, loaded, "energy")
    assert parts(hass) is None


async def test_what_does_not_answer_is_neither_read_nor_unread(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.fail("greenness", Fault(kind="cut"))
    await refresh(hass, loaded, "green_windows")
    digiwatt.fail("greenness", DOWN)
    for _ in range(3):
        await refresh(hass, loaded, "green_windows")
    assert parts(hass) is None
    digiwatt.heal()
    digiwatt.fail("greenness", ODD)
    await refresh(hass, loaded, "green_windows")
    assert parts(hass) is not None
    digiwatt.heal()
    digiwatt.fail("greenness", DOWN)
    await refresh(hass, loaded, "green_windows")
    assert parts(hass) is not None


async def test_names_that_are_data_are_not_told(
    hass: HomeAssistant,
    digiwatt: DigiwattSandbox,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = loaded.runtime_data.client
    counts = [{"greenness.IT001E12345": 1, "greenness.Anna's": n} for n in range(1, 9)]
    monkeypatch.setattr(client, "refused", lambda: dict(counts.pop(0)))
    for _ in range(2):
        await refresh(hass, loaded, "green_windows")
    assert parts(hass) == "- green windows: `greenness.<key>`"
    found = await async_get_config_entry_diagnostics(hass, loaded)
    assert found["refused_values"] == {"greenness.<key>": 6}


async def test_over_a_reload_and_gone_with_the_account(
    hass: HomeAssistant, digiwatt: DigiwattSandbox, loaded: MockConfigEntry
) -> None:
    digiwatt.fail("greenness", IMPOSSIBLE)
    for _ in range(2):
        await refresh(hass, loaded, "green_windows")
    (raised,) = issues(hass)
    ir.async_ignore_issue(hass, DOMAIN, raised.issue_id, ignore=True)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await refresh(hass, loaded, "green_windows", "live_power")
    (issue,) = issues(hass)
    assert issue.dismissed_version is not None
    await hass.config_entries.async_remove(loaded.entry_id)
    assert issues(hass) == []
