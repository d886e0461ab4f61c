"""Which rows there are, in which order, how often, and what stands among them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from tests.sandbox.dialects.kinds import Change, Dialect
from tests.sandbox.dialects.shapes import (
    Json,
    Shape,
    as_number,
    copied,
    places,
    replaced,
    rows_of,
)
from tests.sandbox.dialects.times import parsed

type Rows = Callable[[list[Json]], list[Json]]


def dialects(shape: Shape) -> Iterator[Dialect]:
    """Yield them all."""
    if shape.rows is None:
        return
    rows = partial(_rows, shape)
    yield Dialect("rows.reversed", True, rows(lambda it: it[::-1]))
    yield Dialect("rows.unsorted", True, rows(lambda it: it[::2] + it[1::2]))
    yield Dialect("rows.repeated", True, rows(lambda it: [*it, *it]))
    yield Dialect("rows.repeated_one", True, rows(lambda it: [it[0], *it]))
    for name, among in _STRANGERS.items():
        change = rows(partial(_among, among))
        yield Dialect(f"rows.among.{name}", False, change, says=shape.is_whole)
        change = rows(partial(_alone, among))
        yield Dialect(f"rows.all.{name}", False, change, says=shape.is_whole)
    if shape.time:
        yield from _timed(shape)
    yield from _parts(shape)
    yield from _doubtful(shape)
    numbers = [each for each in shape.row_fields if each.unit]
    if numbers and shape.is_measured:
        name = numbers[0].path.removesuffix(".*").rpartition(".")[2]
        yield from _narrower(shape, name)
        yield from _summed(shape, name)


_STRANGERS: dict[str, Json] = {
    "null": None,
    "object": {},
    "text": "n/a",
    "number": 7,
    "list": [],
    "error": {"error": "not available"},
}


def _among(stranger: Json, rows: list[Json]) -> list[Json]:
    return [*rows[:1], stranger, *rows[1:]]


def _alone(stranger: Json, rows: list[Json]) -> list[Json]:
    return [stranger for _ in rows]


def _rows(shape: Shape, change: Rows) -> Change:
    def changed(body: Json) -> Json:
        rows = rows_of(body, shape)
        return replaced(body, shape.rows or "", change(rows)) if rows else body

    return changed


def _timed(shape: Shape) -> Iterator[Dialect]:
    rows = partial(_rows, shape)
    yield Dialect("rows.missing", True, rows(lambda it: it[:2] + it[5:]), least=0.3)
    yield Dialect(
        "rows.every_third_missing", True, rows(_without_every_third), least=0.3
    )
    yield Dialect(
        "rows.empty", True, rows(lambda it: []), least=0.0, says=shape.is_whole
    )


def _without_every_third(rows: list[Json]) -> list[Json]:
    return [row for place, row in enumerate(rows) if place % 3]


def _spoilt(shape: Shape, row: Json, by: float = 1.37) -> Json:
    """Return a row of the same time or name, with other numbers."""
    row = copied(row)
    start = f"{shape.rows}.*." if shape.rows else "*."
    for each in shape.row_fields:
        if each.unit or each.kind in {"number", "count"}:
            for holder, key in places(row, each.path.removeprefix(start)):
                if isinstance(number := as_number(holder[key]), int | float):
                    holder[key] = round(number * by + 1.5, 3)
    return row


def _doubtful(shape: Shape) -> Iterator[Dialect]:
    """Yield two rows that differ where there should be one."""
    if not any(each.unit or each.kind == "number" for each in shape.row_fields):
        return
    rows = partial(_rows, shape)
    spoilt = partial(_spoilt, shape)
    yield Dialect(
        "rows.differing.after",
        False,
        rows(lambda it: [each for row in it for each in (row, spoilt(row))]),
    )
    yield Dialect(
        "rows.differing.before",
        False,
        rows(lambda it: [each for row in it for each in (spoilt(row), row)]),
    )
    yield Dialect("rows.differing.one", False, rows(lambda it: [*it, spoilt(it[0])]))
    yield Dialect("rows.differing.first", False, rows(lambda it: [spoilt(it[-1]), *it]))
    for word in ("version", "revision"):
        yield Dialect(
            f"rows.{word}s",
            False,
            rows(partial(_two, shape, shape.word(word), 1, 2)),
        )
    yield Dialect(
        "rows.superseded",
        False,
        rows(partial(_two, shape, shape.word("is current"), False, True)),
    )
    if not shape.is_measured:
        return
    for name, key, first, last in (
        ("meters", "meter id", "W-77", "M-1001"),
        ("meters.no", "meter no", "0099", "0000000000003001"),
        ("registers", "register", "1.8.1", "1.8.2"),
        ("tariffs", "tariff", "T1", "T2"),
        ("bands", "time of use", "peak", "off-peak"),
        ("directions", "direction", "export", "import"),
        ("flows", "flow direction", "production", "consumption"),
        ("media", "medium", "water", "electricity"),
        ("phases", "phase", "L1", "L2"),
        ("scenarios", "scenario", "forecast", "actual"),
    ):
        change = rows(partial(_two, shape, shape.word(key), first, last))
        yield Dialect(f"rows.{name}", False, change)
    yield Dialect("rows.two_series", False, _two_series(shape))


def _two(
    shape: Shape, key: str, first: Json, last: Json, rows: list[Json]
) -> list[Json]:
    """Return each row twice: of something else first, and then the true one."""
    return [
        each
        for row in rows
        for each in ({**_spoilt(shape, row), key: first}, {**row, key: last})
    ]


def _two_series(shape: Shape) -> Change:
    """Return how there are two lists of rows, of two meters."""

    def change(body: Json) -> Json:
        rows = rows_of(body, shape)
        told = [
            {
                shape.word("meter id"): meter,
                shape.word("values"): [_spoilt(shape, row, by) for row in rows],
            }
            for meter, by in (("W-77", 2.1), ("W-78", 1.3))
        ]
        return replaced(body, shape.rows or "", told)

    return change


def _parts(shape: Shape) -> Iterator[Dialect]:
    """Yield rows of appliances, and of areas."""
    if shape.maps and shape.is_measured:
        change = _by_appliance(shape)
        yield Dialect("rows.per_appliance", True, change, least=0.5)
        yield Dialect("rows.per_appliance.quiet", False, _by_appliance(shape, "label"))
        listed = _listed_appliances(shape)
        yield Dialect("rows.appliances_listed", True, listed)
    if shape.step and shape.style == "pascal" and shape.value is not None:
        words = ("price area", "area", "zone")
        for word in words:
            keeps = bool(shape.area) and word == "price area"
            yield Dialect(f"rows.per_{word}", keeps, _by_area(shape, word))
        if shape.area:
            # That of which no row is, or of another alone.
            yield Dialect("rows.other_area", False, _other_area(shape))
    if shape.step:
        yield Dialect("rows.per_device", False, _by_device(shape))


def _map_of(shape: Shape) -> str:
    return shape.maps[0].rpartition(".")[2]


def _by_appliance(shape: Shape, word: str = "appliance") -> Change:
    split = _map_of(shape)

    def change(rows: list[Json]) -> list[Json]:
        return [
            {shape.time: row[shape.time], word: name, "value": value}
            for row in rows
            for name, value in row[split].items()
        ]

    return _rows(shape, change)


def _listed_appliances(shape: Shape) -> Change:
    split = _map_of(shape)

    def change(rows: list[Json]) -> list[Json]:
        for row in rows:
            row[split] = [
                {"appliance": name, "value": value}
                for name, value in row[split].items()
            ]
        return rows

    return _rows(shape, change)


def _by_area(shape: Shape, word: str) -> Change:
    def change(rows: list[Json]) -> list[Json]:
        return [
            {
                **(row if area == shape.area else _spoilt(shape, row, by)),
                shape.word(word): area,
            }
            for row in rows
            for area, by in (("NO1", 1.2), ("NO2", 1.3), ("SE3", 0.4))
        ]

    return _rows(shape, change)


def _other_area(shape: Shape) -> Change:
    def change(rows: list[Json]) -> list[Json]:
        return [
            {**_spoilt(shape, row), shape.word("price area"): "NO5"} for row in rows
        ]

    return _rows(shape, change)


def _by_device(shape: Shape) -> Change:
    """Return how each row is of one of several things in the home."""

    def change(rows: list[Json]) -> list[Json]:
        return [
            {**_spoilt(shape, row, by), shape.word("device id"): device}
            for row in rows
            for device, by in ((7, 0.3), (8, 0.5))
        ]

    return _rows(shape, change)


def _narrower(shape: Shape, name: str) -> Iterator[Dialect]:
    """Yield rows that say that they are of less than the whole, or of more."""
    for word, value in (
        ("appliance", "oven"),
        ("device id", 601),
        ("meter type", "water"),
        ("tariff", "night"),
        ("phase", "L1"),
        ("direction", "export"),
        ("flow direction", "injection"),
        ("is production", True),
    ):

        def change(
            rows: list[Json], word: str = word, value: Json = value
        ) -> list[Json]:
            return [{**_spoilt(shape, row), shape.word(word): value} for row in rows]

        yield Dialect(f"narrower.{word}", False, _rows(shape, change))


def _summed(shape: Shape, name: str) -> Iterator[Dialect]:
    """Yield a row that is a head, a sum or a mean among the others."""
    if not shape.time:
        return
    rows = partial(_rows, shape)

    def other(row: Json, **members: Json) -> Json:
        told = {shape.word(key): value for key, value in members.items()}
        return {**_spoilt(shape, row, 24.5), **told}

    def later(rows: list[Json]) -> Json:
        """Return the time after the last row."""
        if not shape.step:
            return None
        step = timedelta(minutes=shape.step)
        return (max(parsed(row[shape.time]) for row in rows) + step).isoformat()

    def timed(row: Json, at: Json) -> Json:
        return {**row, shape.time: at}

    yield Dialect(
        "summary.named_in_time",
        False,
        rows(lambda it: [*it, timed(other(it[0]), "Total")]),
    )
    yield Dialect(
        "summary.without_time",
        False,
        rows(
            lambda it: [*it, {k: v for k, v in other(it[0]).items() if k != shape.time}]
        ),
    )
    yield Dialect(
        "summary.first", False, rows(lambda it: [timed(other(it[0]), None), *it])
    )
    yield Dialect(
        "summary.flag",
        False,
        rows(lambda it: [other(it[0], **{"is total": True}), *it]),
    )
    for word, value in (
        ("row type", "sum"),
        ("type", "average"),
        ("is summary", True),
        ("aggregate", "max"),
    ):

        def change(it: list[Json], word: str = word, value: Json = value) -> list[Json]:
            return [*it, timed(other(it[0], **{word: value}), later(it))]

        if shape.step:
            yield Dialect(f"summary.{word}", False, rows(change))
    head = {each.name: each.name for each in shape.row_fields if each.path[-2:] != ".*"}
    yield Dialect("summary.head", False, rows(lambda it: [head, *it]))
