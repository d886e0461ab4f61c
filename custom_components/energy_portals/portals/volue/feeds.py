"""What Volue is asked for, and how often."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any, Final

import msgspec

from ..contract import Feed, FeedRequest, Fetched, Kept, WebhookTarget, gather_parts
from ..http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PortalError,
    Rejected,
    UnexpectedResponse,
)
from ..model.caps import PowerCaps
from ..model.incentives import IncentiveOutlook
from ..rhythms import Every, Pushed
from .client import VolueClient
from .event_log import KEPT, EventLog, dump, joined, load, logged, polled
from .events import Notice
from .models import (
    Compensation,
    Enrollment,
    LocationCompensation,
    NotificationLog,
    NotificationType,
    Webhook,
    WebhookStatus,
    WebhookToSend,
)
from .reads import is_whole
from .sites import USER, LocationSite, UserSite

# What was there before the account is no news, but today's events came yesterday.
_FIRST_LOOK: Final = timedelta(days=2)
_OVERLAP: Final = timedelta(days=1)
_NAME: Final = "Home Assistant"
# So many deliveries are shown where a webhook is not healthy.
_SHOWN: Final = 20
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_SLOW: Final = Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30))


async def _events(
    client: VolueClient, request: FeedRequest[EventLog]
) -> Fetched[EventLog]:
    """Read the list of events back to where it is known."""
    now = request.now
    user = request.held.get(USER)
    since = now - _FIRST_LOOK
    if user is not None and user.polled is not None:
        since = max(user.polled - _OVERLAP, now - KEPT)
    notices: list[Notice] = []
    is_whole = True
    async for page in client.events():
        told = [Notice.of_event(event) for event in page]
        notices += [each for each in told if (each.created or now) >= since]
        if any(each.created is not None and each.created < since for each in told):
            break
        is_whole = not page.more
    logs = logged(
        request.held,
        notices,
        request.sites,
        user_id=client.user_id,
        now=now,
        refused=client.refusals,
    )
    if is_whole:
        return Fetched(polled(logs, now))
    # What was missed is looked for again, back to where the list was last known.
    return Fetched(logs, (UnexpectedResponse("events", "there are more"),))


# --- the programme --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """How the user stands in the programme; None is not told."""

    eligible: bool | None = None
    enrollment: Enrollment | None = None
    compensation: Compensation | None = None

    def amount(self, name: str) -> float | None:
        """Return an amount of the month over all locations, if in one currency."""
        earned = () if self.compensation is None else self.compensation.locations
        amounts: list[float | None] = [getattr(each, name) for each in earned]
        told = [amount for amount in amounts if amount is not None]
        if self.currency is None or len(told) < len(amounts) or not is_whole(earned):
            return None
        return fsum(told)

    @property
    def currency(self) -> str | None:
        """Return the one currency of the amounts."""
        earned = () if self.compensation is None else self.compensation.locations
        currencies = {each.currency for each in earned}
        return currencies.pop() if len(currencies) == 1 else None


async def _programme(
    client: VolueClient, request: FeedRequest[Programme, UserSite]
) -> Fetched[Programme]:
    """Ask for eligibility, enrolment and compensation."""

    async def ask(part: str) -> Any:
        match part:
            case "eligible":
                return (await client.eligibility()).is_eligible
            case "enrollment":
                return await client.enrollment()
        try:
            return await client.compensation()
        except NotFound:
            # Who was never enrolled has earned nothing.
            return None

    parts = ("eligible", "enrollment", "compensation")
    told, problems = await gather_parts(parts, ask)
    # What could not be told now stays as it was told.
    return Fetched(
        {
            site.key: replace(request.held.get(site.key, Programme()), **told)
            for site in request.sites
        },
        problems,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationFacts:
    """What the programme says of a location; None is not told."""

    eligible: bool | None
    compensation: LocationCompensation | None = None


async def _locations(
    client: VolueClient, request: FeedRequest[LocationFacts, LocationSite]
) -> Fetched[LocationFacts]:
    """Ask whether locations may take part, and what they have earned."""

    async def eligible(site: LocationSite) -> bool | None:
        answers = [await client.meter_eligibility(each) for each in site.meter_points]
        return any(each.is_eligible for each in answers) if answers else None

    told, problems = await gather_parts(request.sites, eligible)
    held = {site.location_id: request.held.get(site.key) for site in request.sites}
    earned = {place: facts.compensation for place, facts in held.items() if facts}
    try:
        month = await client.compensation()
        earned = {each.location_id: each for each in month.locations}
    except NotFound:
        earned = {}
    except AuthError:
        raise
    except PortalError as err:
        # What they have earned stays as it was told.
        problems = (*problems, err)
    return Fetched(
        {
            site.key: LocationFacts(
                eligible=may, compensation=earned.get(site.location_id)
            )
            for site, may in told.items()
        },
        problems,
    )


# --- the webhook ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookState:
    """How the portal finds our webhook; None where there can be none.

    Where it finds it badly, `deliveries` are the last ones, the newest first.
    """

    webhook: Webhook | None = None
    deliveries: tuple[NotificationLog, ...] = ()

    def report(self) -> object:
        """Return how the portal's last deliveries went."""
        return [delivery_told(each) for each in self.deliveries]

    @property
    def status(self) -> str | None:
        """Return the portal's word; None where it is none that is known."""
        word = None if self.webhook is None else self.webhook.status
        return word if word in set(WebhookStatus) else None

    @property
    def is_healthy(self) -> bool | None:
        """Say whether the portal pushes; None where it does not tell."""
        if self.webhook is None or self.webhook.enabled is False:
            return False
        if self.webhook.enabled is None or self.status is None:
            return None
        return self.status in {WebhookStatus.NEW, WebhookStatus.HEALTHY}


