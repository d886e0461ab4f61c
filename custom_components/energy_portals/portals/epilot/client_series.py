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
from ..http.errors import NotFound, PendingActivation, PortalError
from . import reads_hooks, reads_portal, records
from .bodies import Decode, Rows, whole
from .hooks import Consumption, Hook, Metadata, MoneyRecord
from .models import Export
from .public import API_URL, PublicPortal
from .reads import sent

_METADATA_HOLDS: Final = 3600.0
# After so long metadata that could not be had is asked for again.
_ASKED_AGAIN: Final = 300.0

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
        # Until when what is known of an extension holds.
        self._metadata: dict[object, tuple[float, Metadata | None]] = {}
        self.has_odd_prices = False

    async def metadata(self, hook: Hook, context: Context) -> Metadata | None:
        """Return what an extension says of its series; None where it says nothing.

        What it said last holds while it cannot be had, but for the end of its data.
        Only an app can be asked.
        """
        if not hook.app_id:
            return None
        place = hook.app_id, hook.extension_id, context
        until, held = self._metadata.get(place, (0.0, None))
        if time.monotonic() < until:
            return held
        query = [("extensionId", hook.extension_id), *_context(context)]
        query.append(("app_id", hook.app_id))
        told, lasts = held, _METADATA_HOLDS
        try:
            async with self._one_series:
                told = await self._send(
                    "getVisualizationMetadata", whole(reads_hooks.metadata), query=query
                )
        except NotFound:
            told = None
        except PendingActivation:
            raise
        except PortalError:
            # What is asked next shows whether more than this is amiss.
            self.refuse("getVisualizationMetadata")
            told, lasts = held and held.endless(), _ASKED_AGAIN
        self._metadata[place] = time.monotonic() + lasts, told
        return told

    async def consumption(
        self, hook: Hook, context: Context, span: Span, interval: str
    ) -> Rows[Consumption]:
        """Return the amounts of intervals that begin in a span."""
        decode = records.consumptions(_ids(context))
        asked = hook, context, span, interval
        return await self._series("getConsumption", decode, *asked)

    async def costs(
        self, hook: Hook, context: Context, span: Span, interval: str
    ) -> Rows[MoneyRecord]:
        """Return the costs of intervals that begin in a span."""
        decode = records.money("costs", _ids(context))
        return await self._series("getCosts", decode, hook, context, span, interval)

    async def prices(
        self, hook: Hook, context: Context, span: Span, interval: str
    ) -> Rows[MoneyRecord]:
        """Return the prices per kWh of intervals that begin in a span."""
        decode = records.money("prices", _ids(context))
        return await self._series("getPrices", decode, hook, context, span, interval)

    async def _series[ResultT](
        self,
        key: str,
        decode: Decode[ResultT],
        hook: Hook,
        context: Context,
        span: Span,
        interval: str,
    ) -> ResultT:
        """Ask a hook for a series."""
        query = [
            ("extensionId", hook.extension_id),
            *(("from", sent(span[0])), ("to", sent(span[1]))),
            ("interval", interval),
            *_context(context),
        ]
        if hook.app_id:
            query.append(("app_id", hook.app_id))
        if hook.hook_id:
            query.append(("hookId", hook.hook_id))
        async with self._one_series:
            return await self._send(key, decode, query=query)

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
            body |= {"from": sent(span[0]), "to": sent(span[1])}
        return await self._send(
            "prepareVisualizationExport", whole(reads_portal.export), json=body
        )


def _context(context: Context) -> Iterator[tuple[str, str]]:
    """Yield which entities are meant, as the portal's own clients send them."""
    for place, (slug, entity) in enumerate(context):
        yield f"context_entities[{place}][entity_id]", entity
        yield f"context_entities[{place}][entity_schema]", slug


def _ids(context: Context) -> frozenset[str]:
    """Return the ids of what is asked about."""
    return frozenset(entity for _, entity in context)
