"""Records become slots: units, intervals, amounts, prices and what they are made of."""

from datetime import UTC, date, datetime, timedelta

import pytest

from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.epilot.hooks import (
    DataRange,
    Hook,
    Metadata,
    MoneyRecord,
)
from custom_components.energy_portals.portals.epilot.models import ZONE
from custom_components.energy_portals.portals.epilot.series import (
    FOR_PRICES,
    FOR_STATISTICS,
    _price,
    gross,
    interval_of,
    price_series,
    within_range,
)
from custom_components.energy_portals.portals.http.errors import (
    NotFound,
    UnexpectedResponse,
)
from custom_components.energy_portals.portals.model.periods import midnight
from custom_components.energy_portals.portals.model.prices import PriceSeries, Tax
from tests.portals.epilot.conftest import START
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
HOOK = Hook(
    extension_id="ext-priceDataRetrieval-0",
    app_id="app-0",
    hook_id="hook-priceDataRetrieval-0",
)


# Intervals


@pytest.mark.parametrize(
    ("metadata", "hook", "statistics", "prices"),
    [
        (Metadata(), None, "PT1H", "PT15M"),
        (Metadata(intervals=["PT15M"]), None, "PT15M", "PT15M"),
        (Metadata(intervals=["P1D", "P1M"]), ["PT1H"], "P1D", "P1D"),
        (Metadata(intervals=["custom"]), ["PT1H"], None, None),
        (Metadata(intervals=[]), None, None, None),
        (None, ["PT15M", "P1D"], "PT15M", "PT15M"),
        (None, None, "PT1H", "PT1H"),
        (None, [], "PT1H", "PT1H"),
    ],
)
def test_intervals(
    metadata: Metadata | None,
    hook: list[str] | None,
    statistics: str | None,
    prices: str | None,
) -> None:
    given = Hook(extension_id="e", intervals=None if hook is None else tuple(hook))
    assert interval_of(given, metadata, FOR_STATISTICS) == statistics
    assert interval_of(given, metadata, FOR_PRICES) == prices


@pytest.mark.parametrize(
    ("start", "end"),
    [(None, None), ("soon", None), ("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z")],
)
def test_a_range_that_says_little(start: str | None, end: str | None) -> None:
    span = START, START + HOUR
    assert within_range(span, None) == span
    assert within_range(span, Metadata()) == span
    told = Metadata(data_range=DataRange(start=start, end=end))
    assert within_range(span, told) == span


def test_a_range_that_ends() -> None:
    told = Metadata(data_range=DataRange(start=None, end="2026-06-20T12:30:00+02:00"))
    assert within_range((START, START + HOUR), told) == (START, START + HOUR / 2)


# Money


def _amount(**changes: object) -> MoneyRecord:
    fields: dict[str, object] = {
        "timestamp": "2026-06-20T10:00:00Z",
        "unit_amount": 1234,
        "unit_amount_currency": "EUR",
        "unit_amount_decimal": "12.34",
        "tax_behavior": "inclusive",
        "tax_rate": 19,
        **changes,
    }
    return MoneyRecord(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "amount"),
    [
        ({}, 12.34),
        ({"unit_amount_decimal": "0.2871", "unit_amount": 29}, 0.2871),
        ({"unit_amount_decimal": 0.2871, "unit_amount": 28}, 0.2871),
        # As a part of cents, or of another amount.
        ({"unit_amount_decimal": "0.2871"}, None),
        ({"unit_amount_decimal": "28.71", "unit_amount": 29}, None),
        ({"unit_amount_decimal": "-0.05", "unit_amount": -5}, -0.05),
        ({"unit_amount_decimal": None}, 12.34),
        ({"unit_amount_decimal": "n/a"}, 12.34),
        ({"unit_amount_decimal": "Infinity"}, None),
        ({"unit_amount_decimal": "1e999"}, None),
        ({"unit_amount_decimal": None, "unit_amount": 10**400}, None),
        ({"tax_behavior": "exclusive", "tax_rate": -100}, None),
        ({"tax_behavior": ""}, None),
        ({"unit_amount_decimal": "nan", "unit_amount": None}, None),
        ({"tax_behavior": "exclusive"}, 12.34 * 1.19),
        ({"tax_behavior": "exclusive", "tax_rate": 0}, 12.34),
    ],
)
def test_amounts(changes: dict[str, object], amount: float | None) -> None:
    assert gross(_amount(**changes)) == pytest.approx(amount)


