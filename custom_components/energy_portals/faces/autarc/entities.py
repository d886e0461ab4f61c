"""autarc's own entities: of the company as a whole, and of chosen projects."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfArea, UnitOfPower, UnitOfTemperature

from ...entities.describe import fact, figure
from ...entities.entity import (
    DynamicEntities,
    Happening,
    PortalCalendarDescription,
    PortalEventDescription,
    PortalSensorDescription,
    PortalTodoDescription,
    TaskChange,
)
from ...portals.autarc.client import AutarcClient
from ...portals.autarc.feeds import ProjectFacts
from ...portals.autarc.models import HeatingCircuit, ProjectStatus
from ...portals.autarc.portfolio import (
    CREATED,
    MANY_CHANGED,
    REMOVED,
    STATUS_CHANGED,
    ZONE,
    Change,
    Portfolio,
    ProjectLog,
)
from ...portals.autarc.words import snake
from ...portals.model.periods import midnight, month_start

_EURO: Final = "EUR"

# --- the company ----------------------------------------------------------------------


def _whole(take: Callable[[Portfolio], Any]) -> Callable[[ProjectLog, datetime], Any]:
    """Return a figure of all projects, unknown where they are not all."""

    def value(book: ProjectLog, now: datetime) -> Any:
        return take(book.portfolio) if book.portfolio.is_whole else None

    return value


def _of_status(status: ProjectStatus) -> Callable[[ProjectLog, datetime], Any]:
    """Return how to count the projects of a status."""
    return _whole(lambda portfolio: portfolio.by_status.get(status, 0))


def _today(now: datetime) -> date:
    """Return the portal's day."""
    return now.astimezone(ZONE).date()


def _this_week(book: ProjectLog, now: datetime) -> Any:
    """Count the installations from Monday to Sunday."""
    today = _today(now)
    monday = today - timedelta(days=today.weekday())
    following = monday + timedelta(days=7)
    return _whole(lambda each: each.installed_between(monday, following))(book, now)


def _this_month(book: ProjectLog, now: datetime) -> Any:
    """Count the installations of the calendar month."""
    first = month_start(_today(now))
    following = month_start(first, -1)
    return _whole(lambda each: each.installed_between(first, following))(book, now)


def _next_installation(book: ProjectLog, now: datetime) -> datetime | None:
    """Return when the day of the next installation begins; today's has begun."""
    day = book.portfolio.next_installation(_today(now) + timedelta(days=1))
    return None if day is None else midnight(day, ZONE)


def _euros(
    key: str, take: Callable[[Portfolio], float | None]
) -> PortalSensorDescription[ProjectLog]:
    """Describe a sum of project values."""
    return figure(
        key,
        "projects",
        _whole(take),
        unit=_EURO,
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        precision=2,
    )


# --- what has happened ----------------------------------------------------------------


def _happened(book: ProjectLog, now: datetime) -> Iterable[Happening]:
    """Return the changes that are remembered."""
    for change in book.changes:
        yield Happening(change.type, f"{change.number:09d}", partial(_told, change))


def _told(change: Change) -> dict[str, Any]:
    """Return what automations are told of a change."""
    if change.type == MANY_CHANGED:
        return dict(change.counts)
    told: dict[str, Any] = {"project_id": change.id, "name": change.title}
    if change.status is not None:
        told["status"] = snake(change.status)
    if change.before is not None:
        told["status_before"] = snake(change.before)
    return told


async def _change(change: TaskChange[AutarcClient]) -> None:
    """Change a project as its task was: completed, renamed, put on another day."""
    before, after = change.before, change.after
    members: dict[str, Any] = {}
    if after.title != before.title:
        members["name"] = after.title
    if after.due != before.due:
        members["installation_date"] = after.due
    if change.is_done:
        members["status"] = ProjectStatus.COMPLETED.value
    if members:
        await change.client.update_project(before.uid, members)


# --- a chosen project -----------------------------------------------------------------


def _project(take: str) -> Callable[[ProjectFacts, datetime], Any]:
    """Return how to take a member of the project."""
    return lambda facts, now: getattr(facts.project, take)


def _word(take: str) -> Callable[[ProjectFacts, datetime], str | None]:
    """Return how to take a word of the project, as states spell it."""

    def value(facts: ProjectFacts, now: datetime) -> str | None:
        word: str | None = getattr(facts.project, take)
        return None if word is None else snake(word)

    return value


