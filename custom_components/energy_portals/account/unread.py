"""What of an account could not be read: one issue that names it, while it lasts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import async_get_loaded_integration
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..portals.contract import Client
from ..portals.http.errors import (
    PathNotFound,
    PortalError,
    ReadingRefused,
    UnexpectedResponse,
    shortened,
)
from ..portals.reading.skeletons import told_name

# An odd answer may be a bad moment of the portal's; the same again is how it answers.
LASTING: Final = 2
FORM: Final = "portal-answers-otherwise.yml"
_KEY: Final = "answers_not_read"
# Of what the user has confirmed.
_OTHER_SHAPE: Final = "reading_refused"
_PAGE: Final = f"/config/integrations/integration/{DOMAIN}"
_PARTS_SHOWN: Final = 20
# Of a shape that came, in bytes.
_SHAPE: Final = 300


class Unread:
    """How often in a row each part of an account could not be read, by feed.

    A part is an operation, or a member of what it answers. It outlives a reload and a
    set-up that fails, of which nothing else is left to tell.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with nothing."""
        self._hass = hass
        self._entry = entry
        self._in_a_row: dict[str, dict[str, int]] = {}
        self._skeletons: dict[str, object] = {}
        self._is_other_shape = False

    @callback
    def note(
        self,
        feed: str,
        refused: Iterable[str],
        problems: Iterable[PortalError],
        *,
        failed: bool = False,
    ) -> None:
        """Take what one fetch of a feed could not read, by value and by operation.

        What did not answer at all is neither read nor unread.
        """
        problems = tuple(problems)
        odd = [each for each in problems if isinstance(each, UnexpectedResponse)]
        before = self._in_a_row.get(feed, {})
        parts = {*refused, *map(_part, odd)}
        counted = {part: before.get(part, 0) + 1 for part in parts}
        is_whole = not failed and len(odd) == len(problems)
        self._in_a_row[feed] = counted if is_whole else {**before, **counted}
        if odd:
            self._skeletons[feed] = odd[-1].skeleton
            self._is_other_shape = isinstance(odd[-1], ReadingRefused)
        self._tell()

    def has(self, feed: str) -> bool:
        """Say whether the last fetch of a feed left anything unread."""
        return bool(self._in_a_row.get(feed))

    def report(self) -> dict[str, object]:
        """Return it for diagnostics, with the shape of what was unexpected."""
        return {
            feed: {"parts": parts, "answer": self._skeletons.get(feed)}
            for feed, parts in self._in_a_row.items()
            if parts
        }

    def _lasting(self) -> Iterator[str]:
        """Yield what lasts, a line a feed."""
        for feed, parts in sorted(self._in_a_row.items()):
            if lasting := sorted(part for part in parts if parts[part] >= LASTING):
                names = ", ".join(f"`{part}`" for part in lasting[:_PARTS_SHOWN])
                yield f"- {feed.replace('_', ' ')}: {names}"

    def _tell(self) -> None:
        """Raise the issue while anything lasts, and withdraw it afterwards."""
        issue_id = f"{_KEY}:{self._entry.entry_id}"
        if not (lasting := list(self._lasting())):
            issue = ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id)
            # One of an earlier run holds that the user ignored it.
            if issue is not None and issue.active:
                ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        form = None
        if not self._is_other_shape:
            integration = async_get_loaded_integration(self._hass, DOMAIN)
            form = f"{integration.issue_tracker}/new?template={FORM}"
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            learn_more_url=form,
            severity=ir.IssueSeverity.WARNING,
            translation_key=_OTHER_SHAPE if self._is_other_shape else _KEY,
            translation_placeholders={
                "account": self._entry.title,
                "parts": "\n".join(lasting),
                "page": _PAGE,
            },
        )


def _part(error: UnexpectedResponse) -> str:
    """Return what is told of an error: its operation, and a path that is not found."""
    if isinstance(error, PathNotFound) and error.route:
        return f"{error.operation} ({error.route})"
    if isinstance(error, ReadingRefused):
        came = shortened(str(error.skeleton), _SHAPE)
        return f"{error.operation}: {error.detail} ≠ {came}"
    return error.operation


_UNREAD: Final[HassKey[dict[str, Unread]]] = HassKey(f"{DOMAIN}.unread")


def unread_of(hass: HomeAssistant, entry: ConfigEntry) -> Unread:
    """Return what of an account could not be read."""
    accounts = hass.data.setdefault(_UNREAD, {})
    if entry.entry_id not in accounts:
        accounts[entry.entry_id] = Unread(hass, entry)
    return accounts[entry.entry_id]


def forget_unread(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Begin anew with an account, if it comes back."""
    hass.data.get(_UNREAD, {}).pop(entry.entry_id, None)


def refused_by(client: Client) -> dict[str, int]:
    """Return how many values were refused, by names that are none of the data's."""
    told: dict[str, int] = {}
    for name, count in client.refused().items():
        operation, _, member = name.partition(".")
        is_plain = all(told_name(part) == part for part in member.split("."))
        key = f"{operation}.{told_name(member)}" if member and not is_plain else name
        told[key] = told.get(key, 0) + count
    return told


def refused_since(
    before: Mapping[str, int], client: Client, called: set[str]
) -> set[str]:
    """Return which values of these operations were refused since then."""
    return {
        name
        for name, count in refused_by(client).items()
        if count > before.get(name, 0) and name.partition(".")[0] in called
    }