@pytest.mark.parametrize("behavior", ["inclusive", "exclusive"])
def test_what_a_price_is_made_of(behavior: str) -> None:
    """Parts without tax, what they leave open, and the tax: they sum to the price."""
    told = {
        "auction_price_amount_decimal": "0.10",
        "grid_fee_amount": 12,
        "margin_amount_decimal": "soon",
        "unknown_amount": 7,
    }
    price = _price(
        _amount(
            unit_amount=30,
            unit_amount_decimal="0.30",
            tax_behavior=behavior,
            components=told,
        )
    )
    assert price is not None
    parts = dict(price.components)
    assert list(parts) == ["auction_price", "grid_fee", "other", "vat"]
    assert sum(parts.values()) == pytest.approx(price.value)
    factor = 1.19 if behavior == "inclusive" else 1.0
    assert parts["auction_price"] == pytest.approx(0.10 / factor)
    assert parts["grid_fee"] == pytest.approx(0.12 / factor)
    assert parts["vat"] == pytest.approx(0.19 * 0.30 / factor)


def test_a_price_of_which_nothing_is_told() -> None:
    price = _price(_amount(unit_amount=12, unit_amount_decimal="0.119"))
    assert price is not None
    assert dict(price.components) == {
        "net": pytest.approx(0.1),
        "vat": pytest.approx(0.019),
    }
    assert _price(_amount(unit_amount=None, unit_amount_decimal=None)) is None


# Price series


async def _prices(
    client: EpilotClient, epilot: EpilotSandbox, start: datetime, end: datetime
) -> PriceSeries:
    context = (("contract", epilot.home.power_contract),)
    return await price_series(client, HOOK, context, (start, end), FOR_PRICES)


@pytest.mark.parametrize(
    ("day", "quarters"),
    [(date(2026, 3, 29), 92), (date(2025, 10, 26), 100), (date(2026, 6, 19), 96)],
)
async def test_days_of_every_length(
    client: EpilotClient, epilot: EpilotSandbox, day: date, quarters: int
) -> None:
    start, end = midnight(day, ZONE), midnight(day + timedelta(days=1), ZONE)
    found = await _prices(client, epilot, start, end)
    assert (found.currency, found.tax) == ("EUR", Tax.INCLUDED)
    assert found.resolution == QUARTER
    assert len(found.slots.slots) == quarters
    assert found.final(start, end)


