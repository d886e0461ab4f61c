"""The Energy dashboard: which meters of an account it lacks, and adding them.

Whoever has chosen something there keeps it: sources are added, and never changed.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN, ENERGY_DASHBOARD
from ..portals.contract import Client, Site
from ..portals.history import History, Medium
from ..portals.model.ledger import COMPENSATION, CONSUMPTION, COST, FEED_IN, STANDARD
from ..portals.model.ledger_days import Ledger

if TYPE_CHECKING:
    from homeassistant.components.energy.data import EnergyManager
    from homeassistant.components.energy.validate import EnergyPreferencesValidation

_SOURCES: Final = "energy_sources"
_DEVICES: Final = "device_consumption"
# Under these keys a source of any type names what it counts.
_COUNTED: Final = ("stat_energy_from", "stat_energy_to", "stat_consumption")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A meter, or a device, that the dashboard may have: as it is kept there.

    `statistics` are what it counts, by their ids; `foreign` is the currency of costs
    that are left out.
    """

    name: str
    where: str
    source: Mapping[str, object]
    foreign: str | None = None


def meters_of(
    history: History[Client],
    sites: Mapping[str, Site],
    ledgers: Mapping[str, Ledger],
    house: str,
) -> Iterator[Meter]:
    """Yield what an account's import has for the dashboard of a house's currency.

    A site of which the first import is under way is not among it.
    """
    for key, ledger in ledgers.items():
        if (site := sites.get(key)) is None or not ledger.is_complete:
            continue
        part, medium = history.part_key(site), history.medium(site)
        own = {k: days.statistic_id for k, days in ledger.by_series.items()}
        if part is None and medium is not None:
            yield from _meter(site, ledger, own, medium, house)
        for series, days in ledger.by_series.items():
            is_device = series not in STANDARD if part is None else series == part
            if is_device and days.series.is_energy:
                name = site.name if part else days.series.name or series
                source = {"stat_consumption": days.statistic_id, "name": name}
                yield Meter(name=name, where=_DEVICES, source=source)


def _meter(
    site: Site, ledger: Ledger, ids: Mapping[str, str], medium: Medium, house: str
) -> Iterator[Meter]:
    """Yield a meter, if it counts anything."""
    drawn, fed_in = ids.get(CONSUMPTION), ids.get(FEED_IN)
    money = {
        key: ids[key] if ledger.by_series[key].series.unit == house else None
        for key in (COST, COMPENSATION)
        if key in ids
    }
    left_out = (key for key, own in money.items() if own is None)
    foreign = [ledger.by_series[key].series.unit for key in left_out]
    source: dict[str, object] = {"type": medium.value, "name": site.name}
    if medium is Medium.ELECTRICITY:
        if drawn is None and fed_in is None:
            return
        source |= {
            "stat_energy_from": drawn,
            "stat_energy_to": fed_in,
            "stat_cost": money.get(COST) if drawn else None,
            "entity_energy_price": None,
            "number_energy_price": None,
            "stat_compensation": money.get(COMPENSATION) if fed_in else None,
            "entity_energy_price_export": None,
            "number_energy_price_export": None,
            "cost_adjustment_day": 0.0,
        }
    elif drawn is None:
        return
    else:
        source |= {
            "stat_energy_from": drawn,
            "stat_cost": money.get(COST),
            "entity_energy_price": None,
            "number_energy_price": None,
        }
    yield Meter(
        name=site.name,
        where=_SOURCES,
        source=source,
        foreign=foreign[0] if foreign else None,
    )


def missing(meters: Iterable[Meter], preferences: Mapping[str, Any]) -> list[Meter]:
    """Return the meters of which the dashboard has nothing."""
    used = {
        each.get(key)
        for kept in (_SOURCES, _DEVICES)
        for each in preferences.get(kept, ())
        for key in _COUNTED
    }
    return [
        meter
        for meter in meters
        if not used & {meter.source.get(key) for key in _COUNTED} - {None}
    ]


def with_added(
    meters: Iterable[Meter], preferences: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Return what preferences are with these meters beside all that there is."""
    update = {key: [*preferences.get(key, ())] for key in (_SOURCES, _DEVICES)}
    for meter in meters:
        update[meter.where].append(dict(meter.source))
    return update


class Dashboard:
    """What an account may add to the Energy dashboard."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Take the account."""
        self._hass = hass
        self._entry = entry

    async def offer(self, meters: Iterable[Meter]) -> None:
        """Offer to add the meters that are missing, as long as there are some."""
        lacks = await self.missing(meters)
        # Appliances alone are no reason to ask.
        if any(each.where == _SOURCES for each in lacks):
            self._ask(lacks)
        else:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue)

    @callback
    def _ask(self, lacks: list[Meter]) -> None:
        """Raise the issue; whoever ignored it has it ignored still."""
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue,
            data={"entry_id": self._entry.entry_id, "key": ENERGY_DASHBOARD},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ENERGY_DASHBOARD,
            translation_placeholders={
                "account": self._entry.title,
                "count": str(len(lacks)),
            },
        )

    async def missing(self, meters: Iterable[Meter]) -> list[Meter]:
        """Return the meters that the dashboard lacks now."""
        if (manager := await self._manager()) is None:
            return []
        return missing(meters, manager.data or manager.default_preferences())

    async def add(self, meters: Iterable[Meter]) -> list[str]:
        """Add the meters that are missing still; return what is wrong with any."""
        if (manager := await self._manager()) is None:
            return []
        preferences = manager.data or manager.default_preferences()
        lacks = missing(meters, preferences)
        update: Any = with_added(lacks, preferences)
        await manager.async_update(update)
        ir.async_delete_issue(self._hass, DOMAIN, self._issue)
        validate = await self._hass.async_add_import_executor_job(_validate)
        told = (await validate(self._hass)).as_dict()
        count = len(lacks)
        return sorted(
            {
                str(issue["type"])
                for where in (_SOURCES, _DEVICES)
                for issues in told[where][-count:]
                for issue in issues
            }
        )

    @property
    def _issue(self) -> str:
        """Return the id of the issue."""
        return f"{ENERGY_DASHBOARD}:{self._entry.entry_id}"

    async def _manager(self) -> EnergyManager | None:
        """Return what keeps the dashboard's preferences, None where there is none."""
        if "energy" not in self._hass.config.components:
            return None
        get = await self._hass.async_add_import_executor_job(_get_manager)
        return await get(self._hass)


def _get_manager() -> Callable[[HomeAssistant], Awaitable[EnergyManager]]:
    from homeassistant.components.energy.data import async_get_manager

    return async_get_manager


def _validate() -> Callable[[HomeAssistant], Awaitable[EnergyPreferencesValidation]]:
    from homeassistant.components.energy.validate import async_validate

    return async_validate
