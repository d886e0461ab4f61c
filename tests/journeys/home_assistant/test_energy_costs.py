"""Costs beside a statistic of the house's own, held against an oracle of their own."""

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.energy_portals.history.recorder import stored_series
from custom_components.energy_portals.history.statistic_ids import statistic_id
from tests.account.test_house_changes import READING
from tests.accounts import act, refresh as refresh_feeds, set_up, value
from tests.faces.home_assistant.houses import (
    MARKET,
    entity as sensor,
    price,
    quarters,
    source_of,
)
from tests.history.accounts import (
    history,
    import_all,
    imported,
    is_chained,
    refresh,
    reload,
)
from tests.history.published import crash_after
from tests.journeys.home_assistant.costs import (
    DAY,
    FIVE,
    HOUR,
    NOW,
    QUARTER,
    Market,
    Meter,
    add_energy,
    add_prices,
    cost,
    differing,
    drawn,
    energy_of,
    entity,
    hour_of,
    ledger,
    stored,
    told,
)

BEGIN = hour_of(NOW) - 8 * DAY
FINE = hour_of(NOW) - 5 * DAY


@pytest.fixture(autouse=True)
async def _home(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Live in Norway, three days after the night of autumn."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Oslo")


@pytest.mark.parametrize("unit", ["kWh", "Wh"])
async def test_any_statistic_has_costs_beside_it(
    hass: HomeAssistant, unit: str
) -> None:
    """By the quarter as far back as there are five minutes, else at the mean, told."""
    name, statistic = entity(hass)
    energy = drawn(BEGIN, NOW)
    await Meter(hass, statistic, unit).record(energy, FINE)
    await add_prices(hass, NOW.date())
    entry = await add_energy(hass, name)
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, told, FINE, NOW))] == []
    assert is_chained(rows)
    # The hour before the first has no row; every other has a cost.
    assert rows[0].start == BEGIN
    assert ledger(entry).missing_hours(NOW) == 0
    assert ledger(entry).at_mean == {"cost": ((BEGIN, FINE),)}
    assert value(hass, entry, "source", "hours_at_mean_price") == "72"
    # The energy itself is not there a second time.
    (only,) = await stored_series(hass)
    assert only == statistic_id(entry.unique_id or "", "source", "cost")


async def _home_with_costs(
    hass: HomeAssistant, **chosen: Any
) -> tuple[Meter, dict[datetime, Fraction], Market, MockConfigEntry]:
    """Return a home whose meter has run for days, and what it costs by now."""
    name, statistic = entity(hass)
    energy, meter = drawn(BEGIN, NOW), Meter(hass, statistic)
    await meter.record(energy, FINE)
    market, _ = await add_prices(hass, NOW.date())
    return meter, energy, market, await add_energy(hass, name, **chosen)


async def test_nothing_new_writes_nothing_and_asks_nobody(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    _, energy, market, entry = await _home_with_costs(hass)
    rows = await stored(hass, entry)
    market.calls.clear()
    importer = entry.runtime_data.importer
    (site,) = history(entry).sites
    client = entry.runtime_data.client
    tally = await importer.import_span(client, site, NOW - 31 * DAY, NOW)
    assert (tally.written, tally.unchanged) == (0, len(energy) // 12)
    await refresh(hass, entry)
    assert market.calls == []
    # A restart neither, be what is kept there or not.
    await reload(hass, entry)
    assert await stored(hass, entry) == rows
    assert market.calls == []


async def test_corrected_prices_make_the_costs_anew_at_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    _, energy, market, entry = await _home_with_costs(hass)
    before = await stored(hass, entry)
    hour = hour_of(NOW) - 3 * HOUR
    market.corrected = {hour: Fraction(-5, 4), hour + QUARTER: Fraction(7, 8)}
    prices = next(
        each
        for each in hass.config_entries.async_entries("energy_portals")
        if each is not entry
    )
    await act(hass, "fetch_prices", config_entry_id=prices.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, market.told, FINE, NOW))] == []
    assert is_chained(rows)
    assert [row for row in rows if row.start < hour] == [
        row for row in before if row.start < hour
    ]


