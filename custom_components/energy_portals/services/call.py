"""A call of an action: whom it names, and what it asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
import voluptuous as vol

from ..account.coordinator import PortalConfigEntry
from ..account.errors import invalid
from ..account.sources import source_key
from ..const import DOMAIN
from ..portals.contract import Site
from .rights import Rights

# Whom a call names: an account, or a site by its device or an entity of it.
NAMED: Final[Mapping[vol.Marker, object]] = {
    vol.Exclusive(ATTR_CONFIG_ENTRY_ID, "target"): cv.string,
    vol.Exclusive(ATTR_DEVICE_ID, "target"): cv.string,
    vol.Exclusive(ATTR_ENTITY_ID, "target"): cv.entity_id,
}

# The fields of a call, each as its validator made it.
type Given = Mapping[str, Any]
type Device = dr.DeviceEntry | dr.ChildDeviceEntry


@dataclass(frozen=True, kw_only=True)
class Call:
    """Whom a call names, if anyone, its other fields, and what its user may do."""

    hass: HomeAssistant
    fields: Given
    entry_id: str | None
    device: Device | None
    rights: Rights

    @classmethod
    def of(cls, rights: Rights, data: Given) -> Self:
        """Return a call with the device that it names, itself or by an entity."""
        device = _device(rights.hass, data)
        return cls(
            hass=rights.hass,
            rights=rights,
            fields={key: data[key] for key in data if key not in NAMED},
            entry_id=(
                device.config_entry_id if device else data.get(ATTR_CONFIG_ENTRY_ID)
            ),
            device=device,
        )

    @property
    def names_any(self) -> bool:
        """Say whether an account or a site is named."""
        return self.entry_id is not None or self.device is not None

    def account(self, fitting: Iterable[PortalConfigEntry]) -> PortalConfigEntry:
        """Return the named one of the accounts that fit, or the only one."""
        entries = [
            entry
            for entry in fitting
            if self.entry_id is None or entry.entry_id == self.entry_id
        ]
        if not entries:
            raise invalid("no_account")
        if len(entries) > 1:
            raise invalid("choose_account")
        return entries[0]

    def meant[SiteT: Site](
        self, entry: PortalConfigEntry, sites: Iterable[SiteT]
    ) -> list[SiteT]:
        """Return the site that is named, or all where none is."""
        return [site for site in sites if self._means(entry, site)]

    def _means(self, entry: PortalConfigEntry, site: Site) -> bool:
        """Say whether a site is the named one, or none is named."""
        known_as = (DOMAIN, source_key(entry, site.key))
        return self.device is None or known_as in self.device.identifiers


def loaded(hass: HomeAssistant) -> list[PortalConfigEntry]:
    """Return the accounts that are set up."""
    return hass.config_entries.async_loaded_entries(DOMAIN)


def _device(hass: HomeAssistant, data: Given) -> Device | None:
    """Return the device that a call names, itself or by one of its entities."""
    device_id = data.get(ATTR_DEVICE_ID)
    if entity_id := data.get(ATTR_ENTITY_ID):
        entity = er.async_get(hass).async_get(entity_id)
        device_id = entity.device_id if entity is not None else None
        if device_id is None:
            raise invalid("no_account")
    if device_id is None:
        return None
    device = dr.async_get(hass).async_get(device_id)
    if device is None:
        raise invalid("no_account")
    return device
