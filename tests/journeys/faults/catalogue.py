"""What may go wrong with an answer, by name."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Final

from tests.sandbox.faults import Fault
from tests.sandbox.spoiling import SPOILERS

STATUSES: Final = (
    *(400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 421, 422, 425),
    *(426, 429, 451, 499, 500, 501, 502, 503, 504, 507, 508, 511, 520, 530, 599),
)
# What no server should say, or what is no refusal and yet no answer.
ODD_STATUSES: Final = (0, 204, 205, 304, 600, 700, 999)
REDIRECTS: Final = (300, 301, 302, 303, 307, 308)
_NOT_THERE: Final = "http://127.0.0.1:1/elsewhere"
_DEEP: Final = 100_000

# What stands in Retry-After; dates are from now on, in seconds.
PAUSES: Final[Mapping[str, str | int]] = {
    "seconds": "120",
    "zero": "0",
    "date": 120,
    "date_past": -86_400,
    "date_far": 400 * 86_400,
    "words": "soon",
    "nothing": "",
    "day": "86400",
    "huge": "9" * 400,
    "negative": "-5",
    "fraction": "1.5",
    "exponent": "1e3",
    "not_ascii": "\u00b2",
    "two": "5, 120",
}
BODIES: Final[Mapping[str, str]] = {
    "empty": "",
    "blank": " \n",
    "null": "null",
    "true": "true",
    "number": "0",
    "string": '""',
    "object": "{}",
    "list": "[]",
    "list_of_null": "[null]",
    "list_of_lists": "[[]]",
    "words": "Service unavailable",
    "half_a_key": '{"da',
    "deep_lists": "[" * _DEEP + "]" * _DEEP,
    "deep_objects": '{"data":' * _DEEP + "0" + "}" * _DEEP,
    "deep_open": "[" * _DEEP,
    "bytes": "\udcff\udcfe\udc00",
    "digits": '{"data":' + "9" * 5_000 + "}",
    "error_with_200": '{"error": {"code": 500, "message": "Internal error"}}',
}
LABELS: Final = ("text/html", "text/plain; charset=latin-1", "image/png", "")


def _named(now: datetime) -> Iterator[tuple[str, Fault]]:
    """Yield every fault."""

    def lasting(**fault: Any) -> Fault:
        return Fault(times=None, **fault)

    yield "delay", lasting(kind="delay", seconds=86_400 * 30)
    yield "reset", lasting(kind="reset")
    yield "truncated", lasting(kind="truncated")
    yield "cut", lasting(kind="cut")
    yield "huge", lasting(kind="oversized", size=9_000_000)
    for status in (200, 403, 500, 503):
        yield f"html_{status}", lasting(kind="html", status=status)
    for status in (*STATUSES, *ODD_STATUSES):
        yield f"status_{status}", lasting(kind="status", status=status)
    for status in (400, 401, 403, 404, 429, 500, 503):
        fault = lasting(kind="raw", status=status, body="")
        yield f"status_{status}_empty", fault
    for status in REDIRECTS:
        headers = {"Location": _NOT_THERE}
        fault = lasting(kind="raw", status=status, body="", headers=headers)
        yield f"redirect_{status}", fault
    for status in (429, 503):
        for name, pause in PAUSES.items():
            text = pause
            if isinstance(pause, int):
                due = now + timedelta(seconds=pause)
                text = format_datetime(due.astimezone(UTC), usegmt=True)
            headers = {"Retry-After": str(text)}
            fault = lasting(kind="status", status=status, headers=headers)
            yield f"retry_after_{status}_{name}", fault
    for name, body in BODIES.items():
        yield f"body_{name}", lasting(kind="raw", body=body)
    for how in SPOILERS:
        yield f"spoilt_{how}", lasting(kind="spoilt", how=how)
    for n, label in enumerate(LABELS):
        headers = {"Content-Type": label}
        yield f"label_{n}", lasting(kind="delay", headers=headers)
    headers = {"Content-Encoding": "gzip"}
    yield "said_to_be_compressed", lasting(kind="raw", body="{}", headers=headers)


def faults(now: datetime) -> dict[str, Fault]:
    """Return every fault by its name; each lasts until the portal is healed."""
    return dict(_named(now))


# The names of all, for those who choose among them.
NAMES: Final = tuple(faults(datetime(2026, 1, 1, tzinfo=UTC)))
