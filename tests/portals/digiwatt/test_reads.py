"""Digiwatt's bodies: every name and form of the developer reference, 6.2."""

import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.digiwatt.models import (
    MonthlySplit,
    Performance,
    PowerRow,
    Saving,
    Totals,
)
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.power import PowerNow
from tests.portals.digiwatt.bodies import (
    AT0,
    AT1,
    BODIES,
    EXPECTED,
    T0,
    T1,
    body_of,
    place,
    read,
)

# Where a value lies in its body, and every name it may go by: 6.2.
SHARE = (
    *("percentage", "greenness", "green_percentage", "renewable_percentage"),
    *("renewable", "value"),
)
TIME = ("timestamp", "time", "datetime", "date", "ts")
MONTH = ("month", "year_month", "date", "period")
SPLIT = ("appliances", "devices", "distribution", "breakdown")
ITEM_NAME = ("appliance", "name", "type", "id")
ITEM_VALUE = ("value", "total", "consumption", "energy", "power")
POWER = (
    *("realtime", "realtime_consumption", "power", "consumption"),
    *("total", "value", "watt"),
)
SERIES = ("consumptions", "values", "series", "items")
ROW_VALUE = ("value", "total", "consumption", "power", "watt")
ROW_TOTAL = ("total", "value", "consumption", "global", "power", "watt")
MONTHS = ("values", "consumption", "items")
PREVIOUS = (
    *("previous_total", "total_previous", "previous"),
    *("previous_consumption", "previous_period"),
)
VARIATION = ("variation", "variation_percentage", "variation_percent", "percentage")
TOTALS_SPLIT = ("appliances", "distribution", "devices", "totals", "breakdown")
NAMES: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("realtime", "", "R", POWER),
    ("realtime", "", "o", TIME),
    ("latest", "", "R", ("consumption", "latest", *SERIES)),
    ("latest", "consumption.0", "R", TIME),
    ("latest", "consumption.0", "R", ROW_VALUE),
    ("consumption", "", "R", ("consumption", *SERIES)),
    ("consumption", "consumption.0", "R", TIME),
    ("consumption", "consumption.0", "o", ROW_TOTAL),
    ("consumption", "consumption.0", "o", SPLIT),
    ("totals", "", "R", ("total", "total_consumption", "consumption", "value")),
    ("totals", "", "o", PREVIOUS),
    ("totals", "", "o", VARIATION),
    ("totals", "", "o", TOTALS_SPLIT),
    # An item that lacks something costs itself.
    ("totals", "appliances.0", "o", ITEM_NAME),
    # Of an appliance's power no energy follows.
    ("totals", "appliances.0", "o", ITEM_VALUE[:-1]),
    ("performance", "", "R", ("user", "user_consumption", "consumption", "value")),
    ("performance", "", "o", ("min", "minimum", "min_consumption")),
    ("performance", "", "o", ("max", "maximum", "max_consumption")),
    ("habits", "", "R", ("habits", "hours", "values", "consumption", "items")),
    ("habits", "habits.0", "R", ("hour", "h", "time", "timestamp")),
    ("habits", "habits.0", "R", ("value", "total", "consumption", "energy")),
    ("trend", "", "R", ("trend", "trends", "months", *MONTHS)),
    ("trend", "trend.0", "R", MONTH),
    ("distribution", "", "R", ("months", "distribution", *MONTHS)),
    ("compound", "", "R", ("months", "compound", *MONTHS)),
    ("distribution", "months.0", "R", MONTH),
    ("distribution", "months.0", "R", SPLIT),
    ("compound", "months.0", "R", SPLIT),
    ("saving", "", "o", ("consumption", "total_consumption", "total")),
    ("saving", "", "o", ("saving", "savings", "saved")),
    ("greenness", "", "o", SHARE),
    ("greenness", "", "o", ("windows", "best_windows", "intervals", "slots")),
    ("greenness", "windows.0", "R", ("start", "start_time", "from", "begin")),
    ("greenness", "windows.0", "R", ("stop", "stop_time", "end", "end_time", "to")),
    ("greenness", "windows.0", "o", SHARE),
]
EVERY_NAME = pytest.mark.parametrize(
    ("key", "path", "need", "names"),
    NAMES,
    ids=[f"{key} {path} {names[0]}" for key, path, _, names in NAMES],
)


@pytest.mark.parametrize("key", EXPECTED)
def test_the_assumed_bodies(key: str) -> None:
    assert read(key, body_of(key)) == EXPECTED[key]


def test_the_assumed_greenness() -> None:
    outlook = read("greenness", body_of("greenness"))
    assert outlook.share == 41.5
    assert [(slot.start, slot.end, slot.value) for slot in outlook.windows] == [
        (AT0, AT1, 58)
    ]


# Names


