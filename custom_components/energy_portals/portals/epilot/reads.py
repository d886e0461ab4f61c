"""How entities are read: open objects, in which only `_id` is sure to be there.

Source: the schemas of entities in the portal's OpenAPI documents. Money is in the main
unit of its currency, a reading in the unit of its register, times are in UTC.
"""

from datetime import UTC, datetime
import re
from typing import Final

from ..reading.body import Body, Mismatch
from .bodies import Rows, known
from .models import (
    AllowedReading,
    BillingAccount,
    BillingEvent,
    Contact,
    Contract,
    Counter,
    Document,
    Meter,
    Money,
    PortalUser,
    Reading,
    Term,
)
from .values import (
    Unreadable,
    day,
    day_of_month,
    flag,
    instant,
    money,
    number,
    plain_number,
    refuse,
    signed,
    sure,
    text,
    told,
)

# The group of a register's OBIS code that says which way it counts.
_OBIS: Final = re.compile(r"(?:[0-9]+-[0-9]+:)?([0-9]+)\.[0-9]+(?:\.[0-9]+)?.*")
_WAYS: Final = {"1": "feed-out", "2": "feed-in"}
# A reading in another state is none, or not yet.
_VALID: Final = frozenset({"valid", "in-validation"})


def id_of(entity: Body) -> str:
    """Read the id, the one thing that has to be there."""
    ident = sure(entity, text, "_id")
    if ident is None:
        raise Unreadable("_id")
    return ident


def related(entity: Body, name: str) -> tuple[str, ...]:
    """Return the ids of related entities, in place or by reference."""
    place = entity.child(entity.member(name))
    rows = place.member("$relation") if place.has("$relation") else place.value
    if isinstance(rows, dict):
        rows = [rows]
    if rows is not None and not isinstance(rows, list):
        refuse(entity, name)
        return ()
    own = [entity.child(each) for each in rows or ()]
    ids = (each.member("entity_id") or each.member("_id") for each in own)
    return tuple(each for each in ids if isinstance(each, str) and each)


def direction(value: object) -> str:
    """Read which way a register counts: `feed-in` into the grid, `feed-out` of it."""
    plain = text(value).casefold().replace("_", "-").replace(" ", "-")
    plain = {"feedin": "feed-in", "feedout": "feed-out"}.get(plain, plain)
    if plain not in _WAYS.values():
        raise Mismatch
    return plain


# --- entities ---------------------------------------------------------------------


def _title(entity: Body, *names: str) -> str:
    """Return what an entity is called."""
    return told(entity, text, *names, "_title") or id_of(entity)


def contract(entity: Body) -> Contract:
    """Read a contract."""
    return Contract(
        id=id_of(entity),
        title=_title(entity, "contract_name"),
        number=told(entity, text, "contract_number"),
        account_number=told(entity, text, "account_number"),
        status=told(entity, text, "status"),
        branch=told(entity, text, "branch"),
        start=told(entity, day, "start_date"),
        end=told(entity, day, "end_date"),
        termination=told(entity, day, "termination_date"),
        notice=_term(entity, "notice_time"),
        renewal=_term(entity, "renewal_duration"),
        billing_period=told(entity, text, "billing_period"),
        billing_due_day=told(entity, day_of_month, "billing_due_day"),
        installment=money(entity, "installment_amount", otherwise="balance_currency"),
        balance=money(entity, "balance"),
        billing_account=next(iter(related(entity, "billing_account")), None),
        meters=related(entity, "meters"),
    )


def _term(entity: Body, name: str) -> Term | None:
    """Read a length of time."""
    amount = told(entity, number, f"{name}_amount")
    unit = told(entity, text, f"{name}_unit")
    return None if amount is None or unit is None else Term(amount=amount, unit=unit)


def meter(entity: Body) -> Meter:
    """Read a meter."""
    return Meter(
        id=id_of(entity),
        title=_title(entity, "_title", "meter_number"),
        number=told(entity, text, "meter_number"),
        sector=told(entity, text, "sector"),
        meter_type=told(entity, text, "meter_type"),
        status=told(entity, text, "status"),
        market_location=told(entity, text, "ma_lo_id"),
        contract=next(iter(related(entity, "contract")), None),
    )


def counter(entity: Body) -> Counter:
    """Read a register of a meter; one behind a transformer shows a part of the truth.

    Unreadable: which way it counts is told in two ways that differ.
    """
    obis = told(entity, text, "obis_number")
    shown = plain_number(entity, number, "current_consumption")
    return Counter(
        id=id_of(entity),
        obis=obis,
        direction=_way(entity, obis),
        tariff=told(entity, text, "tariff_type"),
        unit=told(entity, text, "unit"),
        current=shown if _is_direct(entity) else None,
        read_on=told(entity, day, "last_reading"),
        is_direct=_is_direct(entity),
    )