def _rooms(facts: ProjectFacts, now: datetime) -> int | None:
    """Count the rooms, where the portal lists them."""
    return None if facts.rooms is None else len(facts.rooms)


def _circuits(facts: ProjectFacts | None) -> dict[int, HeatingCircuit]:
    """Return the heating circuits by number."""
    project = None if facts is None else facts.project
    circuits = (project and project.heating_circuits) or ()
    return {
        place if circuit.index is None else circuit.index: circuit
        for place, circuit in enumerate(circuits, start=1)
    }


def _temperature(number: int, take: str) -> Callable[[ProjectFacts, datetime], Any]:
    """Return how to take a temperature of a circuit."""
    return lambda facts, now: getattr(_circuits(facts).get(number), take, None)


def _temperatures(
    facts: ProjectFacts | None,
) -> Iterable[PortalSensorDescription[ProjectFacts]]:
    """Describe flow and return of each heating circuit."""
    for number, circuit in _circuits(facts).items():
        for take in ("flow_temperature", "return_temperature"):
            yield figure(
                f"{take}_{number}",
                ProjectFacts,
                _temperature(number, take),
                unit=UnitOfTemperature.CELSIUS,
                device_class=SensorDeviceClass.TEMPERATURE,
                state_class=None,
                translation_key=take,
                placeholders={"circuit": circuit.name or str(number)},
            )


# --- tables ---------------------------------------------------------------------------

SENSORS: Final[tuple[PortalSensorDescription[Any] | DynamicEntities[Any], ...]] = (
    figure("projects", "projects", _whole(lambda each: len(each.rows))),
    figure("in_progress", "projects", _of_status(ProjectStatus.IN_PROGRESS)),
    figure("completed", "projects", _of_status(ProjectStatus.COMPLETED)),
    figure("archived", "projects", _of_status(ProjectStatus.ARCHIVED)),
    figure("leads", "projects", _whole(lambda each: each.leads)),
    figure("undated", "projects", _whole(lambda each: each.undated)),
    _euros("total_value", lambda each: each.total),
    _euros("open_value", lambda each: each.open_value),
    figure("installations_this_week", "projects", _this_week),
    figure("installations_this_month", "projects", _this_month),
    fact(
        "next_installation",
        "projects",
        _next_installation,
        device_class=SensorDeviceClass.TIMESTAMP,
    ),
    figure("customers", "customers", lambda customers, now: customers.count),
    fact("project_status", ProjectFacts, _word("status")),
    figure(
        "project_value",
        ProjectFacts,
        _project("project_value"),
        unit=_EURO,
        device_class=SensorDeviceClass.MONETARY,
        state_class=None,
        precision=2,
    ),
    fact(
        "installation_date",
        ProjectFacts,
        _project("installation_date"),
        device_class=SensorDeviceClass.DATE,
    ),
    figure(
        "heat_load",
        ProjectFacts,
        _project("heat_load"),
        unit=UnitOfPower.KILO_WATT,
        device_class=SensorDeviceClass.POWER,
        state_class=None,
    ),
    figure(
        "living_area",
        ProjectFacts,
        _project("heated_living_area_m2"),
        unit=UnitOfArea.SQUARE_METERS,
        device_class=SensorDeviceClass.AREA,
        state_class=None,
        precision=1,
    ),
    fact("feasibility", ProjectFacts, _word("feasibility")),
    figure("rooms", ProjectFacts, _rooms, state_class=None),
    DynamicEntities(source=ProjectFacts, describe=_temperatures),
)

CALENDARS: Final = (
    PortalCalendarDescription[ProjectLog](
        key="installations",
        translation_key="installations",
        source="projects",
        value_fn=lambda book, now: book.portfolio.agenda,
    ),
)

EVENTS: Final = (
    PortalEventDescription[ProjectLog](
        key="project_changed",
        translation_key="project_changed",
        source="projects",
        event_types=[CREATED, STATUS_CHANGED, REMOVED, MANY_CHANGED],
        value_fn=_happened,
    ),
)

TODOS: Final = (
    PortalTodoDescription[ProjectLog](
        key="open_projects",
        translation_key="open_projects",
        source="projects",
        value_fn=lambda book, now: book.portfolio.tasks,
        change_fn=_change,
    ),
)
