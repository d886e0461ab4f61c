"""epilot's series: consumption, costs, prices, and what an extension says of them.

Source: the hooks for consumption, costs and prices in the OpenAPI document "Portal
API", and the developer pages about extensions.
"""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
import time
from typing import Final

from aiohttp import ClientSession

from ..http.client import RateLimit
from ..http.errors import NotFound
from . import reads
from .hooks import Consumption, Consumptions, Costs, Hook, Metadata, MoneyRecord, Prices
from .models import Export
from .public import API_URL, PublicPortal

_METADATA_HOLDS: Final = 3600.0

# Which entities are meant: their sort and id, in the order in which they are sent.
type Context = tuple[tuple[str, str], ...]
type Span = tuple[datetime, datetime]


class SeriesCalls(PublicPortal):
    """Series are asked for one at a time, because the utility's app answers them."""

    def __init__(
        self,
        session: ClientSession,
        *,
        domain: str,
        api_url: str = API_URL,
        secrets: Iterable[str] = (),
        rate_limit: RateLimit | None = None,
    ) -> None:
        """Begin without metadata."""
        super().__init__(
            session,
            domain=domain,
            api_url=api_url,
            secrets=secrets,
            rate_limit=rate_limit,
        )
        self._one_series = asyncio.Semaphore(1)
        self._metadata: dict[object, tuple[float, Metadata | None]] = {}
        self.has_odd_prices = False

    async def metadata(self, hook: Hook, context: Context) -> Metadata | None:
        """Return what an extension says of its series; None where it says nothing."""
        place = hook.app_id, hook.extension_id, context
        held = self._metadata.get(place)
        if held is not None and time.monotonic() - held[0] < _METADATA_HOLDS:
            return held[1]
        query = [("extensionId", hook.extension_id), *_context(context)]
        if hook.app_id:
            query.append(("app_id", hook.app_id))
        told: Metadata | None = None
        try:
            async with self._one_series:
                told = await self._send(
                    "getVisualizationMetadata", reads.typed(Metadata), query=query
                )
        except NotFound:
            pass
        self._metadata[place] = time.monotonic(), told
        return told

    async def consumption(
        self, hook: Hook, context: Context, span: Span, interval: str
    ) -> list[Consumption]:
        """Return the amounts of intervals that begin in a span."""
        asked = hook, context, span, interval
        answer = await self._series("getConsumption", Consumptions, *asked)
        return answer.consumptions

    async def costs(
        self, hook: Hook, context: Context, span: Span, interval: str
    ) -> list[MoneyRecord]:
        """Return the costs of intervals that begin in a span."""
        answer = await self._series("getCosts", Costs, hook, context, span, interval)
        return answer.costs

    async def prices(
        self, hook: Hook, context: Context, span: Span, interval: str
    ) -> list[MoneyRecord]:
        """Return the prices per kWh of intervals that begin in a span."""
        answer = await self._series("getPrices", Prices, hook, context, span, interval)
        return answer.prices

    async def _series[ResultT](
        self,
        key: str,
        kind: type[ResultT],
        hook: Hook,
        context: Context,
        span: Span,
        interval: str,
    ) -> ResultT:
        """AskHook a hook for a series."""
        query = [
            ("extensionId", hook.extension_id),
            *(("from", reads.sent(span[0])), ("to", reads.sent(span[1]))),
            ("interval", interval),
            *_context(context),
        ]
        if hook.app_id:
            query.append(("app_id", hook.app_id))
        if hook.hook_id:
            query.append(("hookId", hook.hook_id))
        async with self._one_series:
            return await self._send(key, reads.typed(kind), query=query)

    async def export(
        self, hook: Hook, context: Context, span: Span | None = None
    ) -> Export:
        """Have a file of a contract's data made; its link is short-lived."""
        if not hook.app_id:
            raise NotFound("prepareVisualizationExport", "an export without an app")
        body: dict[str, object] = {
            "app_id": hook.app_id,
            "extension_id": hook.extension_id,
            "context_entities": [
                {"entity_id": entity, "entity_schema": slug} for slug, entity in context
            ],
        }
        if hook.hook_id:
            body["hook_id"] = hook.hook_id
        if span is not None:
            body |= {"from": reads.sent(span[0]), "to": reads.sent(span[1])}
        return await self._send(
            "prepareVisualizationExport", reads.typed(Export), json=body
        )


def _context(context: Context) -> Iterator[tuple[str, str]]:
    """Yield which entities are meant, as the portal's own clients send them."""
    for place, (slug, entity) in enumerate(context):
        yield f"context_entities[{place}][entity_id]", entity
        yield f"context_entities[{place}][entity_schema]", slug
