"""A flexibility coordinator at work: a cap and an incentive, answered and reported."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import isclose
from typing import Final
from zoneinfo import ZoneInfo

from history import all_series
from house import HomeAssistant, House, HouseError, Json

PORTAL: Final = "volue"
ANSWER_SECONDS: Final = 30
HOUR: Final = timedelta(hours=1)
# An hour is reported so long after its end, and no sooner.
SETTLED: Final = timedelta(seconds=90)
# The coordinator's days and months are those of the resource's bidding zone.
ZONE: Final = ZoneInfo("Europe/Oslo")
# Without these, entities of caps and incentives would have nothing to show.
PROGRAMME: Final[tuple[tuple[str, str, Json], ...]] = ((PORTAL, "send_programme", {}),)


async def check_flexibility(
    house: House, portals: Iterable[str], entry_id: str | None
) -> list[str]:
    """Have events sent, and return what of their answers is wrong or missing."""
    if PORTAL not in portals or entry_id is None:
        return []
    tank = house.sandbox[PORTAL]["tank_id"]
    metered = await _metered(house.home_assistant)
    if metered is None:
        return [f"{PORTAL}: no energy statistic has two hours to report"]
    statistic, energy = metered
    if _month(min(energy)) != _month(datetime.now(UTC)):
        # Of a month that is over the coordinator takes no report.
        return []
    answer = {"name": "Tank", "policy": "acknowledge", "energy": statistic}
    await change_part(house.home_assistant, entry_id, f"resource:{tank}", answer)
    first = round((min(energy) - _hour_now()) / HOUR)
    incentive = await house.steer(
        PORTAL,
        "send_incentive",
        resource_id=tank,
        first=first,
        values=[0.5] * len(energy),
    )
    cap = await house.steer(
        PORTAL, "send_cap", resource_id=tank, first=0, values=[2.0, 2.0]
    )
    return await _answers(house, cap["event_id"], incentive["event_id"], tank, energy)


def _month(when: datetime) -> int:
    """Return the coordinator's month of a moment."""
    return when.astimezone(ZONE).month


def _hour_now() -> datetime:
    """Return the start of the running hour."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


async def _metered(
    home_assistant: HomeAssistant,
) -> tuple[str, dict[datetime, float]] | None:
    """Return a statistic of energy and the last two hours of it to report, kWh."""
    until = datetime.now(UTC) - SETTLED
    for series in await all_series(home_assistant):
        if series.key != "consumption":
            continue
        found = await home_assistant.command(
            "recorder/statistics_during_period",
            start_time=(until - timedelta(days=1)).isoformat(),
            statistic_ids=[series.statistic_id],
            period="hour",
            types=["change"],
            units={"energy": "kWh"},
        )
        hours = {
            datetime.fromtimestamp(row["start"] / 1000, UTC): row["change"]
            for row in found.get(series.statistic_id, ())[1:]
        }
        last = [hour for hour in hours if hour + HOUR <= until][-2:]
        if len(last) == 2 and last[1] - last[0] == HOUR:
            return series.statistic_id, {hour: hours[hour] for hour in last}
    return None


async def check_usage_plan(
    house: House, portals: Iterable[str], entry_id: str | None
) -> list[str]:
    """Have what is planned for the location reported; return what is wrong with it."""
    if PORTAL not in portals or entry_id is None:
        return []
    facts = house.sandbox[PORTAL]
    place = facts["location_id"]
    answer: Json = {
        "name": "Home",
        "location_type": "residential",
        "policy": "ask",
        "meter_point_ids": [facts["meter_point"]],
        "reports_plan": True,
    }
    await change_part(house.home_assistant, entry_id, f"location:{place}", answer)
    plan = await wait_for_plan(house)
    if plan is None:
        return [f"{PORTAL}: no usage plan is told"]
    hours = [
        (each["timestamp"], each["kiloWattHours"], flexible["kiloWattHours"])
        for each, flexible in zip(plan["baseline"], plan["flexibility"], strict=True)
    ]
    is_right = all(0 <= flexible <= energy for _, energy, flexible in hours)
    return [] if hours and is_right else [f"{PORTAL}: the plan is {hours}"]


async def wait_for_plan(house: House) -> Json | None:
    """Return the last usage plan that was told, None if there is none for a while."""
    deadline = asyncio.get_running_loop().time() + ANSWER_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        if plans := (await house.steer(PORTAL, "plans"))["plans"]:
            plan: Json = plans[-1]
            return plan
        await asyncio.sleep(0.2)
    return None


async def change_part(
    home_assistant: HomeAssistant, entry_id: str, key: str, answer: Json
) -> None:
    """Change what is set up beneath an account, and wait until it is there again."""
    parts = await home_assistant.command(
        "config_entries/subentries/list", entry_id=entry_id
    )
    part = next(each for each in parts if each["unique_id"] == key)
    path = "/api/config/config_entries/subentries/flow"
    about = {
        "handler": [entry_id, part["subentry_type"]],
        "subentry_id": part["subentry_id"],
    }
    form = await home_assistant.request("POST", path, about)
    done = await home_assistant.request("POST", f"{path}/{form['flow_id']}", answer)
    if done["type"] != "abort" or done["reason"] != "reconfigure_successful":
        raise HouseError(f"{key} cannot be changed: {done}")
    async with asyncio.timeout(ANSWER_SECONDS):
        while True:
            if await _state(home_assistant, entry_id) == "loaded":
                return
            await asyncio.sleep(0.2)


async def _state(home_assistant: HomeAssistant, entry_id: str) -> str:
    """Return the state of an account."""
    entries = await home_assistant.accounts()
    state: str = next(each["state"] for each in entries if each["entry_id"] == entry_id)
    return state


async def _answers(
    house: House, cap: str, incentive: str, tank: str, energy: dict[datetime, float]
) -> list[str]:
    """Wait for the answers, and return what is wrong with them when time is up."""
    wrong: list[str] = []
    deadline = asyncio.get_running_loop().time() + ANSWER_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        of_cap = await house.steer(PORTAL, "told_of", event_id=cap)
        of_incentive = await house.steer(PORTAL, "told_of", event_id=incentive)
        wrong = [*_of_cap(of_cap, tank), *_of_incentive(of_incentive, tank, energy)]
        if not wrong:
            break
        await asyncio.sleep(0.5)
    return [f"{PORTAL}: {each}" for each in wrong]


def _of_cap(told: Json, tank: str) -> list[str]:
    """Return what is wrong with the answer to the cap."""
    acknowledged = [each["resourceId"] for each in told["acknowledged"]]
    if acknowledged == [tank] and not told["declined"]:
        return []
    return [f"acknowledged {acknowledged}, declined {told['declined']}"]


def _of_incentive(told: Json, tank: str, energy: dict[datetime, float]) -> list[str]:
    """Return what is wrong with the report of the incentive's hours."""
    found = told["hours"].get(tank, {})
    wanted = {hour.isoformat(): amount for hour, amount in energy.items()}
    is_right = found.keys() == wanted.keys() and all(
        len(found[hour]) == 1 and isclose(found[hour][0], wanted[hour], abs_tol=1e-9)
        for hour in wanted
    )
    return [] if is_right else [f"reported {found} of the incentive, not {wanted}"]
