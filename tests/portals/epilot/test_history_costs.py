"""What a meter's energy cost: as the utility reckons it, or made of prices."""

import pytest

from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.history import HISTORY
from custom_components.energy_portals.portals.epilot.series import (
    FOR_PRICES,
    price_series,
)
from custom_components.energy_portals.portals.http.errors import (
    Unavailable,
    UnexpectedResponse,
)
from tests.portals.epilot.meters import END, HOUR, START, ask, drawn, meter_of, total
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault
from tests.surroundings import Surroundings


async def test_costs_that_fail_leave_the_energy(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    site = await meter_of(client, epilot.home.power_meter)
    epilot.fail("getCosts", Fault(kind="status", status=500, times=2))
    readings = await HISTORY.ask(client, site, START, END)
    assert {each.key for each in readings.series} == {"consumption", "feed_in"}
    (problem,) = readings.problems
    assert isinstance(problem, Unavailable)


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("came", [False, True])
async def test_costs_that_are_refused(
    client: EpilotClient, epilot: EpilotSandbox, status: int, came: bool
) -> None:
    """The utility reckons none, unless it did before."""
    site = await meter_of(client, epilot.home.power_meter)
    if came:
        assert not (await HISTORY.ask(client, site, START, END)).problems
    epilot.fail("getCosts", Fault(kind="status", status=status, times=None))
    readings = await HISTORY.ask(client, site, START, END)
    assert {each.key for each in readings.series} == {"consumption", "feed_in"}
    assert [each.operation for each in readings.problems] == ["getCosts"] * came


@pytest.mark.parametrize("behavior", ["exclusive", "inclusive"])
async def test_costs_have_their_tax(
    client: EpilotClient, epilot: EpilotSandbox, behavior: str
) -> None:
    epilot.series.tax(behavior, 7)
    found = await ask(client, epilot.home.gas_meter)
    gas = total(found["consumption", "m³"])
    assert total(found["cost", "EUR"]) == pytest.approx(gas * 1.05 * 1.07, abs=1e-3)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("tax_behavior", "unknown"),
        ("tax_rate", -100),
        ("tax_rate", "1_9"),
        ("unit_amount_currency", None),
        ("unit_amount_decimal", "1e999"),
        ("unit_amount_decimal", "5000.00"),
        ("unit_amount", 10**400),
        ("unit", "kWh"),
        ("tariff", "ht"),
        ("estimated", True),
    ],
)
async def test_a_cost_of_which_something_is_not_known(
    client: EpilotClient, epilot: EpilotSandbox, member: str, value: object
) -> None:
    """It costs that hour alone, and is counted."""
    truth = (await ask(client, epilot.home.gas_meter))["cost", "EUR"]
    epilot.fail("getCosts", Fault(kind="set", path=f"costs.5.{member}", value=value))
    cost = (await ask(client, epilot.home.gas_meter))["cost", "EUR"]
    assert cost[5].value is None
    assert [*cost[:5], *cost[6:]] == [*truth[:5], *truth[6:]]
    assert sum(client.refused().values())


async def test_costs_of_two_currencies(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    site = await meter_of(client, epilot.home.gas_meter)
    path = "costs.0.unit_amount_currency"
    epilot.fail("getCosts", Fault(kind="set", path=path, value="CHF"))
    readings = await HISTORY.ask(client, site, START, END)
    assert {each.key for each in readings.series} == {"consumption"}
    (problem,) = readings.problems
    assert isinstance(problem, UnexpectedResponse)
    assert problem.operation == "getCosts"


async def test_costs_are_made_of_prices(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """Where the utility reckons none and the contract has one price; gas has none."""
    epilot.series.hooks.set_hooks("costDataRetrieval", 0)
    site = await meter_of(client, epilot.home.power_meter)
    readings = await HISTORY.read(client, site, (START, END), Surroundings())
    cost = readings.of("cost")
    assert cost is not None
    hours = [START + n * HOUR for n in range(24)]
    wanted = sum(
        drawn(epilot, hour, hour + HOUR)
        * round(
            sum(epilot.series._net(0, hour + n * HOUR / 4) for n in range(4)) / 4, 4
        )
        for hour in hours
    )
    assert total(cost[1]) == pytest.approx(wanted * 1.19, rel=1e-6)
    gas = await meter_of(client, epilot.home.gas_meter)
    readings = await HISTORY.read(client, gas, (START, END), Surroundings())
    assert readings.of("cost") is None
    assert not readings.problems


async def test_prices_are_not_asked_for_what_is_fed_in(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    site = await meter_of(client, epilot.home.power_meter)
    await HISTORY.read(client, site, (START, END), Surroundings())
    assert not [each for each in epilot.calls if each.operation == "getPrices"]
    readings = await HISTORY.read(
        client, site, (START, END), Surroundings(options={"export": 0.01})
    )
    paid = readings.of("compensation")
    assert paid is not None
    assert total(paid[1]) > 0


@pytest.mark.parametrize("how", ["types_words", "types_flags", "types_objects"])
async def test_prices_stand_in_for_no_costs_that_cannot_be_read(
    client: EpilotClient, epilot: EpilotSandbox, how: str
) -> None:
    """Costs made of prices would be others than those that come once it is over."""
    site = await meter_of(client, epilot.home.power_meter)
    epilot.fail("getCosts", Fault(kind="spoilt", how=how))
    readings = await HISTORY.read(client, site, (START, END), Surroundings())
    assert {each.key for each in readings.series} == {"consumption", "feed_in"}
    (problem,) = readings.problems
    assert isinstance(problem, UnexpectedResponse)


@pytest.mark.parametrize("how", ["types_words", "types_flags", "types_objects"])
async def test_prices_that_cannot_be_read_are_not_none(
    client: EpilotClient, epilot: EpilotSandbox, how: str
) -> None:
    """A contract without prices is another thing, and is asked for them seldom."""
    site = await meter_of(client, epilot.home.power_meter)
    assert site.price is not None
    epilot.fail("getPrices", Fault(kind="spoilt", how=how))
    context = tuple(reversed(site.context))
    with pytest.raises(UnexpectedResponse):
        await price_series(client, site.price, context, (START, END), FOR_PRICES)
