"""How entities are read: open objects, in which only `_id` is sure to be there.

Source: the schemas of entities in the portal's OpenAPI documents. Money is in the main
unit of its currency, a reading in the unit of its register, times are in UTC.
"""

from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite

import msgspec

from ..http.errors import UnexpectedResponse
from ..reading.body import Body, Mismatch, Refused, moment, number, signed
from .models import (
    ZONE,
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

type Read[ValueT] = Callable[[Body], ValueT]


def typed[ValueT](
    kind: type[ValueT],
) -> Callable[[str, bytes, Tally[str]], ValueT]:
    """Return how to read a documented body."""

    def read(operation: str, body: bytes, refused: Tally[str]) -> ValueT:
        del refused
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.ValidationError as err:
            skeleton = Body.of_json(operation, body, Tally()).unexpected("").skeleton
            # Its words name a place and types, no value.
            raise UnexpectedResponse(operation, str(err), skeleton) from None
        except msgspec.DecodeError, UnicodeDecodeError:
            raise UnexpectedResponse(operation, "the body is not JSON") from None

    return read


def listed[ValueT](
    read: Read[ValueT], name: str
) -> Callable[[str, bytes, Tally[str]], list[ValueT]]:
    """Return how to read a list of objects under a name."""

    def of(operation: str, body: bytes, refused: Tally[str]) -> list[ValueT]:
        top = Body.of_json(operation, body, refused)
        return [read(each) for each in members(top, name)]

    return of


def single[ValueT](
    read: Read[ValueT], name: str
) -> Callable[[str, bytes, Tally[str]], ValueT]:
    """Return how to read an object under a name."""

    def of(operation: str, body: bytes, refused: Tally[str]) -> ValueT:
        top = Body.of_json(operation, body, refused)
        value = top.member(name)
        if not isinstance(value, dict):
            raise top.unexpected(f"{name} is missing")
        return read(top.child(value))

    return of


def members(top: Body, name: str) -> list[Body]:
    """Return the objects of a list."""
    value = top.member(name)
    if not isinstance(value, list):
        raise top.unexpected(f"{name} is missing")
    return [top.child(each) for each in value if isinstance(each, dict)]


# --- values -----------------------------------------------------------------------


def text(value: object) -> str:
    """Read a text that is not empty; a number is taken as written."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Mismatch
    stripped = str(value).strip()
    if not stripped:
        raise Mismatch
    return stripped


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Mismatch
    return value


def when(value: object) -> datetime:
    """Read a moment; one without an offset is local."""
    return moment(value, ZONE)


def day(value: object) -> date:
    """Read a date; midnight in UTC, as which a bare one is stored, is that day too."""
    if isinstance(value, str) and len(value) == len("2026-01-01"):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Mismatch from None
    return when(value).astimezone(ZONE).date()


def _day_of_month(value: object) -> int:
    """Read a day of the month."""
    day = number(value, low=1, high=31)
    if day != int(day):
        raise Refused
    return int(day)


def main_unit(cents: object, decimal: object) -> float | None:
    """Return an amount: its decimal form where that can be read, else its cents."""
    if isinstance(decimal, str | int | float) and not isinstance(decimal, bool):
        try:
            amount = Decimal(str(decimal).strip())
        except InvalidOperation:
            amount = Decimal("nan")
        if amount.is_finite():
            return float(amount)
    if isinstance(cents, int | float) and not isinstance(cents, bool):
        return cents / 100 if isfinite(cents) else None
    return None


def currency(value: object) -> str:
    """Read a currency's code, of whatever case."""
    if not isinstance(value, str) or not (code := value.strip()).isalpha():
        raise Mismatch
    if len(code) != len("EUR"):
        raise Mismatch
    return code.upper()


def money(entity: Body, name: str, *currencies: str) -> Money | None:
    """Read an amount in cents, beside which its decimal form may stand."""
    amount = main_unit(entity.member(name), entity.member(f"{name}_decimal"))
    if amount is None:
        return None
    names = (f"{name}_currency", *currencies)
    return Money(amount=amount, currency=entity.read(currency, *names, required=False))


def id_of(entity: Body) -> str:
    """Read the id, the one thing that has to be there."""
    ident = entity.read(text, "_id")
    if ident is None:
        raise entity.unexpected("_id is null")
    return ident


def related(entity: Body, name: str) -> tuple[str, ...]:
    """Return the ids of related entities, in place or by reference."""
    value = entity.member(name)
    if isinstance(value, dict):
        value = value.get("$relation", [value])
    if not isinstance(value, list):
        return ()
    ids = (
        each.get("entity_id", each.get("_id"))
        for each in value
        if isinstance(each, dict)
    )
    return tuple(each for each in ids if isinstance(each, str) and each)


# --- entities ---------------------------------------------------------------------


def _title(entity: Body, *names: str) -> str:
    """Return what an entity is called."""
    return entity.read(text, *names, "_title", required=False) or id_of(entity)


def contract(entity: Body) -> Contract:
    """Read a contract."""

    def told(*names: str) -> str | None:
        return entity.read(text, *names, required=False)

    return Contract(
        id=id_of(entity),
        title=_title(entity, "contract_name"),
        number=told("contract_number"),
        account_number=told("account_number"),
        status=told("status"),
        branch=told("branch"),
        start=entity.read(day, "start_date", required=False),
        end=entity.read(day, "end_date", required=False),
        termination=entity.read(day, "termination_date", required=False),
        notice=_term(entity, "notice_time"),
        renewal=_term(entity, "renewal_duration"),
        billing_period=told("billing_period"),
        billing_due_day=entity.read(_day_of_month, "billing_due_day", required=False),
        installment=money(entity, "installment_amount", "balance_currency"),
        balance=money(entity, "balance"),
        billing_account=next(iter(related(entity, "billing_account")), None),
        meters=related(entity, "meters"),
    )


def _term(entity: Body, name: str) -> Term | None:
    """Read a length of time."""
    amount = entity.read(number, f"{name}_amount", required=False)
    unit = entity.read(text, f"{name}_unit", required=False)
    return None if amount is None or unit is None else Term(amount=amount, unit=unit)


def meter(entity: Body) -> Meter:
    """Read a meter."""

    def told(name: str) -> str | None:
        return entity.read(text, name, required=False)

    return Meter(
        id=id_of(entity),
        title=_title(entity, "_title", "meter_number"),
        number=told("meter_number"),
        sector=told("sector"),
        meter_type=told("meter_type"),
        status=told("status"),
        market_location=told("ma_lo_id"),
        contract=next(iter(related(entity, "contract")), None),
    )


def counter(entity: Body) -> Counter:
    """Read a register of a meter."""

    def told(name: str) -> str | None:
        return entity.read(text, name, required=False)

    return Counter(
        id=id_of(entity),
        obis=told("obis_number"),
        direction=told("direction"),
        tariff=told("tariff_type"),
        unit=told("unit"),
        current=entity.read(number, "current_consumption", required=False),
        read_on=entity.read(day, "last_reading", required=False),
    )


def reading(entity: Body) -> Reading:
    """Read what a register showed."""
    return Reading(
        value=entity.read(number, "value", required=False),
        on=entity.read(day, "timestamp", required=False),
        source=entity.read(text, "source", required=False),
        status=entity.read(text, "status", required=False),
    )


def allowed(entity: Body) -> AllowedReading:
    """Read between which values a reading is expected."""
    return AllowedReading(
        counter=entity.read(text, "meter_counter_id", "counter_id", required=False),
        least=entity.read(signed, "min_value", required=False),
        most=entity.read(signed, "max_value", required=False),
    )


def billing_account(entity: Body) -> BillingAccount:
    """Read an account of the utility's books."""
    return BillingAccount(
        number=entity.read(text, "billing_account_number", required=False),
        balance=money(entity, "balance"),
    )


def billing_event(entity: Body) -> BillingEvent:
    """Read a billing event of any kind."""
    return BillingEvent(
        id=entity.read(text, "_id", "external_id", required=False),
        kind=entity.read(text, "type", required=False),
        amount=money(entity, "billing_amount", "billing_currency"),
        due=entity.read(day, "due_date", required=False),
        paid=entity.read(day, "paid_date", required=False),
        contract=next(iter(related(entity, "contract")), None),
        note=entity.read(text, "note", "invoice_number", required=False),
    )


def document(entity: Body) -> Document:
    """Read a file."""
    return Document(
        id=id_of(entity),
        name=entity.read(text, "filename", "_title", required=False),
        category=entity.read(text, "category", "type", required=False),
        on=entity.read(when, "file_date", "_created_at", required=False),
        is_new=entity.read(flag, "is_new", required=False),
    )


def user(entity: Body) -> PortalUser:
    """Read the user of a portal."""
    return PortalUser(
        id=entity.read(text, "_id", "id", required=False),
        mapping=entity.read(text, "mapping_status", required=False),
        registration=entity.read(text, "registration_status", required=False),
        last_login=entity.read(when, "last_login", required=False),
    )


def contact(entity: Body) -> Contact:
    """Read the customer."""
    return Contact(customer_number=entity.read(text, "customer_number", required=False))


def balance(operation: str, body: bytes, refused: Tally[str]) -> Money | None:
    """Read the customer's balance."""
    return money(Body.of_json(operation, body, refused), "balance")


def sent(moment_: datetime) -> str:
    """Return a moment as the portal's own clients write it."""
    return moment_.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