@pytest.mark.parametrize("kind", ["entity", "external"])
async def test_late_energy_gets_the_price_it_had(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, kind: str
) -> None:
    """Others import what they measured days ago, and correct it."""
    name, statistic = entity(hass)
    if kind == "external":
        name = statistic = "utility:energy"
    late = hour_of(NOW) - 6 * DAY
    energy = drawn(BEGIN, late)
    total = await Meter(hass, statistic).record(energy, NOW)
    market, _ = await add_prices(hass, NOW.date())
    entry = await add_energy(hass, name)
    market.calls.clear()
    assert (await stored(hass, entry))[-1].start == late - HOUR
    freezer.tick(HOUR)
    more = drawn(late, NOW - DAY)
    await Meter(hass, statistic).record(more, NOW, total=total)
    await refresh(hass, entry)
    energy |= more
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, told, NOW, NOW))] == []
    # A little more than was told before: at a mean price, that is told exactly too.
    freezer.tick(HOUR)
    energy = {
        at: amount + (Fraction(1, 512) if at >= late else 0)
        for at, amount in energy.items()
    }
    await Meter(hass, statistic).record(energy, NOW)
    await refresh(hass, entry)
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, told, NOW, NOW))] == []
    assert is_chained(rows)
    # Of what has been, it is remembered.
    assert all(day >= f"{NOW.date()}" for day in market.calls)


async def test_a_price_that_is_not_known_is_never_zero(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    name, statistic = entity(hass)
    energy = drawn(BEGIN, NOW)
    await Meter(hass, statistic).record(energy, FINE)
    market, _ = await add_prices(hass, NOW.date())
    market.unknown = {(NOW - n * DAY).date() for n in (2, 6)}
    entry = await add_energy(hass, name)
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, market.told, FINE, NOW))] == []
    assert ledger(entry).missing_hours(NOW) == 48
    assert {why for _, why, _ in ledger(entry).refusals()} == {"no_price"}
    # They are known at last: whoever asks for everything again has them.
    market.unknown = set()
    await act(hass, "import_history", config_entry_id=entry.entry_id)
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, told, FINE, NOW))] == []
    # What the source tells no longer stays as it is.
    market.unknown = {(NOW - n * DAY).date() for n in range(1, 30)}
    await act(hass, "import_history", config_entry_id=entry.entry_id)
    assert await stored(hass, entry) == rows
    assert ledger(entry).missing_hours(NOW) == 0


