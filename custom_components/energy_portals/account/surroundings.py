"""What an account can give a feed that asks for it."""

from typing import TYPE_CHECKING

from homeassistant.components.webhook import async_generate_url
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError

from ..const import CONF_WEBHOOK_SECRET
from ..portals.contract import AccountData, Subentry, WebhookTarget
from .subentries import subentries_of

if TYPE_CHECKING:
    from .coordinator import PortalConfigEntry
    from .house import HouseSources


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
