"""epilot's own entities of the portal and the contracts."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from typing import Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory

from ...entities.describe import fact, figure
from ...entities.descriptions import (
    BinarySensorRow,
    CalendarRow,
    EventRow,
    Happening,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalEventDescription,
    Rows,
    SensorRow,
    Source,
)
from ...portals.epilot import feeds
from ...portals.epilot.feeds import Billing, Documents, NotificationInbox, PortalFacts
from ...portals.epilot.models import (
    BillingKind,
    Contract,
    Money,
    Notification,
    Term,
    in_words,
)

_DATE: Final = SensorDeviceClass.DATE
_TIMESTAMP: Final = SensorDeviceClass.TIMESTAMP

type Take[DataT, ValueT] = Callable[[DataT], ValueT | None]


def _told[DataT, ValueT](take: Take[DataT, ValueT]) -> Callable[[DataT], bool]:
    """Return how to say whether something is told."""
    return lambda data: take(data) is not None


def _fact[DataT](
    key: str,
    source: Source[DataT],
    take: Take[DataT, str | int | date],
    *,
    device_class: SensorDeviceClass | None = None,
) -> SensorRow:
    """Describe a text or a day of the books, where it is told."""
    return fact(
        key,
        source,
        lambda data, now: take(data),
        device_class=device_class,
        diagnostic=True,
        exists_fn=_told(take),
    )


def _amount[DataT](
    key: str, source: Source[DataT], take: Take[DataT, Money]
) -> SensorRow:
    """Describe an amount of money, where it is told."""

    def value(data: DataT, now: datetime) -> float | None:
        money = take(data)
        return None if money is None else money.amount

    def unit(data: DataT) -> str | None:
        money = take(data)
        return None if money is None else money.currency

    return figure(
        key,
        source,
        value,
        state_class=None,
        precision=2,
        unit_fn=unit,
        exists_fn=_told(take),
    )


def _term(key: str, take: Take[Contract, Term]) -> SensorRow:
    """Describe a length of time, in the unit of the contract."""

    def amount(contract: Contract, now: datetime) -> float | None:
        term = take(contract)
        return None if term is None else term.amount

    def unit(contract: Contract) -> str | None:
        term = take(contract)
        return None if term is None else term.unit

    return figure(
        key,
        feeds.CONTRACT,
        amount,
        state_class=None,
        unit_fn=unit,
        diagnostic=True,
        exists_fn=_told(take),
    )


# --- the portal -------------------------------------------------------------------


def _next_installment(billing: Billing, now: datetime) -> float | None:
    """Return what is to be paid next, in the currency that all amounts have."""
    coming = billing.coming(now)
    if coming is None or coming.amount is None:
        return None
    is_one = coming.amount.currency in {None, billing.currency}
    return coming.amount.amount if is_one else None


def _next_installment_due(billing: Billing, now: datetime) -> date | None:
    """Return when it is to be paid."""
    coming = billing.coming(now)
    return None if coming is None else coming.due


def _has_installments(billing: Billing) -> bool:
    """Say whether there has been an instalment."""
    return any(each.kind == BillingKind.INSTALLMENT for each in billing.events)


def _last_payment(billing: Billing) -> date | None:
    """Return when something was paid last."""
    return None if billing.last_paid is None else billing.last_paid.paid


def _has_documents(documents: Documents) -> bool:
    """Say whether there is a document."""
    return bool(documents.newest)


def _customer_number(portal: PortalFacts) -> str | None:
    """Return the number by which the utility knows the customer."""
    return None if portal.contact is None else portal.contact.customer_number


def _of_inbox(inbox: NotificationInbox, now: datetime) -> Iterable[Happening]:
    """Return the newest notifications."""
    for each in inbox.newest:
        mark = f"{each.created_at or ''} {each.number:>20}"
        yield Happening("received", mark, partial(_of_notification, each))


def _of_notification(notification: Notification) -> dict[str, str | None]:
    """Return what is told of a notification."""
    return {
        "notification_id": notification.number,
        "title": in_words(notification.title) or None,
        "text": in_words(notification.message) or None,
        "notification_type": notification.type,
    }


# --- tables -----------------------------------------------------------------------

_OF_CONTRACTS: Final[Rows[SensorRow]] = (
    _fact("contract_status", feeds.CONTRACT, lambda each: each.status),
    _fact("billing_period", feeds.CONTRACT, lambda each: each.billing_period),
    _fact("contract_number", feeds.CONTRACT, lambda each: each.number),
    _fact(
        "customer_account_number",
        feeds.CONTRACT,
        lambda each: each.account_number,
    ),
    _fact(
        "contract_start", feeds.CONTRACT, lambda each: each.start, device_class=_DATE
    ),
    _fact("contract_end", feeds.CONTRACT, lambda each: each.end, device_class=_DATE),
    _fact(
        "termination_date",
        feeds.CONTRACT,
        lambda each: each.termination,
        device_class=_DATE,
    ),
    _term("notice_period", lambda each: each.notice),
    _term("renewal_period", lambda each: each.renewal),
    _amount("installment", feeds.CONTRACT, lambda each: each.installment),
    _amount("contract_balance", feeds.CONTRACT, lambda each: each.balance),
    _fact("billing_due_day", feeds.CONTRACT, lambda each: each.billing_due_day),
    _amount(
        "billing_account_balance", feeds.BILLING_ACCOUNT, lambda each: each.balance
    ),
)

SENSORS: Final[Rows[SensorRow]] = (
    *_OF_CONTRACTS,
    _amount("customer_balance", feeds.BILLING, lambda each: each.balance),
    figure(
        "next_installment",
        feeds.BILLING,
        _next_installment,
        state_class=None,
        precision=2,
        unit_fn=lambda each: each.currency,
        exists_fn=_has_installments,
    ),
    fact(
        "next_installment_due",
        feeds.BILLING,
        _next_installment_due,
        device_class=_DATE,
        exists_fn=_has_installments,
    ),
    fact(
        "last_payment",
        feeds.BILLING,
        lambda each, now: _last_payment(each),
        device_class=_DATE,
        exists_fn=lambda each: each.last_paid is not None,
    ),
    figure("unread_notifications", feeds.NOTIFICATIONS, lambda each, now: each.unread),
    figure("documents", feeds.DOCUMENTS, lambda each, now: each.count),
    fact(
        "newest_document",
        feeds.DOCUMENTS,
        lambda each, now: each.newest[0].name if each.newest else None,
        exists_fn=_has_documents,
    ),
    fact(
        "newest_document_at",
        feeds.DOCUMENTS,
        lambda each, now: each.newest[0].on if each.newest else None,
        device_class=_TIMESTAMP,
        exists_fn=_has_documents,
    ),
    figure("open_tasks", feeds.TASKS, lambda each, now: each.total),
    _fact("account_mapping", feeds.PORTAL, lambda each: each.user.mapping),
    _fact("customer_number", feeds.PORTAL, _customer_number),
    _fact("account_registration", feeds.PORTAL, lambda each: each.user.registration),
)

BINARY_SENSORS: Final[Rows[BinarySensorRow]] = (
    PortalBinarySensorDescription(
        key="portal_available",
        translation_key="portal_available",
        source=feeds.PORTAL,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda portal, now: portal.is_enabled,
    ),
)

CALENDARS: Final[Rows[CalendarRow]] = (
    PortalCalendarDescription(
        key="billing_events",
        translation_key="billing_events",
        source=feeds.BILLING,
        value_fn=lambda billing, now: billing.agenda(),
    ),
)

EVENTS: Final[Rows[EventRow]] = (
    PortalEventDescription(
        key="notification",
        translation_key="notification",
        source=feeds.NOTIFICATIONS,
        event_types=["received"],
        value_fn=_of_inbox,
    ),
)
