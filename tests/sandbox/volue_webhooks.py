"""The simulated coordinator's webhooks: registered, signed, delivered, retried."""

import asyncio
import base64
from collections.abc import Mapping
import hmac
import json
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.sandbox.household import Household
from tests.sandbox.volue_wire import (
    NOTIFICATION_TYPE,
    Ask,
    Refused,
    boolean,
    closed,
    iso,
    many,
    maybe,
    paged,
    text,
)

type Row = dict[str, Any]

_RETRIES: Final = 3
_URL: Final = {"webhookUrl": text}
_REST: Final = {
    "name": maybe(text),
    "webhookSecret": maybe(text),
    "notificationTypes": many(NOTIFICATION_TYPE),
}
_POST: Final = closed(_URL, _REST)
_PUT: Final = closed(_URL, {**_REST, "enabled": boolean})
_PATCH: Final = closed(
    {},
    {
        "webhookUrl": maybe(text),
        "name": maybe(text),
        "webhookSecret": maybe(text),
        "notificationTypes": maybe(many(NOTIFICATION_TYPE)),
        "enabled": maybe(boolean),
    },
)
# What a delivery can be made to be; each for one delivery.
TRICKS: Final = frozenset(
    {"twice", "unsigned", "wrong_signature", "changed", "lost", "held", "replayed"}
)


