"""The solver: installed when it is first asked for, and told of where it cannot be."""

from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.requirements import RequirementsNotFound

from custom_components.energy_portals.account.solver import (
    ISSUE,
    REQUIREMENT,
    async_solver,
)
from custom_components.energy_portals.const import DOMAIN

PROCESS = "custom_components.energy_portals.account.solver.async_process_requirements"


def _issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the repair, if there is one."""
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)


async def test_it_is_installed_once(hass: HomeAssistant) -> None:
    """And pinned; whoever asks again has the same."""
    with patch(PROCESS) as process:
        first = await async_solver(hass)
        assert first is not None
        assert await async_solver(hass) is first
    process.assert_called_once_with(hass, DOMAIN, [REQUIREMENT], False)
    assert "==" in REQUIREMENT
    assert _issue(hass) is None


async def test_where_it_cannot_be_installed_a_repair_tells(hass: HomeAssistant) -> None:
    """And goes once it can be."""
    with patch(PROCESS, side_effect=RequirementsNotFound(DOMAIN, [REQUIREMENT])):
        assert await async_solver(hass) is None
        assert _issue(hass) is not None
        assert await async_solver(hass) is None
    with patch(PROCESS):
        assert await async_solver(hass) is not None
    assert _issue(hass) is None


async def test_where_it_cannot_be_imported(hass: HomeAssistant) -> None:
    """A wheel of another machine is none."""
    module = "custom_components.energy_portals.portals.optimum.milp"
    with patch(PROCESS), patch.dict("sys.modules", {module: None}):
        assert await async_solver(hass) is None
    assert _issue(hass) is not None
