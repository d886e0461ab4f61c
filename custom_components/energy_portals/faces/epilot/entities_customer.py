"""epilot's own entities of the portal and the contracts."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import EntityCategory

from ...entities.describe import fact, figure
from ...entities.entity import (
    DynamicEntities,
    Happening,
    PortalBinarySensorDescription,
    PortalCalendarDescription,
    PortalEventDescription,
    PortalSensorDescription,
)
from ...portals.epilot.feeds import Billing, Documents, NotificationInbox, PortalFacts
from ...portals.epilot.models import (
    BillingAccount,
    BillingKind,
    Contract,
    Money,
    Notification,
    Tasks,
    Term,
    in_words,
)

_DATE: Final = SensorDeviceClass.DATE
_TIMESTAMP: Final = SensorDeviceClass.TIMESTAMP

type Sensors[DataT] = Iterable[PortalSensorDescription[DataT]]
type Take[DataT, ValueT] = Callable[[DataT], ValueT]


def _amount[DataT](
    key: str, source: str, take: Take[DataT, Money | None], *, enabled: bool = True
) -> PortalSensorDescription[DataT]:
    """Describe an amount of money."""

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
        enabled=enabled,
    )


# --- contracts --------------------------------------------------------------------

_TEXTS: Final[dict[str, Take[Contract, str | None]]] = {
    "contract_status": lambda each: each.status,
    "billing_period": lambda each: each.billing_period,
}
_NUMBERS: Final[dict[str, Take[Contract, str | None]]] = {
    "contract_number": lambda each: each.number,
    "customer_account_number": lambda each: each.account_number,
}
_DAYS: Final[dict[str, Take[Contract, date | None]]] = {
    "contract_start": lambda each: each.start,
    "contract_end": lambda each: each.end,
    "termination_date": lambda each: each.termination,
}
_TERMS: Final[dict[str, Take[Contract, Term | None]]] = {
    "notice_period": lambda each: each.notice,
    "renewal_period": lambda each: each.renewal,
}
_AMOUNTS: Final[dict[str, Take[Contract, Money | None]]] = {
    "installment": lambda each: each.installment,
    "contract_balance": lambda each: each.balance,
}


def _of_contract(contract: Contract) -> Sensors[Contract]:
    """Describe what is told of a contract."""
    for key, text in _TEXTS.items():
        if text(contract) is not None:
            yield _contract_text(key, text, enabled=True)
    for key, text in _NUMBERS.items():
        if text(contract) is not None:
            yield _contract_text(key, text, enabled=False)
    for key, day in _DAYS.items():
        if day(contract) is not None:
            yield _contract_day(key, day)
    for key, term in _TERMS.items():
        if term(contract) is not None:
            yield _contract_term(key, term)
    for key, amount in _AMOUNTS.items():
        if amount(contract) is not None:
            yield _amount(key, "contract", amount)
    if contract.billing_due_day is not None:
        yield figure(
            "billing_due_day",
            "contract",
            lambda each, now: each.billing_due_day,
            state_class=None,
            diagnostic=True,
        )


def _contract_text(
    key: str, take: Take[Contract, str | None], *, enabled: bool
) -> PortalSensorDescription[Contract]:
    """Describe a text; a number that names the customer is off."""
    return fact(
        key,
        "contract",
        lambda contract, now: take(contract),
        diagnostic=True,
        enabled=enabled,
    )


def _contract_day(
    key: str, take: Take[Contract, date | None]
) -> PortalSensorDescription[Contract]:
    """Describe a date."""
    return fact(
        key,
        "contract",
        lambda contract, now: take(contract),
        device_class=_DATE,
        diagnostic=True,
    )


def _contract_term(
    key: str, take: Take[Contract, Term | None]
) -> PortalSensorDescription[Contract]:
    """Describe a length of time, in the unit of the contract."""

    def amount(contract: Contract, now: datetime) -> float | None:
        term = take(contract)
        return None if term is None else term.amount

    def unit(contract: Contract) -> str | None:
        term = take(contract)
        return None if term is None else term.unit

    return figure(
        key, "contract", amount, state_class=None, unit_fn=unit, diagnostic=True
    )


def _of_billing_account(account: BillingAccount) -> Sensors[BillingAccount]:
    """Describe an account of the utility's books."""
    if account.balance is not None:
        yield _amount(
            "billing_account_balance", "billing_account", lambda each: each.balance
        )


