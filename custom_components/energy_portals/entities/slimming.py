"""What was on by default before this version and is not now goes off, once.

Whatever somebody has changed, exposed or uses stays on. It is looked at when Home
Assistant has started, because dashboards and automations are not there before.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
import logging
import re
from typing import TYPE_CHECKING, Final

from homeassistant.components.homeassistant.exposed_entities import KNOWN_ASSISTANTS
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.start import async_at_started
from homeassistant.util import slugify

from ..account.coordinator import PortalConfigEntry
from ..const import MINOR_VERSION
from ..portals.contract import Site
from .adding import async_all_shown
from .shown import Shown, is_shown

if TYPE_CHECKING:
    from .in_use import InUse

_LOGGER = logging.getLogger(__name__)

# What earlier versions had off, so that somebody has enabled what is on of it.
_OFF_BEFORE: Final = frozenset(
    {
        "blocked_because",
        "car_gross_capacity",
        "comparison_highest_last_month",
        "comparison_lowest_last_month",
        "comparison_own_last_month",
        "comparison_position_last_month",
        "contract_number",
        "customer_account_number",
        "customer_number",
        "customer_type",
        "email",
        "energy_change_last_seven_days",
        "energy_change_this_month",
        "energy_change_this_week",
        "hours_to_report",
        "incentive_level",
        "incentive_percentile",
        "incentive_rank",
        "last_push",
        "market_location",
        "mean_incentive_today",
        "median_incentive_today",
        "median_price_today",
        "mobile",
        "peak_at",
        "peak_this_month_at",
        "phone",
        "power_measured_at",
        "previous_incentive",
        "solar_peak_tomorrow",
    }
)
# Appliances, in all periods but the running month.
_APPLIANCE_OFF_BEFORE: Final = re.compile(
    "energy_(yesterday|last_seven_days|this_week|last_week|last_month)_."
)
# What a user may have chosen for how a value is shown.
_CHOSEN: Final = frozenset({"display_precision", "unit_of_measurement"})


@callback
def async_slim_once(
    hass: HomeAssistant, entry: PortalConfigEntry, shown: Shown
) -> None:
    """Turn off what an earlier version had on, once Home Assistant has started.

    To be called for an account of before, and before its entities are added, which
    gives them the names of today.
    """
    registry = er.async_get(hass)
    before = er.async_entries_for_config_entry(registry, entry.entry_id)

    @callback
    def begin(_: HomeAssistant) -> None:
        slimming = _slim(hass, entry, shown, before)
        entry.async_create_background_task(hass, slimming, "slim")

    entry.async_on_unload(async_at_started(hass, begin))


async def _slim(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    shown: Shown,
    before: list[er.RegistryEntry],
) -> None:
    """Turn off what nobody has touched or uses of what is off by default now.

    What is turned off before it is added would leave a state behind.
    """
    await async_all_shown(entry)
    sites = entry.runtime_data.sites.data
    merely_on = [
        each
        for each in before
        if each.disabled_by is None
        and (site := _site_of(entry, each, sites)) is not None
        and not is_shown(entry, shown, site, each.translation_key)
        and not was_off(each.translation_key or "")
        and not _is_touched(each)
    ]
    if merely_on:
        look = await hass.async_add_executor_job(_in_use)
        try:
            in_use = await look(hass)
        except (HomeAssistantError, NotImplementedError, OSError) as err:
            _LOGGER.warning(
                "Entities of %s that are off by default now stay on: what uses them"
                " cannot be read (%s)",
                *(entry.title, type(err).__name__),
            )
        else:
            _turn_off(hass, (each for each in merely_on if not in_use.has(each)))
    hass.config_entries.async_update_entry(entry, minor_version=MINOR_VERSION)


def was_off(key: str) -> bool:
    """Say whether earlier versions had an entity off, by its translation key."""
    return key in _OFF_BEFORE or _APPLIANCE_OFF_BEFORE.match(key) is not None


def _site_of(
    entry: PortalConfigEntry, entity: er.RegistryEntry, sites: Mapping[str, Site]
) -> Site | None:
    """Return the site of an entity, None where it is not there now."""
    fitting = (
        site
        for key, site in sites.items()
        if entity.unique_id.startswith(f"{entry.unique_id}:{key}:")
    )
    return max(fitting, key=lambda site: len(site.key), default=None)


def _is_touched(entity: er.RegistryEntry) -> bool:
    """Say whether the user has named, moved, exposed or otherwise changed an entity."""
    shown_as: Mapping[str, object] = entity.options.get(entity.domain, {})
    return bool(
        entity.name
        or entity.icon
        or entity.area_id
        or entity.labels
        or entity.categories
        or entity.device_class
        or entity.hidden_by is er.RegistryEntryHider.USER
        or any(isinstance(alias, str) for alias in entity.aliases)
        or _CHOSEN & shown_as.keys()
        or _is_exposed(entity)
        or _has_own_id(entity)
    )


def _is_exposed(entity: er.RegistryEntry) -> bool:
    """Say whether an assistant has it."""
    return any(
        entity.options[each].get("should_expose")
        for each in KNOWN_ASSISTANTS
        if each in entity.options
    )


def _has_own_id(entity: er.RegistryEntry) -> bool:
    """Say whether its id is not the one that it was given, after its name."""
    if entity.object_id_base is None:
        return False
    _, _, given = entity.entity_id.partition(".")
    own = re.escape(slugify(entity.object_id_base))
    return re.search(rf"(^|_){own}(_\d+)?$", given) is None


@callback
def _turn_off(hass: HomeAssistant, entities: Iterable[er.RegistryEntry]) -> None:
    """Turn entities off as they would be if they were new; no history is lost."""
    registry = er.async_get(hass)
    for each in entities:
        if (now := registry.async_get(each.id)) is not None and not now.disabled:
            registry.async_update_entity(
                now.entity_id, disabled_by=er.RegistryEntryDisabler.INTEGRATION
            )


def _in_use() -> Callable[[HomeAssistant], Awaitable[InUse]]:
    """Import what looks through the house: it is needed once."""
    from .in_use import async_in_use

    return async_in_use
