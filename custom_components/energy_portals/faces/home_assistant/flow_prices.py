"""Adding prices of the house: found, or of an entity, looked at before they count."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
import msgspec
import voluptuous as vol

from ...account.house_reader import HouseReader
from ...account.named import lasting_name
from ...portals.home_assistant.prices import PRICES, entities_told, joined, told
from ...portals.home_assistant.shapes import Question, Reading, Recognised, recognised
from ...portals.house import EntityState
from ...portals.http.errors import InvalidInput, PortalError, Unavailable
from ...portals.model.periods import midnight
from ...portals.model.plain import plain
from ...portals.model.prices import PriceSeries, PriceSlot, Tax
from ..forms import TEXT
from ..forms_paying import PaySteps
from ..steps import Fields, Step, UserInput
from .adding import Adding, currency_of, labelled, some_of, titled, worded
from .offers import (
    Offer,
    async_price_offers,
    price_entities,
    with_companions,
    without_forecast,
)

_DAY: Final = timedelta(days=1)
# Stands in the list of offers for an entity that the user names.
_ENTITY: Final = "entity"
# How many holes are shown.
_SHOWN: Final = 5
_DIVISORS: Final = (1.0, 100.0, 1e3, 1e5, 1e7)
_ONE_ENTITY: Final = vol.Schema({vol.Required("entity"): EntitySelector()})
_CONFIRM: Final = vol.Schema(
    {vol.Required("name"): TEXT, vol.Required("on_top"): BooleanSelector()}
)


class PriceSteps:
    """From what there is to prices that the user has seen."""

    # What was chosen, unless it is a way to read entities.
    _offer: Offer

    def __init__(self, adding: Adding) -> None:
        """Take the end of the way."""
        self._adding = adding
        self._flow = adding.flow
        self._offers: dict[str, Offer] = {}
        self._entities: dict[str, str] = {}
        self._states: tuple[EntityState, ...] = ()
        self._ways: dict[str, Recognised] = {}
        self._way: Recognised | None = None
        self._source: dict[str, object] = {}
        self._title = ""
        self._prices = PriceSeries("")
        self._paying = PaySteps(self._flow, self._finish)
        self.steps: Mapping[str, Step[ConfigFlowResult]] = {
            "house_prices": self._offered,
            "house_entity": self._entity,
            "house_way": self._which,
            "house_choices": self._choices,
            "house_confirm": self._confirm,
            **self._paying.steps,
        }

    async def _offered(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Offer the prices that are surely there, and any entity."""
        if not self._offers:
            offers = await async_price_offers(self._flow.hass)
            self._offers = {each.key: each for each in offers}
            self._entities = price_entities(self._flow.hass)
        if not self._offers and not self._entities:
            return await self._entity()
        if user_input is None:
            return self._show_offers({})
        source = user_input["source"]
        if source == _ENTITY:
            return await self._entity()
        if source in self._entities:
            return await self._entity({"entity": source})
        self._offer, self._way = self._offers[source], None
        self._title = self._offer.title
        return await self._choices()

    def _show_offers(self, errors: dict[str, str]) -> ConfigFlowResult:
        """Show what was found."""
        titles = {key: each.title for key, each in self._offers.items()}
        options = {**titles, **self._entities, _ENTITY: "…"}
        return self._flow.async_show_form(
            step_id="house_prices",
            data_schema=self._flow.add_suggested_values_to_schema(
                vol.Schema({vol.Required("source"): _offers(options)}),
                {"source": next(iter(options))},
            ),
            errors=errors,
            description_placeholders={"others": without_forecast(self._flow.hass)},
        )

    async def _entity(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask for an entity, and find out how it is read."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._look_at(user_input["entity"])
            except InvalidInput as err:
                errors["base"] = err.key
            else:
                return await self._which()
        return self._flow.async_show_form(
            step_id="house_entity",
            data_schema=self._flow.add_suggested_values_to_schema(
                _ONE_ENTITY, user_input
            ),
            errors=errors,
            description_placeholders={"others": without_forecast(self._flow.hass)},
        )

    def _look_at(self, entity_id: str) -> None:
        """Find out how an entity may be read; raises InvalidInput."""
        hass = self._flow.hass
        house = HouseReader(hass)
        self._states = with_companions(hass, entity_id)
        ways = recognised(self._states, house.zone, house.currency)
        self._ways = {each.name: each for each in ways}
        self._title = entity_id
        if (state := hass.states.get(entity_id)) is not None:
            self._title = state.name

    async def _which(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask which of several lists it is, where there are several."""
        ways = self._ways
        if len(ways) > 1 and user_input is None:
            options = {
                name: f"{name}: {_shortly(each.prices.prices)}"
                for name, each in ways.items()
            }
            return self._flow.async_show_form(
                step_id="house_way",
                data_schema=vol.Schema({vol.Required("way"): labelled(options)}),
                description_placeholders={"source": self._title},
            )
        name = next(iter(ways)) if user_input is None else user_input["way"]
        self._way = ways[name]
        return await self._choices()

    async def _choices(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask what nothing tells of the prices, if there is anything."""
        way = self._way
        choices = self._open_of_offer() if way is None else _open_of_way(way)
        errors: dict[str, str] = {}
        if user_input is not None or not choices:
            try:
                await self._read(user_input or {})
            except (PortalError, InvalidInput) as err:
                errors["base"] = err.key
            else:
                return await self._confirm()
        if not choices:
            return self._show_offers(errors)
        likely = {key: each[0] for key, each in choices.items()}
        return self._flow.async_show_form(
            step_id="house_choices",
            data_schema=self._flow.add_suggested_values_to_schema(
                _choices_form(choices), likely if user_input is None else user_input
            ),
            errors=errors,
            description_placeholders={"source": self._title},
        )

    def _open_of_offer(self) -> dict[str, list[str]]:
        """Return what is open of an action's prices, the likeliest first."""
        row = self._offer.row
        choices = {
            "tax": [each.value for each in row.taxes],
            "kind": list(row.kinds),
            "step": [str(each) for each in row.steps],
        }
        choices = {key: each for key, each in choices.items() if len(each) > 1}
        if self._offer.currency is None:
            choices["currency"] = [self._flow.hass.config.currency]
        return choices

    async def _read(self, chosen: Fields) -> None:
        """Read the prices by what is chosen; raises PortalError or InvalidInput."""
        if "currency" in chosen:
            chosen = {**chosen, "currency": currency_of(chosen["currency"])}
        way = self._way
        self._prices = await (
            self._of_offer(chosen) if way is None else self._of_way(way, chosen)
        )
        if not self._prices.slots.slots:
            raise Unavailable(PRICES, "no prices")

    async def _of_offer(self, chosen: Fields) -> PriceSeries:
        """Return what the action says of today and tomorrow."""
        asked = self._offer.asked(chosen)
        house = HouseReader(self._flow.hass)
        today = dt_util.now().date()
        start, end = (midnight(today + n * _DAY, house.zone) for n in (0, 2))
        readings = await told(house, asked, start, end)
        self._source = {
            "what": "prices",
            "asked": plain(asked),
            "entries": [self._offer.entry_id],
        }
        return joined(None, readings)

    async def _of_way(self, way: Recognised, chosen: Fields) -> PriceSeries:
        """Return what the entities say."""
        reading = chosen_reading(way.reading, chosen)
        hass = self._flow.hass
        names = [lasting_name(hass, each.entity_id) for each in self._states]
        self._source = {
            "what": "prices",
            "entities": names,
            "reading": reading.as_dict(),
        }
        return joined(None, (entities_told(HouseReader(hass), reading, names),))

    async def _confirm(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Show how the prices are read, and ask what they are called."""
        if user_input is not None:
            self._title = user_input["name"].strip() or self._title
            if user_input["on_top"]:
                self._paying.about(self._prices)
                return await self._paying.steps["pay_form"](None)
            return await self._finish(None)
        shown, slots = self._shown(), self._prices.slots
        is_whole = self._prices.tax is Tax.INCLUDED
        return self._flow.async_show_form(
            step_id="house_confirm",
            data_schema=self._flow.add_suggested_values_to_schema(
                _CONFIRM, {"name": self._title, "on_top": not is_whole}
            ),
            description_placeholders={
                "first": shown["first"],
                "last": shown["last"],
                "lowest": shown["lowest"],
                "highest": shown["highest"],
                "now": shown["now"],
                "count": str(len(slots)),
                "holes": _holes(slots.slots),
            },
        )

    async def _finish(self, options: Fields | None) -> ConfigFlowResult:
        """Add the prices, with what is paid on top where that was said."""
        on_top = None if options is None else {PRICES: dict(options)}
        return await self._adding.finish(self._title, self._source, on_top)

    def _shown(self) -> dict[str, str]:
        """Return the prices that tell most of how they are read."""
        slots = self._prices.slots.slots
        value = attrgetter("value.value")
        held = {
            "first": slots[0],
            "last": slots[-1],
            "lowest": min(slots, key=value),
            "highest": max(slots, key=value),
            "now": self._prices.slots.at(dt_util.utcnow()),
        }
        told = {key: _line(each, self._prices.unit) for key, each in held.items()}
        if self._way is not None and (state := self._states[0]).state is not None:
            written = " ".join(filter(None, (state.state, state.unit)))
            told["now"] += f" ({state.entity_id}: {written})"
        return told


def _open_of_way(way: Recognised) -> dict[str, list[str]]:
    """Return what is open of an entity's prices, the likeliest first."""
    asked, reading = way.questions, way.reading
    choices: dict[str, list[str]] = {}
    if Question.CURRENCY in asked:
        choices["currency"] = [reading.currency]
    if Question.UNIT in asked:
        choices["divisor"] = _likeliest_first(
            [f"{each:.0f}" for each in sorted({*_DIVISORS, reading.divisor})],
            f"{reading.divisor:.0f}",
        )
    if Question.TAX in asked:
        every = [each.value for each in Tax]
        choices["tax"] = _likeliest_first(every, reading.tax.value)
    if Question.PREDICTED in asked:
        choices["certainty"] = ["predicted", "published"]
    return choices


def _offers(options: Mapping[str, str]) -> SelectSelector:
    """Return what is there to choose from, the last of it in words."""
    return SelectSelector(
        SelectSelectorConfig(
            options=titled(options),
            mode=SelectSelectorMode.LIST,
            translation_key="house_offer",
        )
    )


def _choices_form(choices: Mapping[str, Sequence[str]]) -> vol.Schema:
    """Return the form of what is open."""
    return some_of(
        vol.Schema(
            {
                vol.Required("tax"): worded(choices.get("tax", ()), "house_tax"),
                vol.Required("kind"): worded(choices.get("kind", ()), "house_kind"),
                vol.Required("step"): worded(choices.get("step", ()), "house_step"),
                vol.Required("currency"): TEXT,
                vol.Required("divisor"): worded(
                    choices.get("divisor", ()), "house_divisor"
                ),
                vol.Required("certainty"): worded(
                    choices.get("certainty", ()), "house_certainty"
                ),
            }
        ),
        choices,
    )


def _likeliest_first(every: list[str], likeliest: str) -> list[str]:
    """Return choices, the likeliest before the others."""
    return sorted(every, key=lambda each: each != likeliest)


def _holes(slots: Sequence[PriceSlot]) -> str:
    """Return where prices are missing between others, as it is shown."""
    holes = [
        f"{_time(slot.end)} - {_time(later.start)}"
        for slot, later in pairwise(slots)
        if slot.end < later.start
    ]
    return ", ".join(holes[:_SHOWN]) or "-"


def chosen_reading(reading: Reading, chosen: Fields) -> Reading:
    """Return a reading with what the user has said of it."""
    changed: dict[str, object] = {}
    if "currency" in chosen:
        changed["currency"] = chosen["currency"]
    if "divisor" in chosen:
        changed["divisor"] = float(chosen["divisor"])
    if "tax" in chosen:
        changed["tax"] = Tax(chosen["tax"])
    if "certainty" in chosen:
        changed["is_predicted"] = chosen["certainty"] == "predicted"
    if changed.get("divisor", reading.divisor) != reading.divisor:
        # It was the state by another unit than the one that is chosen.
        changed["proved"] = False
    return msgspec.structs.replace(reading, **changed)


def _shortly(prices: PriceSeries) -> str:
    """Return what tells a list of prices from another."""
    values = [slot.value.value for slot in prices.slots]
    return f"{len(values)} x {min(values):.4f} … {max(values):.4f} {prices.unit}"


def _line(slot: PriceSlot | None, unit: str) -> str:
    """Return a slot as a line."""
    if slot is None:
        return "-"
    return f"{_time(slot.start)}: {slot.value.value:.4f} {unit}"


def _time(when: datetime) -> str:
    """Return a moment as the house's clock shows it."""
    return dt_util.as_local(when).strftime("%Y-%m-%d %H:%M")