@EVERY_NAME
def test_every_name(key: str, path: str, need: str, names: tuple[str, ...]) -> None:
    """Each name is read, in any spelling, past others that hold no wanted type."""
    expected = read(key, body_of(key))
    for name in names:
        for spelling in (name, name.upper(), name.replace("_", "-"), camel(name)):
            body = body_of(key)
            here = place(body, path)
            value = here.pop(names[0])
            # Flags of these names would say something of their row.
            others = {*names} - {names[0], name, "total", "to"}
            here.update(dict.fromkeys(others, True))
            here[spelling] = value
            assert read(key, body) == expected, spelling


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@EVERY_NAME
def test_every_value_may_be_null(
    key: str, path: str, need: str, names: tuple[str, ...]
) -> None:
    """A null is no value and no error, and the next name is not asked."""
    body = body_of(key)
    here = place(body, path)
    here[names[1]] = here[names[0]]
    here[names[0]] = None
    if names is MONTH:
        # A list of months of which none is known is none.
        with pytest.raises(UnexpectedResponse):
            read(key, body)
        return
    # A row that has its time under another name still has one.
    changed = not (names is TIME and path)
    assert (read(key, body) != read(key, body_of(key))) is changed


@EVERY_NAME
def test_missing_values(key: str, path: str, need: str, names: tuple[str, ...]) -> None:
    """What is required raises with the shape of the whole body, and no value."""
    body = body_of(key)
    here = place(body, path)
    here.update({"§": "§", "unknown": ["§"]})
    del here[names[0]]
    if path.endswith(".0"):
        # A row that lacks something costs itself; here it is the only one.
        del place(body, path.removesuffix(".0"))[1:]
    if need == "o":
        read(key, body)
        return
    with pytest.raises(UnexpectedResponse) as caught:
        read(key, body)
    assert caught.value.operation == key
    text = json.dumps(caught.value.skeleton)
    assert '"<key>": "string", "unknown": ["string"]' in text
    assert "§" not in f"{caught.value}{text}"


# Forms


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("latest", BODIES["latest"][1]["consumption"]),
        ("latest", {T0: 180, T1: 176.5}),
        ("latest", {"consumption": {T0: 180, T1: "176.5"}}),
        ("latest", {"values": {T0: {"watt": 180}, T1: {"power": 176.5}}}),
        ("latest", {"1768446000": 180, "1768446900": 176.5}),
        ("latest", {"1768446000000": 180, "1768446900000": 176.5}),
        (
            "latest",
            [{"ts": 1768446000, "value": 180}, {"ts": 1768446900e3, "watt": 176.5}],
        ),
        ("consumption", BODIES["consumption"][1]["consumption"]),
        ("consumption", {T0: {"total": 420, "devices": {"fridge": 60}}}),
        (
            "consumption",
            [{"ts": T0, "value": 420, "devices": [{"id": "fridge", "power": 60}]}],
        ),
        ("habits", BODIES["habits"][1]["habits"]),
        ("habits", {"0": 210, "1": 190}),
        ("habits", {"habits": {"00": 210, "01": "190"}}),
        ("habits", {"hours": {"0": {"energy": 210}, "1": {"total": 190}}}),
        ("habits", [{"hour": "0", "value": 210}, {"h": 1.0, "value": 190}]),
        (
            "habits",
            [
                {"time": "2026-01-15T00:00", "value": 210},
                {"time": T0.replace("04", "01"), "value": 190},
            ],
        ),
        (
            "habits",
            [
                {"timestamp": 1768431600, "value": 210},
                {"timestamp": 1768435200, "value": 190},
            ],
        ),
        ("trend", BODIES["trend"][1]["trend"]),
        ("trend", {"2026-01": {"F1": 61200, "F2": 48100, "F3": 70300}}),
        ("trend", {"trend": {"2026-01": {"f1": 61200, "f2": 48100, "f3": 70300}}}),
        *(
            (
                "trend",
                [{"month": "2026-01", name: {"F1": 61200, "F2": 48100, "F3": "70300"}}],
            )
            for name in ("bands", "tariffs", "periods")
        ),
        ("trend", [{"date": "2026-01-01", "F1": 61200, "F2": 48100, "F3": 70300}]),
        ("distribution", BODIES["distribution"][1]["months"]),
        ("distribution", {"2026-01": {"appliances": {"fridge": 31000}}}),
        (
            "distribution",
            {
                "distribution": {
                    "2026-01": {"devices": [{"name": "fridge", "energy": "31000"}]}
                }
            },
        ),
        (
            "distribution",
            [{"date": "2026-01-31T00:00:00", "breakdown": {"fridge": 31000}}],
        ),
        (
            "totals",
            {
                "total": "8250",
                "previous": "7500",
                "variation": "10",
                "totals": {"fridge": "1450"},
            },
        ),
        (
            "totals",
            {"total": 8250, "previous_total": 7500, "devices": {"fridge": 1450}},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else json.dumps(value)[:40],
)
def test_other_forms(key: str, data: Any) -> None:
    """Bare lists, maps as the list of their pairs, both forms of a split, strings."""
    assert read(key, data) == EXPECTED[key]


