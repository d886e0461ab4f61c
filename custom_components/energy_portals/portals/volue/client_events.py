"""Events, the reports that answer them, simulation, and webhooks.

Source: the parts Events, Reports, Simulation and Webhooks of the portal's OpenAPI
document "Partner Endpoints" v1.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from .client_calls import VolueCalls
from .messages import (
    Event,
    PriceCurve,
    PriceCurveTarget,
    Report,
    ReportPayload,
    Simulated,
    SimulatedCap,
)
from .models import NotificationLog, NotificationLogWithContent, Webhook, WebhookToSend
from .payloads import events, one_event
from .reads import Listed, rows_of

# Newest first: what is new fits into a short page.
_RECENT: Final = 100


class EventCalls(VolueCalls):
    """Operations on what the coordinator sends and is sent."""

    async def events(self) -> AsyncIterator[Listed[Event]]:
        """Yield the partner's events page by page, the newest first.

        Where the portal says that there are more and they cannot be had, the last page
        says so.
        """
        async for page in self._paged("events", "events", events, _RECENT):
            yield page

    async def event(self, event_id: str) -> Event:
        """Return one event."""
        return await self._read_by("event", one_event, event_id=event_id)

    async def report(
        self, payloads: Iterable[ReportPayload], event_id: str | None = None
    ) -> Report:
        """Hand in a report; the portal wants one for an event, with all payloads."""
        body = {"eventId": event_id, "payloads": tuple(payloads)}
        return await self._read("report_create", Report, json=body)

    # Simulation: the event is really sent, and listed.

    async def simulate_price_curve(
        self,
        targets: Iterable[PriceCurveTarget] | None = None,
        curve: PriceCurve | None = None,
        price_area: str | None = None,
    ) -> Event | None:
        """Send a price curve; what is not given the portal picks."""
        body = {"targets": targets, "priceCurveDelta": curve, "priceArea": price_area}
        return await self._simulated("simulate_price_curve", _given(body))

    async def simulate_eligibility(self) -> Event | None:
        """Send an eligibility event; nobody's eligibility changes."""
        return await self._simulated("simulate_eligibility")

    async def simulate_location_cap(
        self, caps: Iterable[SimulatedCap] | None = None
    ) -> Event | None:
        """Send caps on locations; what is not given the portal picks."""
        body = None if caps is None else [_cap("location", each) for each in caps]
        return await self._simulated(
            "simulate_location_cap", _given({"locations": body})
        )

    async def simulate_resource_cap(
        self, caps: Iterable[SimulatedCap] | None = None
    ) -> Event | None:
        """Send caps on resources; what is not given the portal picks."""
        body = None if caps is None else [_cap("resource", each) for each in caps]
        return await self._simulated(
            "simulate_resource_cap", _given({"resources": body})
        )

    async def _simulated(self, key: str, body: object = None) -> Event | None:
        """Send a simulation."""
        return (await self._read(key, Simulated, json=body)).simulated_event

    # Webhooks

    async def webhooks(self) -> Listed[Webhook]:
        """Return all webhooks of the partner."""
        return await self._listed("webhooks", "webhooks", rows_of(Webhook))

    async def webhook(self, webhook_id: str) -> Webhook:
        """Return one webhook."""
        return await self._read("webhook", Webhook, webhook_id=webhook_id)

    async def create_webhook(self, webhook: WebhookToSend) -> None:
        """Register a webhook."""
        await self._do("webhook_create", json=webhook)

    async def replace_webhook(self, webhook_id: str, webhook: WebhookToSend) -> None:
        """Replace all that the portal has of a webhook, the secret included."""
        await self._do("webhook_replace", json=webhook, webhook_id=webhook_id)

    async def delete_webhook(self, webhook_id: str) -> None:
        """Remove a webhook."""
        await self._do("webhook_delete", webhook_id=webhook_id)

    async def webhook_logs(self, webhook_id: str) -> Listed[NotificationLog]:
        """Return the deliveries to a webhook as the portal saw them."""
        return await self._all_pages(
            "webhook_logs",
            "webhookNotificationLogs",
            rows_of(NotificationLog),
            webhookId=webhook_id,
        )

    async def webhook_log(self, notification_id: str) -> NotificationLogWithContent:
        """Return one delivery and what was sent."""
        return await self._read(
            "webhook_log", NotificationLogWithContent, notification_id=notification_id
        )


def _given(body: Mapping[str, object]) -> dict[str, object]:
    """Return what is given; the portal picks the rest."""
    return {key: value for key, value in body.items() if value is not None}


def _cap(name: str, cap: SimulatedCap) -> dict[str, object]:
    """Return a cap to simulate as the portal spells it."""
    return _given({name: cap.target, "points": cap.points})
