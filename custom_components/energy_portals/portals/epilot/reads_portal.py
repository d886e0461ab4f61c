"""What a portal tells of itself and its customer: settings, notifications, tasks.

Source: the schemas of the portal's OpenAPI document "Portal API".
"""

from collections import Counter as Tally
from collections.abc import Mapping

from ..http.exchange import Answer
from ..reading.body import Body
from .bodies import Rows, body_of, known, rows_of
from .models import (
    AuthSettings,
    CognitoDetails,
    EntryPoint,
    Export,
    FeatureSettings,
    Link,
    Notification,
    Notifications,
    Passwordless,
    PortalConfig,
    Preview,
    Task,
    Tasks,
)
from .values import Unreadable, count, flag, refuse, sure, text, told, words


def config(top: Body) -> PortalConfig:
    """Read a portal's configuration."""
    known(top, "domain", "organization_id", *PortalConfig.__struct_fields__)
    return PortalConfig(
        enabled=told(top, flag, "enabled"),
        name=told(top, text, "name"),
        portal_id=told(top, text, "portal_id"),
        auth_settings=_auth(_inner(top, "auth_settings")),
        cognito_details=_pool(_inner(top, "cognito_details")),
        feature_settings=_features(_inner(top, "feature_settings")),
        engagement_center_enabled=told(top, flag, "engagement_center_enabled"),
    )


def _inner(top: Body, name: str) -> Body | None:
    """Return an object inside, None where there is none."""
    value = top.member(name)
    if value is not None and not isinstance(value, Mapping):
        refuse(top, name)
    return top.child(value) if isinstance(value, Mapping) else None


def _features(place: Body | None) -> FeatureSettings | None:
    """Read what the utility has switched on."""
    if place is None:
        return None
    return FeatureSettings(billing=told(place, flag, "billing"))


def _auth(place: Body | None) -> AuthSettings | None:
    """Read how customers sign in."""
    if place is None:
        return None
    return AuthSettings(
        entry_point=told(place, text, "entry_point"),
        passwordless_login=_code(_inner(place, "passwordless_login")),
    )


def _code(place: Body | None) -> Passwordless | None:
    """Read whether a code stands in for the password."""
    if place is None:
        return None
    return Passwordless(enabled=told(place, flag, "enabled"))


def _pool(place: Body | None) -> CognitoDetails | None:
    """Read the identity pool."""
    if place is None:
        return None
    return CognitoDetails(
        told(place, text, "cognito_user_pool_id") or "",
        told(place, text, "cognito_user_pool_client_id") or "",
    )


def entry_point(top: Body) -> EntryPoint:
    """Read how a user signs in."""
    exists, way = sure(top, flag, "user_exists"), sure(top, text, "entry_point")
    if exists is None or way is None:
        raise Unreadable("entry_point")
    return EntryPoint(user_exists=exists, entry_point=way)


def preview(top: Body) -> Preview:
    """Read how to look at a document."""
    kind = sure(top, text, "kind")
    if kind is None:
        raise Unreadable("kind")
    return Preview(
        kind=kind,
        url=told(top, text, "url"),
        download_url=told(top, text, "download_url"),
        requires_auth=told(top, flag, "requires_auth"),
    )


def export(top: Body) -> Export:
    """Read where a file is."""
    url = sure(top, text, "download_url")
    if url is None:
        raise Unreadable("download_url")
    return Export(
        download_url=url,
        filename=told(top, text, "filename"),
        content_type=told(top, text, "content_type"),
        expires_at=told(top, text, "expires_at"),
    )


def links(operation: str, answer: Answer, refused: Tally[str]) -> Rows[Link]:
    """Read a bare list of links, which may be empty."""
    top = body_of(operation, answer, refused)
    return Rows() if top.value == [] else rows_of(top, "links", _link)


def _link(row: Body) -> Link:
    """Read a link; only one that a browser opens is an address."""
    ident = sure(row, text, "id")
    if ident is None:
        raise Unreadable("id")
    url = told(row, text, "link")
    is_address = url is not None and url.startswith(("https://", "http://"))
    return Link(
        id=ident,
        label=words(row, "label"),
        kind=told(row, text, "type"),
        url=url if is_address else None,
    )


# --- what the customer is told ----------------------------------------------------


def notifications(top: Body) -> Notifications:
    """Read the newest notifications, and how many are unread in all."""
    rows = rows_of(top, "results", _notification)
    return Notifications(list(rows), _unread(top, rows))


def _unread(top: Body, rows: Rows[Notification]) -> int | None:
    """Return how many are unread, None where neither is told nor can be counted."""
    seen = sum(not each.read for each in rows)
    if top.member("total_unread") is None:
        # The last page alone has no cursor, be it empty or not.
        return seen if rows.is_whole and not top.member("cursor") else None
    unread = told(top, count, "total_unread")
    if unread is not None and unread < seen:
        refuse(top, "total_unread")
        return None
    return unread


def _notification(row: Body) -> Notification:
    """Read a notification."""
    ident, read = sure(row, text, "id"), sure(row, flag, "read")
    if ident is None or read is None:
        raise Unreadable("read")
    return Notification(
        id=ident,
        read=read,
        notification_id=told(row, count, "notification_id"),
        type=told(row, text, "type"),
        title=words(row, "title"),
        message=words(row, "message"),
        created_at=told(row, text, "created_at"),
    )


def tasks(top: Body) -> Tasks:
    """Read what the customer is asked to do."""
    rows = rows_of(top, "tasks", _task)
    if top.member("total") is None:
        return Tasks(list(rows), len(rows) if rows.is_whole else None)
    total = told(top, count, "total")
    if total is not None and total < len(rows):
        refuse(top, "total")
        total = None
    return Tasks(list(rows), total)


def _task(row: Body) -> Task:
    """Read a task."""
    name = sure(row, text, "step_name")
    if name is None:
        raise Unreadable("step_name")
    return Task(step_name=name)
