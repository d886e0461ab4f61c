"""What the coordinator pushes is read once it is proved, and not before."""

from collections.abc import Mapping

import msgspec
import pytest

from custom_components.energy_portals.portals.push import DeliveryRefused
from custom_components.energy_portals.portals.volue.push import (
    PUSH,
    SIGNATURE,
    signature,
)
from tests.portals.volue.notices import NOW, SITES, curve_of

SECRET = "secret"
POINTS = [{"price": 1, "timestamp": "2026-10-25T08:00:00Z"}]
BODY = msgspec.json.encode(
    {
        "notificationId": "n",
        "eventId": "e",
        "eventCreatedAtUtc": "2026-10-24T12:00:00Z",
        "notificationSentUtc": "2026-10-24T12:00:01Z",
        "notificationType": "EventCreated",
        "payload": curve_of(POINTS),
    }
)


def _signed(body: bytes) -> Mapping[str, str]:
    return {SIGNATURE: signature(body, SECRET)}


def test_signature_is_that_of_the_reference() -> None:
    """As `openssl dgst -sha256 -hmac key -binary | base64` has it."""
    expected = "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg="
    body = b"The quick brown fox jumps over the lazy dog"
    assert signature(body, "key") == expected


def test_a_notification_is_entered() -> None:
    told = PUSH.read(BODY, _signed(BODY), SECRET)
    assert (told.id, told.notice.id) == ("n", "e")
    logs = PUSH.taken({}, [told.notice], SITES, {"user_id": "u"}, NOW)
    assert logs["resource:t"].is_pushed_to


def test_what_of_a_notification_is_refused_is_counted() -> None:
    """The rest of it is taken."""
    points = [*POINTS, {"price": None, "timestamp": "2026-10-25T09:00:00Z"}]
    body = BODY.replace(msgspec.json.encode(POINTS), msgspec.json.encode(points))
    told = PUSH.read(body, _signed(body), SECRET)
    assert told.refused == {"PriceCurve.points.value": 1}
    logs = PUSH.taken({}, [told.notice], SITES, {"user_id": "u"}, NOW)
    (state,) = logs["resource:t"].records
    assert (len(state.part.slots), state.part.is_incomplete) == (1, True)


@pytest.mark.parametrize(
    ("body", "headers", "reason", "status"),
    [
        (BODY, {}, "unsigned", 401),
        (BODY, {SIGNATURE: "forged"}, "signature", 401),
        (BODY, {SIGNATURE: "\udcff"}, "signature", 401),
        (BODY + b" ", _signed(BODY), "signature", 401),
        (b"{}", _signed(b"{}"), "body", 400),
        (b"[" * 100_000, _signed(b"[" * 100_000), "body", 400),
    ],
)
def test_refused(
    body: bytes, headers: Mapping[str, str], reason: str, status: int
) -> None:
    with pytest.raises(DeliveryRefused) as raised:
        PUSH.read(body, headers, SECRET)
    assert (raised.value.reason, raised.value.status) == (reason, status)
