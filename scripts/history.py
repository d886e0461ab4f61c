"""The imported history: whether it is all there, and as the portals published it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isclose
import re
from typing import Final

from configuration import DOMAIN
from house import HomeAssistant, House, HouseError, Json

# So long an import may stand still: a busy machine is slow, and no fault of it.
IMPORT_SECONDS: Final = 240
# Sums are of floats, added up in another order.
TOLERANCE: Final = 1e-9
_BEFORE_ALL: Final = "2000-01-01T00:00:00+00:00"
_PLANNER: Final = f"{DOMAIN}:planner_"
_DONE: Final = 100


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series of an account, as the integration's own action tells of it."""

    site: str
    key: str
    statistic_id: str
    use_as: str

    @property
    def portal(self) -> str:
        """Return the portal, with which every account's id begins."""
        return self.statistic_id.removeprefix(f"{DOMAIN}:").partition("_")[0]


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a portal has of a series in a span: the sum and the whole hours."""

    total: float
    hours: int


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """What is stored of a series, beside what its portal published of that span."""

    is_known: bool = True
    rows: int = 0
    sum: float | None = None
    published: Published | None = None

    def as_dict(self) -> Json:
        """Return the statistic as it is reported, to the milliwatt-hour."""
        expected = None if self.published is None else self.published.total
        return {
            "rows": self.rows,
            "sum": self.sum and round(self.sum, 6),
            "expected_sum": expected and round(expected, 6),
        }

    def failure(self) -> str | None:
        """Return what is wrong with it, if something is."""
        if not self.is_known:
            return "is of no account"
        if self.sum is None or self.published is None:
            return "has no rows"
        if self.rows != self.published.hours:
            return f"has {self.rows} rows of {self.published.hours} published hours"
        wanted = self.published.total
        if not isclose(self.sum, wanted, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            return f"sums to {self.sum}, published is {wanted}"
        return None


# --- what was published -----------------------------------------------------------


async def _digiwatt(house: House, series: Series, start: str, stop: str) -> Published:
    """Return what Digiwatt published, in kWh."""
    found = await house.steer("digiwatt", "published", start=start, stop=stop)
    amounts = {
        f"appliance_{re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower()}": amount
        for name, amount in found["appliances"].items()
    }
    amounts["consumption"] = found["total"]
    return Published(total=amounts[series.key] / 1000, hours=found["hours"])


async def _esmart(house: House, series: Series, start: str, stop: str) -> Published:
    """Return what eSmart published of a contract or a device, in kWh or NOK."""
    if (device := re.search(r"_device_(\d+)_", series.statistic_id)) is not None:
        found = await house.steer(
            "esmart",
            "published_of_device",
            asset_id=int(device[1]),
            start=start,
            stop=stop,
        )
        return Published(total=found["consumption"], hours=found["hours"])
    contract = re.search(r"_contract_(\d+)_", series.statistic_id)
    if contract is None:
        raise HouseError(f"no contract in {series.statistic_id}")
    number = int(contract[1])
    found = await house.steer(
        "esmart", "published", contract_no=number, start=start, stop=stop
    )
    amounts = {"consumption": found["consumption"], "cost": found["costs"]}
    return Published(total=amounts[series.key], hours=found["hours"])


async def _epilot(house: House, series: Series, start: str, stop: str) -> Published:
    """Return what an epilot portal's apps published of a meter, in kWh, m³ or EUR."""
    meter = re.search(r"_meter_([0-9a-f_]{36})_", series.statistic_id)
    if meter is None:
        raise HouseError(f"no meter in {series.statistic_id}")
    found = await house.steer(
        "epilot",
        "published",
        meter_id=meter[1].replace("_", "-"),
        start=start,
        stop=stop,
    )
    amounts = found["series"][series.key]
    return Published(total=amounts["total"], hours=amounts["hours"])


_PUBLISHED: Final[
    Mapping[str, Callable[[House, Series, str, str], Awaitable[Published]]]
] = {"digiwatt": _digiwatt, "esmart": _esmart, "epilot": _epilot}


async def published(
    house: House, series: Series, start: datetime, stop: datetime
) -> Published:
    """Return what the portal published of a series in a span of whole hours."""
    ask = _PUBLISHED[series.portal]
    return await ask(house, series, start.isoformat(), stop.isoformat())


# --- what was imported ------------------------------------------------------------


async def all_series(home_assistant: HomeAssistant) -> list[Series]:
    """Return the series of all accounts."""
    path = f"/api/services/{DOMAIN}/get_statistics_ids?return_response"
    answer = await home_assistant.request("POST", path, {})
    return [
        Series(
            site=each["site"],
            key=each["series"],
            statistic_id=each["statistic_id"],
            use_as=each["use_as"],
        )
        for each in answer["service_response"]["statistics"]
    ]


async def _progress(home_assistant: HomeAssistant) -> dict[str, tuple[str, int]]:
    """Return the portal and the progress of each site, percent, by a name of it.

    By what accounts report: the entity that shows it is off by default.
    """
    told: dict[str, tuple[str, int]] = {}
    for entry in await home_assistant.accounts():
        if entry["state"] != "loaded":
            continue
        path = f"/api/diagnostics/config_entry/{entry['entry_id']}"
        report = (await home_assistant.request("GET", path))["data"]
        portal = report["vendor"]["key"]
        sites = (report["history"] or {"sites": ()})["sites"]
        for number, site in enumerate(sites, 1):
            told[f"site {number} of {entry['title']}"] = portal, site["progress"]
    return told


