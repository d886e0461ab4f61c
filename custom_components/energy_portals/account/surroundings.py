"""What an account can give a feed that asks for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from homeassistant.components.webhook import async_generate_url
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError

from ..const import CONF_WEBHOOK_SECRET
from ..portals.contract import AccountData, Feed, Subentry, WebhookTarget
from ..portals.model.series import Slot
from .subentries import subentries_of

if TYPE_CHECKING:
    from ..portals.optimum.optimise import Solver
    from .coordinator import FeedCoordinator, PortalConfigEntry
    from .house import HouseSources
    from .house_reader import HouseReader


class AccountSurroundings:
    """The surroundings of one feed of an account; each is looked up when asked for."""

    def __init__(
        self, hass: HomeAssistant, entry: PortalConfigEntry, options: AccountData
    ) -> None:
        """Take the account and what the user chose for the feed."""
        self._hass = hass
        self._entry = entry
        self.options = options

    @property
    def subentries(self) -> tuple[Subentry, ...]:
        """Return the parts that the user has set up."""
        return subentries_of(self._entry)

    @property
    def webhook_target(self) -> WebhookTarget | None:
        """Return where the portal can push to; None without an outer address."""
        data = self._entry.data
        if CONF_WEBHOOK_ID not in data:
            return None
        try:
            url = async_generate_url(
                self._hass, data[CONF_WEBHOOK_ID], allow_internal=False
            )
        except NoURLAvailableError:
            return None
        return WebhookTarget(url=url, secret=data[CONF_WEBHOOK_SECRET])

    @property
    def sources(self) -> HouseSources:
        """Return what the house's accounts hold."""
        # Imported when an account is set up that lives on them.
        from .house import HouseSources

        return HouseSources(self._hass)

    @property
    def house(self) -> HouseReader:
        """Return this Home Assistant as it is read."""
        # As above.
        from .house_reader import HouseReader

        return HouseReader(self._hass)

    async def solver(self) -> Solver | None:
        """Return what finds the optimum of a home."""
        # As above.
        from .solver import async_solver

        return await async_solver(self._hass)

    def held[DataT](self, feed: Feed[Any, DataT, Any, Any]) -> Mapping[str, DataT]:
        """Return what another feed of the account holds."""
        coordinator: FeedCoordinator[DataT] = self._entry.runtime_data.feeds[feed.key]
        return coordinator.data

    @property
    def watched(self) -> object:
        """Return what the account knows by watching."""
        return self._entry.runtime_data.watched.state

    async def energy(
        self, statistic: str, start: datetime, end: datetime
    ) -> Sequence[Slot[float]]:
        """Return the energy that a statistic of the house has."""
        from .house_reader import HouseReader

        return await HouseReader(self._hass).energy(statistic, start, end)
