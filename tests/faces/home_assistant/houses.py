"""Other integrations of the house: their actions and entities, with our numbers."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
)

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from tests.folded import placed

MARKET = ZoneInfo("Europe/Oslo")
QUARTER = timedelta(minutes=15)
# 12:00 in Oslo: tomorrow comes in an hour.
NOON = datetime(2026, 11, 30, 11, tzinfo=UTC)


class NordPool:
    """Core's Nord Pool as its action answers, per MWh; it notes what is asked."""

    def __init__(self, hass: HomeAssistant, *areas: str) -> None:
        """Be set up with these areas."""
        self.hass = hass
        self.calls: list[str] = []
        self.last = date(2026, 11, 30)
        self.fails = False
        mock_integration(hass, MockModule("nordpool"), built_in=True)
        self.entry = MockConfigEntry(
            domain="nordpool",
            title="Nord Pool",
            data={"areas": list(areas), "currency": "NOK"},
        )
        self.entry.add_to_hass(hass)
        self.entry.mock_state(hass, ConfigEntryState.LOADED)
        hass.services.async_register(
            *("nordpool", "get_prices_for_date", self._answer),
            supports_response=SupportsResponse.ONLY,
        )

    async def _answer(self, call: ServiceCall) -> ServiceResponse:
        """Answer for a day; of one that is not published, with nothing."""
        day = date.fromisoformat(call.data["date"])
        self.calls.append(f"{day}")
        if self.fails:
            raise ServiceValidationError(
                translation_domain="nordpool", translation_key="connection_error"
            )
        return {
            area: [
                {
                    "start": start.isoformat(),
                    "end": (start + QUARTER).isoformat(),
                    "price": price(start) * 1000,
                }
                for start in (quarters(day) if day <= self.last else ())
            ]
            for area in call.data["areas"]
        }


def quarters(day: date, zone: ZoneInfo = MARKET) -> list[datetime]:
    """Return when the quarters of a local day begin, in UTC."""
    start, end = (
        datetime(each.year, each.month, each.day, tzinfo=zone).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    return [start + QUARTER * n for n in range((end - start) // QUARTER)]


def price(start: datetime) -> float:
    """Return the price of a quarter per kWh, another one for each of a day."""
    n = (start - datetime(2026, 1, 1, tzinfo=UTC)) // QUARTER
    return round(0.4 + (n * 37 % 96) / 256, 8)


def entity(
    hass: HomeAssistant,
    platform: str,
    unique_id: str,
    state: str,
    attributes: Mapping[str, Any],
    *,
    domain: str = "sensor",
    entry: MockConfigEntry | None = None,
) -> str:
    """Write an entity as another integration does; return its id."""
    registry = er.async_get(hass)
    if entry is not None and entry.entry_id not in {
        each.entry_id for each in hass.config_entries.async_entries()
    }:
        entry.add_to_hass(hass)
    registered = registry.async_get_or_create(
        *(domain, platform, unique_id), config_entry=entry
    )
    hass.states.async_set(registered.entity_id, state, attributes)
    return registered.entity_id


def source_of(hass: HomeAssistant, name: str, **source: Any) -> MockConfigEntry:
    """Return a source of the house that is added but not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=name,
        data={CONF_VENDOR: "home_assistant", "name": name, **source},
        unique_id=f"home_assistant:{name}",
    )
    entry.add_to_hass(hass)
    return entry


async def begin(hass: HomeAssistant, step: str = "house_prices") -> ConfigFlowResult:
    """Choose Home Assistant in the menu, and what of it."""
    flow = hass.config_entries.flow
    result = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    for each in ("home_assistant", step):
        chosen = {"next_step_id": each}
        result = await flow.async_configure(result["flow_id"], chosen)
    return result


async def reconfigure(hass: HomeAssistant, entry: ConfigEntry) -> ConfigFlowResult:
    """Begin to change a source."""
    context = {"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    return await hass.config_entries.flow.async_init(DOMAIN, context=context)


async def enter(
    hass: HomeAssistant, result: ConfigFlowResult, **form: Any
) -> ConfigFlowResult:
    """Fill in what is shown."""
    answer = await hass.config_entries.flow.async_configure(
        result["flow_id"], placed(result, form)
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    return answer


def options_of(result: ConfigFlowResult) -> dict[str, str]:
    """Return what the only list of a form offers, by its value."""
    (selector,) = result["data_schema"].schema.values()
    return {each["value"]: each["label"] for each in selector.config["options"]}
