"""autarc's own entities: of the company as a whole, and of chosen projects."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfArea, UnitOfPower, UnitOfTemperature

from ...entities.controls import PortalTodoDescription, TaskChange, TodoRow
from ...entities.describe import fact, figure
from ...entities.descriptions import (
    CalendarRow,
    DynamicEntities,
    DynamicRows,
    EventRow,
    Happening,
    PortalCalendarDescription,
    PortalEventDescription,
    Rows,
    SensorRow,
)
from ...entities.shown import Shown
from ...entities.tables import Tables
from ...portals.autarc.client import AutarcClient
from ...portals.autarc.days import ZONE
from ...portals.autarc.feeds import CUSTOMERS, PROJECTS, ProjectFacts
from ...portals.autarc.models import HeatingCircuit, Project, ProjectStatus
from ...portals.autarc.portfolio import (
    CREATED,
    MANY_CHANGED,
    REMOVED,
    STATUS_CHANGED,
    Change,
    Portfolio,
    ProjectLog,
)
from ...portals.autarc.sites import CompanySite, ProjectSite
from ...portals.autarc.words import snake
from ...portals.model.periods import midnight, month_start

_EURO: Final = "EUR"

# --- the company ----------------------------------------------------------------------


def _whole[ValueT](
    take: Callable[[Portfolio], ValueT], *members: str
) -> Callable[[ProjectLog, datetime], ValueT | None]:
    """Return a figure of all projects, unknown where they are not all.

    `members` are those that it is made of.
    """

    def value(log: ProjectLog, now: datetime) -> ValueT | None:
        return take(log.portfolio) if log.portfolio.knows(*members) else None

    return value


def _dated[ValueT](
    take: Callable[[Portfolio], ValueT],
) -> Callable[[ProjectLog, datetime], ValueT | None]:
    """Return a figure of days of installations."""
    return _whole(take, "installation_date", "status")


def _of_status(status: ProjectStatus) -> Callable[[ProjectLog, datetime], int | None]:
    """Return how to count the projects of a status."""
    return _whole(lambda portfolio: portfolio.by_status.get(status, 0), "status")


def _today(now: datetime) -> date:
    """Return the portal's day."""
    return now.astimezone(ZONE).date()


def _this_week(log: ProjectLog, now: datetime) -> int | None:
    """Count the installations from Monday to Sunday."""
    today = _today(now)
    monday = today - timedelta(days=today.weekday())
    following = monday + timedelta(days=7)
    return _dated(lambda each: each.installed_between(monday, following))(log, now)


def _this_month(log: ProjectLog, now: datetime) -> int | None:
    """Count the installations of the calendar month."""
    first = month_start(_today(now))
    following = month_start(first, -1)
    return _dated(lambda each: each.installed_between(first, following))(log, now)


def _next_installation(log: ProjectLog, now: datetime) -> datetime | None:
    """Return when the day of the next installation begins; today's has begun."""
    tomorrow = _today(now) + timedelta(days=1)
    day = _dated(lambda each: each.next_installation(tomorrow))(log, now)
    return None if day is None else midnight(day, ZONE)


def _euros(
    key: str, take: Callable[[Portfolio], float | None], *members: str
) -> SensorRow:
    """Describe a sum of project values."""
    return figure(
        key,
        PROJECTS,
        _whole(take, "project_value", *members),
        unit=_EURO,
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        precision=2,
    )


# --- what has happened ----------------------------------------------------------------


def _happened(log: ProjectLog, now: datetime) -> Iterable[Happening]:
    """Return the changes that are remembered."""
    for change in log.changes:
        yield Happening(change.type, f"{change.number:09d}", partial(_told, change))


def _told(change: Change) -> dict[str, object]:
    """Return what automations are told of a change."""
    if change.type == MANY_CHANGED:
        return dict(change.counts)
    told: dict[str, object] = {"project_id": change.id, "name": change.title}
    if change.status is not None:
        told["status"] = snake(change.status)
    if change.before is not None:
        told["status_before"] = snake(change.before)
    return told


async def _change(change: TaskChange[AutarcClient]) -> None:
    """Change a project as its task was: completed, renamed, put on another day."""
    before, after = change.before, change.after
    members: dict[str, object] = {}
    if after.title != before.title:
        members["name"] = after.title
    if after.due != before.due:
        members["installation_date"] = after.due
    if change.is_done:
        members["status"] = ProjectStatus.COMPLETED.value
    if members:
        await change.client.update_project(before.uid, members)


# --- a chosen project -----------------------------------------------------------------


def _project[ValueT](
    take: Callable[[Project], ValueT],
) -> Callable[[ProjectFacts, datetime], ValueT | None]:
    """Return how to take something of the project."""
    return lambda facts, now: None if facts.project is None else take(facts.project)


def _word(
    take: Callable[[Project], str | None],
) -> Callable[[ProjectFacts, datetime], str | None]:
    """Return how to take a word of the project, as states spell it."""

    def value(facts: ProjectFacts, now: datetime) -> str | None:
        word = None if facts.project is None else take(facts.project)
        return None if word is None else snake(word)

    return value


