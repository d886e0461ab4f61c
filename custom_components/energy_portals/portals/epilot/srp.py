"""Prove a password without sending it: SRP-6a as Amazon Cognito has it.

Source: RFC 5054 and the public client of Amazon Cognito, which pads numbers, mixes the
pool and the user into the secret and signs what it was sent.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
import hmac
import secrets
from typing import Final

# The 3072-bit group of RFC 3526.
_PRIME: Final = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05"
    "98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB"
    "9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33"
    "A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864"
    "D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
_BASE: Final = 2
_INFO: Final = b"Caldera Derived Key\x01"
# The names are English in whatever language the machine speaks.
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def _padded(number: int) -> bytes:
    """Return a number as bytes, with a zero in front where the top bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1)


def _hashed(*parts: bytes) -> int:
    """Return the hash of parts in a row, as a number."""
    return int.from_bytes(sha256(b"".join(parts)).digest())


_MULTIPLIER: Final = _hashed(_padded(_PRIME), _padded(_BASE))


class Proof:
    """One proof of a password; its arithmetic takes tens of milliseconds."""

    def __init__(self, pool_id: str, password: str, private: int | None = None) -> None:
        """Take the pool, `<region>_<name>`; `private` is made up unless given."""
        self._pool = pool_id.partition("_")[2]
        self._password = password
        self._private = secrets.randbits(1024) if private is None else private
        self._public = pow(_BASE, self._private, _PRIME)

    @property
    def public(self) -> str:
        """Return what the pool is told at first, hexadecimal."""
        return f"{self._public:x}"

    def answer(self, asked: Mapping[str, object], now: datetime) -> dict[str, str]:
        """Answer the pool's challenge as of an aware moment.

        ValueError: the challenge lacks something, or is one that no pool would make.
        """
        user, salt, theirs, block = (
            _text(asked, key)
            for key in ("USER_ID_FOR_SRP", "SALT", "SRP_B", "SECRET_BLOCK")
        )
        key = self._key(user, int(salt, 16), int(theirs, 16))
        when = _spoken(now.astimezone(UTC))
        signed = base64.b64decode(block, validate=True)
        message = b"".join((self._pool.encode(), user.encode(), signed, when.encode()))
        return {
            "TIMESTAMP": when,
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(
                hmac.digest(key, message, sha256)
            ).decode(),
        }

    def _key(self, user: str, salt: int, theirs: int) -> bytes:
        """Return the key that only who knows the password comes to."""
        # With a multiple of the prime, zero among them, any password would do.
        if not 0 < theirs < _PRIME or salt < 0:
            raise ValueError("no challenge of a pool")
        mixed = _hashed(_padded(self._public), _padded(theirs))
        inner = sha256(f"{self._pool}{user}:{self._password}".encode()).digest()
        secret = _hashed(_padded(salt), inner)
        base = theirs - _MULTIPLIER * pow(_BASE, secret, _PRIME)
        shared = pow(base, self._private + mixed * secret, _PRIME)
        extracted = hmac.digest(_padded(mixed), _padded(shared), sha256)
        return hmac.digest(extracted, _INFO, sha256)[:16]


def _text(asked: Mapping[str, object], key: str) -> str:
    """Return a text of the challenge."""
    if isinstance(text := asked.get(key), str):
        return text
    raise ValueError(f"no {key}")


def _spoken(now: datetime) -> str:
    """Return a moment as the pool reads it: `Sun Mar 1 04:05:06 UTC 2026`."""
    day, month = _DAYS[now.weekday()], _MONTHS[now.month - 1]
    return f"{day} {month} {now.day} {now:%H:%M:%S} UTC {now.year}"
