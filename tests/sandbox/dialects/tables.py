"""Points as tables, and months and hours of the day."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.shapes import Json, Shape, changed, replaced, rows_of
from tests.sandbox.dialects.times import ZONES, parsed


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    if shape.step and shape.time:
        yield from _tables(shape)
    yield from _months(shape)
    yield from _hours(shape)


def _tables(shape: Shape) -> Iterator[Dialect]:
    value = shape.value
    if value is None:
        return
    yield Dialect("table.by_time", True, _by_time(shape, value.name))
    yield Dialect("table.rows_by_time", True, _rows_by_time(shape))
    yield Dialect("table.columns", True, _columns(shape, value.name))
    yield Dialect("table.pairs", False, _pairs(shape, value.name))
    yield Dialect("table.start_and_step", False, _stepped(shape, value.name))
    yield Dialect("table.by_day", False, _by_day(shape, value.name))


def _replacing(shape: Shape, table: Callable[[list[Json]], Json]) -> Change:
    def change(body: Json) -> Json:
        return replaced(body, shape.rows or "", table(rows_of(body, shape)))

    return change


def _by_time(shape: Shape, value: str) -> Change:
    return _replacing(shape, lambda rows: {row[shape.time]: row[value] for row in rows})


def _rows_by_time(shape: Shape) -> Change:
    return _replacing(shape, lambda rows: {row.pop(shape.time): row for row in rows})


def _columns(shape: Shape, value: str) -> Change:
    return _replacing(
        shape,
        lambda rows: {
            shape.word("timestamps"): [row[shape.time] for row in rows],
            shape.word("values"): [row[value] for row in rows],
        },
    )


def _pairs(shape: Shape, value: str) -> Change:
    return _replacing(
        shape,
        lambda rows: [
            [int(parsed(row[shape.time]).timestamp() * 1000), row[value]]
            for row in rows
        ],
    )


def _stepped(shape: Shape, value: str) -> Change:
    return _replacing(
        shape,
        lambda rows: {
            shape.word("start"): rows[0][shape.time],
            shape.word("interval"): shape.step,
            shape.word("values"): [row[value] for row in rows],
        },
    )


def _by_day(shape: Shape, value: str) -> Change:
    def table(rows: list[Json]) -> Json:
        days: dict[str, list[Json]] = {}
        for row in rows:
            days.setdefault(row[shape.time][:10], []).append(row[value])
        return [
            {shape.word("date"): day, shape.word("hours"): values}
            for day, values in days.items()
        ]

    return _replacing(shape, table)


def _months(shape: Shape) -> Iterator[Dialect]:
    fields = shape.of("month")
    if not fields:
        return

    def written(write: Callable[[int, int], Json]) -> Change:
        def change(body: Json) -> Json:
            for each in fields:
                body = changed(
                    body, each.path, lambda it: write(*map(int, it.split("-")))
                )
            return body

        return change

    forms: dict[str, tuple[bool, Callable[[int, int], Json]]] = {
        "day": (True, lambda y, m: f"{y}-{m:02}-01"),
        "midnight": (
            True,
            lambda y, m: datetime(y, m, 1, tzinfo=ZONES["Europe/Rome"]).isoformat(),
        ),
        "midnight_utc": (
            True,
            lambda y, m: (
                datetime(y, m, 1, tzinfo=ZONES["Europe/Rome"])
                .astimezone(UTC)
                .isoformat()
            ),
        ),
        "epoch": (
            True,
            lambda y, m: int(
                datetime(y, m, 1, tzinfo=ZONES["Europe/Rome"]).timestamp()
            ),
        ),
        "compact": (False, lambda y, m: f"{y}{m:02}"),
        "compact_number": (False, lambda y, m: y * 100 + m),
        "month_first": (False, lambda y, m: f"{m:02}/{y}"),
        "number": (False, lambda y, m: m),
        "name": (False, lambda y, m: f"{datetime(y, m, 1):%B}"),
        "name_and_year": (False, lambda y, m: f"{datetime(y, m, 1):%b %Y}"),
        "thirteen": (False, lambda y, m: f"{y}-13"),
        "last_day": (False, lambda y, m: f"{y}-{m:02}-{monthrange(y, m)[1]}"),
    }
    for name, (keeps, write) in forms.items():
        yield Dialect(f"month.{name}", keeps, written(write))

    def apart(body: Json) -> Json:
        for row in rows_of(body, shape):
            year, month = map(int, row.pop("month").split("-"))
            row |= {"year": year, "month": month}
        return body

    yield Dialect("month.and_year", True, apart)


def _hours(shape: Shape) -> Iterator[Dialect]:
    fields = shape.of("hour")
    if not fields:
        return

    def written(write: Callable[[int], Json]) -> Change:
        def change(body: Json) -> Json:
            return changed(body, fields[0].path, write)

        return change

    forms: dict[str, tuple[bool, Callable[[int], Json]]] = {
        "text": (True, lambda h: f"{h}"),
        "two_digits": (True, lambda h: f"{h:02}"),
        "clock": (True, lambda h: f"{h:02}:00"),
        "clock_seconds": (True, lambda h: f"{h:02}:00:00"),
        "from_1": (False, lambda h: h + 1),
        "range": (False, lambda h: f"{h:02}-{h + 1:02}"),
        "am_pm": (False, lambda h: f"{h % 12 or 12} {'AM' if h < 12 else 'PM'}"),
        "minutes": (False, lambda h: h * 60),
        "beyond": (False, lambda h: h + 24),
        "half": (False, lambda h: h + 0.5),
    }
    for name, (keeps, write) in forms.items():
        yield Dialect(f"hour.{name}", keeps, written(write))

    def of_days(body: Json) -> Json:
        rows = rows_of(body, shape)
        told = []
        for day in ("monday", "saturday", "sunday"):
            by = {"monday": 1.0, "saturday": 1.4, "sunday": 0.6}[day]
            told += [{**row, "day": day, "value": row["value"] * by} for row in rows]
        return replaced(body, shape.rows or "", told)

    yield Dialect("hour.of_several_days", False, of_days)
