"""Money in another currency: as it is, left out, or converted from a day on."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.repairs.const import DOMAIN as REPAIRS
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from custom_components.energy_portals.const import DOMAIN, HISTORY
from custom_components.energy_portals.history.currencies import (
    InvalidRate,
    Rate,
    foreign_of,
    in_house_currency,
    is_decided,
    rate_on,
    rates_of,
    with_rate,
)
from custom_components.energy_portals.history.recorder import clear, stored_series
from custom_components.energy_portals.portals.history import Readings
from custom_components.energy_portals.portals.model.ledger import (
    CONSUMPTION as ENERGY,
    COST as MONEY,
    LedgerSeries,
    Reckoned,
)
from custom_components.energy_portals.portals.model.series import Slot
from tests.history.accounts import (
    CONSUMPTION,
    COST,
    NOW,
    add_esmart,
    import_all,
    imported,
    issues,
    rows,
)
from tests.sandbox.server import Sandbox

HOUR = timedelta(hours=1)
OSLO = ZoneInfo("Europe/Oslo")
START = datetime(2026, 10, 1, tzinfo=OSLO).astimezone(UTC)


def _readings(unit: str = "NOK") -> Readings:
    """Return two hours of money around a midnight, and the energy."""
    hours = (START - HOUR, START)
    return Readings(
        series={
            LedgerSeries(ENERGY): [Slot(at, at + HOUR, 1.0) for at in hours],
            LedgerSeries(MONEY, unit, "Kostnad"): [
                Slot(at, at + HOUR, 10.0) for at in hours
            ],
        },
        reckoned={MONEY: Reckoned({}, dict.fromkeys(hours, (9.0, 11.0)))},
    )


def _rate(rate: float, since: str | None = None, currency: str = "NOK") -> Any:
    row = {"currency": currency, "rate": rate}
    return row if since is None else {**row, "since": since}


def _converted(*rates: Any, **options: Any) -> tuple[str, list[float | None]]:
    """Return the unit and the values of money as it is imported."""
    given = {"rates": list(rates), **options}
    told = in_house_currency(_readings(), given, "EUR", OSLO)
    ((series, slots),) = [each for each in told.series.items() if each[0].key == MONEY]
    assert series.name == "Kostnad"
    return series.unit, [slot.value for slot in slots]


def test_a_rate_holds_from_its_day_on() -> None:
    assert _converted(_rate(0.1)) == ("EUR", [1.0, 1.0])
    later = _rate(0.2, "2026-10-01")
    assert _converted(_rate(0.1), later) == ("EUR", [1.0, 2.0])
    assert _converted(later, _rate(0.1)) == ("EUR", [1.0, 2.0])
    # Before the first one nobody knows.
    assert _converted(later) == ("EUR", [None, 2.0])
    assert _converted(_rate(0.3, "2026-10-01"), later) == ("EUR", [None, 2.0])


def test_what_lies_between_is_converted_too() -> None:
    options = {"rates": [_rate(0.2, "2026-10-01")]}
    told = in_house_currency(_readings(), options, "EUR", OSLO)
    assert told.reckoned[MONEY].at_mean == {START: pytest.approx((1.8, 2.2))}


def test_other_money_stays() -> None:
    plain = _readings()
    assert in_house_currency(plain, {}, "EUR", OSLO) is plain
    assert in_house_currency(plain, {"foreign": "keep"}, "EUR", OSLO) is plain
    assert in_house_currency(plain, {"foreign": "leave_out"}, "NOK", OSLO) is plain
    other = {"rates": [_rate(0.1, currency="SEK")]}
    assert in_house_currency(plain, other, "EUR", OSLO) == plain


def test_money_is_left_out() -> None:
    told = in_house_currency(_readings(), {"foreign": "leave_out"}, "EUR", OSLO)
    assert [each.key for each in told.series] == [ENERGY]
    assert told.reckoned == {}
    # A rate that there is counts all the same.
    assert _converted(_rate(0.1), foreign="leave_out") == ("EUR", [1.0, 1.0])


@pytest.mark.parametrize(
    "row",
    [
        {},
        "NOK",
        _rate(0),
        _rate(-1),
        _rate(1e9),
        _rate(1, currency="KRONER"),
        _rate(1, currency="N0K"),
        _rate(1, "tomorrow"),
        {"currency": "NOK", "rate": "1"},
    ],
)
def test_what_is_no_rate(row: Any) -> None:
    with pytest.raises(InvalidRate):
        rates_of({"rates": [row]})


def test_rates_are_a_list() -> None:
    with pytest.raises(InvalidRate):
        rates_of({"rates": "NOK"})
    assert is_decided({"rates": [_rate(1, currency=" nok ")]}, "NOK")
    assert not is_decided({}, "NOK")


# --- an account


@pytest.fixture(autouse=True)
def _now(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to(NOW)


@pytest.fixture
async def dashboard(hass: HomeAssistant) -> None:
    """Have an Energy dashboard, and repairs."""
    assert await async_setup_component(hass, REPAIRS, {})
    hass.config.components.add("energy")


async def _choose(hass: HomeAssistant, issue: str, choice: str) -> None:
    """Choose what becomes of the costs."""
    manager = hass.data[REPAIRS]["flow_manager"]
    shown = await manager.async_init(DOMAIN, data={"issue_id": issue})
    assert shown["type"] is FlowResultType.MENU
    assert shown["menu_options"] == ["leave_out", "keep"]
    done = await manager.async_configure(shown["flow_id"], {"next_step_id": choice})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.usefixtures("dashboard")
@pytest.mark.parametrize("choice", ["leave_out", "keep"])
async def test_it_is_asked_once(
    hass: HomeAssistant,
    sandbox: Sandbox,
    freezer: FrozenDateTimeFactory,
    choice: str,
) -> None:
    home = await imported(hass, add_esmart(hass, sandbox, days=2))
    issue = f"history_currency:{home.entry_id}"
    assert issues(hass) == [issue]
    found = ir.async_get(hass).async_get_issue(DOMAIN, issue)
    assert found is not None
    assert found.translation_placeholders == {
        "account": home.title,
        "currency": "NOK",
        "house": "EUR",
    }
    before = await rows(hass, COST)
    await _choose(hass, issue, choice)
    assert issues(hass) == []
    freezer.tick(2 * HOUR)
    await import_all(hass, home)
    assert issues(hass) == []
    energy = await rows(hass, CONSUMPTION)
    assert energy[-1].start == before[-1].start + 2 * HOUR
    more = 2 if choice == "keep" else 0
    assert len(await rows(hass, COST)) == len(before) + more


@pytest.mark.usefixtures("dashboard")
async def test_costs_are_converted_at_a_rate(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    plain = await imported(hass, add_esmart(hass, sandbox, days=2))
    in_nok = await rows(hass, COST)
    await hass.config_entries.async_remove(plain.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await clear(hass, [COST, CONSUMPTION])
    day = (NOW - timedelta(days=1)).astimezone(OSLO).date()
    rates = [_rate(0.5, day.isoformat())]
    options = {HISTORY: {"years": 3, "rates": rates}}
    home = add_esmart(hass, sandbox, days=2)
    hass.config_entries.async_update_entry(home, options=options)
    await imported(hass, home)
    stored = await stored_series(hass)
    assert stored[COST]["unit_of_measurement"] == "EUR"
    begun = datetime(day.year, day.month, day.day, tzinfo=OSLO)
    wanted = {
        row.start: row.state / 2
        for row in in_nok
        if row.start >= begun and row.state is not None
    }
    assert wanted
    in_eur = await rows(hass, COST)
    assert {row.start: row.state for row in in_eur} == pytest.approx(wanted)
    assert issues(hass) == []


async def test_nothing_is_asked_without_a_dashboard(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    await imported(hass, add_esmart(hass, sandbox, days=2))
    assert issues(hass) == []


async def test_a_rate_is_set_from_today_on(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    """As a number of the account, once it has money in another currency."""
    home = await imported(hass, add_esmart(hass, sandbox, days=2))
    (number,) = (
        each.entity_id
        for each in hass.states.async_all("number")
        if each.entity_id.endswith("_exchange_rate")
    )
    state = hass.states.get(number)
    assert state is not None
    assert (state.state, state.attributes["since"]) == ("unknown", None)
    assert state.attributes["unit_of_measurement"] == "EUR/NOK"
    for value in (0.09, 0.0875):
        await hass.services.async_call(
            "number", "set_value", {"entity_id": number, "value": value}, blocking=True
        )
        await hass.async_block_till_done(wait_background_tasks=True)
    today = dt_util.now().date().isoformat()
    assert home.options[HISTORY]["rates"] == [_rate(0.0875, today)]
    state = hass.states.get(number)
    assert state is not None
    assert (state.state, state.attributes["since"]) == ("0.0875", today)


def test_the_rate_of_a_day() -> None:
    first, later = date(2026, 10, 1), date(2026, 11, 1)
    options: dict[str, Any] = {"years": 2, "rates": [_rate(0.1), _rate(7, None, "SEK")]}
    assert rate_on({}, "NOK", first) is None
    assert rate_on(options, "NOK", first) == Rate("NOK", 0.1, date.min)
    changed = with_rate(options, "NOK", 0.2, later)
    assert changed["years"] == 2
    assert [
        None if (rate := rate_on(changed, "NOK", day)) is None else rate.rate
        for day in (first, later)
    ] == [0.1, 0.2]
    again = with_rate(changed, "NOK", 0.3, later)
    assert again["rates"] == [*options["rates"], _rate(0.3, "2026-11-01")]
    # Which one is meant is only clear where there is one.
    assert foreign_of({"rates": [_rate(0.1)]}, (), "EUR") == "NOK"
    assert foreign_of(options, (), "EUR") is None
    assert foreign_of({"rates": [_rate(1)]}, (), "NOK") is None


async def test_rates_are_entered_in_the_options(
    hass: HomeAssistant, sandbox: Sandbox
) -> None:
    home = await imported(hass, add_esmart(hass, sandbox, days=2))

    async def entered(rates: list[Any]) -> Any:
        options = hass.config_entries.options
        result = await options.async_init(home.entry_id)
        result = await options.async_configure(
            result["flow_id"], {"next_step_id": "esmart_history"}
        )
        result = await options.async_configure(
            result["flow_id"], {"years": 2, "rates": rates}
        )
        await hass.async_block_till_done(wait_background_tasks=True)
        return result

    odd = await entered([_rate(0)])
    assert odd["errors"] == {"rates": "invalid_rate"}
    done = await entered([_rate(0.1)])
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert home.options[HISTORY]["rates"] == [_rate(0.1)]
    # What is cleared is gone; decisions stay.
    await entered([])
    assert home.options[HISTORY]["rates"] == []
