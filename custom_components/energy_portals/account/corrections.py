"""Prices that were corrected: the costs that were made of them are made again."""

from collections.abc import Callable
from datetime import datetime
import logging

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import HISTORY
from ..portals.history import Corrected, History
from ..portals.http.errors import PortalError
from .coordinator import FeedCoordinator, PortalConfigEntry

_LOGGER = logging.getLogger(__name__)

type FollowsCorrections = Callable[[HomeAssistant, PortalConfigEntry], CALLBACK_TYPE]


@callback
def async_follow_corrections(
    hass: HomeAssistant, entry: PortalConfigEntry
) -> CALLBACK_TYPE:
    """Import the hours of days again whose prices were corrected; return the end."""
    runtime = entry.runtime_data
    history = runtime.portal.capability(History)
    if history is None or (priced_by := history.priced_by) is None:
        raise ValueError("no costs that prices make")
    prices: FeedCoordinator[Corrected] = runtime.feeds[priced_by.key]
    seen = dt_util.utcnow()

    @callback
    def follow() -> None:
        nonlocal seen
        since, seen = seen, dt_util.utcnow()
        held = prices.data.values()
        if spans := [span for each in held for span in each.corrected(since, seen)]:
            start = min(span[0] for span in spans)
            end = min(max(span[1] for span in spans), seen)
            entry.async_create_background_task(
                hass, _import(entry, start, end), "costs of corrected prices"
            )

    # What is reckoned here is noted whoever looks.
    return prices.async_follow(follow, polls=history.is_reckoned)


async def _import(entry: PortalConfigEntry, start: datetime, end: datetime) -> None:
    """Import a span of all sites that have any of it; what fails comes with the rest.

    What is young is asked for every hour anyway.
    """
    runtime = entry.runtime_data
    history = runtime.feeds[HISTORY]
    for site in history.sites:
        if runtime.importer is None or site.key not in history.data:
            continue
        try:
            await runtime.importer.import_span(runtime.client, site, start, end)
        except PortalError as err:
            _LOGGER.debug("Costs are not made again: %s", err.brief)
