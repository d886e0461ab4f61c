"""A time in pieces, and which end of an interval it is."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.shapes import (
    Json,
    Shape,
    content_of,
    renamed,
    replaced,
    rows_of,
)
from tests.sandbox.dialects.times import ALMOST, ZONES, parsed


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    if shape.step and shape.time:
        yield from _split(shape)
        yield from _ends(shape)


type Pieces = Callable[[datetime], dict[str, Json]]


def _split(shape: Shape) -> Iterator[Dialect]:
    """Yield a date and an hour, a date and a clock, each where it can be known."""
    zone = ZONES[shape.zone]
    hourly = shape.step >= 60

    def local(pieces: Pieces) -> Pieces:
        return lambda at: pieces(at.astimezone(zone))

    day = "%Y-%m-%d"
    forms: dict[str, tuple[bool, Pieces]] = {
        "date_hour": (hourly, lambda at: {"date": f"{at:{day}}", "hour": at.hour}),
        "date_hour_text": (
            hourly,
            lambda at: {"date": f"{at:{day}}", "hour": f"{at:%H:%M}"},
        ),
        "date_clock": (
            True,
            lambda at: {"date": f"{at:{day}}", "time": f"{at:%H:%M}"},
        ),
        "date_clock_seconds": (
            True,
            lambda at: {"date": f"{at:{day}}", "time": f"{at:%H:%M:%S}"},
        ),
        "midnight_and_clock": (
            False,
            lambda at: {"date": f"{at:{day}}T00:00:00", "time": f"{at:%H:%M}"},
        ),
        "hour_from_1": (
            False,
            lambda at: {"date": f"{at:{day}}", "hour": at.hour + 1},
        ),
        "period": (
            False,
            lambda at: {"date": f"{at:{day}}", "period": at.hour * 4 + at.minute // 15},
        ),
        "hour_range": (
            False,
            lambda at: {"date": f"{at:{day}}", "hour": f"{at:%H}-{at.hour + 1:02}"},
        ),
        "day_and_slot": (
            False,
            lambda at: {
                "day": f"{at:{day}}",
                "slot": at.hour * 4 + at.minute // 15 + 1,
            },
        ),
        "am_pm": (
            False,
            lambda at: {
                "date": f"{at:{day}}",
                "time": f"{at:%I:%M}",
                "meridiem": f"{at:%p}",
            },
        ),
        "year_month_day": (
            False,
            lambda at: {
                "year": at.year,
                "month": at.month,
                "day": at.day,
                "hour": at.hour,
            },
        ),
        "day_with_weekday": (
            False,
            lambda at: {"date": f"{at:%a %d %b}", "hour": at.hour},
        ),
    }
    for name, (keeps, pieces) in forms.items():
        change = _in_pieces(shape, local(pieces))
        # Where the vendor says that times are UTC, an hour beside a date may not be.
        yield Dialect(f"pieces.{name}", keeps and shape.zone != "UTC", change, ALMOST)
        if shape.zone == "UTC":
            told = _then_told(shape, change, "timezone", "UTC")
            yield Dialect(f"pieces.{name}.zone", keeps, told, ALMOST)


def _then_told(shape: Shape, change: Change, word: str, told: str) -> Change:
    def then(body: Json) -> Json:
        body = change(body)
        content = content_of(body, shape)
        if isinstance(content, list):
            named = {shape.word(word): told, shape.word("values"): content}
            return replaced(body, shape.root, named)
        content[shape.word(word)] = told
        return body

    return then


def _in_pieces(shape: Shape, pieces: Pieces) -> Change:
    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            told = pieces(parsed(row.pop(shape.time)))
            others = dict(row)
            row.clear()
            row.update({shape.word(name): value for name, value in told.items()})
            row.update(others)
        return body

    return change


# --- which end of the interval


def _ends(shape: Shape) -> Iterator[Dialect]:
    step = timedelta(minutes=shape.step)
    later = _shifted(shape, step)
    for name in ("end", "end time", "to", "to time"):
        change = _renamed_time(shape, later, name)
        yield Dialect(f"end.{name}", shape.step < 1440, change, ALMOST)
    for name, beside in (
        ("interval_ending", {"interval ending": True}),
        ("time_is", {"timestamp position": "end"}),
        ("label", {"label": "right"}),
        ("convention", {"time convention": "period ending"}),
    ):
        change = _said(shape, later, beside)
        yield Dialect(f"end.flag.{name}", False, change)
    starting = _said(shape, lambda body: body, {"interval beginning": True})
    yield Dialect("end.flag.interval_beginning", True, starting)
    # A day is not always as long as that.
    if shape.step < 1440:
        yield Dialect("end.both", True, _both(shape, step, "start", "end"))
        yield Dialect("end.both.from_to", True, _both(shape, step, "from", "to"))
    yield Dialect("end.duration", True, _lasting(shape))
    yield Dialect("end.before_start", False, _both(shape, -step, "start", "end"))
    yield Dialect("end.far", False, _both(shape, step * 30, "start", "end"))
    yield Dialect(
        "end.middle", False, _renamed_time(shape, _shifted(shape, step / 2), "mid time")
    )
    yield Dialect("end.published", False, _published(shape))


def _shifted(shape: Shape, by: timedelta) -> Change:
    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            row[shape.time] = (parsed(row[shape.time]) + by).isoformat()
        return body

    return change


def _renamed_time(shape: Shape, before: Change, name: str) -> Change:
    def change(body: Json) -> Json:
        body = before(body)
        for row in rows_of(body, shape):
            renamed(row, shape.time, shape.word(name), row[shape.time])
        return body

    return change


def _said(shape: Shape, before: Change, beside: dict[str, Json]) -> Change:
    def change(body: Json) -> Json:
        body = before(body)
        told = {shape.word(name): value for name, value in beside.items()}
        content = content_of(body, shape)
        if isinstance(content, dict):
            content |= told
            return body
        for row in content:
            row.update(told)
        return body

    return change


def _both(shape: Shape, step: timedelta, first: str, last: str) -> Change:
    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            end = (parsed(row[shape.time]) + step).isoformat()
            renamed(row, shape.time, shape.word(first), row[shape.time])
            row[shape.word(last)] = end
        return body

    return change


def _lasting(shape: Shape) -> Change:
    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            row[shape.word("duration")] = f"PT{shape.step}M"
        return body

    return change


def _published(shape: Shape) -> Change:
    """Return how a time of another meaning stands where the row's time should."""

    def change(body: Json) -> Json:
        for row in rows_of(body, shape):
            at = parsed(row.pop(shape.time)) + timedelta(days=1, minutes=7)
            row[shape.word("published at")] = at.isoformat()
        return body

    return change