def signature(body: bytes, secret: str) -> str:
    """Return what the coordinator signs a body with."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


class VolueWebhooks:
    """All webhooks of the partner, and what was sent to them.

    `retry_pause` is the first of the pauses, in seconds, each twice the one before.
    """

    def __init__(self, household: Household) -> None:
        """Begin without a webhook."""
        self.household = household
        self.rows: dict[str, Row] = {}
        self.secrets: dict[str, str] = {}
        self.logs: list[Row] = []
        self.tricks: list[str] = []
        self.held: list[tuple[str, bytes, dict[str, str], Row]] = []
        self.retry_pause = 0.2
        self._sent = 0
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: tuple[bytes, dict[str, str]] | None = None

    # --- operations

    def get_webhooks(self, ask: Ask) -> object:
        """List webhooks."""
        return {"webhooks": list(self.rows.values())}

    def post_webhook(self, ask: Ask) -> object:
        """Register a webhook."""
        self._check(_POST, ask)
        self._count += 1
        webhook_id = f"webhook-{self._count}"
        now = iso(self.household.now())
        self.rows[webhook_id] = {
            "webhookId": webhook_id,
            "webhookUrl": ask.body["webhookUrl"],
            "name": ask.body.get("name"),
            "notificationTypes": ask.body.get("notificationTypes", []),
            "enabled": True,
            "status": "New",
            "modifiedDate": now,
            "createdDate": now,
            "lastAnalyzedTimestamp": now,
        }
        self.secrets[webhook_id] = ask.body.get("webhookSecret") or ""
        return self.rows[webhook_id]

    def _check(self, shape: Any, ask: Ask) -> None:
        try:
            shape(ask.body, "")
        except Refused as err:
            raise Refused(400, err.message, field="webhook") from None
        url = ask.body.get("webhookUrl")
        if url is not None and not url.startswith(("https://", "http://")):
            raise Refused(400, "is no address", field="webhookUrl")

    def _row(self, ask: Ask, message: str = "") -> Row:
        row = self.rows.get(ask.path["webhook_id"])
        if row is None:
            raise Refused(404, message)
        return row

    def get_webhook(self, ask: Ask) -> object:
        """Return a webhook."""
        return self._row(ask)

    def put_webhook(self, ask: Ask) -> object:
        """Replace a webhook."""
        self._check(_PUT, ask)
        row = self._row(ask)
        replaced = {"name": None, "notificationTypes": [], "enabled": True, **ask.body}
        self.secrets[row["webhookId"]] = replaced.pop("webhookSecret", None) or ""
        row |= replaced
        row["modifiedDate"] = iso(self.household.now())
        return row

    def patch_webhook(self, ask: Ask) -> object:
        """Change a webhook."""
        self._check(_PATCH, ask)
        row = self._row(ask)
        given = {key: value for key, value in ask.body.items() if value is not None}
        if (secret := given.pop("webhookSecret", None)) is not None:
            self.secrets[row["webhookId"]] = secret
        row |= given
        row["modifiedDate"] = iso(self.household.now())
        return row

    def delete_webhook(self, ask: Ask) -> None:
        """Remove a webhook."""
        row = self._row(ask, "no such webhook")
        del self.rows[row["webhookId"]]

    def enable_webhook(self, ask: Ask) -> None:
        """Switch a webhook on or off."""
        row = self._row(ask)
        wanted = ask.query.get("enabled", "")
        if wanted not in {"true", "false"}:
            raise Refused(404)
        row["enabled"] = wanted == "true"

    def get_logs(self, ask: Ask) -> object:
        """List deliveries."""
        wanted = ask.query.get("webhookId")
        rows = [
            {key: value for key, value in row.items() if key != "content"}
            for row in reversed(self.logs)
            if wanted in {None, row["webhookId"]}
        ]
        return paged(ask, "webhookNotificationLogs", rows)

    def get_log(self, ask: Ask) -> object:
        """Return one delivery with what was sent."""
        for row in self.logs:
            if row["notificationId"] == ask.path["notification_id"]:
                told = {key: value for key, value in row.items() if key != "content"}
                return {
                    "webhookNotificationLog": told,
                    "notificationContent": row["content"],
                }
        raise Refused(400, "no such notification", field="notificationId")

    # --- delivery

    def tell(self, kind: str, event: Mapping[str, Any]) -> None:
        """Send an event to all webhooks that are told of its kind."""
        for webhook_id, row in self.rows.items():
            if row["enabled"] and kind in row["notificationTypes"]:
                body = self._notification(kind, event)
                self._deliver(webhook_id, body, kind, event["id"])

    def _notification(self, kind: str, event: Mapping[str, Any]) -> bytes:
        self._sent += 1
        # The type stands last in a payload, whoever made it.
        payload = dict(event["payload"])
        payload["payloadType"] = payload.pop("payloadType")
        told = {
            "notificationId": f"notification-{self._sent}",
            "eventId": event["id"],
            "eventCreatedAtUtc": event["createdAt"],
            "notificationSentUtc": iso(self.household.now()),
            "notificationType": kind,
            "payload": payload,
        }
        return json.dumps(told).encode() + b"\n"

    def _deliver(self, webhook_id: str, body: bytes, kind: str, event_id: str) -> None:
        secret = self.secrets[webhook_id]
        headers = {"Content-Type": "application/json"}
        if secret:
            headers["X-Payload-Signature"] = signature(body, secret)
        trick = self.tricks.pop(0) if self.tricks else ""
        times = 1
        match trick:
            case "twice":
                times = 2
            case "unsigned":
                headers.pop("X-Payload-Signature", None)
            case "wrong_signature":
                headers["X-Payload-Signature"] = signature(body, "another secret")
            case "changed":
                body = body.replace(b'"eventId"', b' "eventId"')
            case "replayed" if self._last:
                body, headers = self._last
        self._last = body, headers
        log = {
            "webhookId": webhook_id,
            "tenantId": "sandbox-partner",
            "partnerEventId": event_id,
            "notificationId": json.loads(body)["notificationId"],
            "notificationType": kind,
            "notificationSent": iso(self.household.now()),
            "sparkSignature": headers.get("X-Payload-Signature"),
            "webhookUrl": self.rows[webhook_id]["webhookUrl"],
            "requestTimeout": False,
            "responseStatusCode": None,
            "requestDurationMs": None,
            "content": body.decode(),
        }
        self.logs.append(log)
        if trick == "lost":
            return
        if trick == "held":
            self.held.append((webhook_id, body, headers, log))
            return
        for _ in range(times):
            self._send(webhook_id, body, headers, log)

    def release(self, *, reverse: bool) -> int:
        """Send what was held, in the order of its making or the other way round."""
        held, self.held = self.held, []
        for each in reversed(held) if reverse else held:
            self._send(*each)
        return len(held)

    def _send(
        self, webhook_id: str, body: bytes, headers: dict[str, str], log: Row
    ) -> None:
        task = asyncio.get_running_loop().create_task(
            self._attempts(webhook_id, body, headers, log)
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempts(
        self, webhook_id: str, body: bytes, headers: dict[str, str], log: Row
    ) -> None:
        """Send until it is taken, or has failed too often."""
        row = self.rows[webhook_id]
        for attempt in range(_RETRIES + 1):
            if attempt:
                await asyncio.sleep(self.retry_pause * 2 ** (attempt - 1))
            status = await _post(row["webhookUrl"], body, headers)
            log["responseStatusCode"] = status
            log["requestTimeout"] = status is None
            row["lastAnalyzedTimestamp"] = iso(self.household.now())
            if status == 200:
                row["status"] = "Healthy"
                return
            row["status"] = "Unhealthy" if status else "TimeOut"

    async def settled(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def statuses(self) -> list[int | None]:
        """Return how each delivery was answered at last."""
        return [row["responseStatusCode"] for row in self.logs]


async def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int | None:
    """Post once; None without an answer."""
    timeout = ClientTimeout(total=10)
    try:
        async with (
            ClientSession(timeout=timeout) as session,
            session.post(url, data=body, headers=headers) as response,
        ):
            return response.status
    except ClientError, OSError, TimeoutError:
        return None


__all__ = ["TRICKS", "VolueWebhooks", "signature"]
