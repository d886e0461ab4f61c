"""What may go wrong at a portal, as Home Assistant tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed

from ..const import DOMAIN
from ..portals.http.errors import AuthError, InvalidInput, PortalError, Unavailable
from .login import login_of

if TYPE_CHECKING:
    from .coordinator import PortalConfigEntry

# Whoever names less, or a time that is over, would be asked without end.
_LEAST_PAUSE: Final = timedelta(minutes=1)


@contextmanager
def translated(hass: HomeAssistant, entry: PortalConfigEntry | None) -> Iterator[None]:
    """Translate what may go wrong while something is done for an account, if any."""
    try:
        yield
    except InvalidInput as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=err.key,
            translation_placeholders=err.placeholders,
        ) from None
    except PortalError as err:
        if isinstance(err, AuthError) and entry is not None:
            login_of(hass, entry).async_doubt(err)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=err.key,
            translation_placeholders=err.placeholders(),
        ) from None


def invalid(key: str) -> ServiceValidationError:
    """Return the error for what cannot be right; `key` names the message."""
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key)


def of_a_fetch(err: PortalError, pause: timedelta | None = None) -> UpdateFailed:
    """Return the error of a fetch as Home Assistant knows it, which logs it.

    The feed is fetched again after the pause, or the one that the error names.
    """
    pause = pause_of(err) if pause is None else pause
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=err.key,
        translation_placeholders=_logged(err),
        retry_after=None if pause is None else pause.total_seconds(),
    )


def pause_of(err: PortalError) -> timedelta | None:
    """Return how long the portal asks to be left alone, if it does."""
    if not isinstance(err, Unavailable) or err.retry_after is None:
        return None
    return max(timedelta(seconds=err.retry_after), _LEAST_PAUSE)


def of_a_login(err: AuthError) -> ConfigEntryAuthFailed:
    """Return the error of a set-up whose login is refused."""
    return ConfigEntryAuthFailed(
        translation_domain=DOMAIN,
        translation_key=err.key,
        translation_placeholders=_logged(err),
    )


def _logged(err: PortalError) -> dict[str, str]:
    """Return what the message has places for, without the portal's words."""
    return {**err.placeholders(), "detail": err.wordless or "-"}