async def test_hours_that_are_missing_and_what_comes_after(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """What the recorder has of a gap in the hour after it, has no price of its own."""
    name, statistic = entity(hass)
    energy = drawn(BEGIN, NOW)
    skips = tuple(hour_of(NOW) - n * HOUR for n in (30, 31, 32))
    await Meter(hass, statistic).record(energy, FINE, skips=skips)
    await add_prices(hass, NOW.date())
    entry = await add_energy(hass, name)
    rows = await stored(hass, entry)
    wanted = cost(energy, told, FINE, NOW)
    for hour in (*skips, skips[0] + HOUR):
        del wanted[hour]
    assert [*differing(rows, wanted)] == []
    assert ledger(entry).missing_hours(NOW) == 4
    refusals = [*ledger(entry).refusals()]
    span = skips[-1], skips[0] + 2 * HOUR
    assert refusals == [("cost", "price_changes", span)]


async def test_a_register_that_goes_back(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """For an hour: nobody is paid for that. Within one: what the hour says."""
    name, statistic = entity(hass)
    energy = drawn(BEGIN, NOW)
    back, within = hour_of(NOW) - 5 * HOUR, hour_of(NOW) - 3 * HOUR
    energy[back] = Fraction(-4)
    energy[within] = Fraction(-1, 512)
    for n in range(1, 3):
        energy[within + n * FIVE] = Fraction()
    await Meter(hass, statistic).record(energy, FINE)
    await add_prices(hass, NOW.date())
    entry = await add_energy(hass, name)
    wanted = cost(energy, told, FINE, NOW)
    del wanted[back]
    at_mean = cost(energy, told, NOW, NOW)
    wanted[within] = at_mean[within]
    assert [*differing(await stored(hass, entry), wanted)] == []
    assert [*ledger(entry).refusals()] == [("cost", "negative", (back, back + HOUR))]
    assert ledger(entry).at_mean["cost"][-1] == (within, within + HOUR)


async def test_a_mean_takes_no_exact_cost_away(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """The recorder lets go of five minutes; and the store may be lost as well."""
    meter, energy, _, entry = await _home_with_costs(hass)
    rows = await stored(hass, entry)
    await meter.let_go()
    await act(hass, "import_history", config_entry_id=entry.entry_id)
    assert await stored(hass, entry) == rows
    entry.runtime_data.feeds["history"].data = {}
    await import_all(hass, entry)
    assert await stored(hass, entry) == rows
    # What cannot be true any more is replaced all the same, by what is known of it.
    wrong = hour_of(NOW) - 4 * DAY
    energy |= {wrong + n * FIVE: Fraction(1, 2) for n in range(12)}
    await meter.record(energy, NOW)
    await refresh(hass, entry)
    wanted = cost(energy, told, FINE, NOW)
    wanted[wrong] = cost(energy, told, NOW, NOW)[wrong]
    assert [*differing(await stored(hass, entry), wanted)] == []
    assert (wrong, wrong + HOUR) in ledger(entry).at_mean["cost"]


async def test_a_crash_in_the_middle_leaves_nothing_twice(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    name, statistic = entity(hass)
    begin = hour_of(NOW) - 45 * DAY
    energy = drawn(begin, NOW)
    await Meter(hass, statistic).record(energy, FINE)
    await add_prices(hass, NOW.date())
    entry = energy_of(hass, name)
    with crash_after(2):
        await set_up(hass, entry)
        await hass.async_block_till_done(wait_background_tasks=True)
    await hass.config_entries.async_unload(entry.entry_id)
    await imported(hass, entry)
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, told, FINE, NOW))] == []
    assert is_chained(rows)


@pytest.mark.parametrize("direction", ["feed_in", "feed_in_at_price"])
async def test_what_is_fed_in_is_paid(hass: HomeAssistant, direction: str) -> None:
    """At what the source's tariff says that is paid for it, or at its price."""
    name, statistic = entity(hass)
    energy = drawn(BEGIN, NOW)
    await Meter(hass, statistic).record(energy, FINE)
    standing = [{"amount": 9.0, "per": "day"}]
    await add_prices(hass, NOW.date(), export=0.125, standing=standing)
    entry = await add_energy(hass, name, direction=direction)
    more = Fraction(1, 8) if direction == "feed_in" else Fraction()
    rows = await stored(hass, entry, "compensation")
    wanted = cost(energy, lambda at: told(at) + more, FINE, NOW)
    assert [*differing(rows, wanted)] == []
    assert await stored(hass, entry) == []


async def test_standing_charges_come_with_the_tariff(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """By the hour, whatever is used; other charges are paid from today on."""
    name, statistic = entity(hass)
    energy = drawn(BEGIN, NOW)
    await Meter(hass, statistic).record(energy, FINE)
    standing = [{"amount": 24.0, "per": "day"}]
    _, prices = await add_prices(hass, NOW.date(), standing=standing)
    entry = await add_energy(hass, name)
    wanted = cost(energy, told, FINE, NOW)
    # The night of autumn has 25 hours.
    autumn = [NOW.replace(day=24, hour=22, minute=0) + n * HOUR for n in range(25)]
    on_top = {
        hour: Fraction(24, 25) if hour in autumn else Fraction(1) for hour in wanted
    }
    wanted = {hour: each + on_top[hour] for hour, each in wanted.items()}
    assert [*differing(await stored(hass, entry), wanted)] == []
    hass.config_entries.async_update_entry(
        prices, options={"prices": {"standing": [{"amount": 48.0, "per": "day"}]}}
    )
    await hass.config_entries.async_reload(prices.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await refresh(hass, entry)
    midnight = NOW.replace(day=27, hour=23, minute=0)
    wanted = {hour: each + (hour >= midnight) for hour, each in wanted.items()}
    assert [*differing(await stored(hass, entry), wanted)] == []
    # Of two meters of one home, one pays them.
    other = await add_energy(hass, name, name="other", standing=False)
    rows = await stored(hass, other)
    assert [*differing(rows, cost(energy, told, FINE, NOW))] == []


async def test_a_source_that_comes_later_is_waited_for(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    name, statistic = entity(hass)
    energy = drawn(BEGIN, NOW)
    await Meter(hass, statistic).record(energy, FINE)
    entry = energy_of(hass, name)
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await stored(hass, entry) == []
    assert not ledger(entry).is_complete
    await add_prices(hass, NOW.date())
    await import_all(hass, entry)
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, told, FINE, NOW))] == []
    assert not ledger(entry).aside


async def test_the_days_go_on(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """Hour by hour over midnight, with prices that come at one o'clock."""
    meter, energy, market, entry = await _home_with_costs(hass)
    total = sum(energy.values(), Fraction())
    now = NOW
    for _ in range(14):
        start = max(energy) + FIVE
        now += HOUR
        freezer.move_to(now)
        market.last = (now + DAY).date() if now.hour >= 12 else now.date()
        more = drawn(start, now)
        total = await meter.record(more, FINE, total=total)
        energy |= more
        async_fire_time_changed(hass)
        await hass.async_block_till_done(wait_background_tasks=True)
        await refresh(hass, entry)
    rows = await stored(hass, entry)
    assert [*differing(rows, cost(energy, told, FINE, now))] == []
    assert rows[-1].start == hour_of(now) - HOUR
    assert ledger(entry).missing_hours(now) == 0


async def test_prices_of_entities_are_remembered_for_late_energy(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """They are read as they change, and gone in a day; the meter is read in a week."""
    unit = {"unit_of_measurement": "NOK/kWh"}

    def write(day: date) -> str:
        listed = [{"start": at, "value": price(at)} for at in quarters(day)]
        return sensor(hass, "template", "spot", "1", {**unit, "raw_today": listed})

    spot = write(NOW.date())
    source = source_of(hass, "prices", what="prices", entities=[spot], reading=READING)
    await set_up(hass, source)
    energy = drawn(hour_of(NOW) - DAY, hour_of(NOW) - 13 * HOUR)
    total = await Meter(hass, "utility:energy").record(energy, NOW)
    entry = await add_energy(hass, "utility:energy")
    assert await stored(hass, entry) == []
    refusals = [*ledger(entry).refusals()]
    first = quarters(NOW.date())[0]
    begin = hour_of(NOW) - DAY
    assert refusals == [("cost", "no_price", (begin, first))]
    now = NOW
    for _ in range(6):
        now += DAY
        freezer.move_to(now)
        write(now.date())
        await refresh_feeds(hass, source, "prices")
    more = drawn(max(energy) + FIVE, hour_of(now) - DAY)
    await Meter(hass, "utility:energy").record(more, NOW, total=total)
    await reload(hass, entry)
    wanted = cost(energy | more, told, now, now)
    wanted = {hour: each for hour, each in wanted.items() if hour >= first}
    assert len(wanted) > 5 * 24
    assert [*differing(await stored(hass, entry), wanted)] == []


async def test_a_past_that_cannot_be_told_for_a_while(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """It is put aside, found day by day, and comes in when it is told: by nobody."""
    name, statistic = entity(hass)
    begin = hour_of(NOW) - 80 * DAY
    energy = drawn(begin, begin + 5 * DAY)
    # What is told of other days shows that it is this one's fault.
    recent = drawn(hour_of(NOW) - DAY, NOW)
    total = await Meter(hass, statistic).record(energy, NOW)
    await Meter(hass, statistic).record(recent, NOW, total=total)
    market, _ = await add_prices(hass, NOW.date())
    day = (begin + 2 * DAY).date()
    market.fails_of = {day}
    entry = energy_of(hass, name)
    await set_up(hass, entry)
    await hass.async_block_till_done(wait_background_tasks=True)
    now = NOW
    for _ in range(6):
        now += HOUR
        freezer.move_to(now)
        await refresh(hass, entry)
        while not ledger(entry).is_complete and history(entry).last_update_success:
            await refresh(hass, entry)
    wanted = cost(energy | recent, told, NOW, NOW)
    # The first hour after the gap has all that is in it.
    del wanted[hour_of(NOW) - DAY]
    left = {
        hour: each
        for hour, each in wanted.items()
        if hour.astimezone(MARKET).date() != day
    }
    assert [*differing(await stored(hass, entry), left)] == []
    assert len(ledger(entry).aside) == 1
    market.fails_of = set()
    for _ in range(3):
        now += DAY
        freezer.move_to(now)
        await refresh(hass, entry)
    assert [*differing(await stored(hass, entry), wanted)] == []
    assert ledger(entry).aside == ()


async def test_the_day_of_spring(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """It has 23 hours, of which each has its own prices and standing charges."""
    now = datetime(2026, 3, 30, 12, 30, tzinfo=UTC)
    freezer.move_to(now)
    name, statistic = entity(hass)
    begin = datetime(2026, 3, 28, 23, tzinfo=UTC)
    energy = drawn(begin, now)
    await Meter(hass, statistic).record(energy, begin)
    standing = [{"amount": 23.0, "per": "day"}]
    await add_prices(hass, now.date(), standing=standing)
    entry = await add_energy(hass, name)
    rows = await stored(hass, entry)
    exact = cost(energy, told, begin + HOUR, now)
    # Nothing is before the first hour, so that its five minutes add up as well.
    exact |= {begin: cost(energy, told, begin, now)[begin]}
    spring = begin + 23 * HOUR
    wanted = {
        hour: each + (1 if hour < spring else Fraction(23, 24))
        for hour, each in exact.items()
    }
    assert [*differing(rows, wanted)] == []
    assert ledger(entry).at_mean == {}
    yesterday = sum((each for at, each in wanted.items() if at < spring), Fraction())
    shown = value(hass, entry, "source", "cost_yesterday")
    assert float(shown or "nan") == pytest.approx(float(yesterday))


async def test_a_support_ends_after_so_many_kwh(hass: HomeAssistant) -> None:
    """Each kWh of the month is reduced until the limit, wherever in an hour it lies."""
    name, statistic = entity(hass)
    energy = drawn(BEGIN, NOW)
    await Meter(hass, statistic).record(energy, FINE)
    off, up_to = Fraction(1, 4), Fraction(5)
    reductions = [{"amount": float(off), "up_to": float(up_to), "each": "month"}]
    await add_prices(hass, NOW.date(), reductions=reductions, counted=statistic)
    entry = await add_energy(hass, name)
    wanted = cost(energy, told, FINE, NOW)
    used: dict[datetime, Fraction] = {}
    for at, amount in energy.items():
        used[hour_of(at)] = used.get(hour_of(at), Fraction()) + amount
    reached = Fraction()
    for hour in sorted(used):
        within = min(max(up_to - reached, Fraction()), used[hour])
        reached += used[hour]
        if hour in wanted:
            wanted[hour] -= within * off
    assert reached > 2 * up_to
    assert [*differing(await stored(hass, entry), wanted)] == []
