"""Projects and customers as response data, and the search through them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from msgspec import Struct

from .models import ADDRESS, Customer, Project
from .reads import Listing
from .words import snake

type Json = dict[str, Json] | list[Json] | str | int | float | None

_OURS: Final = {theirs: ours for ours, theirs in ADDRESS.items()}
# Members that hold words of the portal's.
_WORDS: Final = frozenset(
    {
        *("status", "building_type", "building_age", "technical_feasibility"),
        *("current_heating_system_type", "current_heating_system_construction_year"),
        *("drinking_water_heating_system_type", "pipe_system_type"),
        *("window_glazing_type", "room_heating_type"),
    }
)


@dataclass(frozen=True, slots=True)
class SearchResult[RowT]:
    """The first of the rows that fit, and how many there are.

    `total` is None where the list is not whole, or what was asked for cannot be read of
    all rows.
    """

    rows: tuple[RowT, ...]
    total: int | None
    is_whole: bool


def search[RowT](
    fits: Callable[[RowT], bool], limit: int, members: Collection[str] = ()
) -> Callable[[Listing[RowT]], SearchResult[RowT]]:
    """Return what looks through a list, and keeps no more than is asked for.

    `members` are those that decide whether a row fits.
    """

    def read(listing: Listing[RowT]) -> SearchResult[RowT]:
        kept: list[RowT] = []
        total = 0
        for row in listing:
            if fits(row):
                total += 1
                if len(kept) < limit:
                    kept.append(row)
        is_whole = listing.is_whole and listing.doubts.isdisjoint(members)
        return SearchResult(tuple(kept), total if is_whole else None, is_whole)

    return read


def project_fits(wanted: Mapping[str, object]) -> Callable[[Project], bool]:
    """Return whether a project is one of those that an action asks for."""
    statuses = frozenset(_wanted(wanted, "status", list) or ())
    text = (_wanted(wanted, "text", str) or "").casefold()
    customer = _wanted(wanted, "customer_id", str)
    first = _wanted(wanted, "installation_from", date)
    last = _wanted(wanted, "installation_until", date)
    since = _wanted(wanted, "changed_since", datetime)

    def fits(project: Project) -> bool:
        day, changed = project.installation_date, utc(project.updated_at)
        return (
            (not statuses or snake(project.status or "") in statuses)
            and (customer is None or project.customer_id == customer)
            and (first is None or (day is not None and day >= first))
            and (last is None or (day is not None and day <= last))
            and (since is None or (changed is not None and changed >= since))
            and (not text or any(text in each for each in _of_project(project)))
        )

    return fits


# What is looked at for each thing that can be asked for.
_LOOKED_AT: Final = {
    "status": ("status",),
    "customer_id": ("customer_id",),
    "installation_from": ("installation_date",),
    "installation_until": ("installation_date",),
    "changed_since": ("updated_at",),
    "text": (
        *("name", "human_id", "address", "first_name", "last_name", "company_name"),
        *("email", "invoice_email", "phone_number"),
    ),
}


def members_of(wanted: Mapping[str, object]) -> frozenset[str]:
    """Return the members that decide whether a row is one that is asked for."""
    return frozenset(each for name in wanted for each in _LOOKED_AT.get(name, ()))


def customer_fits(wanted: Mapping[str, object]) -> Callable[[Customer], bool]:
    """Return whether a customer is one of those that an action asks for."""
    text = (_wanted(wanted, "text", str) or "").casefold()

    def fits(customer: Customer) -> bool:
        return not text or any(text in each for each in _of_customer(customer))

    return fits


def _wanted[ValueT](
    wanted: Mapping[str, object], name: str, kind: type[ValueT]
) -> ValueT | None:
    """Return what an action asks for under a name, if it does."""
    value = wanted.get(name)
    return value if isinstance(value, kind) else None


def _of_project(project: Project) -> Iterator[str]:
    """Yield the texts by which a project is looked for."""
    yield from _folded(project.name, project.human_id, project.id)
    yield from _folded(*(project.address or {}).values())


def _of_customer(customer: Customer) -> Iterator[str]:
    """Yield the texts by which a customer is looked for."""
    names = filter(None, (customer.first_name, customer.last_name))
    yield from _folded(
        *(" ".join(names), customer.company_name, customer.id),
        *(customer.email, customer.invoice_email, customer.phone_number),
        *(customer.address or {}).values(),
    )


def _folded(*texts: object) -> Iterable[str]:
    """Yield texts without regard to case; what is none is left out."""
    return (each.casefold() for each in texts if isinstance(each, str))


def utc(when: datetime | None) -> datetime | None:
    """Return a time in UTC; one without an offset is meant so."""
    if when is None:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def as_response(row: Struct) -> dict[str, Json]:
    """Return a project or a customer as response data, in Home Assistant's spelling."""
    told = {name: _plain(name, each) for name, each in _members(row)}
    if isinstance(row, Project):
        told["building_heat_load_kw"] = row.heat_load
        told["technical_feasibility"] = row.feasibility and snake(row.feasibility)
        del told["technical_feasibility_assessment"]
    return told


def _members(row: Struct) -> Iterator[tuple[str, object]]:
    """Yield a row's members by name."""
    return ((name, getattr(row, name)) for name in row.__struct_fields__)


def _plain(name: str, value: object) -> Json:
    """Return a member as plain data."""
    match value:
        case str() if name in _WORDS:
            return snake(value)
        case datetime():
            when = utc(value)
            return None if when is None else when.isoformat()
        case date():
            return value.isoformat()
        case Struct():
            return {each: _plain(each, member) for each, member in _members(value)}
        case tuple():
            return [_plain(name, each) for each in value]
        case dict() if name == "address":
            return {_OURS.get(str(key), str(key)): each for key, each in value.items()}
        case str() | int() | float():
            return value
    return None