async def test_an_answer_of_odd_records(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """Records too close to each other are cut, those without a price left out."""
    start = datetime(2026, 6, 18, 22, tzinfo=UTC)

    def row(minutes: int, **more: object) -> dict[str, object]:
        at = (start + timedelta(minutes=minutes)).isoformat()
        money = {"unit_amount": 10, "unit_amount_currency": "eur"}
        tax = {"tax_behavior": "exclusive", "tax_rate": 19}
        return {"timestamp": at, **money, **tax, **more}

    rows = [row(0), row(10), row(30, unit_amount=None), row(45)]
    epilot.fail("getPrices", Fault(kind="set", path="prices", value=rows))
    found = await _prices(client, epilot, start, start + HOUR)
    spans = [
        ((slot.start - start) / timedelta(minutes=1), (slot.end - slot.start) / QUARTER)
        for slot in found.slots
    ]
    assert spans == [(0, pytest.approx(2 / 3)), (10, 1), (45, 1)]
    assert found.currency == "EUR"


async def test_two_currencies_are_no_series(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    path = "prices.0.unit_amount_currency"
    epilot.fail("getPrices", Fault(kind="set", path=path, value="CHF"))
    with pytest.raises(UnexpectedResponse):
        await _prices(client, epilot, START, START + HOUR)


async def test_a_contract_without_prices(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    context = (("contract", epilot.home.old_contract),)
    with pytest.raises(NotFound):
        await price_series(client, HOOK, context, (START, START + HOUR), FOR_PRICES)
    # Nothing is published so far ahead.
    later = START + timedelta(days=9)
    found = await _prices(client, epilot, later, later + HOUR)
    assert not found.slots.slots
    epilot.series.hooks.set_intervals(["P1M"])
    client._metadata.clear()
    found = await _prices(client, epilot, START, START + HOUR)
    assert not found.slots.slots


# Prices that are not clear


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("unit_amount_decimal", each) for each in ("1e999", "1_0", "28.71")),
        *(("tax_rate", each) for each in (-100, "1_9", 10**400, None)),
        *(("unit_amount_currency", None), ("tax_behavior", "both")),
        *(("unit", each) for each in ("ct/kWh", "EUR", "CHF/kWh", 5)),
        *(("area", "DE-LU"), ("status", 4000), ("preliminary", True)),
    ],
)
async def test_a_price_that_is_not_known(
    client: EpilotClient, epilot: EpilotSandbox, member: str, value: object
) -> None:
    truth = await _prices(client, epilot, START, START + HOUR)
    path = f"prices.1.{member}"
    epilot.fail("getPrices", Fault(kind="set", path=path, value=value, times=None))
    found = await _prices(client, epilot, START, START + HOUR)
    known = truth.slots.slots
    assert found.slots.slots == (known[0], *known[2:])
    assert client.refused()


async def test_prices_per_mwh(client: EpilotClient, epilot: EpilotSandbox) -> None:
    truth = await _prices(client, epilot, START, START + HOUR)
    epilot.series.price_times(1000)
    unit = Fault(kind="set", path="prices.*.unit", value="EUR/MWh", times=None)
    epilot.fail("getPrices", unit)
    found = await _prices(client, epilot, START, START + HOUR)
    assert [slot.value.value for slot in found.slots] == pytest.approx(
        [slot.value.value for slot in truth.slots], abs=1e-6
    )
    parts = dict(found.slots.slots[0].value.components)
    assert parts["grid_fee"] == pytest.approx(0.12)


async def test_prices_that_are_none_of_a_kwh(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    epilot.series.price_times(100)
    with pytest.raises(UnexpectedResponse):
        await _prices(client, epilot, START, START + HOUR)
    assert client.refused() == {"getPrices.unit_amount": 4}


async def test_prices_of_two_areas(client: EpilotClient, epilot: EpilotSandbox) -> None:
    """In one flat list, nobody knows which is the contract's."""
    rows = [
        {
            "timestamp": (START + n * QUARTER).isoformat(),
            "unit_amount": cents,
            "unit_amount_currency": "EUR",
            "tax_behavior": "inclusive",
            "tax_rate": 19,
        }
        for cents in (30, 40)
        for n in range(3)
    ]
    rows.append({**rows[0], "timestamp": (START + 3 * QUARTER).isoformat()})
    epilot.fail("getPrices", Fault(kind="set", path="prices", value=rows))
    found = await _prices(client, epilot, START, START + HOUR)
    assert [slot.start for slot in found.slots] == [START + 3 * QUARTER]
    assert client.refused() == {"getPrices.twice": 3}


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_prices_without_metadata(
    client: EpilotClient, epilot: EpilotSandbox, status: int
) -> None:
    """By the hour, which is what a hook takes that says nothing else."""
    fault = Fault(kind="status", status=status, times=None)
    epilot.fail("getVisualizationMetadata", fault)
    found = await _prices(client, epilot, START, START + HOUR)
    assert found.resolution == HOUR
    context = (("contract", epilot.home.power_contract),)
    bare = Hook(extension_id=HOOK.extension_id, hook_id=HOOK.hook_id)
    before = len(epilot.calls)
    span = START, START + HOUR
    found = await price_series(client, bare, context, span, FOR_PRICES)
    assert found.resolution == HOUR
    assert [each.operation for each in epilot.calls[before:]] == ["getPrices"]
