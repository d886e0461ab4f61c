"""The webhook of an account: what its portal pushes, proved before it is read."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from aiohttp import web
from homeassistant.components import webhook
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import CONF_WEBHOOK_SECRET, DOMAIN
from ..portals.contract import HeldData, Site
from ..portals.push import DELIVERY_LIMIT, Delivered, DeliveryRefused, Push

if TYPE_CHECKING:
    from .coordinator import PortalConfigEntry

# A body that takes longer to arrive is somebody's who wants to keep us waiting.
_PATIENCE: Final = 10
# Proving and reading more than this would hold the event loop up.
_INLINE: Final = 32 * 1024
# Repeated deliveries that are known without looking into what is held.
_REMEMBERED: Final = 1000


class Webhook[DataT, NoticeT]:
    """Takes what is pushed to one account; `counts` are deliveries by what came of it.

    A delivery is answered once it is proved and read, and taken afterwards.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PortalConfigEntry,
        push: Push[DataT, NoticeT],
        held: HeldData[DataT],
        sites: Callable[[], tuple[Site, ...]],
    ) -> None:
        """Take the account, and the feed that it changes."""
        self._hass = hass
        self._entry = entry
        self._push = push
        self._held = held
        self._sites = sites
        self._remembered: OrderedDict[str, None] = OrderedDict()
        self._waiting: list[NoticeT] = []
        self._is_taking = False
        self.counts: Counter[str] = Counter()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Begin to receive; return what ends it."""
        webhook_id = self._entry.data[CONF_WEBHOOK_ID]
        webhook.async_register(
            self._hass,
            DOMAIN,
            "Energy Portals",
            webhook_id,
            self._receive,
            allowed_methods=("POST",),
        )
        return lambda: webhook.async_unregister(self._hass, webhook_id)

    async def _receive(
        self, hass: HomeAssistant, webhook_id: str, request: web.Request
    ) -> web.Response:
        """Answer one delivery."""
        del webhook_id
        try:
            delivered = await self._read(await _body(request), request.headers)
        except DeliveryRefused as err:
            self.counts[err.reason] += 1
            return web.Response(status=err.status)
        if delivered.id in self._remembered:
            self.counts["repeated"] += 1
            return web.Response()
        self.counts["taken"] += 1
        self.counts.update(delivered.refused)
        self._remembered[delivered.id] = None
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        self._waiting.append(delivered.notice)
        if not self._is_taking:
            self._is_taking = True
            self._entry.async_create_task(hass, self._take(), "take what was pushed")
        return web.Response()

    async def _read(
        self, body: bytes, headers: Mapping[str, str]
    ) -> Delivered[NoticeT]:
        """Prove and read a body."""
        secret = self._entry.data[CONF_WEBHOOK_SECRET]
        if len(body) <= _INLINE:
            return self._push.read(body, headers, secret)
        return await asyncio.to_thread(self._push.read, body, headers, secret)

    async def _take(self) -> None:
        """Let the feed take all that waits; what comes meanwhile is next."""
        try:
            while self._waiting:
                await self._held.change(self._taken)
        finally:
            self._is_taking = False

    def _taken(self, data: Mapping[str, DataT]) -> Mapping[str, DataT]:
        """Return what becomes of the feed's data."""
        notices, self._waiting = self._waiting, []
        account, now = self._entry.data, dt_util.utcnow()
        return self._push.taken(data, notices, self._sites(), account, now)


async def _body(request: web.Request) -> bytes:
    """Return a body that is not too large and comes in time."""
    told = request.headers.get("Content-Length", "")
    if told.isdigit() and int(told) > DELIVERY_LIMIT:
        raise DeliveryRefused("too large", 413)
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            while piece := await request.content.read(DELIVERY_LIMIT + 1 - len(body)):
                body += piece
                if len(body) > DELIVERY_LIMIT:
                    raise DeliveryRefused("too large", 413)
    except TimeoutError:
        raise DeliveryRefused("too slow", 408) from None
    return bytes(body)
