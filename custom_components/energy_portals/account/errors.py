"""What may go wrong at a portal, as Home Assistant tells it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    HomeAssistantError,
    ServiceValidationError,
)
from homeassistant.helpers.update_coordinator import UpdateFailed

from ..const import DOMAIN
from ..portals.http.errors import AuthError, InvalidInput, PortalError, Unavailable

if TYPE_CHECKING:
    from .coordinator import PortalConfigEntry


@contextmanager
def translated(hass: HomeAssistant, entry: PortalConfigEntry | None) -> Iterator[None]:
    """Translate what may go wrong while something is done for an account, if any."""
    try:
        yield
    except InvalidInput as err:
        raise invalid(err.key) from None
    except PortalError as err:
        if isinstance(err, AuthError) and entry is not None:
            entry.async_start_reauth(hass)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=err.key,
            translation_placeholders=err.placeholders(),
        ) from None


def invalid(key: str) -> ServiceValidationError:
    """Return the error for what cannot be right; `key` names the message."""
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key)


def of_a_fetch(err: PortalError) -> ConfigEntryAuthFailed | UpdateFailed:
    """Return the error of a fetch as Home Assistant knows it, which logs it."""
    told = err.placeholders()
    told["detail"] = err.wordless or "-"
    if isinstance(err, AuthError):
        return ConfigEntryAuthFailed(
            translation_domain=DOMAIN,
            translation_key=err.key,
            translation_placeholders=told,
        )
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=err.key,
        translation_placeholders=told,
        retry_after=err.retry_after if isinstance(err, Unavailable) else None,
    )
