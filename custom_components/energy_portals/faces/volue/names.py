"""What the portal's records are called: it has no names of them, but kinds."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectOptionDict
from homeassistant.helpers.translation import async_get_translations

from ...const import DOMAIN
from ...portals.volue.listed import ListedRecord
from ...portals.volue.models import LocationType, ResourceType

_PLACE: Final = "place"
_DEVICE: Final = "device"
_KINDS: Final[Mapping[str, str]] = {
    LocationType.RESIDENTIAL: "home",
    LocationType.COMMERCIAL: "business",
    LocationType.UNKNOWN: _PLACE,
    LocationType.OTHER: _PLACE,
    ResourceType.VEHICLE: "car",
    ResourceType.CHARGER: "charger",
    ResourceType.HOT_WATER_TANK: "hot_water",
    ResourceType.HVAC: "heating",
    ResourceType.SOLAR_INVERTER: "solar",
}


async def names_of(
    hass: HomeAssistant, records: Iterable[ListedRecord]
) -> dict[str, str]:
    """Return a name for each record, by its key, in the language of the house."""
    kind = "selector"
    texts = await async_get_translations(hass, hass.config.language, kind, {DOMAIN})
    names: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for each in records:
        what = _KINDS.get(each.kind, _DEVICE)
        name = texts[f"component.{DOMAIN}.{kind}.volue_name.options.{what}"]
        seen[name] += 1
        names[each.key] = name if seen[name] == 1 else f"{name} {seen[name]}"
    return names


async def offered(
    hass: HomeAssistant, records: Iterable[ListedRecord]
) -> list[SelectOptionDict]:
    """Return records to choose from; how the id begins tells which is which."""
    records = tuple(records)
    names = await names_of(hass, records)
    return [
        SelectOptionDict(value=each.key, label=f"{names[each.key]} ({each.code})")
        for each in records
    ]
