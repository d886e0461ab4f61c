"""What of the house can be added surely: sources of prices, found by themselves."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.loader import IntegrationNotLoaded, async_get_loaded_integration
from homeassistant.util import dt as dt_util

from ...account.house_reader import HouseReader
from ...const import DOMAIN
from ...portals.home_assistant.green import measured
from ...portals.home_assistant.shapes import (
    ACTIONS,
    NO_FORECASTS,
    Asked,
    MoneyPerEnergy,
    PriceAction,
    common_unit,
    companions,
    has_sun,
    parts_of,
    recognised,
    told_unit,
)
from ...portals.home_assistant.shapes.sources import PLATFORMS, source_of
from ...portals.house import EntityState, House
from ...portals.http.errors import InvalidInput, PortalError
from ...portals.model.prices import Tax

_HOUR: Final = timedelta(hours=1)
# Whose entities are what people make of them.
_MADE: Final = frozenset({"command_line", "mqtt", "rest", "scrape", "sql", "template"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Prices of an action that can be added, as far as it is known what they are.

    `currency` is None where nothing tells it; a value of the reply divided by `divisor`
    is per kWh in it.
    """

    key: str
    title: str
    row: PriceAction
    entry_id: str
    target: str
    part: str = ""
    currency: str | None = None
    divisor: float = 1.0

    def asked(self, chosen: Mapping[str, object]) -> Asked:
        """Return what is asked for with what the user has chosen of it."""
        row = self.row
        return Asked(
            domain=row.domain,
            entry=self.target,
            part=self.part,
            kind=str(chosen.get("kind", row.kinds[0] if row.kinds else "")),
            currency=str(chosen.get("currency", self.currency)),
            divisor=self.divisor,
            tax=Tax(str(chosen.get("tax", row.taxes[0]))),
            step=int(str(chosen.get("step", row.steps[0]))) if row.steps else None,
        )


async def async_price_offers(hass: HomeAssistant) -> tuple[Offer, ...]:
    """Return the prices that integrations of the house surely have."""
    offers: list[Offer] = []
    for row in ACTIONS:
        for entry in hass.config_entries.async_loaded_entries(row.domain):
            if _is_the_one(hass, row):
                offers += [each async for each in _of_entry(hass, row, entry)]
    return tuple(offers)


@callback
def price_entities(hass: HomeAssistant) -> dict[str, str]:
    """Return the entities with prices of known integrations, or that people have made.

    Those are told by their unit: lists of much else could be read as prices.
    """
    house, entities = HouseReader(hass), dict[str, str]()
    for entity in er.async_get(hass).entities.values():
        if entity.platform not in PLATFORMS | _MADE or entity.disabled_by is not None:
            continue
        state = house.state(entity.entity_id)
        if state is None or not (source_of(state) or _is_made_price(state)):
            continue
        try:
            recognised((state,), house.zone, house.currency)
        except InvalidInput:
            continue
        entities[entity.entity_id] = _name(hass, entity.entity_id)
    return entities


def _is_made_price(state: EntityState) -> bool:
    """Say whether somebody has made an entity whose unit is that of a price."""
    return state.platform in _MADE and told_unit(state.unit) is not None


@callback
def green_entities(hass: HomeAssistant) -> dict[str, str]:
    """Return the entities that tell of the grid's greenness, and their names."""
    house = HouseReader(hass)
    states = (house.state(each) for each in hass.states.async_entity_ids())
    return {
        state.entity_id: _name(hass, state.entity_id)
        for state in states
        if state is not None
        and state.platform != DOMAIN
        and measured(state) is not None
    }


async def async_sun_entries(hass: HomeAssistant) -> dict[str, str]:
    """Return the config entries that forecast the sun, and their titles."""
    platforms = await HouseReader(hass).solar_platforms()
    return {
        entry.entry_id: entry.title
        for domain in platforms
        for entry in hass.config_entries.async_loaded_entries(domain)
    }


@callback
def sun_entities(hass: HomeAssistant) -> dict[str, str]:
    """Return the entities with a solar forecast in attributes, and their names."""
    return {
        state.entity_id: state.name
        for state in hass.states.async_all("sensor")
        if has_sun(state.attributes)
    }


@callback
def _name(hass: HomeAssistant, entity_id: str) -> str:
    """Return what an entity is called."""
    state = hass.states.get(entity_id)
    return entity_id if state is None else state.name