async def _webhook(
    client: VolueClient,
    request: FeedRequest[WebhookState, UserSite, WebhookTarget | None],
) -> Fetched[WebhookState]:
    """Look at our webhook, and register or mend it where it is not as it should be."""
    webhook_target = request.given
    if webhook_target is None:
        return Fetched({site.key: WebhookState() for site in request.sites})
    if (webhook := await _ours(client, webhook_target.url)) is None or not _fits(
        webhook, webhook_target
    ):
        wanted = WebhookToSend(
            name=_NAME,
            webhook_secret=webhook_target.secret,
            webhook_url=webhook_target.url,
            notification_types=tuple(NotificationType),
        )
        if webhook is None:
            await client.create_webhook(wanted)
        else:
            await client.replace_webhook(
                webhook.webhook_id, msgspec.structs.replace(wanted, enabled=True)
            )
        webhook = await _ours(client, webhook_target.url)
    state = WebhookState(webhook=webhook)
    if webhook is not None and state.is_healthy is False:
        # What went wrong is for whoever looks for the fault, and holds up nothing.
        with suppress(Forbidden, NotFound, Rejected, UnexpectedResponse):
            last = newest(await client.webhook_logs(webhook.webhook_id), _SHOWN)
            state = replace(state, deliveries=last)
    return Fetched(dict.fromkeys((site.key for site in request.sites), state))


def newest(
    deliveries: Iterable[NotificationLog], limit: int
) -> tuple[NotificationLog, ...]:
    """Return the newest deliveries; one that does not say when it was is the oldest."""
    by_time = sorted(
        deliveries, key=lambda each: each.notification_sent or _NEVER, reverse=True
    )
    return tuple(by_time[:limit])


def delivery_told(delivery: NotificationLog) -> dict[str, str | int | bool | None]:
    """Return how a delivery went, without where it went to."""
    sent = delivery.notification_sent
    return {
        "kind": delivery.notification_type,
        "sent": None if sent is None else sent.isoformat(),
        "status": delivery.response_status_code,
        "timed_out": delivery.request_timeout,
        "milliseconds": delivery.request_duration_ms,
    }


async def _ours(client: VolueClient, url: str) -> Webhook | None:
    """Return the webhook that leads here, even if by an earlier address.

    UnexpectedResponse where it may be one that could not be read.
    """
    place = url.rpartition("/")[2]
    webhooks = await client.webhooks()
    for each in webhooks:
        if each.webhook_url.rpartition("/")[2] == place:
            return each
    if not is_whole(webhooks):
        raise UnexpectedResponse("webhooks", "the list is not whole")
    return None


def _fits(webhook: Webhook, webhook_target: WebhookTarget) -> bool:
    """Say whether a webhook is as it should be."""
    return (
        webhook.webhook_url == webhook_target.url
        and webhook.enabled is not False
        and (
            webhook.notification_types is None
            or {*NotificationType} <= set(webhook.notification_types)
        )
    )


async def remove_webhook(client: VolueClient, place: str) -> None:
    """Remove our webhook, known by the last part of its address."""
    webhook = await _ours(client, f"/{place}")
    if webhook is not None:
        await client.delete_webhook(webhook.webhook_id)


EVENTS: Final = Feed[VolueClient, EventLog](
    key="events",
    fetch=_events,
    rhythm=Pushed(asked=timedelta(minutes=2), pushed=timedelta(minutes=15)),
    kinds={
        IncentiveOutlook: lambda log: log.incentives,
        PowerCaps: lambda log: log.caps,
    },
    kept=Kept(dump=dump, load=load),
    joined=joined,
)
PROGRAMME: Final = Feed[VolueClient, Programme, UserSite](
    key="programme", fetch=_programme, rhythm=_SLOW, at=UserSite
)
LOCATIONS: Final = Feed[VolueClient, LocationFacts, LocationSite](
    key="locations", fetch=_locations, rhythm=_SLOW, at=LocationSite
)
WEBHOOK: Final = Feed[VolueClient, WebhookState, UserSite, WebhookTarget | None](
    key="webhook",
    fetch=_webhook,
    needs=lambda surroundings: surroundings.webhook_target,
    rhythm=Every(interval=timedelta(minutes=30), jitter=timedelta(minutes=5)),
    at=UserSite,
)

FEEDS: Final = (
    EVENTS,
    PROGRAMME,
    LOCATIONS,
    WEBHOOK,
)
