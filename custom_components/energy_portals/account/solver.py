"""The solver of optima: installed and imported once a home first needs it."""

import asyncio
import logging
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.requirements import RequirementsNotFound, async_process_requirements
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..portals.optimum.optimise import Solver, solver

_LOGGER = logging.getLogger(__name__)

# Not in the manifest: where it cannot be installed, all the rest works.
REQUIREMENT: Final = "highspy==1.16.0"
ISSUE: Final = "solver_missing"


class _Held:
    """The solver of a house, once it is there."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.lock = asyncio.Lock()
        self.solver: Solver | None = None


_HELD: Final[HassKey[_Held]] = HassKey(f"{DOMAIN}_solver")


async def async_solver(hass: HomeAssistant) -> Solver | None:
    """Return the solver; None where it cannot be installed, which a repair tells.

    It is tried again whenever it is asked for: Home Assistant remembers what failed.
    """
    held = hass.data.setdefault(_HELD, _Held())
    async with held.lock:
        if held.solver is None:
            held.solver = await _installed(hass)
            _tell(hass, is_missing=held.solver is None)
    return held.solver


async def _installed(hass: HomeAssistant) -> Solver | None:
    """Return the solver, installed if need be, and imported in the executor."""
    try:
        await async_process_requirements(hass, DOMAIN, [REQUIREMENT], False)
    except RequirementsNotFound as err:
        _LOGGER.debug("No solver: %s", err)
        return None
    return await hass.async_add_import_executor_job(solver)


def _tell(hass: HomeAssistant, *, is_missing: bool) -> None:
    """Raise the issue while it is missing, and withdraw it afterwards."""
    if not is_missing:
        ir.async_delete_issue(hass, DOMAIN, ISSUE)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE,
        translation_placeholders={"requirement": REQUIREMENT},
    )