def _way(entity: Body, obis: str | None) -> str | None:
    """Return which way a register counts."""
    named = sure(entity, direction, "direction")
    code = _OBIS.fullmatch(obis or "")
    coded = None if code is None else _WAYS.get(code[1])
    if None not in {named, coded} and named != coded and _counts_power(obis):
        raise Unreadable("direction")
    return named or (coded if _counts_power(obis) else None)


def _counts_power(obis: str | None) -> bool:
    """Say whether an OBIS code is of electricity; of others the groups differ."""
    medium = (obis or "").partition("-")[0] if "-" in (obis or "") else "1"
    return medium == "1"


def _is_direct(entity: Body) -> bool:
    """Say whether a register shows what it counts, not a part of it."""
    ratio = entity.member("transformer_ratio")
    if ratio is None or ratio == "":
        return True
    return told(entity, number, "transformer_ratio") == 1


def reading(entity: Body) -> Reading:
    """Read what a register showed; what is not valid, or a difference, is no value."""
    value = plain_number(entity, number, "value")
    if value is not None and not _is_shown(entity):
        refuse(entity, "value")
        value = None
    return Reading(
        value=value,
        on=told(entity, day, "timestamp"),
        source=told(entity, text, "source"),
        status=told(entity, text, "status"),
        counter=told(entity, text, "counter_id", "meter_counter_id"),
        unit=told(entity, text, "unit"),
        direction=told(entity, direction, "direction"),
    )


def newest(readings: Rows[Reading], counter_id: str) -> Reading | None:
    """Return the latest of a register's readings, None where none surely is it."""
    if not readings or any(each.counter not in {None, counter_id} for each in readings):
        return None
    if len(readings) == 1 and not readings.lost:
        return readings[0]
    days = [each.on for each in readings if each.on is not None]
    if len(days) < len(readings) or readings.lost:
        return None
    latest = [each for each in readings if each.on == max(days)]
    return latest[0] if len({each.value for each in latest}) == 1 else None


def _is_shown(entity: Body) -> bool:
    """Say whether a reading is a valid state of a register."""
    status, kind = entity.member("status"), entity.member("type")
    is_state = kind is None or kind in ("", "cumulative")
    if status is None or status == "":
        return is_state
    return is_state and isinstance(status, str) and status.casefold() in _VALID


def allowed(entity: Body) -> AllowedReading:
    """Read between which values a reading is expected."""
    return AllowedReading(
        counter=told(entity, text, "meter_counter_id", "counter_id"),
        least=plain_number(entity, signed, "min_value"),
        most=plain_number(entity, signed, "max_value"),
    )


def billing_account(entity: Body) -> BillingAccount:
    """Read an account of the utility's books."""
    return BillingAccount(
        number=told(entity, text, "billing_account_number"),
        balance=money(entity, "balance"),
    )


def billing_event(entity: Body) -> BillingEvent:
    """Read a billing event of any kind; whether and when it was paid has to be sure."""
    kind = sure(entity, text, "type")
    if kind is None and entity.member("_id") is None:
        raise Unreadable("type")
    return BillingEvent(
        id=told(entity, text, "_id", "external_id"),
        kind=None if kind is None else kind.casefold(),
        amount=money(entity, "billing_amount", "billing_currency"),
        due=sure(entity, day, "due_date"),
        paid=sure(entity, day, "paid_date"),
        contract=next(iter(related(entity, "contract")), None),
        note=told(entity, text, "note", "invoice_number"),
        status=sure(entity, text, "status"),
    )


def document(entity: Body) -> Document:
    """Read a file."""
    return Document(
        id=id_of(entity),
        name=told(entity, text, "filename", "_title"),
        category=told(entity, text, "category", "type"),
        # When it was put there stands in only where no date is spoken of.
        on=told(
            entity, instant, "file_date" if entity.has("file_date") else "_created_at"
        ),
        is_new=told(entity, flag, "is_new"),
    )


def user(entity: Body) -> PortalUser:
    """Read the user of a portal."""
    return PortalUser(
        id=told(entity, text, "_id", "id"),
        mapping=told(entity, text, "mapping_status"),
        registration=told(entity, text, "registration_status"),
        last_login=told(entity, instant, "last_login"),
    )


def contact(entity: Body) -> Contact:
    """Read the customer."""
    return Contact(customer_number=told(entity, text, "customer_number"))


def balance(top: Body) -> Money | None:
    """Read the customer's balance."""
    names = ("balance", "balance_decimal")
    known(top, *names, "balance_currency")
    read = money(top, "balance")
    if read is None and any(top.member(name) not in (None, "") for name in names):
        raise Unreadable("balance")
    return read


def sent(moment: datetime) -> str:
    """Return a moment as the portal's own clients write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
