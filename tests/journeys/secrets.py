"""What must stay secret of an account, found by itself, and where it might show."""

from collections.abc import Iterator, Mapping
import json
import logging
import re
from typing import Any, Final, override
from urllib.parse import parse_qsl, quote

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.const import CONF_VENDOR, DOMAIN
from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.energy_portals.portals.registry import PORTALS

# What is a credential by its name, in whatever spelling.
_NAMES: Final = re.compile(
    r"pass(word|wd|code)|secret|token|api_?key|authorization|refresh|session|webhook_id"
    r"|device_?key|signature|verifier",
    re.IGNORECASE,
)
_LOGGERS: Final = ("custom_components", "homeassistant")
# Home Assistant's own part of an OAuth2 login repeats what a token server says.
_NOT_OURS: Final = ("homeassistant.helpers.config_entry_oauth2_flow",)
# What has such a name and is none: numbers, kinds, times.
_LEAST: Final = 8
_PLAIN: Final = frozenset({"refresh_token", "authorization_code", "client_credentials"})


def _named(value: object, is_secret: bool = False) -> Iterator[str]:
    """Yield the texts of a body that are credentials by their names."""
    match value:
        case Mapping():
            for name, member in value.items():
                yield from _named(member, is_secret or bool(_NAMES.search(str(name))))
        case list() | tuple():
            for member in value:
                yield from _named(member, is_secret)
        case str() if is_secret and _is_telling(value):
            yield value


def _is_telling(text: str) -> bool:
    """Say whether a text under such a name is a credential, and no word or address."""
    is_plain = text in _PLAIN or text.startswith(("http://", "https://"))
    return len(text) >= _LEAST and not is_plain


def _decoded(body: bytes, form: bool) -> object:
    """Return what a body says."""
    try:
        return dict(parse_qsl(body.decode())) if form else json.loads(body or b"null")
    except ValueError:
        return None


class Secrets:
    """The secrets of one account: those of its entry, and those that travel.

    An observer of the sandbox.
    """

    def __init__(self, entry: MockConfigEntry, *facts: Mapping[str, object]) -> None:
        """Take the account, and what a user would type in."""
        portal = PORTALS[entry.data[CONF_VENDOR]]()
        kept = {key: entry.data.get(key) for key in portal.secrets}
        self.kept = set(_named(kept))
        self.known = set(_named([kept, *facts]))
        self.urls: list[str] = []

    async def __call__(self, request: web.Request, response: web.Response) -> None:
        """Note what travels."""
        self.urls.append(str(request.url))
        headers = {name: value.split()[-1:] for name, value in request.headers.items()}
        is_form = request.content_type == "application/x-www-form-urlencoded"
        asked = _decoded(await request.read(), is_form)
        answered = None
        if response.status < 300 and isinstance(response.body, bytes):
            answered = _decoded(response.body, form=False)
        self.known |= set(_named([headers, asked, answered]))

    def spellings(self) -> dict[str, str]:
        """Return how they may be written, by what shows which it is."""
        found: dict[str, str] = {}
        for text in self.known:
            found |= {text: text, quote(text, safe=""): text, quote(text): text}
        return found

    def shown(self, places: Mapping[str, str]) -> list[str]:
        """Return where any of them is written."""
        spellings = self.spellings()
        return [
            f"{place}: …{found[max(0, at - 80) : at + 20]}…"
            for place, found in places.items()
            for each in spellings
            if (at := found.find(each)) >= 0
        ]


class Log(logging.Handler):
    """All that is logged by us and about us, of whatever level, exceptions included."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._formatter = logging.Formatter("%(name)s %(levelname)s %(message)s")

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as it is written."""
        if record.name.startswith(_LOGGERS) and record.name not in _NOT_OURS:
            self.lines.append(self._formatter.format(record))


def _of_exceptions(error: BaseException | None) -> Iterator[str]:
    """Yield what an exception says, and those that it comes from."""
    while error is not None:
        yield repr(error)
        yield str(error)
        yield json.dumps(getattr(error, "translation_placeholders", None), default=str)
        error = error.__cause__ or error.__context__


def of_errors(errors: list[Exception]) -> str:
    """Return all that exceptions say."""
    return "\n".join(text for error in errors for text in _of_exceptions(error))


async def places(
    hass: HomeAssistant, entry: MockConfigEntry, storage: Mapping[str, Any]
) -> dict[str, str]:
    """Return what anybody may see of an account, by place."""
    states = [
        [each.as_dict(), dict(each.attributes)] for each in hass.states.async_all()
    ]
    issues = [each.to_json() for each in ir.async_get(hass).issues.values()]
    told = [
        (each.translation_key, each.translation_placeholders, each.data, each.issue_id)
        for each in ir.async_get(hass).issues.values()
    ]
    flows = [
        (each.get("errors"), each.get("description_placeholders"), each.get("reason"))
        for each in hass.config_entries.flow.async_progress()
    ]
    files = {
        # The login's own file is made for secrets, as are Home Assistant's entries.
        name: content
        for name, content in storage.items()
        if name.startswith(DOMAIN) and not name.endswith(".login")
    }
    found = {
        "states": states,
        "repairs": [issues, told],
        "flows": flows,
        "files": files,
        "title": entry.title,
    }
    if hasattr(entry, "runtime_data"):
        found["diagnostics"] = await async_get_config_entry_diagnostics(hass, entry)
        failed = [each.last_exception for each in entry.runtime_data.coordinators]
        found["exceptions"] = [list(_of_exceptions(each)) for each in failed]
    return {
        name: json.dumps(each, default=str, ensure_ascii=False)
        for name, each in found.items()
    }
