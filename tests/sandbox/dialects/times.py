"""How a time is written, and which end of an interval it is."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.shapes import (
    Field,
    Json,
    Shape,
    changed,
    content_of,
    places,
    replaced,
)

ZONES = {
    "UTC": ZoneInfo("UTC"),
    "Europe/Berlin": ZoneInfo("Europe/Berlin"),
    "Europe/Oslo": ZoneInfo("Europe/Oslo"),
    "Europe/Rome": ZoneInfo("Europe/Rome"),
    "America/New_York": ZoneInfo("America/New_York"),
}
# In the hour that comes twice, rows may be refused.
ALMOST = 0.85

type Write = Callable[[datetime], Json]


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    fields = shape.of("time")
    if fields:
        for name, (keeps, write) in _FORMS.items():
            yield Dialect(f"time.{name}", keeps, _written(fields, write))
        for name, (keeps, form) in _LOCAL_FORMS.items():
            change = _written(fields, _local(shape.zone, form))
            yield Dialect(f"time.{name}", keeps, change)
        day = _local("Europe/Rome" if shape.root else "Europe/Oslo", "%Y-%m-%d")
        yield Dialect("time.only_the_day", False, _written(fields, day))
        yield from _zones(shape, fields)


def parsed(text: str) -> datetime:
    """Return a time of the sandbox's, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _utc(form: str) -> Write:
    return lambda at: at.strftime(form)


_FORMS: dict[str, tuple[bool, Write]] = {
    "z": (True, _utc("%Y-%m-%dT%H:%M:%SZ")),
    "lower_z": (True, _utc("%Y-%m-%dT%H:%M:%Sz")),
    "offset": (True, lambda at: at.astimezone(ZONES["America/New_York"]).isoformat()),
    "offset_compact": (True, _utc("%Y-%m-%dT%H:%M:%S+0000")),
    "offset_hours": (True, _utc("%Y-%m-%dT%H:%M:%S+00")),
    "space": (True, _utc("%Y-%m-%d %H:%M:%S+00:00")),
    "ticks": (True, _utc("%Y-%m-%dT%H:%M:%S.0000000Z")),
    "minutes": (
        True,
        lambda at: (
            at.strftime("%Y-%m-%dT%H:%MZ")
            if at.second == 0
            else at.strftime("%Y-%m-%dT%H:%M:%SZ")
        ),
    ),
    "basic": (True, _utc("%Y%m%dT%H%M%SZ")),
    "epoch": (True, lambda at: int(at.timestamp())),
    "epoch_ms": (True, lambda at: int(at.timestamp() * 1000)),
    "epoch_float": (True, lambda at: at.timestamp()),
    "epoch_text": (True, lambda at: f"{at.timestamp():.0f}"),
    "epoch_ms_text": (True, lambda at: f"{at.timestamp() * 1000:.0f}"),
    "epoch_us": (False, lambda at: int(at.timestamp() * 1_000_000)),
    "epoch_ns": (False, lambda at: int(at.timestamp() * 1_000_000_000)),
    "of_microsoft": (False, lambda at: f"/Date({at.timestamp() * 1000:.0f})/"),
    "of_mail": (False, _utc("%a, %d %b %Y %H:%M:%S GMT")),
    "utc_word": (False, _utc("%Y-%m-%d %H:%M:%S UTC")),
    "week_date": (False, _utc("%G-W%V-%uT%H:%M:%SZ")),
    "excel": (
        False,
        lambda at: (at - datetime(1899, 12, 30, tzinfo=UTC)) / timedelta(1),
    ),
    "object": (False, lambda at: {"date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M:%S}"}),
    "year_1": (False, lambda at: "0001-01-01T00:00:00"),
    "year_9999": (False, lambda at: "9999-12-31T23:59:59Z"),
    "zero": (False, lambda at: 0),
    "empty": (False, lambda at: ""),
    "word": (False, lambda at: "now"),
    "list": (False, lambda at: [at.year, at.month, at.day, at.hour, at.minute]),
}


# As clocks show it where the portal reads a time without an offset.
_LOCAL_FORMS: dict[str, tuple[bool, str]] = {
    "dotted": (False, "%d.%m.%Y %H:%M:%S"),
    "slashed_day_first": (False, "%d/%m/%Y %H:%M:%S"),
    "slashed_month_first": (False, "%m/%d/%Y %I:%M:%S %p"),
    "year_of_two_digits": (False, "%y-%m-%d %H:%M"),
    "only_the_clock": (False, "%H:%M:%S"),
}


def _written(fields: list[Field], write: Write) -> Change:
    def change(body: Json) -> Json:
        for each in fields:
            body = changed(body, each.path, lambda it: write(parsed(it)))
        return body

    return change


def _local(zone: str, form: str) -> Write:
    return lambda at: at.astimezone(ZONES[zone]).strftime(form)


def _naive(zone: str) -> Write:
    return _local(zone, "%Y-%m-%dT%H:%M:%S")


def _zones(shape: Shape, fields: list[Field]) -> Iterator[Dialect]:
    """Yield times whose zone is told elsewhere, or is the portal's own."""
    naive = _written(fields, _naive(shape.zone))
    yield Dialect("zone.left_away", True, naive, least=ALMOST)
    local = "Europe/Rome" if shape.root else "Europe/Oslo"
    for zone, word, least in (
        ("UTC", "timezone", 1),
        ("UTC", "time zone", 1),
        (local, "time zone", ALMOST),
        ("America/New_York", "timezone", 1),
    ):
        change = _zoned(shape, fields, zone, word, zone)
        yield Dialect(f"zone.{word}.{zone}", True, change, least)
    for name, told in (
        ("offset_beside", "+00:00"),
        ("of_windows", "UTC-11"),
        ("unknown", "Middle Earth"),
        ("short", "EST"),
    ):
        zone = "UTC" if name == "offset_beside" else "America/New_York"
        word = "utc offset" if name == "offset_beside" else "timezone"
        change = _zoned(shape, fields, zone, word, told)
        yield Dialect(f"zone.{name}", False, change)
    beside = _zoned_rows(shape, fields, "America/New_York")
    yield Dialect("zone.beside", True, beside)


def _zoned(
    shape: Shape, fields: list[Field], zone: str, word: str, told: str
) -> Change:
    write = _written(fields, _naive(zone))

    def change(body: Json) -> Json:
        body = write(body)
        content = content_of(body, shape)
        if isinstance(content, list):
            named = {shape.word(word): told, shape.word("items"): content}
            return replaced(body, shape.root, named)
        content[shape.word(word)] = told
        return body

    return change


def _zoned_rows(shape: Shape, fields: list[Field], zone: str) -> Change:
    write = _written(fields, _naive(zone))

    def change(body: Json) -> Json:
        body = write(body)
        for each in fields:
            for holder, _ in places(body, each.path):
                holder[shape.word("timezone")] = zone
        return body

    return change
