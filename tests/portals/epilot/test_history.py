"""A meter's past: types, units, intervals, windows, several hooks, costs."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.history import HISTORY
from custom_components.energy_portals.portals.epilot.models import ZONE
from custom_components.energy_portals.portals.http.errors import (
    NotFound,
    Unavailable,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.periods import midnight
from tests.portals.epilot.meters import END, HOUR, START, ask, drawn, meter_of, total
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault

# Types


async def test_what_is_drawn_and_fed_in(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    found = await ask(client, epilot.home.power_meter)
    used = found["consumption", "kWh"]
    assert len(used) == 24
    assert all(slot.end - slot.start == HOUR for slot in used)
    assert total(used) == pytest.approx(drawn(epilot))
    fed_in = found["feed_in", "kWh"]
    published = epilot.series.published(
        epilot.home.power_meter, START.isoformat(), END.isoformat()
    )["series"]
    assert isinstance(published, dict)
    assert total(fed_in) == pytest.approx(published["feed_in"]["total"])
    # Zero is zero: at night nothing is fed in, and that is known.
    assert fed_in[0].value == 0.0
    assert total(found["cost", "EUR"]) == pytest.approx(published["cost"]["total"])
    assert set(found) == {("consumption", "kWh"), ("feed_in", "kWh"), ("cost", "EUR")}


@pytest.mark.parametrize("scenario", ["single", "typeless", "mixed", "wh"])
async def test_one_type_that_is_all(
    client: EpilotClient, epilot: EpilotSandbox, scenario: str
) -> None:
    epilot.series.hooks.set_scenario(scenario)
    found = await ask(client, epilot.home.power_meter)
    assert total(found["consumption", "kWh"]) == pytest.approx(drawn(epilot))
    # The power beside it is none of the series.
    assert set(found) == {("consumption", "kWh"), ("cost", "EUR")}


@pytest.mark.parametrize("scenario", ["dual", "registers"])
async def test_tariffs(
    client: EpilotClient, epilot: EpilotSandbox, scenario: str
) -> None:
    epilot.series.hooks.set_scenario(scenario)
    found = await ask(client, epilot.home.power_meter)
    high, low = found["consumption_ht", "kWh"], found["consumption_nt", "kWh"]
    whole = found["consumption", "kWh"]
    assert len(whole) == 24
    assert total(whole) == pytest.approx(drawn(epilot), abs=1e-4)
    assert total(high) + total(low) == pytest.approx(total(whole))
    assert len(high) + len(low) == (24 if scenario == "dual" else 48)


async def test_an_hour_of_which_a_tariff_is_missing_has_no_sum(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.set_scenario("registers")
    fault = Fault(kind="remove", path="consumptions.5")
    epilot.fail("getConsumption", fault)
    found = await ask(client, epilot.home.power_meter)
    whole = found["consumption", "kWh"]
    assert [slot.start for slot in whole if slot.value is None] == [START + 2 * HOUR]


async def test_tariffs_whose_sum_would_be_infinite(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.set_scenario("registers")
    site = await meter_of(client, epilot.home.power_meter)
    fault = Fault(kind="set", path="consumptions.*.value", value=1.7e308)
    epilot.fail("getConsumption", fault)
    with pytest.raises(UnexpectedResponse):
        await HISTORY.ask(client, site, START, END)
    assert client.refused() == {"getConsumption.value": 48}


async def test_a_type_nobody_knows(client: EpilotClient, epilot: EpilotSandbox) -> None:
    epilot.series.hooks.set_scenario("heat")
    site = await meter_of(client, epilot.home.power_meter)
    readings = await HISTORY.ask(client, site, START, END)
    named = {each.key: each.name for each in readings.series}
    assert named["other_w_rme_strom"] == "Wärmestrom"
    assert total(readings.series[next(iter(readings.series))]) == pytest.approx(
        drawn(epilot)
    )


async def test_power_is_none_of_it(client: EpilotClient, epilot: EpilotSandbox) -> None:
    epilot.series.hooks.set_scenario("load")
    found = await ask(client, epilot.home.power_meter)
    assert set(found) == {("cost", "EUR")}
    # Without a word about the types, the unit still tells.
    epilot.series.hooks.metadata(on=False)
    client._metadata.clear()
    found = await ask(client, epilot.home.power_meter)
    assert set(found) == {("cost", "EUR")}


async def test_a_meter_of_what_is_fed_in(
    client: EpilotClient, epilot: EpilotSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    epilot.series.hooks.set_scenario("dual")
    counters = epilot.home.counters

    def only_fed_in(meter_id: str | None = None) -> list[dict[str, object]]:
        told = {"direction": "feed-in", "obis_number": None}
        return [{**each, **told} for each in counters(meter_id)]

    monkeypatch.setattr(epilot.home, "counters", only_fed_in)
    found = await ask(client, epilot.home.power_meter)
    assert set(found) == {
        *(("feed_in", "kWh"), ("feed_in_ht", "kWh"), ("feed_in_nt", "kWh")),
        ("cost", "EUR"),
    }


async def test_gas_is_in_cubic_metres(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    found = await ask(client, epilot.home.gas_meter)
    assert set(found) == {("consumption", "m³"), ("cost", "EUR")}


async def test_a_meter_that_no_app_knows(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    with pytest.raises(NotFound):
        await ask(client, epilot.home.water_meter)


# Intervals and windows


@pytest.mark.parametrize(
    ("offered", "length", "calls"),
    [
        (["PT15M", "PT1H", "P1D"], HOUR, 1),
        (["PT15M", "P1D"], HOUR / 4, 31),
        (["P1D", "P1M"], 24 * HOUR, 1),
    ],
)
async def test_the_interval_is_one_that_is_offered(
    client: EpilotClient,
    epilot: EpilotSandbox,
    offered: list[str],
    length: timedelta,
    calls: int,
) -> None:
    epilot.series.hooks.set_intervals(offered)
    begin = START - 31 * 24 * HOUR
    found = await ask(client, epilot.home.power_meter, begin, START)
    used = found["consumption", "kWh"]
    assert {slot.end - slot.start for slot in used} == {length}
    assert total(used) == pytest.approx(drawn(epilot, begin, START), abs=1e-3)
    asked = [call for call in epilot.calls if call.operation == "getConsumption"]
    assert len(asked) == calls
    assert {call.status for call in asked} == {200}


async def test_months_are_not_imported(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.set_intervals(["P1M"])
    with pytest.raises(NotFound):
        await ask(client, epilot.home.power_meter)


@pytest.mark.parametrize("has_metadata", [True, False])
async def test_without_metadata_the_hook_says(
    client: EpilotClient, epilot: EpilotSandbox, has_metadata: bool
) -> None:
    epilot.series.hooks.metadata(on=has_metadata)
    found = await ask(client, epilot.home.power_meter)
    assert len(found["consumption", "kWh"]) == 24
    # It is asked once in a while, not each time.
    before = len(epilot.calls)
    await ask(client, epilot.home.power_meter)
    again = [call.operation for call in epilot.calls[before:]]
    assert "getVisualizationMetadata" not in again


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2025-10-26", 25), ("2026-06-14", 24)]
)
@pytest.mark.parametrize("offered", [["PT1H"], ["PT15M"], ["P1D"]])
async def test_days_of_every_length(
    client: EpilotClient,
    epilot: EpilotSandbox,
    day: str,
    hours: int,
    offered: list[str],
) -> None:
    epilot.series.hooks.set_intervals(offered)
    date = datetime.fromisoformat(day).date()
    start, end = midnight(date, ZONE), midnight(date + timedelta(days=1), ZONE)
    assert end - start == hours * HOUR
    used = (await ask(client, epilot.home.power_meter, start, end))[
        "consumption", "kWh"
    ]
    assert (used[0].start, used[-1].end) == (start, end)
    assert len(used) == {"PT1H": hours, "PT15M": 4 * hours, "P1D": 1}[offered[0]]
    assert total(used) == pytest.approx(drawn(epilot, start, end), abs=1e-4)


async def test_a_month_with_an_hour_more(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """31 German days of autumn have an hour more than a hook takes in one question."""
    start = datetime(2025, 10, 1, 22, tzinfo=UTC)
    end = datetime(2025, 11, 1, 23, tzinfo=UTC)
    found = await ask(client, epilot.home.power_meter, start, end)
    assert len(found["consumption", "kWh"]) == 31 * 24 + 1


async def test_nothing_is_asked_beyond_the_data(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.data_range(30)
    long_ago = START - 90 * 24 * HOUR
    found = await ask(client, epilot.home.power_meter, long_ago, long_ago + 24 * HOUR)
    assert found == {}
    assert not [each for each in epilot.calls if each.operation == "getConsumption"]
    # The part of a span that there is.
    found = await ask(client, epilot.home.power_meter, START - 30 * 24 * HOUR, END)
    begin = found["consumption", "kWh"][0].start
    assert begin == datetime(2026, 5, 20, 22, tzinfo=UTC)


async def test_what_is_not_published_is_absent(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.household.withhold(START + 3 * HOUR, START + 5 * HOUR)
    found = await ask(client, epilot.home.power_meter)
    starts = {slot.start for slot in found["consumption", "kWh"]}
    assert len(starts) == 22
    assert START + 3 * HOUR not in starts


async def test_records_of_a_careless_app(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """Beyond the span, twice, out of order, without a value, with another offset."""

    def at(hour: int, offset: str = "+00:00") -> str:
        moment = START + hour * HOUR
        return moment.strftime(f"%Y-%m-%dT%H:%M:%S{offset}")

    rows = [
        {"timestamp": at(2), "value": 2.0},
        {"timestamp": at(1), "value": 1.0},
        {"timestamp": at(1), "value": 1.5},
        {"timestamp": at(-1), "value": 9.0},
        {"timestamp": at(24), "value": 9.0},
        {"timestamp": "soon", "value": 9.0},
        {"timestamp": at(3), "value": None},
        {"timestamp": at(6, "+02:00"), "value": 4.0},
    ]
    epilot.fail(
        "getConsumption",
        Fault(kind="set", path="consumptions", value=rows),
    )
    found = await ask(client, epilot.home.power_meter)
    by_hour = {
        (slot.start - START) // HOUR: slot.value for slot in found["consumption", "kWh"]
    }
    assert by_hour == {1: None, 2: 2.0, 3: None, 4: 4.0}
    refused = {key: count for key, count in client.refused().items() if count}
    assert refused == {"getConsumption.twice": 1, "getConsumption.timestamp": 1}


# Several hooks


async def test_the_first_hook_that_has_something(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.series.hooks.set_hooks("consumptionDataRetrieval", 3)
    epilot.fail("getConsumption", Fault(kind="set", path="consumptions", value=[]))
    epilot.fail("getConsumption", Fault(kind="status", status=404))
    found = await ask(client, epilot.home.power_meter)
    assert len(found["consumption", "kWh"]) == 24
    asked = [each for each in epilot.calls if each.operation == "getConsumption"]
    assert [each.query["hookId"][-1] for each in asked] == ["0", "1", "2"]


async def test_a_hook_that_fails_is_not_passed_over(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """Figures of another app would come and go with it."""
    epilot.series.hooks.set_hooks("consumptionDataRetrieval", 3)
    site = await meter_of(client, epilot.home.power_meter)
    epilot.fail("getConsumption", Fault(kind="status", status=500, times=2))
    with pytest.raises(Unavailable):
        await HISTORY.ask(client, site, START, END)


# Context


async def test_context_goes_with_every_question(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    await ask(client, epilot.home.power_meter)
    for call in epilot.calls:
        if call.operation in {"getConsumption", "getCosts", "getVisualizationMetadata"}:
            named = [
                call.query[f"context_entities[{n}][entity_schema]"] for n in range(2)
            ]
            assert named == ["meter", "contract"]
            assert call.query["context_entities[0][entity_id]"] == (
                epilot.home.power_meter
            )
            assert call.status == 200
