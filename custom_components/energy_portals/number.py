"""Numbers."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Final, override

from homeassistant.components.number import NumberEntity, NumberMode
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .account.coordinator import PortalConfigEntry
from .account.devices import device_identifier
from .account.errors import translated
from .const import HISTORY
from .entities.adding import add_described
from .entities.controls import NumberRow
from .entities.entity import PortalEntity, unique_id
from .entities.settings import async_set
from .faces.tables import tables_of
from .history.currencies import Rate, foreign_of, rate_on, with_rate
from .portals.contract import Client, Site
from .portals.model.ledger_days import Ledger
from .services.rights import async_check_moves

PARALLEL_UPDATES = 1

_LEAST_RATE: Final = 0.000001
_MOST_RATE: Final = 999_999


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of an account, and the rate of its money in another currency."""
    runtime = entry.runtime_data
    tables = tables_of(entry)
    add_described(entry, tables.numbers, PortalNumber, async_add_entities, tables.shown)
    stands_for_it = (
        site
        for site in runtime.sites.data.values()
        if isinstance(site, runtime.portal.account)
    )
    if runtime.importer is not None and (site := next(stands_for_it, None)):
        _add_once_money_is_foreign(hass, entry, site, async_add_entities)


@callback
def _add_once_money_is_foreign(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    site: Site,
    add: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the rate when the account has money in one other currency."""
    feed, house, is_added = (
        entry.runtime_data.feeds[HISTORY],
        hass.config.currency,
        False,
    )

    @callback
    def follow() -> None:
        nonlocal is_added
        ledgers = (each for each in feed.data.values() if isinstance(each, Ledger))
        currency = foreign_of(entry.options.get(HISTORY, {}), ledgers, house)
        if not is_added and currency is not None:
            is_added = True
            add([ExchangeRateNumber(entry, site, currency, house)])

    follow()
    entry.async_on_unload(feed.async_follow(follow))


class PortalNumber(PortalEntity[float | None], NumberEntity):
    """A number of one site."""

    entity_description: NumberRow
    _unit: str | None = None

    @property
    @override
    def native_value(self) -> float | None:
        """Return the value in the unit of the description."""
        return self.shown_value

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Return the unit, which stays when the data that brought it goes."""
        row = self.entity_description
        if row.unit_fn is not None and (data := self.data) is not None:
            self._unit = row.unit_fn(data)
        return row.native_unit_of_measurement or self._unit

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set it."""
        row = self.entity_description
        if row.portal_fn is not None:
            await self._set_at_portal(row.portal_fn, value)
        elif row.change_fn is not None:
            await async_check_moves(self)
            await async_set(self, row.change_fn(value))

    async def _set_at_portal(
        self, change: Callable[[Client, float], Awaitable[None]], value: float
    ) -> None:
        """Have the portal change it, and show what it then has."""
        coordinator = self.coordinator
        client = coordinator.config_entry.runtime_data.client
        try:
            with translated(self.hass, coordinator.config_entry):
                await change(client, value)
        finally:
            # The portal may have done what it did not confirm.
            await coordinator.async_look_again()


class ExchangeRateNumber(NumberEntity):
    """What one of an account's currency is in the house's, from today on when set."""

    _attr_has_entity_name = True
    _attr_translation_key = "exchange_rate"
    _attr_entity_category = EntityCategory.CONFIG
    _attr_mode = NumberMode.BOX
    _attr_native_min_value = _LEAST_RATE
    _attr_native_max_value = _MOST_RATE
    _attr_native_step = _LEAST_RATE

    def __init__(
        self, entry: PortalConfigEntry, site: Site, currency: str, house: str
    ) -> None:
        """Take the account, the site that stands for it, and both currencies."""
        self._entry = entry
        self._currency = currency
        self._attr_unique_id = unique_id(entry, site.key, "exchange_rate")
        self._attr_native_unit_of_measurement = f"{house}/{currency}"
        self._attr_device_info = DeviceInfo(
            identifiers={device_identifier(entry, site.key)}
        )

    @property
    def _rate(self) -> Rate | None:
        """Return the rate that holds today."""
        options = self._entry.options.get(HISTORY, {})
        return rate_on(options, self._currency, dt_util.now().date())

    @property
    @override
    def native_value(self) -> float | None:
        """Return the rate that holds today."""
        return None if (held := self._rate) is None else held.rate

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, str | None]:
        """Return the day from which it holds; None where it always did."""
        held = self._rate
        since = None if held is None or held.since == date.min else held.since
        return {"since": None if since is None else since.isoformat()}

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Have it hold from today on; what was before keeps its rate."""
        entry, today = self._entry, dt_util.now().date()
        options = with_rate(
            entry.options.get(HISTORY, {}), self._currency, value, today
        )
        entries = self.hass.config_entries
        entries.async_update_entry(entry, options={**entry.options, HISTORY: options})
        entries.async_schedule_reload(entry.entry_id)
