"""The tables of an account: those of the kinds that it has, and its portal's own."""

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
    kinds = {kind for each in feeds for kind in each.feed.kinds}
    own = FACES[entry.data[CONF_VENDOR]].tables()
    return joined((*standard.tables_of(kinds), own))
