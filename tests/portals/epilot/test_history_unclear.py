"""A meter's past where its app is careless: unknown, and never another amount."""

from typing import Any

import msgspec
import pytest

from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.history import HISTORY
from custom_components.energy_portals.portals.epilot.hooks import DataRange
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.epilot.meters import END, HOUR, START, ask, drawn, meter_of, total
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault

USED, FED_IN = ("consumption", "kWh"), ("feed_in", "kWh")


def _set(path: str, value: object) -> Fault:
    return Fault(kind="set", path=path, value=value, times=None)


def _hourly(slots: Any) -> dict[int, float | None]:
    return {(slot.start - START) // HOUR: slot.value for slot in slots}


# Metadata


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 503])
async def test_metadata_that_cannot_be_had(
    client: EpilotClient, epilot: EpilotSandbox, status: int
) -> None:
    """History, prices and costs go on: their records and counters say what they are."""
    truth = await ask(client, epilot.home.power_meter)
    client._metadata.clear()
    fault = Fault(
        kind="status", status=status, headers={"Retry-After": "0"}, times=None
    )
    epilot.fail("getVisualizationMetadata", fault)
    assert await ask(client, epilot.home.power_meter) == truth
    assert bool(client.refused()) is (status != 404)


@pytest.mark.parametrize("body", ["[]", "x", '{"error": "no"}', '{"type_options": 5}'])
async def test_metadata_that_is_none(
    client: EpilotClient, epilot: EpilotSandbox, body: str
) -> None:
    epilot.fail("getVisualizationMetadata", Fault(kind="raw", body=body, times=None))
    found = await ask(client, epilot.home.power_meter)
    assert total(found[USED]) == pytest.approx(drawn(epilot))


