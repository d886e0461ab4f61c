"""What an account can give a feed that asks for it."""

from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant

from ..portals.contract import AccountData, Subentry, WebhookTarget
from .sources import HouseSources
from .subentries import subentries_of
from .webhook import webhook_target_of

if TYPE_CHECKING:
    from .coordinator import PortalConfigEntry


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
        """Return where the portal can push to."""
        return webhook_target_of(self._hass, self._entry)

    @property
    def sources(self) -> HouseSources:
        """Return what the house's accounts hold."""
        return HouseSources(self._hass)