@callback
def with_companions(hass: HomeAssistant, entity_id: str) -> tuple[EntityState, ...]:
    """Return an entity, and those of its account with the rest of its prices.

    Raises InvalidInput where it is not there.
    """
    house, registry = HouseReader(hass), er.async_get(hass)
    if (state := house.state(entity_id)) is None:
        raise InvalidInput("entity_not_there")
    registered = registry.async_get(entity_id)
    if registered is None or registered.config_entry_id is None:
        return (state,)
    account = er.async_entries_for_config_entry(registry, registered.config_entry_id)
    others = (house.state(each.entity_id) for each in account)
    return (state, *companions(state, filter(None, others)))


@callback
def without_forecast(hass: HomeAssistant) -> str:
    """Return who knows the price of now alone, each with those of its market."""
    known = (
        f"{entry.title} ({', '.join(row.neighbours)})"
        if row.neighbours
        else entry.title
        for domain, row in NO_FORECASTS.items()
        for entry in hass.config_entries.async_loaded_entries(domain)
    )
    return "; ".join(known) or "-"


@callback
def _is_the_one(hass: HomeAssistant, row: PriceAction) -> bool:
    """Say whether a domain is the integration of the row, not another of its name."""
    try:
        integration = async_get_loaded_integration(hass, row.domain)
    except IntegrationNotLoaded:
        return False
    is_built_in: bool = integration.is_built_in
    has_action = hass.services.has_service(row.domain, row.action)
    return has_action and is_built_in is not row.custom


async def _of_entry(
    hass: HomeAssistant, row: PriceAction, entry: ConfigEntry
) -> AsyncIterator[Offer]:
    """Yield what one config entry offers."""
    for target, name in _targets(hass, row, entry):
        for part in await _parts(hass, row, entry):
            currency = row.currency or entry.data.get("currency")
            divisor = row.divisor
            unit = _unit_of(hass, entry, part) if row.by_entity else None
            if unit is not None:
                currency = unit.currency(currency, hass.config.currency)
                divisor = unit.divisor
            yield Offer(
                key=":".join((row.domain, target or entry.entry_id, part)),
                # A country is told by two small letters.
                title=f"{name} {part.upper() if part.islower() else part}".strip(),
                row=row,
                entry_id=entry.entry_id,
                target=target,
                part=part,
                currency=currency,
                divisor=divisor,
            )


@callback
def _targets(
    hass: HomeAssistant, row: PriceAction, entry: ConfigEntry
) -> Iterable[tuple[str, str]]:
    """Return what the action is asked about, and what to call it."""
    if row.entry != "device_id":
        return ((entry.entry_id if row.entry else "", entry.title),)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return tuple(
        (each.id, each.name_by_user or each.name or entry.title) for each in devices
    )


# What is the same for everybody.
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {"omie": ("es", "pt")}


async def _parts(
    hass: HomeAssistant, row: PriceAction, entry: ConfigEntry
) -> tuple[str, ...]:
    """Return the areas, countries or homes that the reply tells apart."""
    if not row.has_parts:
        return ("",)
    if row.domain in _PARTS:
        return _PARTS[row.domain]
    if isinstance(areas := entry.data.get("areas"), list):
        return tuple(map(str, areas))
    try:
        return await _told_parts(HouseReader(hass), row)
    except PortalError:
        return ()


async def _told_parts(house: House, row: PriceAction) -> tuple[str, ...]:
    """Return what the reply about today tells apart."""
    start = dt_util.utcnow()
    # By ISO 4217 that is no currency: none of the prices are read.
    anything = Asked(domain=row.domain, currency="XXX")
    (fields,) = row.requests(anything, start, start + _HOUR, house.zone)
    return parts_of(row, await house.call(row.domain, row.action, fields))


@callback
def _unit_of(
    hass: HomeAssistant, entry: ConfigEntry, part: str
) -> MoneyPerEnergy | None:
    """Return the unit that the integration's own sensors have; of a home, its."""
    devices = dr.async_get(hass)
    units: list[str | None] = []
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        device = devices.async_get(entity.device_id) if entity.device_id else None
        if not part or (device is not None and device.name == part):
            units.append(entity.unit_of_measurement)
    return common_unit(units)


async def async_chosen(hass: HomeAssistant, key: str) -> tuple[str, ...]:
    """Return what the Energy dashboard goes by under a key of its sources."""
    return tuple(_under(key, await HouseReader(hass).dashboard()))


def _under(key: str, place: object) -> Iterator[str]:
    """Yield the texts that stand under a key, however deep."""
    if isinstance(place, Mapping):
        held = place.get(key)
        texts = held if isinstance(held, list) else [held]
        yield from (each for each in texts if isinstance(each, str))
    inner = place.values() if isinstance(place, Mapping) else place
    if isinstance(inner, Iterable) and not isinstance(inner, str):
        for each in inner:
            yield from _under(key, each)
