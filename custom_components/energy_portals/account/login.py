"""Whether the portal still takes an account's login, and what is done while not."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..portals.http.errors import AuthError, LoginEnded, bare

# A portal that has refused is asked again so much later; more often could lock an
# account whose password has changed.
_PAUSES: Final = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
)


def pause_after(refusals: int) -> timedelta:
    """Return how long to wait after so many refusals in a row."""
    return _PAUSES[min(max(refusals, 1), len(_PAUSES)) - 1]


class Login:
    """How the portal takes an account's login: the feed of the sites proves it.

    While it is refused nothing else is asked for. It outlives a reload and a set-up
    that fails, of which nothing else is left to try again.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin without a refusal."""
        self.refusal: AuthError | None = None
        self._hass = hass
        self._entry = entry
        self._refusals = 0
        self._has_asked = False
        self._fetch_sites: Callable[[], Coroutine[object, object, None]] | None = None
        self._proof: asyncio.Task[None] | None = None
        self._cancel_timer: CALLBACK_TYPE | None = None

    @property
    def pause(self) -> timedelta | None:
        """Return when to try again; None if it cannot come back."""
        if isinstance(self.refusal, LoginEnded):
            return None
        return pause_after(self._refusals)

    def hindrance(self, is_proof: bool) -> AuthError | None:
        """Return why nothing is asked for; what proves the login may try again."""
        is_over = isinstance(self.refusal, LoginEnded)
        return None if is_proof and not is_over else self.refusal

    @callback
    def begin(self, fetch_sites: Callable[[], Coroutine[object, object, None]]) -> None:
        """Let a set-up try it, whatever was before; the sites tell what comes of it."""
        self._stop_timer()
        self._fetch_sites = fetch_sites
        self.refusal = None

    @callback
    def refused(self, error: AuthError) -> None:
        """Ask for another login."""
        self.refusal = bare(error)
        self._refusals += 1
        self._has_asked = True
        self._entry.async_start_reauth(self._hass)

    async def prove(self, refusal: AuthError) -> None:
        """Find out whether a refusal is of the login, once for all who want to know."""
        if self.refusal is not None:
            return
        if self._fetch_sites is None:
            self.refused(refusal)
            return
        if self._proof is None:
            self._proof = self._entry.async_create_background_task(
                self._hass, self._fetch_sites(), "prove a login"
            )
            self._proof.add_done_callback(self._proved)
        await asyncio.wait((self._proof,))

    def _proved(self, _: asyncio.Task[None]) -> None:
        """Let it be asked for again."""
        self._proof = None

    @callback
    def async_doubt(self, refusal: AuthError) -> None:
        """Find it out after a refusal beside the feeds."""
        self._entry.async_create_task(self._hass, self.prove(refusal))

    @callback
    def accepted(self) -> bool:
        """Withdraw what was asked; say whether it was refused before."""
        was_refused = self.refusal is not None
        self.refusal, self._refusals = None, 0
        if self._has_asked:
            self._has_asked = False
            flows = self._hass.config_entries.flow
            for asked in self._entry.async_get_active_flows(
                self._hass, {SOURCE_REAUTH}
            ):
                flows.async_abort(asked["flow_id"])
        return was_refused

    @callback
    def set_up_later(self, prove: Callable[[], Awaitable[bool]]) -> None:
        """Set the account up once `prove` says that the login is taken again."""
        if (pause := self.pause) is None:
            return

        async def try_again(_: datetime) -> None:
            self._cancel_timer = None
            if self._entry.state is not ConfigEntryState.SETUP_ERROR:
                return
            if await prove():
                self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
            else:
                self._refusals += 1
                self.set_up_later(prove)

        self._stop_timer()
        job = HassJob(try_again, cancel_on_shutdown=True)
        self._cancel_timer = async_call_later(self._hass, pause, job)

    @callback
    def _stop_timer(self) -> None:
        """Try no more."""
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None

    forget = _stop_timer


_LOGINS: Final[HassKey[dict[str, Login]]] = HassKey(f"{DOMAIN}.logins")


def login_of(hass: HomeAssistant, entry: ConfigEntry) -> Login:
    """Return how the portal takes an account's login."""
    accounts = hass.data.setdefault(_LOGINS, {})
    if entry.entry_id not in accounts:
        accounts[entry.entry_id] = Login(hass, entry)
    return accounts[entry.entry_id]


@callback
def forget_login(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Begin anew with an account, if it comes back."""
    if (login := hass.data.get(_LOGINS, {}).pop(entry.entry_id, None)) is not None:
        login.forget()
