"""What can go wrong between here and a portal.

Every error has a `key`: the name of its message in the translations, both for
config-flow errors and for exceptions. No message carries a secret, a URL or a value
from a body. Whatever is logged is made of `brief` or `placeholders`: both are short.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, override

# Bytes. Together, in a sentence around them, they are less than 2 kB.
_DETAIL: Final = 400
_SKELETON: Final = 1200
_CUT: Final = "..."


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many bytes of UTF-8, with a sign where it was cut."""
    written = text.encode(errors="replace")
    if len(written) > most:
        written = written[: most - len(_CUT)] + _CUT.encode()
    return written.decode(errors="ignore")


def bare[ErrorT: BaseException](error: ErrorT) -> ErrorT:
    """Return an error without where it was raised, and what was before it, to keep it.

    Their frames hold the answer that was read, however large, as long as it is kept.
    """
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


class PortalError(Exception):
    """A call to a portal failed; `operation` is the key of the call."""

    key: ClassVar[str]

    def __init__(self, operation: str, detail: str = "") -> None:
        """Name the call and, where known, what happened."""
        detail = shortened(detail, _DETAIL)
        super().__init__(f"{operation}: {detail}" if detail else operation)
        self.operation = operation
        self.detail = detail

    def placeholders(self) -> dict[str, str]:
        """Return what the message of this error has places for."""
        return {"operation": self.operation, "detail": self.detail or "-"}

    @property
    def wordless(self) -> str:
        """Return what happened without the portal's words, which may name somebody."""
        return self.detail.partition(":")[0]

    @property
    def brief(self) -> str:
        """Return the error in a line that may be logged."""
        told = (type(self).__name__, self.operation, self.wordless)
        return ": ".join(filter(None, told))


class AuthError(PortalError):
    """The portal refuses the credentials, freshly renewed ones included."""

    key = "invalid_auth"


class LoginEnded(AuthError):
    """What renews the login is refused, for good: only another sign-in helps."""

    key = "invalid_auth"


class WrongCode(PortalError):
    """The one-time code is wrong or too old."""

    key = "wrong_code"


class PendingActivation(PortalError):
    """The login is right, but the utility has not activated the account yet."""

    key = "pending_activation"


class PortalVisitNeeded(PortalError):
    """The user has something to finish on the portal's own page before signing in."""

    key = "visit_portal"


class Forbidden(PortalError):
    """The account may not see or do this."""

    key = "forbidden"


class NotFound(PortalError):
    """The portal does not know the object, or no longer."""

    key = "not_found"


class Rejected(PortalError):
    """The portal understood the request and refuses it."""

    key = "rejected"

    def __init__(
        self, operation: str, detail: str = "", *, status: int = 400, reason: str = ""
    ) -> None:
        """Keep which refusal it was; `reason` is the portal's own code for it."""
        super().__init__(operation, detail)
        self.status = status
        self.reason = reason


class Unavailable(PortalError):
    """The portal cannot be reached or cannot answer.

    `retry_after` is the pause it asks for in seconds, of this call or, with
    `of_account`, of the whole account; `passing` says that another try may do better
    at once.
    """

    key = "cannot_connect"

    def __init__(
        self,
        operation: str,
        detail: str = "",
        *,
        retry_after: float | None = None,
        passing: bool = False,
        of_account: bool = False,
    ) -> None:
        """Keep what is known about when to try again."""
        super().__init__(operation, detail)
        self.retry_after = retry_after
        self.passing = passing
        self.of_account = of_account


class RateLimited(Unavailable):
    """The portal asks for fewer calls."""

    key = "rate_limited"


class UnexpectedResponse(PortalError):
    """The answer is not what was expected; `skeleton` has its keys and types."""

    key = "unexpected_response"

    def __init__(self, operation: str, detail: str, skeleton: object = None) -> None:
        """Keep the shape of the body for diagnostics."""
        super().__init__(operation, detail)
        self.skeleton = skeleton

    @override
    def placeholders(self) -> dict[str, str]:
        """Return the shape of the body, too; the whole of it is in the diagnostics."""
        skeleton = shortened(str(self.skeleton), _SKELETON)
        return {**super().placeholders(), "skeleton": skeleton}


class PathNotFound(UnexpectedResponse):
    """There is nothing where an operation is asked for.

    `route` is its method and path, without values. Unless `is_sure`, what the path
    names, such as an account, may be what is not known.
    """

    key = "path_not_found"

    def __init__(
        self, operation: str, detail: str, route: str = "", *, is_sure: bool = True
    ) -> None:
        """Keep where it was asked for."""
        super().__init__(operation, detail)
        self.route = route
        self.is_sure = is_sure

    @override
    def placeholders(self) -> dict[str, str]:
        """Leave the shape out: there is no answer that has one."""
        return PortalError.placeholders(self)


class ReadingRefused(UnexpectedResponse):
    """What is read no longer has the shape that the user has confirmed.

    `detail` is what was expected, `skeleton` what came.
    """

    key = "unexpected_response"


class TooMuch(UnexpectedResponse):
    """An answer, or all that it would take to ask, is beyond what is taken."""

    key = "too_much"

    @override
    def placeholders(self) -> dict[str, str]:
        """Leave the shape out: nothing was read."""
        return PortalError.placeholders(self)


class InvalidInput(ValueError):
    """What a user entered cannot be right; `key` names the message.

    `placeholders` are what the message has places for, such as what is allowed.
    """

    def __init__(self, key: str, placeholders: Mapping[str, str] | None = None) -> None:
        """Keep the message's key, and what it is filled in with."""
        super().__init__(key)
        self.key = key
        self.placeholders = dict(placeholders or {})
