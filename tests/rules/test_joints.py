"""Joints: what does not go together is refused by mypy, not found by a journey."""

from collections import Counter
from pathlib import Path
import re
import subprocess
import sys
from typing import Final

from tests.rules.source import PACKAGE, ROOT

_ENTITIES: Final = f"""
from collections.abc import Iterable
from datetime import datetime

from {PACKAGE}.entities.controls import (
    PortalButtonDescription,
    PortalTodoDescription,
    TaskChange,
)
from {PACKAGE}.entities.descriptions import (
    DynamicEntities,
    Happening,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalEventDescription,
    PortalSensorDescription,
    Rows,
    SensorRow,
)
from {PACKAGE}.entities.describe import fact, figure
from {PACKAGE}.entities.tables import Tables
from {PACKAGE}.portals.autarc import feeds as autarc
from {PACKAGE}.portals.autarc.client import AutarcClient
from {PACKAGE}.portals.digiwatt import feeds as digiwatt
from {PACKAGE}.portals.digiwatt.feeds import TariffMonths
from {PACKAGE}.portals.epilot.client import EpilotClient
from {PACKAGE}.portals.model.agenda import Agenda
from {PACKAGE}.portals.model.green import GreenOutlook
from {PACKAGE}.portals.model.power import PowerNow
from {PACKAGE}.portals.planner import feeds as planner


def share(green: GreenOutlook, now: datetime) -> float | None:
    return green.share


def is_green(green: GreenOutlook, now: datetime) -> bool | None:
    return green.windows.at(now) is not None


def agenda(green: GreenOutlook, now: datetime) -> Agenda:
    return Agenda()


def happened(green: GreenOutlook, now: datetime) -> Iterable[Happening]:
    return ()


def share_text(green: GreenOutlook, now: datetime) -> str | None:
    return str(green.share)


def whole(power: PowerNow, now: datetime) -> PowerNow:
    return power


def has_share(green: GreenOutlook) -> bool:
    return green.share is not None


def unit(green: GreenOutlook) -> str | None:
    return None


def bands(months: TariffMonths) -> Iterable[str]:
    return months.bands()


def band(name: str) -> SensorRow:
    return figure(name, digiwatt.TARIFF_PERIODS, lambda months, now: None)


async def complete(change: TaskChange[AutarcClient]) -> None:
    await change.client.update_project(change.before.uid, {{}})


async def elsewhere(change: TaskChange[EpilotClient]) -> None:
    await change.client.contracts()


IS_GREEN = PortalBinarySensorDescription(
    key="is_green", source=GreenOutlook, value_fn=is_green
)
"""

_FACES: Final = f"""
from {PACKAGE}.entities.tables import Tables
from {PACKAGE}.faces.digiwatt import FACE
from {PACKAGE}.faces.face import Face
from {PACKAGE}.portals.autarc.client import AutarcClient
from {PACKAGE}.portals.autarc.sites import CompanySite, ProjectSite
from {PACKAGE}.portals.epilot.client import EpilotClient
from {PACKAGE}.portals.model.green import GreenOutlook
from {PACKAGE}.portals.model.power import PowerNow
from {PACKAGE}.services.action import Action
from {PACKAGE}.services.targets import KindRequest, OfKind, OneSite, SiteRequest


async def survey(request: SiteRequest[AutarcClient, ProjectSite]) -> None:
    await request.client.project(request.site.project_id)


async def look(request: KindRequest[GreenOutlook]) -> None:
    print(request.data.share)
"""

# How often each line is refused for each code.
type Refused = Counter[tuple[int, str]]

_MARK: Final = re.compile(r"# error: ([a-z-]+)$")
_ERROR: Final = re.compile(r"^(.+):(\d+): error: .*\[([a-z-]+)\]$", re.MULTILINE)