async def test_metadata_is_not_asked_without_an_app(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """The portal's document wants one there, and not with the series."""
    for kind in ("consumptionDataRetrieval", "costDataRetrieval"):
        fault = Fault(kind="remove", path=f"{kind}.*.app.app_id")
        epilot.fail("getPublicPortalExtensionDetailsV3", fault)
        before = len(epilot.calls)
        found = await ask(client, epilot.home.power_meter)
        assert total(found[USED]) == pytest.approx(drawn(epilot))
        statuses = [
            each.status
            for each in epilot.calls[before:]
            if each.operation == "getVisualizationMetadata"
        ]
        assert set(statuses) <= {200}


async def test_metadata_that_was_had_once_holds(
    client: EpilotClient, epilot: EpilotSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, nobody knows that this is in Wh."""
    epilot.series.hooks.set_scenario("wh")
    truth = await ask(client, epilot.home.power_meter)
    client._metadata = {
        place: (0.0, held) for place, (_, held) in client._metadata.items()
    }
    fault = Fault(kind="status", status=500, times=None)
    epilot.fail("getVisualizationMetadata", fault)
    assert await ask(client, epilot.home.power_meter) == truth
    before = len(epilot.calls)
    await ask(client, epilot.home.power_meter)
    again = [each.operation for each in epilot.calls[before:]]
    assert "getVisualizationMetadata" not in again


async def test_metadata_that_was_had_once_ends_nothing(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """How far the data goes was said of then: a history would stand still there."""
    truth = await ask(client, epilot.home.power_meter)
    then = DataRange((START - HOUR).isoformat(), (START + HOUR).isoformat())
    client._metadata = {
        place: (0.0, msgspec.structs.replace(held, data_range=then))
        for place, (_, held) in client._metadata.items()
        if held is not None
    }
    fault = Fault(kind="status", status=500, times=None)
    epilot.fail("getVisualizationMetadata", fault)
    assert await ask(client, epilot.home.power_meter) == truth


@pytest.mark.parametrize(
    "option",
    [
        None,
        {},
        {"id": []},
        {"id": "feed-in", "unit": 5},
        {"id": "feed-in", "unit": "Wh"},
    ],
)
async def test_one_bad_type(
    client: EpilotClient, epilot: EpilotSandbox, option: object
) -> None:
    """A record that does not say its unit itself may be of that type."""
    epilot.series.hooks.set_scenario("prosumer")
    options = [{"id": "feed-out", "unit": "kWh"}, option]
    if option == {"id": "feed-in", "unit": "Wh"}:
        options.append({"id": "feed-in", "unit": "kWh"})
    epilot.fail("getVisualizationMetadata", _set("type_options", options))
    found = await ask(client, epilot.home.power_meter)
    assert total(found[USED]) == pytest.approx(drawn(epilot))
    assert FED_IN not in found


# Units


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("kWh", 1), ("KWH", 1), ("Wh", 0.001), ("MWh", 1000), (" kWh ", 1)],
)
async def test_the_unit_of_a_record(
    client: EpilotClient, epilot: EpilotSandbox, unit: str, factor: float
) -> None:
    """It counts before the meter's; its type's says the same, or says nothing."""
    fault = Fault(kind="remove", path="type_options", times=None)
    epilot.fail("getVisualizationMetadata", fault)
    truth = await ask(client, epilot.home.power_meter)
    epilot.fail("getConsumption", _set("consumptions.*.unit", unit))
    found = await ask(client, epilot.home.power_meter)
    assert total(found[USED]) == pytest.approx(total(truth[USED]) * factor)


@pytest.mark.parametrize("unit", ["Wh", "MWh", "m³", "kW", "unheard of", 5, []])
async def test_a_unit_that_contradicts_its_type(
    client: EpilotClient, epilot: EpilotSandbox, unit: object
) -> None:
    epilot.fail("getConsumption", _set("consumptions.0.unit", unit))
    found = await ask(client, epilot.home.power_meter)
    hours = _hourly(found[USED])
    assert hours[0] is None
    assert sum(each is not None for each in hours.values()) == 23


async def test_records_of_two_kinds_of_unit(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    fault = Fault(kind="remove", path="type_options", times=None)
    epilot.fail("getVisualizationMetadata", fault)
    epilot.fail("getConsumption", _set("consumptions.0.unit", "m³"))
    found = await ask(client, epilot.home.power_meter)
    assert not {key for key, _ in found} & {"consumption"}
    assert client.refused()["getConsumption.unit"]


# Rows


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("value", each) for each in ("1_0", "NaN", "1e999", 10**400, -1, {}, True)),
        *(("value", {"value": 1.0, "unit": "MWh"}), ("multiplier", 1000)),
        *(("quality", "estimated"), ("meter", 5), ("tariff", "ht")),
        ("direction", "feed-in"),
    ],
)
async def test_an_amount_that_is_not_known(
    client: EpilotClient, epilot: EpilotSandbox, member: str, value: object
) -> None:
    truth = _hourly((await ask(client, epilot.home.power_meter))[USED])
    epilot.fail("getConsumption", _set(f"consumptions.4.{member}", value))
    found = _hourly((await ask(client, epilot.home.power_meter))[USED])
    assert found.pop(2) is None
    del truth[2]
    assert found == truth
    assert client.refused()


@pytest.mark.parametrize("bad", [None, 5, {}, {"value": 1}])
async def test_a_row_that_cannot_be_read(
    client: EpilotClient, epilot: EpilotSandbox, bad: object
) -> None:
    truth = _hourly((await ask(client, epilot.home.power_meter))[USED])
    epilot.fail("getConsumption", _set("consumptions.4", bad))
    found = _hourly((await ask(client, epilot.home.power_meter))[USED])
    del truth[2]
    assert found == truth
    assert client.refused() == {"getConsumption.consumptions": 1}


@pytest.mark.parametrize("scenario", ["dual", "registers"])
@pytest.mark.parametrize(
    ("member", "value"), [("type", 5), ("timestamp", "soon"), ("timestamp", None)]
)
async def test_tariffs_of_which_a_row_is_lost(
    client: EpilotClient,
    epilot: EpilotSandbox,
    scenario: str,
    member: str,
    value: object,
) -> None:
    """It may have been a part of any hour: there is no sum."""
    epilot.series.hooks.set_scenario(scenario)
    epilot.fail("getConsumption", _set(f"consumptions.4.{member}", value))
    found = await ask(client, epilot.home.power_meter)
    assert USED not in found
    assert {("consumption_ht", "kWh"), ("consumption_nt", "kWh")} <= set(found)


@pytest.mark.parametrize("scenario", ["dual", "registers"])
async def test_tariffs_of_which_an_amount_is_not_known(
    client: EpilotClient, epilot: EpilotSandbox, scenario: str
) -> None:
    epilot.series.hooks.set_scenario(scenario)
    epilot.fail("getConsumption", _set("consumptions.4.value", "1_0"))
    hours = _hourly((await ask(client, epilot.home.power_meter))[USED])
    assert [hour for hour, value in hours.items() if value is None] == [
        4 if scenario == "dual" else 2
    ]


async def test_a_tariff_in_a_unit_nobody_knows(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.set_scenario("registers")
    options = [{"id": "ht", "unit": "kWh"}, {"id": "nt", "unit": "units"}]
    epilot.fail("getVisualizationMetadata", _set("type_options", options))
    found = await ask(client, epilot.home.power_meter)
    assert {key for key, _ in found} == {"consumption_ht", "cost"}


async def test_types_that_are_called_nearly_the_same(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    rows = [
        {
            "timestamp": (START + HOUR).isoformat(),
            "value": n,
            "unit": "kWh",
            "type": kind,
        }
        for n, kind in enumerate(("Wärme 1", "W rme-1", "Licht"))
    ]
    epilot.fail("getConsumption", _set("consumptions", rows))
    found = await ask(client, epilot.home.power_meter)
    assert {key for key, _ in found} == {"other_licht", "cost"}
    assert client.refused() == {"getConsumption.type": 2}


@pytest.mark.parametrize("scenario", ["single", "typeless", "prosumer"])
async def test_a_meter_of_which_the_way_is_not_clear(
    client: EpilotClient, epilot: EpilotSandbox, scenario: str
) -> None:
    """Only what says it itself was drawn, or fed in."""
    epilot.series.hooks.set_scenario(scenario)
    epilot.fail("listCounters", _set("data.0.direction", "sideways"))
    epilot.fail("getConsumption", _set("consumptions.*.unit", "kWh"))
    found = {key for key, _ in await ask(client, epilot.home.power_meter)}
    is_told = scenario == "prosumer"
    assert found == ({"consumption", "feed_in", "cost"} if is_told else {"cost"})


async def test_a_type_is_of_what_was_drawn_whatever_its_meter(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    told = {"direction": "feed-in", "obis_number": None, "unit": "kWh", "_id": "c"}
    epilot.fail("listCounters", _set("data", [told]))
    found = await ask(client, epilot.home.power_meter)
    assert total(found[USED]) == pytest.approx(drawn(epilot))


async def test_a_list_that_says_there_is_more(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.set_scenario("registers")
    epilot.fail("getConsumption", _set("next", "https://portal.example/?page=2"))
    found = await ask(client, epilot.home.power_meter)
    assert {key for key, _ in found} == {"consumption_ht", "consumption_nt", "cost"}


@pytest.mark.parametrize(
    "body", ["{}", "[]", '{"consumptions": null}', '{"error": "no"}', "x", "[" * 10**5]
)
async def test_no_answer_is_no_silence(
    client: EpilotClient, epilot: EpilotSandbox, body: str
) -> None:
    site = await meter_of(client, epilot.home.power_meter)
    epilot.fail("getConsumption", Fault(kind="raw", body=body, times=None))
    with pytest.raises(UnexpectedResponse):
        await HISTORY.ask(client, site, START, END)


async def test_two_meters_in_one_list(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    meter = epilot.home.power_meter
    stamps = [(START + n * HOUR).isoformat() for n in range(3)]
    rows = [
        {"timestamp": stamp, "value": value, "type": "feed-out", "meter_id": owner}
        for owner, value in (("another", 9.0), (meter, 1.0))
        for stamp in stamps
    ]
    epilot.fail("getConsumption", _set("consumptions", rows))
    assert _hourly((await ask(client, meter))[USED]) == {0: 1.0, 1: 1.0, 2: 1.0}
    # Nobody says which is whose.
    epilot.heal()
    bare = [{**row, "meter_id": None} for row in rows]
    epilot.fail("getConsumption", _set("consumptions", bare))
    assert _hourly((await ask(client, meter))[USED]) == dict.fromkeys(range(3))


@pytest.mark.parametrize(
    "operation", ["getConsumption", "getCosts", "getVisualizationMetadata"]
)
@pytest.mark.parametrize(
    "body", ["1e999", "[" * 10**5 + "]" * 10**5, "\x00", '{"a": NaN}', "9" * 5000]
)
async def test_errors_are_the_library_s_own(
    client: EpilotClient, epilot: EpilotSandbox, operation: str, body: str
) -> None:
    site = await meter_of(client, epilot.home.power_meter)
    epilot.fail(operation, Fault(kind="raw", body=body, times=None))
    if operation == "getConsumption":
        with pytest.raises(UnexpectedResponse):
            await HISTORY.ask(client, site, START, END)
        return
    readings = await HISTORY.ask(client, site, START, END)
    assert {each.operation for each in readings.problems} <= {"getCosts"}
    assert {each.key for each in readings.series} >= {"consumption", "feed_in"}
