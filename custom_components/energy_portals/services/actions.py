"""Service actions: find the account, validate, call, translate errors."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
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
import voluptuous as vol

from ..account.coordinator import FeedCoordinator, PortalConfigEntry, sources_of
from ..account.sources import HouseSources
from ..const import DOMAIN, HISTORY
from ..entities.entity import coordinators_of, device_identifier
from ..faces.registry import FACES
from ..portals.contract import Action, ActionRequest, Site
from ..portals.http.errors import AuthError, InvalidInput, PortalError
from ..portals.model.green import GreenOutlook
from ..portals.model.price_days import PriceOutlook
from .history import ACCOUNT_ACTIONS, HISTORY_ACTION, AccountAction
from .kinds import KIND_ACTIONS, Held, KindAction
from .planning import FORECAST, WINDOW_FIELDS, Ground, find_window

_TARGET: Final = {
    vol.Exclusive(ATTR_CONFIG_ENTRY_ID, "target"): cv.string,
    vol.Exclusive(ATTR_DEVICE_ID, "target"): cv.string,
    vol.Exclusive(ATTR_ENTITY_ID, "target"): cv.entity_id,
}


@callback
def async_setup_actions(hass: HomeAssistant) -> None:
    """Register the actions of the model's kinds and those of the portals."""
    hass.services.async_register(
        DOMAIN,
        "find_window",
        _run_window,
        schema=vol.Schema({**_TARGET, **WINDOW_FIELDS}),
        supports_response=SupportsResponse.ONLY,
    )
    for kind_action in (*KIND_ACTIONS, FORECAST, HISTORY_ACTION):
        hass.services.async_register(
            DOMAIN,
            kind_action.name,
            partial(_run_kind, kind_action),
            schema=vol.Schema({**_TARGET, **kind_action.fields}),
            supports_response=SupportsResponse.ONLY,
        )
    for account_action in ACCOUNT_ACTIONS:
        hass.services.async_register(
            DOMAIN,
            account_action.name,
            partial(_run_account, account_action),
            schema=vol.Schema({**_TARGET, **account_action.fields}),
            supports_response=account_action.supports_response,
        )
    for name, by_portal in _by_name().items():
        some = next(iter(by_portal.values()))
        register = (
            partial(async_register_admin_service, hass)
            if some.admin
            else hass.services.async_register
        )
        register(
            DOMAIN,
            name,
            partial(_run, by_portal),
            vol.Schema({**_TARGET, **_fields_of(by_portal.values())}),
            _response_of(some),
        )


def _response_of(action: Action[Any, Any]) -> SupportsResponse:
    """Return whether an action has a response."""
    if action.answers:
        return SupportsResponse.ONLY
    return SupportsResponse.OPTIONAL if action.returns else SupportsResponse.NONE


def _by_name() -> dict[str, dict[str, Action[Any, Any]]]:
    """Return the portals' actions by name and portal; some do the same thing."""
    found: dict[str, dict[str, Action[Any, Any]]] = {}
    for portal, listed in FACES.items():
        for action in listed.load().actions:
            found.setdefault(action.name, {})[portal] = action
    return found


def _fields_of(actions: Iterable[Action[Any, Any]]) -> dict[Any, Any]:
    """Return the fields that any of these actions takes; each checks its own later."""
    fields: dict[Any, Any] = {}
    for action in actions:
        for marker, validator in action.fields.items():
            held = fields.get(marker)
            fields[marker] = validator if held is None else vol.Any(held, validator)
    return fields


async def _run_kind(action: KindAction, call: ServiceCall) -> ServiceResponse:
    """Answer from what one site has of a kind."""
    kinds = action.kinds if action.meant is None else action.meant(call.data)
    held = _find_kind(call, kinds)
    with translated(call.hass, held.coordinator.config_entry):
        return await action.answer(held, call.data)


async def _run_window(call: ServiceCall) -> ServiceResponse:
    """Find the best time by what an account lives on, or by what a site has."""
    is_named = any(key in call.data for key in _TARGET)
    living = _loaded(call.hass, sources_of)
    if is_named:
        living = [entry for entry in living if entry.entry_id == _named_entry(call)]
    if len(living) == 1:
        (entry,) = living
        ground = Ground.of_sources(call.hass, sources_of(entry))
    else:
        held = _find_kind(call, (PriceOutlook, GreenOutlook))
        entry, ground = held.coordinator.config_entry, Ground.of(held)
    with translated(call.hass, entry):
        zone = HouseSources(call.hass).zone
        return await find_window(ground, call.data, zone)


async def _run_account(action: AccountAction, call: ServiceCall) -> ServiceResponse:
    """Answer about the history of an account, or of all where none is named."""
    if action.of_all and not any(key in call.data for key in _TARGET):
        entries = _loaded(call.hass, _has_history)
    else:
        entries = [_find_entry(call, _has_history)]
    device = _named_device(call)
    meant = {}
    for entry in entries:
        sites = entry.runtime_data.feeds[HISTORY].sites
        named = tuple(site for site in sites if _is_meant(entry, site, device))
        # A device that has no history of its own stands for the account.
        meant[entry] = named or sites
    with translated(call.hass, entries[0]) if entries else nullcontext():
        return await action.answer(meant, call.data)


