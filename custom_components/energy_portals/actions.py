"""Service actions: find the account, validate, call, translate errors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID, ATTR_ENTITY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .const import DOMAIN
from .coordinator import PortalConfigEntry
from .entity import Source, coordinator_of, device_identifier
from .model.green import GreenOutlook
from .vendors import VENDORS
from .vendors.base import Action
from .vendors.errors import AuthError, InvalidInput, PortalError
from .vendors.faces import ACTIONS

_TARGET: Final = {
    vol.Exclusive(ATTR_CONFIG_ENTRY_ID, "target"): cv.string,
    vol.Exclusive(ATTR_DEVICE_ID, "target"): cv.string,
    vol.Exclusive(ATTR_ENTITY_ID, "target"): cv.entity_id,
}
_GREEN_WINDOWS: Final = vol.Schema(
    {
        **_TARGET,
        vol.Optional("start"): cv.datetime,
        vol.Optional("end"): cv.datetime,
    }
)


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions of the model's kinds and those of the vendors."""
    hass.services.async_register(
        DOMAIN,
        "get_green_windows",
        _get_green_windows,
        schema=_GREEN_WINDOWS,
        supports_response=SupportsResponse.ONLY,
    )
    for vendor, actions in ACTIONS.items():
        for action in actions:
            register = (
                partial(async_register_admin_service, hass)
                if action.admin
                else hass.services.async_register
            )
            register(
                DOMAIN,
                action.name,
                partial(_run, vendor, action),
                vol.Schema({**_TARGET, **action.fields}),
                SupportsResponse.ONLY if action.answers else SupportsResponse.NONE,
            )


async def _get_green_windows(call: ServiceCall) -> ServiceResponse:
    """Return the green windows that share time with a span; all by default."""
    site = _find_site(call, GreenOutlook)
    coordinator = coordinator_of(site.entry, GreenOutlook)
    if coordinator is None or site.key not in coordinator.data:
        raise _invalid("no_data")
    outlook: GreenOutlook = coordinator.feed.kinds[GreenOutlook](
        coordinator.data[site.key]
    )
    start, end = (_utc(call.data.get(key)) for key in ("start", "end"))
    return {
        "unit": "%",
        "share": outlook.share,
        "windows": [
            {
                "start": window.start.isoformat(),
                "end": window.end.isoformat(),
                "share": window.value,
            }
            for window in outlook.windows
            if (start is None or window.end > start)
            and (end is None or window.start < end)
        ],
    }


async def _run(vendor: str, action: Action[Any], call: ServiceCall) -> ServiceResponse:
    """Run an action of a vendor's and translate what may go wrong."""
    entry = _find_entry(
        call, lambda entry: entry.runtime_data.vendor is VENDORS[vendor]
    )
    fields = {key: call.data[key] for key in call.data if key not in _TARGET}
    try:
        return await action.handle(entry.runtime_data.client, fields)
    except InvalidInput as err:
        raise _invalid(err.key) from None
    except PortalError as err:
        if isinstance(err, AuthError):
            entry.async_start_reauth(call.hass)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=err.key,
            translation_placeholders=err.placeholders(),
        ) from None


@dataclass(frozen=True)
class _Site:
    """A site of an account."""

    entry: PortalConfigEntry
    key: str


def _find_site(call: ServiceCall, source: Source) -> _Site:
    """Return the one site that is meant among those that have a source."""
    entry = _find_entry(call, lambda entry: coordinator_of(entry, source) is not None)
    device = _named_device(call)
    keys = [
        key
        for key in entry.runtime_data.sites.data
        if device is None or device_identifier(entry, key) in device.identifiers
    ]
    if len(keys) != 1:
        raise _invalid("choose_site")
    return _Site(entry, keys[0])


def _find_entry(
    call: ServiceCall, fits: Callable[[PortalConfigEntry], bool]
) -> PortalConfigEntry:
    """Return the account that is named, or the only one that fits."""
    entry_id = call.data.get(ATTR_CONFIG_ENTRY_ID)
    if device := _named_device(call):
        entry_id = device.primary_config_entry
    loaded = [
        entry
        for entry in call.hass.config_entries.async_entries(DOMAIN)
        if entry.state is ConfigEntryState.LOADED and fits(entry)
    ]
    if entry_id is not None:
        loaded = [entry for entry in loaded if entry.entry_id == entry_id]
    if not loaded:
        raise _invalid("no_account")
    if len(loaded) > 1:
        raise _invalid("choose_account")
    return loaded[0]


def _named_device(
    call: ServiceCall,
) -> dr.DeviceEntry | dr.ChildDeviceEntry | None:
    """Return the device that a call names, itself or by one of its entities."""
    device_id = call.data.get(ATTR_DEVICE_ID)
    if entity_id := call.data.get(ATTR_ENTITY_ID):
        entity = er.async_get(call.hass).async_get(entity_id)
        device_id = entity.device_id if entity is not None else None
        if device_id is None:
            raise _invalid("no_account")
    if device_id is None:
        return None
    device = dr.async_get(call.hass).async_get(device_id)
    if device is None:
        raise _invalid("no_account")
    return device


def _invalid(key: str) -> ServiceValidationError:
    """Return the error for a call that cannot be right."""
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key)


def _utc(when: datetime | None) -> datetime | None:
    """Return a time from a call in UTC; without an offset it is local."""
    return None if when is None else dt_util.as_utc(when)
