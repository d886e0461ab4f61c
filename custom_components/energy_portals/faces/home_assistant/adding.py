"""How a source of the house becomes an account, whatever it has."""

from collections.abc import Container, Iterable, Mapping
import uuid

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigFlowResult
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ...const import CONF_VENDOR
from ...portals.home_assistant import HOUSE
from ...portals.http.errors import InvalidInput
from ..steps import AccountFlow, Fields


class Adding:
    """The end of each way through the flow."""

    def __init__(self, flow: AccountFlow) -> None:
        """Take Home Assistant's flow."""
        self.flow = flow

    async def finish(
        self, name: str, source: Fields, options: Fields | None = None
    ) -> ConfigFlowResult:
        """Add the source, or read an old one from something else."""
        data = {CONF_VENDOR: HOUSE.key, **source, "name": name}
        if self.flow.source == SOURCE_RECONFIGURE:
            entry = self.flow.reconfigure_entry()
            return self.flow.async_update_reload_and_abort(
                entry, data=data, options={**entry.options, **(options or {})}
            )
        self.flow.abort_if_any_has({CONF_VENDOR: HOUSE.key, **source})
        await self.flow.identify(f"{HOUSE.key}:{uuid.uuid4().hex}")
        return self.flow.async_create_entry(title=name, data=data, options=options)


def some_of(schema: vol.Schema, keys: Container[str]) -> vol.Schema:
    """Return a form with those of its fields that are asked for."""
    return vol.Schema(
        {field: each for field, each in schema.schema.items() if str(field) in keys}
    )


def labelled(options: Mapping[str, str]) -> SelectSelector:
    """Return a list to choose one from, each called as it is."""
    config = SelectSelectorConfig(options=titled(options), mode=SelectSelectorMode.LIST)
    return SelectSelector(config)


def titled(options: Mapping[str, str]) -> list[SelectOptionDict]:
    """Return what may be chosen, as selectors have it."""
    return [SelectOptionDict(value=key, label=options[key]) for key in options]


def worded(options: Iterable[str], translation_key: str) -> SelectSelector:
    """Return a list to choose one from, called by the translations."""
    return SelectSelector(
        SelectSelectorConfig(
            options=list(options),
            mode=SelectSelectorMode.LIST,
            translation_key=translation_key,
        )
    )


def currency_of(text: str) -> str:
    """Return a currency as it is written everywhere; raises InvalidInput for none."""
    currency = text.strip().upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise InvalidInput("no_currency")
    return currency