def _has_history(entry: PortalConfigEntry) -> bool:
    """Say whether an account's history is imported."""
    return HISTORY in entry.runtime_data.feeds


async def _run(
    by_portal: Mapping[str, Action[Any, Any]], call: ServiceCall
) -> ServiceResponse:
    """Run an action of a portal's, and fetch what shows its effect."""
    entry = _find_entry(call, lambda entry: entry.runtime_data.portal.key in by_portal)
    action = by_portal[entry.runtime_data.portal.key]
    site = _find_site(call, entry, action.at)
    given = {key: call.data[key] for key in call.data if key not in _TARGET}
    request = ActionRequest(
        client=entry.runtime_data.client,
        site=site,
        # Where portals share an action, each takes fields of its own.
        fields=given if len(by_portal) == 1 else vol.Schema({**action.fields})(given),
        feeds=entry.runtime_data.feeds,
    )
    changed = [entry.runtime_data.feeds[key] for key in action.changes]
    try:
        with translated(call.hass, entry):
            response = await action.handle(request)
    except ServiceValidationError:
        raise
    except HomeAssistantError:
        # The portal may have done what it did not confirm.
        await _look_again(changed)
        raise
    await _look_again(changed)
    return response


async def _look_again(feeds: Iterable[FeedCoordinator[Any]]) -> None:
    """Fetch what shows the effect of an action."""
    for feed in feeds:
        await feed.async_look_again()


@contextmanager
def translated(hass: HomeAssistant, entry: PortalConfigEntry) -> Iterator[None]:
    """Translate what may go wrong at the portal."""
    try:
        yield
    except InvalidInput as err:
        raise _invalid(err.key) from None
    except PortalError as err:
        if isinstance(err, AuthError):
            entry.async_start_reauth(hass)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=err.key,
            translation_placeholders=err.placeholders(),
        ) from None


def _find_kind(call: ServiceCall, kinds: tuple[type[Any], ...]) -> Held:
    """Return the one site that is meant among those that have one of the kinds.

    Where an account has it in several feeds, the portal's first one counts.
    """

    def feeds(entry: PortalConfigEntry) -> list[tuple[FeedCoordinator[Any], type[Any]]]:
        return [(each, kind) for kind in kinds for each in coordinators_of(entry, kind)]

    entry = _find_entry(call, lambda entry: any(f.sites for f, _ in feeds(entry)))
    device = _named_device(call)
    for coordinator, kind in feeds(entry):
        take = coordinator.feed.kinds[kind]
        meant = [site for site in coordinator.sites if _is_meant(entry, site, device)]
        # A site of another sort may have none of the kind.
        held = {
            site.key: take(coordinator.data[site.key])
            for site in meant
            if site.key in coordinator.data
        }
        sites = [site for site in meant if held.get(site.key, site) is not None]
        if len(sites) > 1:
            raise _invalid("choose_site")
        if meant and not (sites and sites[0].key in held):
            raise _invalid("no_data")
        if sites:
            return Held(coordinator, sites[0], held[sites[0].key])
    raise _invalid("choose_site")


def _find_site(call: ServiceCall, entry: PortalConfigEntry, at: type[Site]) -> Site:
    """Return the named site, or the only one of its sort in the account."""
    device = _named_device(call)
    sites = [
        site for site in entry.runtime_data.sites.data.values() if isinstance(site, at)
    ]
    named = [site for site in sites if _is_meant(entry, site, device)] or sites
    if len(named) != 1:
        raise _invalid("choose_site")
    return named[0]


def _is_meant(
    entry: PortalConfigEntry,
    site: Site,
    device: dr.DeviceEntry | dr.ChildDeviceEntry | None,
) -> bool:
    """Say whether a site is the named one, or none is named."""
    return device is None or device_identifier(entry, site.key) in device.identifiers


def _find_entry(
    call: ServiceCall, fits: Callable[[PortalConfigEntry], bool]
) -> PortalConfigEntry:
    """Return the account that is named, or the only one that fits."""
    entry_id = _named_entry(call)
    loaded = _loaded(call.hass, fits)
    if entry_id is not None:
        loaded = [entry for entry in loaded if entry.entry_id == entry_id]
    if not loaded:
        raise _invalid("no_account")
    if len(loaded) > 1:
        raise _invalid("choose_account")
    return loaded[0]


def _named_entry(call: ServiceCall) -> str | None:
    """Return the id of the account that a call names."""
    if device := _named_device(call):
        return device.primary_config_entry
    entry_id: str | None = call.data.get(ATTR_CONFIG_ENTRY_ID)
    return entry_id


def _loaded(
    hass: HomeAssistant, fits: Callable[[PortalConfigEntry], object]
) -> list[PortalConfigEntry]:
    """Return the loaded accounts that fit."""
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.state is ConfigEntryState.LOADED and fits(entry)
    ]


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