async def wait_until_imported(
    home_assistant: HomeAssistant, portals: Iterable[str]
) -> list[str]:
    """Wait while imports go on; returns what is not done when they stand still."""
    wanted = {*portals} & _PUBLISHED.keys()
    wrong: list[str] = []
    loop = asyncio.get_running_loop()
    before, deadline = None, loop.time() + IMPORT_SECONDS
    while loop.time() < deadline:
        progress = await _progress(home_assistant)
        if progress != before:
            before, deadline = progress, loop.time() + IMPORT_SECONDS
        known = {portal for portal, _ in progress.values()}
        wrong = [f"{portal}: no import has begun" for portal in sorted(wanted - known)]
        wrong += [
            f"{portal}: {name} is at {percent} % for {IMPORT_SECONDS} s"
            for name, (portal, percent) in progress.items()
            if percent < _DONE
        ]
        if not wrong:
            break
        await asyncio.sleep(1)
    return wrong


async def check_history(
    house: House, portals: Iterable[str]
) -> tuple[dict[str, Statistic], list[str]]:
    """Return the imported series of portals' accounts, and what is wrong with them."""
    wanted = [portal for portal in portals if portal in _PUBLISHED]
    wrong = await wait_until_imported(house.home_assistant, wanted)
    statistics = await _read_all(house)
    wrong += [
        f"{portal}: nothing is imported"
        for portal in wanted
        if not any(key.startswith(f"{DOMAIN}:{portal}_") for key in statistics)
    ]
    wrong += [
        f"{key} {failure}"
        for key, statistic in statistics.items()
        if (failure := statistic.failure())
    ]
    return statistics, wrong


async def _read_all(house: House) -> dict[str, Statistic]:
    """Return each series as the recorder has it, beside what was published."""
    home_assistant = house.home_assistant
    stored = {
        each["statistic_id"]
        for each in await home_assistant.command("recorder/list_statistic_ids")
        if each["source"] == DOMAIN
        # What a planner has saved, no portal has published.
        and not each["statistic_id"].startswith(_PLANNER)
    }
    series = {each.statistic_id: each for each in await all_series(home_assistant)}
    return {
        key: await _read(house, series[key])
        if key in series
        else Statistic(is_known=False)
        for key in sorted(stored | series.keys())
    }


async def _read(house: House, series: Series) -> Statistic:
    """Return a series as the recorder has it, beside what was published."""
    key = series.statistic_id
    found = await house.home_assistant.command(
        "recorder/statistics_during_period",
        start_time=_BEFORE_ALL,
        statistic_ids=[key],
        period="hour",
        types=["state", "sum"],
    )
    rows = found.get(key)
    if not rows:
        return Statistic()
    start, stop = (
        datetime.fromtimestamp(milliseconds / 1000, UTC)
        for milliseconds in (rows[0]["start"], rows[-1]["end"])
    )
    return Statistic(
        rows=len(rows),
        sum=rows[-1]["sum"],
        published=await published(house, series, start, stop),
    )


# --- the Energy dashboard ---------------------------------------------------------


def _source(series: Series, cost: str | None) -> Json | None:
    """Return what the dashboard takes a series for; one portal's grid is enough."""
    taken = {"stat_energy_from": series.statistic_id, "stat_cost": cost}
    if series.portal == "esmart" and series.use_as == "grid_consumption":
        return {"type": "grid", "cost_adjustment_day": 0, **taken}
    if series.portal == "epilot" and series.use_as == "gas_or_water_consumption":
        return {"type": "gas", **taken}
    return None


async def set_dashboard_up(
    home_assistant: HomeAssistant, roof: str | None = None
) -> list[str]:
    """Show the series in the Energy dashboard; returns what it finds wrong.

    `roof` is the entry of what forecasts it: all that is fed in is what it yields.
    """
    series = await all_series(home_assistant)
    fed_in = [each for each in series if each.use_as == "return_to_grid"]
    ids = {(each.portal, each.site, each.key): each.statistic_id for each in series}
    await home_assistant.command(
        "energy/save_prefs",
        energy_sources=[
            source
            for each in series
            if (source := _source(each, ids.get((each.portal, each.site, "cost"))))
        ]
        + [
            {
                "type": "solar",
                "stat_energy_from": each.statistic_id,
                "config_entry_solar_forecast": [roof],
            }
            for each in fed_in[:1]
            if roof is not None
        ],
        # The portals report on one household: Digiwatt's are part of the whole.
        device_consumption=[
            {"stat_consumption": each.statistic_id}
            for each in series
            if each.use_as == "individual_device"
        ],
    )
    found = await home_assistant.command("energy/validate")
    return [
        f"energy dashboard: {issue['type']}: {issue['affected_entities']}"
        for lists in found.values()
        for issues in lists
        for issue in issues
    ]


async def has_dashboard(home_assistant: HomeAssistant) -> bool:
    """Say whether somebody has set the Energy dashboard up already."""
    try:
        prefs = await home_assistant.command("energy/get_prefs")
    except HouseError:
        return False
    return bool(prefs["energy_sources"] or prefs["device_consumption"])


# The frontend of 2026.12 suggests entities of these as meters, if they have a sum.
_METERS: Final = frozenset({"energy", "gas", "water"})


async def check_meters(home_assistant: HomeAssistant) -> list[str]:
    """Say which of our entities are suggested as meters and are none.

    A register that only grows may be; a period's sum would be counted twice.
    """
    registry = await home_assistant.command("config/entity_registry/list")
    ours = {each["entity_id"] for each in registry if each["platform"] == DOMAIN}
    summed = {
        each["statistic_id"]
        for each in await home_assistant.command("recorder/list_statistic_ids")
        if each["has_sum"]
    }
    return [
        f"{state['entity_id']} is suggested as a meter"
        for state in await home_assistant.request("GET", "/api/states")
        if state["entity_id"] in ours & summed
        and state["attributes"].get("device_class") in _METERS
        and state["attributes"].get("state_class") != "total_increasing"
    ]
