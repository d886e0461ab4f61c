"""The tables of an account: those of the kinds that it has, and its portal's own."""

from functools import cache

from ..account.coordinator import PortalConfigEntry
from ..const import CONF_VENDOR
from ..entities import standard
from ..entities.tables import Tables, joined
from .registry import FACES


def tables_of(entry: PortalConfigEntry) -> Tables:
    """Return what an account may show; the first time, in the executor.

    It is imported then, and at hand for the platforms.
    """
    feeds = entry.runtime_data.feeds.values()
    kinds = frozenset(kind for each in feeds for kind in each.feed.kinds)
    return _tables(entry.data[CONF_VENDOR], kinds)


@cache
def _tables(portal: str, kinds: frozenset[type[object]]) -> Tables:
    """Return the tables of a portal and these kinds: each platform asks for them."""
    return joined((*standard.tables_of(kinds), FACES[portal].tables()))