def _rooms(facts: ProjectFacts, now: datetime) -> int | None:
    """Count the rooms, where the portal lists them."""
    return None if facts.rooms is None else len(facts.rooms)


def _circuits(facts: ProjectFacts) -> dict[int, HeatingCircuit]:
    """Return the heating circuits by number."""
    circuits = (facts.project and facts.project.heating_circuits) or ()
    return {
        place if circuit.index is None else circuit.index: circuit
        for place, circuit in enumerate(circuits, start=1)
    }


def _named_circuits(facts: ProjectFacts) -> Iterable[tuple[int, str]]:
    """Find the heating circuits, by number and name."""
    for number, circuit in _circuits(facts).items():
        yield number, circuit.name or str(number)


def _temperature(
    key: str, take: Callable[[HeatingCircuit], float | None]
) -> DynamicRows[SensorRow]:
    """Describe a temperature of each heating circuit."""

    def describe(named: tuple[int, str]) -> SensorRow:
        number, name = named

        def value(facts: ProjectFacts, now: datetime) -> float | None:
            circuit = _circuits(facts).get(number)
            return None if circuit is None else take(circuit)

        return figure(
            f"{key}_{number}",
            ProjectFacts,
            value,
            unit=UnitOfTemperature.CELSIUS,
            device_class=SensorDeviceClass.TEMPERATURE,
            state_class=None,
            translation_key=key,
            placeholders={"circuit": name},
        )

    return DynamicEntities(
        source=ProjectFacts,
        things=_named_circuits,
        describe=describe,
        begins=(f"{key}_",),
    )


# --- tables ---------------------------------------------------------------------------

SENSORS: Final[Rows[SensorRow]] = (
    figure("projects", PROJECTS, _whole(lambda each: len(each.rows))),
    figure("in_progress", PROJECTS, _of_status(ProjectStatus.IN_PROGRESS)),
    figure("completed", PROJECTS, _of_status(ProjectStatus.COMPLETED)),
    figure("archived", PROJECTS, _of_status(ProjectStatus.ARCHIVED)),
    figure("leads", PROJECTS, _whole(lambda each: each.leads, "is_lead", "status")),
    figure("undated", PROJECTS, _dated(lambda each: each.undated)),
    _euros("total_value", lambda each: each.total),
    _euros("open_value", lambda each: each.open_value, "status"),
    figure("installations_this_week", PROJECTS, _this_week),
    figure("installations_this_month", PROJECTS, _this_month),
    fact(
        "next_installation",
        PROJECTS,
        _next_installation,
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
    figure("customers", CUSTOMERS, lambda customers, now: customers.count),
    fact("project_status", ProjectFacts, _word(lambda project: project.status)),
    figure(
        "project_value",
        ProjectFacts,
        _project(lambda project: project.project_value),
        unit=_EURO,
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        precision=2,
    ),
    fact(
        "installation_date",
        ProjectFacts,
        _project(lambda project: project.installation_date),
        device_class=SensorDeviceClass.DATE,
    ),
    figure(
        "heat_load",
        ProjectFacts,
        _project(lambda project: project.heat_load),
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        state_class=None,
    ),
    figure(
        "living_area",
        ProjectFacts,
        _project(lambda project: project.heated_living_area_m2),
        unit=UnitOfArea.SQUARE_METERS,
        device_class=SensorDeviceClass.AREA,
        state_class=None,
        precision=1,
    ),
    fact("feasibility", ProjectFacts, _word(lambda project: project.feasibility)),
    figure("rooms", ProjectFacts, _rooms, state_class=None),
    _temperature("flow_temperature", lambda circuit: circuit.flow_temperature),
    _temperature("return_temperature", lambda circuit: circuit.return_temperature),
)

CALENDARS: Final[Rows[CalendarRow]] = (
    PortalCalendarDescription(
        key="installations",
        translation_key="installations",
        names_others=True,
        source=Portfolio,
        value_fn=lambda portfolio, now: portfolio.agenda,
    ),
)

EVENTS: Final[Rows[EventRow]] = (
    PortalEventDescription(
        key="project_changed",
        translation_key="project_changed",
        names_others=True,
        source=PROJECTS,
        event_types=[CREATED, STATUS_CHANGED, REMOVED, MANY_CHANGED],
        value_fn=_happened,
    ),
)

TODOS: Final[Rows[TodoRow]] = (
    PortalTodoDescription(
        key="open_projects",
        translation_key="open_projects",
        names_others=True,
        source=PROJECTS,
        value_fn=_whole(lambda each: each.tasks, "status"),
        change_fn=_change,
    ),
)

_SHOWN: Final[Shown] = {
    CompanySite: {
        "open_projects",
        "in_progress",
        "leads",
        "open_value",
        "installations_this_week",
        "next_installation",
        "installations",
        "project_changed",
    },
    ProjectSite: {
        "project_status",
        "project_value",
        "installation_date",
        "feasibility",
        "heat_load",
    },
}

TABLES: Final = Tables(
    sensors=SENSORS, calendars=CALENDARS, events=EVENTS, todos=TODOS, shown=_SHOWN
)