# --- the portal -------------------------------------------------------------------


def _next_installment(billing: Billing, now: datetime) -> float | None:
    """Return what is to be paid next."""
    coming = billing.coming(now)
    return None if coming is None or coming.amount is None else coming.amount.amount


def _next_installment_due(billing: Billing, now: datetime) -> date | None:
    """Return when it is to be paid."""
    coming = billing.coming(now)
    return None if coming is None else coming.due


def _of_billing(billing: Billing) -> Sensors[Billing]:
    """Describe the balance, and instalments from when there first is one."""
    if billing.balance is not None:
        yield _amount("customer_balance", "billing", lambda each: each.balance)
    if any(each.kind == BillingKind.INSTALLMENT for each in billing.events):
        yield figure(
            "next_installment",
            "billing",
            _next_installment,
            state_class=None,
            precision=2,
            unit_fn=lambda each: each.currency,
        )
        yield fact(
            "next_installment_due", "billing", _next_installment_due, device_class=_DATE
        )
    if billing.last_paid is not None:
        yield fact(
            "last_payment",
            "billing",
            lambda each, now: each.last_paid and each.last_paid.paid,
            device_class=_DATE,
        )


def _of_documents(documents: Documents) -> Sensors[Documents]:
    """Describe the newest document, once there is one."""
    if documents.newest:
        yield fact(
            "newest_document",
            "documents",
            lambda each, now: each.newest[0].name if each.newest else None,
        )
        yield fact(
            "newest_document_at",
            "documents",
            lambda each, now: each.newest[0].on if each.newest else None,
            device_class=_TIMESTAMP,
        )


def _of_portal(portal: PortalFacts) -> Sensors[PortalFacts]:
    """Describe the user, as far as the portal tells."""
    if portal.user.mapping is not None:
        yield fact(
            "account_mapping",
            "portal",
            lambda each, now: each.user.mapping,
            diagnostic=True,
        )
    if portal.contact is not None and portal.contact.customer_number is not None:
        yield fact(
            "customer_number",
            "portal",
            _customer_number,
            diagnostic=True,
            enabled=False,
        )
    if portal.user.registration is not None:
        yield fact(
            "account_registration",
            "portal",
            lambda each, now: each.user.registration,
            diagnostic=True,
        )


def _open_tasks(tasks: Tasks, now: datetime) -> int:
    """Return how much the customer is asked to do."""
    return tasks.total


def _customer_number(portal: PortalFacts, now: datetime) -> str | None:
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


SENSORS: Final[tuple[PortalSensorDescription[Any] | DynamicEntities[Any], ...]] = (
    DynamicEntities(source="contract", describe=_of_contract),
    DynamicEntities(source="billing_account", describe=_of_billing_account),
    DynamicEntities(source="billing", describe=_of_billing),
    figure("unread_notifications", "notifications", lambda each, now: each.unread),
    figure("documents", "documents", lambda each, now: each.count),
    DynamicEntities(source="documents", describe=_of_documents),
    figure("open_tasks", "tasks", _open_tasks),
    DynamicEntities(source="portal", describe=_of_portal),
)

BINARY_SENSORS: Final[tuple[PortalBinarySensorDescription[Any], ...]] = (
    PortalBinarySensorDescription(
        key="portal_available",
        translation_key="portal_available",
        source="portal",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda portal, now: portal.is_enabled,
    ),
)

CALENDARS: Final[tuple[PortalCalendarDescription[Any], ...]] = (
    PortalCalendarDescription(
        key="billing_events",
        translation_key="billing_events",
        source="billing",
        value_fn=lambda billing, now: billing.agenda(),
    ),
)

EVENTS: Final[tuple[PortalEventDescription[Any], ...]] = (
    PortalEventDescription(
        key="notification",
        translation_key="notification",
        source="notifications",
        event_types=["received"],
        value_fn=_of_inbox,
    ),
)
