"""What stands between Home Assistant's flows and those of the portals."""

from collections.abc import Awaitable, Callable, Mapping
from itertools import chain, count
from typing import Any, Protocol

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigSubentry,
    ConfigSubentryFlow,
)

# What Home Assistant hands over, of whatever types its fields are: a form as it was
# filled in, and a form's, an entry's or a subentry's fields to be read.
type UserInput = dict[str, Any]
type Fields = Mapping[str, Any]

type Step[ResultT] = Callable[[UserInput | None], Awaitable[ResultT]]


class Steps[ResultT](Protocol):
    """A portal's part of a flow: steps by their ids, under which their words stand.

    What else it has is its own affair: no other portal can reach or hide it.
    """

    @property
    def steps(self) -> Mapping[str, Step[ResultT]]:
        """Return the steps that Home Assistant may call."""


class AccountFlow(ConfigFlow):
    """Home Assistant's flow of an account, with what the portals use of it."""

    def reauth_entry(self) -> ConfigEntry:
        """Return the account that has to sign in again."""
        return self._get_reauth_entry()

    def reconfigure_entry(self) -> ConfigEntry:
        """Return the account whose connection is changed."""
        return self._get_reconfigure_entry()

    async def identify(self, unique_id: str) -> None:
        """Give the account its id; this ends a flow for one that is there already."""
        await self.async_set_unique_id(unique_id)
        self._abort_if_unique_id_configured()

    def title(self, name: str) -> str:
        """Return a title for a new account, with a number where it is not the first."""
        taken = {entry.title for entry in self._async_current_entries()}
        numbered = (f"{name} {number}" for number in count(2))
        return next(each for each in chain([name], numbered) if each not in taken)

    def abort_if_any_has(self, data: Fields) -> None:
        """End the flow if any account is set up with the same data."""
        self._async_abort_entries_match(dict(data))


class SubentryFlow(ConfigSubentryFlow):
    """Home Assistant's flow of a subentry, with what the portals use of it."""

    def account_entry(self) -> ConfigEntry:
        """Return the account beneath which something is set up."""
        return self._get_entry()

    def reconfigure_subentry(self) -> ConfigSubentry:
        """Return what is changed."""
        return self._get_reconfigure_subentry()
