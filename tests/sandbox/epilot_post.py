"""What the utility sends: bills, documents, notifications, tasks."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from tests.sandbox.epilot_home import EpilotHome, checked_id, iso
from tests.sandbox.epilot_wire import Ask, Offer, Refused
from tests.sandbox.periods import first_of_month

_INSTALLMENTS: Final = 14
_TO_COME: Final = 2
_NOTIFICATIONS: Final = 12
_UNREAD: Final = 3
_FILES: Final = "https://files.sandbox.example"

type Json = dict[str, Any]


class EpilotPost:
    """The customer's letter box."""

    def __init__(self, home: EpilotHome) -> None:
        """Fill it."""
        self.home = home
        self.has_billing = True
        self.has_engagement = True
        self.links: list[Json] = [
            {
                "id": f"link-{n}",
                "label": {"de": title, "en": title},
                "type": kind,
                "link": address,
            }
            for n, (title, kind, address) in enumerate(
                (
                    ("Tarifrechner", "link", "https://tarife.sandbox.example"),
                    ("Umzug melden", "journey", "journey:move"),
                )
            )
        ]
        now = home.household.now()
        self._notifications = [
            _notification(9000 + n, now - timedelta(days=n + 1), is_read=n >= _UNREAD)
            for n in range(_NOTIFICATIONS)
        ]
        home.files.extend(self._file(n, now) for n in range(5))

    def offers(self) -> dict[str, Offer]:
        """Return what can be asked."""
        v2 = "/v2/portal"
        rows: dict[str, tuple[str, Callable[[Ask], object]]] = {
            "getBillingEvents": (f"GET {v2}/billing/events", self._events),
            "getCustomerBalance": (
                f"GET {v2}/billing/customers/balance",
                self._balance,
            ),
            "getBillingAccount": (f"GET {v2}/billing/accounts/{{id}}", self._account),
            "getFilePreview": (f"GET {v2}/user/file/{{id}}/preview", self._preview),
            "listPortalNotifications": (f"GET {v2}/notifications", self._list),
            "getPortalNotificationsUnreadCount": (
                f"GET {v2}/notifications/unread-count",
                lambda ask: {"count": self._unread()},
            ),
            "markAllPortalNotificationsRead": (
                f"PUT {v2}/notifications/read-all",
                self._read_all,
            ),
            "markPortalNotificationRead": (
                f"PUT {v2}/notifications/{{id}}/read",
                self._read,
            ),
            "getExternalLinksV3": ("GET /v3/portal/external-links", self._links),
            "getOutstandingTasks": (f"GET {v2}/engagement/tasks", self._tasks),
        }
        return {
            name: Offer("portal", route, answer)
            for name, (route, answer) in rows.items()
        }

    def actions(self) -> Mapping[str, Callable[..., Mapping[str, object]]]:
        """Return what can be done from outside."""
        return {"send_notification": self.send_notification}

    def send_notification(self, title: str = "Neue Rechnung") -> dict[str, object]:
        """Tell the customer something new."""
        number = 9100 + len(self._notifications)
        now = self.home.household.now()
        self._notifications.insert(0, _notification(number, now, title=title))
        return {"id": str(number)}

    def _links(self, ask: Ask) -> object:
        """Return where the portal leads, a bare list."""
        portal = ask.query.get("portal_id")
        if portal not in {None, self.home.portal_id}:
            raise Refused(403, "another portal")
        return self.links

    # --- billing

    def _all_events(self) -> list[Json]:
        """Return all billing events, newest first."""
        today = self.home.today()
        found = []
        for back in range(_INSTALLMENTS - _TO_COME, -_TO_COME, -1):
            due = first_of_month(today, back - 1)
            more = {} if due > today else {"paid_date": due.isoformat()}
            found.append(
                self._event(f"installment {due}", "installment", 9450, due, more)
            )
        paid = (today - timedelta(days=90)).isoformat()
        back_paid = self._event("refund", "reimbursement", 4217, None, {})
        found.append(back_paid | {"paid_date": paid})
        found.sort(key=lambda each: each.get("due_date") or each["paid_date"])
        return found[::-1]

    def _event(
        self, what: str, kind: str, cents: int, due: date | None, more: Json
    ) -> Json:
        dated = {} if due is None else {"due_date": due.isoformat()}
        contract = {"$relation": [{"entity_id": self.home.power_contract}]}
        return self.home.entity(
            "billing_event",
            self.home.id_of(what),
            what,
            type=kind,
            billing_amount=cents,
            billing_amount_decimal=f"{cents / 100:.2f}",
            billing_currency="EUR",
            external_id=what,
            contract=contract,
            **dated,
            **more,
        )

    def _events(self, ask: Ask) -> object:
        """Return a page of billing events."""
        self._check_billing()
        found = self._all_events()
        if kind := ask.query.get("event_type"):
            if kind not in {"installment", "reimbursement"}:
                raise Refused(400, "no such event type")
            found = [each for each in found if each["type"] == kind]
        if paid := ask.query.get("paid"):
            if paid not in {"true", "false"}:
                raise Refused(400, "paid is true or false")
            wanted = paid == "true"
            found = [each for each in found if ("paid_date" in each) is wanted]
        start, size = ask.whole("from", 0, 10**6), ask.whole("size", 100)
        return {"results": found[start : start + size], "hits": len(found)}

    def _check_billing(self) -> None:
        if not self.has_billing:
            raise Refused(403, "billing is switched off")

    def _balance(self, ask: Ask) -> object:
        """Return the customer's balance."""
        del ask
        self._check_billing()
        return {"balance": 8990, "balance_decimal": 89.90, "balance_currency": "EUR"}

    def _account(self, ask: Ask) -> object:
        """Return the billing account."""
        self._check_billing()
        if checked_id(ask.path["id"]) != self.home.billing_account_id:
            raise Refused(404, "no such billing account")
        return {"entity": self.home.billing_account(), "relations": []}

    # --- documents

    def _file(self, n: int, now: datetime) -> Json:
        kind = "Rechnung" if n % 2 == 0 else "Vertrag"
        made = now - timedelta(days=30 * n + 2)
        return self.home.entity(
            "file",
            self.home.id_of(f"file {n}"),
            f"{kind} {n}",
            filename=f"{kind}-{n}.pdf",
            mime_type="application/pdf",
            type="document",
            access_control="private",
            file_date=iso(made),
            is_new=n == 0,
            category="invoice" if kind == "Rechnung" else "contract",
        )

    def _preview(self, ask: Ask) -> object:
        """Return links to a document."""
        wanted = checked_id(ask.path["id"])
        if all(each["_id"] != wanted for each in self.home.files):
            raise Refused(404, "no such file")
        return {
            "kind": "pdf",
            "url": f"{_FILES}/{wanted}?inline",
            "requires_auth": False,
            "download_url": f"{_FILES}/{wanted}",
        }

    # --- notifications and tasks

    def _unread(self) -> int:
        return sum(not each["read"] for each in self._notifications)

    def _check_engagement(self) -> None:
        if not self.has_engagement:
            raise Refused(404, "no notifications here")

    def _list(self, ask: Ask) -> object:
        """Return a page of notifications, newest first."""
        self._check_engagement()
        start, limit = ask.whole("cursor", 0, 10**6), ask.whole("limit", 25, 100)
        page = self._notifications[start : start + limit]
        answer: Json = {"results": page, "total_unread": self._unread()}
        if start + limit < len(self._notifications):
            answer["cursor"] = str(start + limit)
        return answer

    def _read(self, ask: Ask) -> None:
        """Mark one as read."""
        self._check_engagement()
        for each in self._notifications:
            if each["id"] == ask.path["id"]:
                each["read"] = True
                self.home.writes.append({"what": "read", "id": each["id"]})
                return
        raise Refused(404, "no such notification")

    def _read_all(self, ask: Ask) -> None:
        """Mark all as read."""
        del ask
        self._check_engagement()
        for each in self._notifications:
            each["read"] = True
        self.home.writes.append({"what": "read all"})

    def _tasks(self, ask: Ask) -> object:
        """Return what the customer is asked to do."""
        del ask
        task = {
            "entity_id": self.home.power_contract,
            "entity_schema": "contract",
            "entity_title": "Strom Zuhause",
            "workflow_id": "wf1",
            "workflow_name": "Jahresablesung",
            "step_id": "s1",
            "step_name": "Zählerstand melden",
            "journey_id": "j1",
        }
        return {"tasks": [task], "total": 1}


def _notification(
    number: int, at: datetime, *, title: str = "Mitteilung", is_read: bool = False
) -> Json:
    return {
        "id": str(number),
        "notification_id": number,
        "type": "message",
        "title": {"de": title, "en": "Notice"},
        "message": {"de": f"{title} Nr. {number}", "en": f"Notice no. {number}"},
        "created_at": iso(at),
        "read": is_read,
    }