@pytest.mark.parametrize(
    ("key", "data", "expected"),
    [
        ("latest", {"consumption": []}, ()),
        ("latest", {"consumption": {}}, ()),
        ("latest", {"consumption": None}, ()),
        ("latest", [], ()),
        ("consumption", [], ()),
        ("consumption", [{"timestamp": T0, "total": 4}], (PowerRow(AT0, 4),)),
        ("consumption", [{"timestamp": T0, "appliances": {}}], (PowerRow(AT0, None),)),
        ("consumption", [{"timestamp": T0, "appliances": []}], (PowerRow(AT0, None),)),
        (
            "consumption",
            [{"timestamp": T0, "appliances": None}],
            (PowerRow(AT0, None),),
        ),
        ("consumption", [{"timestamp": T0, "appliances": 5}], (PowerRow(AT0, None),)),
        ("consumption", [{"timestamp": T0, "total": None}], (PowerRow(AT0, None),)),
        ("habits", {"habits": []}, {}),
        ("habits", [{"hour": 3, "value": None}, {"hour": None, "value": 3}], {}),
        ("trend", {"trend": []}, ()),
        (
            "trend",
            [{"month": "2026-01", "F2": None}],
            (MonthlySplit("2026-01", {"F2": None}),),
        ),
        ("distribution", {"months": None}, ()),
        (
            "distribution",
            [{"month": "2026-01", "devices": None}],
            (MonthlySplit("2026-01", {}),),
        ),
        ("saving", {"saving": 5}, Saving(None, 5)),
        ("saving", {"total": 5}, Saving(5, None)),
        ("saving", {"consumption": None}, Saving(None, None)),
        ("totals", {"total": 5}, Totals(5, None, None, {})),
        ("totals", {"total": 5, "previous_total": 0}, Totals(5, 0, None, {})),
        # A change that is not told follows from the two; null is not known.
        (
            "totals",
            {"total": 5, "previous_total": 4, "variation": None},
            Totals(5, 4, None, {}),
        ),
        ("totals", {"total": 0, "previous_total": 8}, Totals(0, 8, -100, {})),
        ("totals", {"total": 5, "variation": -12.5}, Totals(5, None, -12.5, {})),
        ("totals", {"total": None, "previous_total": 8}, Totals(None, 8, None, {})),
        ("performance", {"user": 5}, Performance(None, None, 5)),
        ("realtime", {"realtime": 0}, PowerNow(watts=0)),
        ("realtime", {"realtime": None, "power": 5}, PowerNow(watts=None)),
        ("realtime", {"realtime": 5, "timestamp": "soon"}, PowerNow(watts=5)),
        # Only a list says that there are no windows.
        ("greenness", {"windows": []}, GreenOutlook(share=None)),
        ("greenness", [], GreenOutlook(share=None)),
        ("greenness", {"percentage": 5}, GreenOutlook(share=5, is_whole=False)),
        ("greenness", {"windows": None}, GreenOutlook(share=None, is_whole=False)),
        ("greenness", {"percentage": None}, GreenOutlook(share=None, is_whole=False)),
        (
            "greenness",
            {"percentage": 0, "windows": {}},
            GreenOutlook(share=0, is_whole=False),
        ),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else json.dumps(value, default=str)[:50]
    ),
)
def test_what_is_not_there(key: str, data: Any, expected: Any) -> None:
    assert read(key, data) == expected


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("realtime", {"kwh": 4}),
        ("latest", {"consumption": 5}),
        ("latest", {"consumption": [5]}),
        ("latest", {"consumption": [None]}),
        ("latest", [{"timestamp": "10:00", "value": 4}]),
        ("latest", [{"value": 4}]),
        ("consumption", [{"timestamp": T0}]),
        ("consumption", [{"timestamp": None, "total": 4}]),
        ("habits", [1, 2]),
        ("habits", [{"hour": 0}]),
        ("trend", [{"month": None, "F1": 1}]),
        ("trend", [{"month": "2026-01", "peak": 3, "off": "4", "note": "x"}]),
        ("trend", [{"month": "2026-01"}]),
        ("trend", [{"month": "2026-01", "note": "x"}]),
        ("trend", [{"month": "2026-01", "kwh": 4}]),
        ("trend", [{"month": "2026-01", "totalKwh": 4}]),
        ("trend", [{"month": "2026-01", "F1": "x"}]),
        ("trend", [{"month": "2026-13", "F1": 1}]),
        ("trend", [{"month": "January", "F1": 1}]),
        ("trend", [{"month": 1, "F1": 1}]),
        ("distribution", [{"month": "2026-01"}]),
        ("distribution", [{"month": "2026-01", "appliances": 5}]),
        ("distribution", {"compound": []}),
        ("compound", {"distribution": []}),
        ("saving", {}),
        ("saving", {"consumption": [1]}),
        ("greenness", {}),
        ("greenness", {"percentage": "x"}),
        ("greenness", {"windows": 5, "percentage": 4}),
        ("greenness", {"windows": [{"start": T0}]}),
        ("greenness", {"windows": [{"start": T0, "stop": "soon"}]}),
        ("greenness", {"windows": [T0]}),
    ],
    ids=lambda value: value if isinstance(value, str) else json.dumps(value)[:50],
)
def test_what_cannot_be_read(key: str, data: Any) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        read(key, data)
    assert caught.value.skeleton is not None
