"""Sites: what is missing for now stays, and what is not clear is not taken as told."""

import json
from typing import Any

import pytest

from custom_components.energy_portals.portals.epilot.client import EpilotClient
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from tests.portals.epilot.feeds import sites
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.faults import Fault


def _set(path: str, value: object, times: int | None = None) -> Fault:
    return Fault(kind="set", path=path, value=value, times=times)


def _of(found: Any, sort: str) -> set[str]:
    return {key for key in found.data if key.startswith(f"{sort}:")}


@pytest.mark.parametrize("bad", [None, {}, {"_id": []}])
async def test_what_cannot_be_read_stays_as_it_is_held(
    client: EpilotClient, epilot: EpilotSandbox, bad: object
) -> None:
    before = await sites(client)
    for operation, path in (
        ("searchPortalUserEntities", "results.1"),
        ("listMeters", "data.1"),
        ("getPublicPortalExtensionDetailsV3", "priceDataRetrieval.0"),
    ):
        epilot.fail(operation, _set(path, bad))
        after = await sites(client, dict(before.data))
        assert set(after.data) == set(before.data)
        fresh = await sites(client)
        assert set(fresh.data) < set(before.data)
        epilot.heal()
    # What is gone is gone.
    epilot.home.more_contracts(1)
    more = await sites(client, dict(before.data))
    assert len(_of(more, "contract")) == len(_of(before, "contract")) + 1
    epilot.home.more_contracts(0)
    assert set((await sites(client, dict(more.data))).data) == set(before.data)


@pytest.mark.parametrize("hooks", [None, {}, "none", 5, {"error": "no"}])
async def test_hooks_that_are_no_list(
    client: EpilotClient, epilot: EpilotSandbox, hooks: object
) -> None:
    before = await sites(client)
    fault = _set("priceDataRetrieval", hooks)
    epilot.fail("getPublicPortalExtensionDetailsV3", fault)
    after = await sites(client, dict(before.data))
    assert after.data == before.data
    assert len(after.problems) == 1


@pytest.mark.parametrize("body", ['{"error": "no"}', "[]", "null", "x"])
async def test_extensions_that_are_none(
    client: EpilotClient, epilot: EpilotSandbox, body: str
) -> None:
    fault = Fault(kind="raw", body=body, times=None)
    epilot.fail("getPublicPortalExtensionDetailsV3", fault)
    with pytest.raises(UnexpectedResponse):
        await client.hooks()


async def test_one_bad_price_hook_of_two(
    client: EpilotClient, epilot: EpilotSandbox
) -> None:
    """The one that is left is not the only one: no cost is made of it."""
    epilot.series.hooks.set_hooks("priceDataRetrieval", 2)
    key = f"meter:{epilot.home.power_meter}"
    epilot.fail("getPublicPortalExtensionDetailsV3", _set("priceDataRetrieval.0", {}))
    found: Any = (await sites(client)).data[key]
    assert found.price is None
    epilot.heal()
    epilot.series.hooks.set_hooks("priceDataRetrieval", 1)
    found = (await sites(client)).data[key]
    assert found.price is not None


@pytest.mark.parametrize("bad", [None, 5, [], {"fr": 5}])
async def test_a_name_in_one_language(
    client: EpilotClient, epilot: EpilotSandbox, bad: object
) -> None:
    """Another language stands in, or another part; nothing else is lost."""
    path = "priceDataRetrieval.0.hook.name"
    epilot.fail("getPublicPortalExtensionDetailsV3", _set(f"{path}.de", bad))
    assert (await client.hooks()).prices[0].name == "Dynamischer Preis"
    epilot.heal()
    epilot.fail("getPublicPortalExtensionDetailsV3", _set(path, bad))
    assert (await client.hooks()).prices[0].name == "Daten"


@pytest.mark.parametrize(
    ("changes", "exports", "unit"),
    [
        ([{}, {}], False, "kWh"),
        ([{"direction": "feed-in"}] * 2, True, "kWh"),
        ([{"direction": "sideways"}, {"direction": "feed-in"}], None, None),
        ([None, {"direction": "feed-in"}], None, None),
        ([{"obis_number": "1-1:2.8.0"}, {}], None, None),
        ([{"unit": "MWh"}, {}], False, None),
        ([{"unit": "kvarh"}, {}], False, "kWh"),
        ([{"unit": "kvarh"}] * 2, False, None),
        ([{"unit": None}] * 2, False, "kWh"),
        ([{"unit": "Wh"}] * 2, False, "Wh"),
    ],
)
async def test_what_a_meter_counts(
    client: EpilotClient,
    epilot: EpilotSandbox,
    monkeypatch: pytest.MonkeyPatch,
    changes: list[dict[str, Any] | None],
    exports: bool | None,
    unit: str | None,
) -> None:
    counters = epilot.home.counters(epilot.home.power_meter)
    bare = [{**each, "obis_number": None} for each in counters]
    bare[0] |= {"direction": "feed-out"}
    rows = [
        change and {**row, **change} if change != {} else row
        for row, change in zip(bare, changes, strict=True)
    ]
    epilot.fail("listCounters", Fault(kind="raw", body=json.dumps({"data": rows})))
    found: Any = (await sites(client)).data[f"meter:{epilot.home.power_meter}"]
    assert (found.exports, found.unit) == (exports, unit)
