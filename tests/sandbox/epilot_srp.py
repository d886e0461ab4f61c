"""The server's side of SRP as Amazon Cognito does it, from its public definition."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def _bits_of_pi(count: int) -> int:
    """Return pi times 2 to a power, rounded down."""
    unit = 1 << (count + 64)

    def arctan_of_inverse(number: int) -> int:
        total = term = unit // number
        place, sign = 3, -1
        while term:
            term //= number * number
            total += sign * (term // place)
            sign, place = -sign, place + 2
        return total

    return (4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))) >> 64


# Group 15 of RFC 3526, from its definition.
_PRIME: Final = 2**3072 - 2**3008 - 1 + 2**64 * (_bits_of_pi(2942) + 1690314)
_BASE: Final = 2


def _padded(number: int) -> bytes:
    """Return a number as bytes, with a zero in front where the top bit is set."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hashed(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


_MULTIPLIER: Final = _hashed(_padded(_PRIME), _padded(_BASE))


class Verifier:
    """What a pool knows of a password, and one proof of it."""

    def __init__(self, pool: str, user_id: str, password: str) -> None:
        """Take the name of the pool, which is the part of its id after `_`."""
        self._who = f"{pool}{user_id}".encode()
        self.salt = secrets.randbits(128)
        inner = hashlib.sha256(f"{pool}{user_id}:{password}".encode()).digest()
        secret = _hashed(_padded(self.salt), inner)
        self._verifier = pow(_BASE, secret, _PRIME)
        self._private = secrets.randbits(256)
        masked = _MULTIPLIER * self._verifier
        self.public = (masked + pow(_BASE, self._private, _PRIME)) % _PRIME
        self.block = secrets.token_bytes(64)

    def is_proven(self, theirs: int, timestamp: str, signature: str) -> bool:
        """Say whether who sent this knows the password."""
        if theirs % _PRIME == 0:
            return False
        mixed = _hashed(_padded(theirs), _padded(self.public))
        shared = pow(theirs * pow(self._verifier, mixed, _PRIME), self._private, _PRIME)
        key = HKDF(
            algorithm=hashes.SHA256(),
            length=16,
            salt=_padded(mixed),
            info=b"Caldera Derived Key",
        ).derive(_padded(shared))
        message = self._who + self.block + timestamp.encode()
        wanted = hmac.new(key, message, hashlib.sha256).digest()
        try:
            given = base64.b64decode(signature, validate=True)
        except ValueError:
            return False
        return hmac.compare_digest(wanted, given)