# Each line of these that ends in the code of an error is refused for it, and no other.
_SNIPPETS: Final = {
    "feeds": _ENTITIES
    + """
figure("right", digiwatt.GREEN_WINDOWS, share)
figure("misspelt", digiwatt.GREEN_WINDOW, share)  # error: attr-defined
figure("a key", "green_windows", share)  # error: arg-type
fact("a key", "green_windows", lambda green, now: None)  # error: arg-type
""",
    "functions for the data of a feed": _ENTITIES
    + """
figure("right", digiwatt.GREEN_WINDOWS, lambda green, now: green.share)
figure("other data", digiwatt.LIVE_POWER, share)  # error: arg-type
fact("other data", autarc.PROJECTS, share)  # error: arg-type
figure("other", digiwatt.LIVE_POWER, lambda it, now: it.share)  # error: attr-defined
figure("text", digiwatt.GREEN_WINDOWS, share_text)  # error: arg-type
fact("whole", digiwatt.LIVE_POWER, whole)  # error: arg-type
fact("text", digiwatt.GREEN_WINDOWS, share_text)
figure("right", digiwatt.GREEN_WINDOWS, share, exists_fn=has_share, unit_fn=unit)
""",
    "functions for the data of a kind": _ENTITIES
    + """
figure("right", GreenOutlook, lambda green, now: green.share)
figure("right", PowerNow, PowerNow.at)
figure("other kind", PowerNow, share)  # error: arg-type
figure("other", PowerNow, lambda power, now: power.share)  # error: attr-defined
figure("other kind", GreenOutlook, share, exists_fn=PowerNow.at)  # error: arg-type
figure("other", PowerNow, PowerNow.at, exists_fn=has_share)  # error: arg-type
figure("other", PowerNow, PowerNow.at, unit_fn=unit)  # error: arg-type
figure("other", PowerNow, PowerNow.at, last_reset_fn=share)  # error: arg-type
""",
    "every platform": _ENTITIES
    + """
PortalSensorDescription(key="right", source=GreenOutlook, value_fn=share)
PortalSensorDescription(key="other", source=PowerNow, value_fn=share)  # error: arg-type
PortalBinarySensorDescription(
    key="right", source=digiwatt.GREEN_WINDOWS, value_fn=is_green
)
PortalBinarySensorDescription(
    key="other",
    source=digiwatt.LIVE_POWER,
    value_fn=is_green,  # error: arg-type
)
PortalBinarySensorDescription(
    key="a number",
    source=GreenOutlook,
    value_fn=share,  # error: arg-type
)
PortalCalendarDescription(key="right", source=GreenOutlook, value_fn=agenda)
PortalCalendarDescription(
    key="other",
    source=PowerNow,
    value_fn=agenda,  # error: arg-type
)
PortalEventDescription(key="right", source=GreenOutlook, value_fn=happened)
PortalEventDescription(
    key="other",
    source=PowerNow,
    value_fn=happened,  # error: arg-type
)
PortalButtonDescription(
    key="right", source=planner.PLANS, press_fn=lambda planned, now: planned
)
PortalButtonDescription(
    key="other",
    source=planner.SETTINGS,
    press_fn=lambda load, now: load.ordered_to,  # error: attr-defined
)
""",
    "who a task is about": _ENTITIES
    + """
PortalTodoDescription(
    key="right",
    source=autarc.PROJECTS,
    value_fn=lambda log, now: log.portfolio.tasks,
    change_fn=complete,
)
PortalTodoDescription(
    key="another portal's client",
    source=autarc.PROJECTS,
    value_fn=lambda log, now: log.portfolio.tasks,
    change_fn=elsewhere,  # error: arg-type
)
""",
    "what appears with the data": _ENTITIES
    + """
DynamicEntities(source=digiwatt.TARIFF_PERIODS, things=bands, describe=band)
DynamicEntities(
    source=digiwatt.SAVING,
    things=bands,  # error: arg-type
    describe=band,
)
DynamicEntities(  # error: misc
    source=digiwatt.TARIFF_PERIODS,
    things=lambda months: [len(months.bands())],
    describe=band,
)
""",
    "tables": _ENTITIES
    + """
TYPED: Rows[SensorRow] = (
    figure("right", GreenOutlook, share),
    DynamicEntities(source=digiwatt.TARIFF_PERIODS, things=bands, describe=band),
    figure("other", PowerNow, share),  # error: arg-type
    PortalSensorDescription(
        key="other",
        source=PowerNow,
        value_fn=share,  # error: arg-type
    ),
)
OTHER_PLATFORM: Rows[SensorRow] = (IS_GREEN,)  # error: assignment
Tables(sensors=TYPED, binary_sensors=(IS_GREEN,))
Tables(sensors=(IS_GREEN,))  # error: arg-type
Tables(binary_sensors=(figure("right", GreenOutlook, share),))  # error: arg-type
Tables(binary_sensors=TYPED)  # error: arg-type
Tables(
    binary_sensors=(
        DynamicEntities(
            source=digiwatt.TARIFF_PERIODS,
            things=bands,
            describe=band,  # error: arg-type
        ),
    )
)


def described() -> Iterable[SensorRow]:
    yield figure("right", GreenOutlook, share)
    yield figure("other", PowerNow, share)  # error: arg-type
    yield IS_GREEN  # error: misc
""",
    "an action and its site": _FACES
    + """
Action(name="right", target=OneSite(AutarcClient, ProjectSite), handle=survey)
Action(name="right", target=OfKind((GreenOutlook,)), handle=look)
Action(
    name="a site of another sort",
    target=OneSite(AutarcClient, CompanySite),
    handle=survey,  # error: arg-type
)
Action(
    name="another portal's client",
    target=OneSite(EpilotClient, ProjectSite),
    handle=survey,  # error: arg-type
)
Action(
    name="another kind",
    target=OfKind((PowerNow,)),
    handle=look,  # error: arg-type
)
Action(
    name="a kind for a site",
    target=OfKind((PowerNow,)),
    handle=survey,  # error: arg-type
)
""",
    "a face and its members": _FACES
    + """
Face(flow=FACE.flow, tables=Tables)
Face(tables=Tables)  # error: call-arg
Face(flow=FACE.flow, table=Tables)  # error: call-arg
Face(flow=FACE.flow, tables=tuple)  # error: arg-type
Face(flow=FACE.tables, tables=FACE.tables)  # error: arg-type
""",
}


def _marked(snippet: str) -> Refused:
    """Return the lines that are marked as wrong, with the codes of their errors."""
    lines = enumerate(snippet.splitlines(), 1)
    return Counter(
        (number, code) for number, line in lines for code in _MARK.findall(line)
    )


def _refused(folder: Path) -> dict[str, Refused]:
    """Return what mypy refuses of all snippets, in one run."""
    paths = {name: folder / f"joint_{n}.py" for n, name in enumerate(_SNIPPETS)}
    for name, path in paths.items():
        path.write_text(_SNIPPETS[name], encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-pretty", *map(str, paths.values())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not run.stderr, run.stderr
    errors = [match.groups() for match in _ERROR.finditer(run.stdout)]
    assert len(errors) == run.stdout.count(" error: "), run.stdout
    # Of a file that it knows from its cache, mypy tells where it was then.
    return {
        name: Counter(
            (int(line), code)
            for file, line, code in errors
            if Path(file).name == path.name
        )
        for name, path in paths.items()
    }


def test_joints(tmp_path: Path) -> None:
    """What is marked as wrong is refused for it, and nothing else is."""
    refused = _refused(tmp_path)

    assert refused == {name: _marked(text) for name, text in _SNIPPETS.items()}
