"""Adding what energy costs that the house measures already."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    StatisticSelector,
    StatisticSelectorConfig,
)
import voluptuous as vol

from ...account.house_reader import HouseReader
from ...account.missing import title_of_source
from ...account.named import entity_of, lasting_name
from ...account.sources import source, sources
from ...const import HISTORY
from ...portals.home_assistant.known_prices import Direction
from ...portals.http.errors import InvalidInput
from ...portals.model.price_days import PriceOutlook
from ..forms import TEXT, refolded, unfolded
from ..steps import Fields, Step, UserInput
from .adding import Adding, labelled, worded
from .flow_power import called

# Of most sources, nothing is told of longer ago; who knows better says so.
_YEARS: Final = 1


_ENERGY: Final = {
    vol.Required("statistic"): StatisticSelector(StatisticSelectorConfig()),
    vol.Required("direction"): worded(Direction, "house_direction"),
    vol.Optional("name"): TEXT,
    vol.Required("further"): section(
        vol.Schema(
            {
                vol.Required("standing"): BooleanSelector(),
                vol.Required("years"): NumberSelector(
                    NumberSelectorConfig(min=0, max=10, mode=NumberSelectorMode.BOX)
                ),
            }
        ),
        {"collapsed": True},
    ),
}


class EnergySteps:
    """From a statistic and prices to what they cost."""

    def __init__(self, adding: Adding) -> None:
        """Take the end of the way."""
        self._adding = adding
        self._flow = adding.flow
        self.steps: Mapping[str, Step[ConfigFlowResult]] = {"house_energy": self._ask}

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask which energy it is, and by which prices it is paid."""
        hass = self._flow.hass
        if "recorder" not in hass.config.components:
            return self._flow.async_abort(reason="no_recorder")
        held = self._held()
        prices = _offered(hass, held.get("price"))
        if not prices:
            return self._flow.async_abort(reason="no_prices")
        errors: dict[str, str] = {}
        user_input = user_input and unfolded(user_input)
        if user_input is not None:
            try:
                await _check(hass, user_input)
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                return await self._add(user_input)
        likely = {
            "price": next(iter(prices)),
            "direction": Direction.CONSUMPTION.value,
            "standing": True,
            "years": _YEARS,
        }
        shown = {**likely, **held} if user_input is None else user_input
        return self._flow.async_show_form(
            step_id="house_energy",
            data_schema=self._flow.add_suggested_values_to_schema(
                vol.Schema({**_ENERGY, vol.Required("price"): labelled(prices)}),
                refolded(shown),
            ),
            errors=errors,
        )

    async def _add(self, user_input: Fields) -> ConfigFlowResult:
        """Add it, or go by something else from now on."""
        hass, statistic = self._flow.hass, user_input["statistic"]
        data = {
            "what": "energy",
            "statistic": lasting_name(hass, statistic),
            **{key: user_input[key] for key in ("price", "direction", "standing")},
        }
        name = user_input.get("name", "").strip() or called(hass, statistic)
        history = {**self._history(), "years": int(user_input["years"])}
        return await self._adding.finish(name, data, {HISTORY: history})

    def _held(self) -> dict[str, object]:
        """Return what was entered before, as forms show it."""
        if self._flow.source != SOURCE_RECONFIGURE:
            return {}
        data = self._flow.reconfigure_entry().data
        shown = {"statistic": _shown(self._flow.hass, data["statistic"])}
        return {**data, **self._history(), **shown}

    def _history(self) -> Fields:
        """Return what was chosen before of how far back it goes."""
        if self._flow.source != SOURCE_RECONFIGURE:
            return {}
        history: Fields = self._flow.reconfigure_entry().options.get(HISTORY, {})
        return history


@callback
def _offered(hass: HomeAssistant, held: object) -> dict[str, str]:
    """Return the sources of prices, and what to call them; one that is held as well."""
    keys = [each.key for each in sources(hass, PriceOutlook)]
    if isinstance(held, str) and held not in keys:
        keys.append(held)
    return {key: title_of_source(hass, key) for key in keys}


@callback
def _shown(hass: HomeAssistant, statistic: str) -> str:
    """Return a statistic as forms show it."""
    return statistic if ":" in statistic else entity_of(hass, statistic) or statistic


async def _check(hass: HomeAssistant, chosen: Fields) -> None:
    """Refuse what cannot be paid for; raises InvalidInput."""
    if not await HouseReader(hass).counts_energy(chosen["statistic"]):
        raise InvalidInput("no_energy")
    prices = source(hass, PriceOutlook, chosen["price"])
    is_sold = chosen["direction"] == Direction.FEED_IN
    if is_sold and prices is not None and prices.data.export is None:
        raise InvalidInput("no_feed_in_price")
