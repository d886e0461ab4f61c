"""The proof of a password, against figures of another client and the pool's side."""

import base64
from datetime import UTC, datetime, timedelta, timezone
import json
from pathlib import Path
from typing import Any, Final

import pytest

from custom_components.energy_portals.portals.epilot.srp import Proof
from tests.sandbox.epilot_srp import _PRIME, Verifier

POOL: Final = "eu-central-1_AbCdEf123"
NOW: Final = datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)
BLOCK: Final = "c2VjcmV0LWJsb2Nr"
# Made with pycognito 2024.5.1, whose random numbers were given.
CASES: Final[list[dict[str, str]]] = json.loads(
    Path(__file__).with_name("srp.json").read_bytes()
)


def _asked(case: dict[str, str]) -> dict[str, object]:
    return {
        "USER_ID_FOR_SRP": case["user"],
        "SALT": case["salt"],
        "SRP_B": case["theirs"],
        "SECRET_BLOCK": BLOCK,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["user"])
def test_known_proofs(case: dict[str, str]) -> None:
    """Figures that another client came to."""
    proof = Proof(POOL, case["password"], int(case["private"], 16))
    assert proof.public == case["public"]
    assert proof.answer(_asked(case), NOW) == {
        "TIMESTAMP": "Sun Mar 1 04:05:06 UTC 2026",
        "USERNAME": case["user"],
        "PASSWORD_CLAIM_SECRET_BLOCK": BLOCK,
        "PASSWORD_CLAIM_SIGNATURE": case["signature"],
    }


def test_the_moment_is_utc() -> None:
    """Another zone's clock tells the same moment, and gives the same proof."""
    (case, *_) = CASES
    proof = Proof(POOL, case["password"], int(case["private"], 16))
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))
    assert proof.answer(_asked(case), elsewhere) == proof.answer(_asked(case), NOW)


@pytest.mark.parametrize(
    "salt",
    [0, 1, 0x7F, 0x80, 0xFF, 0x0123, 0x0F << 112, 0x80 << 120, 0x01 << 120, 2**128 - 1],
)
@pytest.mark.parametrize("zeros", ["", "0", "00"])
def test_salts_are_numbers(
    salt: int, zeros: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zeros in front, as a pool may send them or not, change nothing."""
    monkeypatch.setattr("tests.sandbox.epilot_srp.secrets.randbits", lambda _: salt)
    pool = Verifier("AbCdEf123", "somebody", "secret")
    monkeypatch.undo()
    proof = Proof(POOL, "secret")
    answer = proof.answer(_challenge(pool, salt=f"{zeros}{salt:x}"), NOW)
    assert _is_proven(pool, proof, answer)


def _challenge(pool: Verifier, **changed: Any) -> dict[str, object]:
    return {
        "USER_ID_FOR_SRP": "somebody",
        "SALT": f"{pool.salt:x}",
        "SRP_B": f"{pool.public:x}",
        "SECRET_BLOCK": base64.b64encode(pool.block).decode(),
        **{key.upper(): value for key, value in changed.items()},
    }


def _is_proven(pool: Verifier, proof: Proof, answer: dict[str, str]) -> bool:
    return pool.is_proven(
        int(proof.public, 16), answer["TIMESTAMP"], answer["PASSWORD_CLAIM_SIGNATURE"]
    )


def test_many_proofs() -> None:
    """Whatever the numbers, the pool is convinced; by another password, never."""
    for count in range(40):
        pool = Verifier("AbCdEf123", "somebody", f"secret {count}")
        right, wrong = Proof(POOL, f"secret {count}"), Proof(POOL, "secret")
        challenge = _challenge(pool)
        assert _is_proven(pool, right, right.answer(challenge, NOW))
        assert not _is_proven(pool, wrong, wrong.answer(challenge, NOW))


@pytest.mark.parametrize(
    "changed",
    [
        {"salt": "zz"},
        {"salt": ""},
        {"salt": 5},
        {"salt": "-1"},
        {"srp_b": None},
        {"srp_b": "0"},
        {"srp_b": "-5"},
        {"srp_b": f"{_PRIME:x}"},
        {"srp_b": f"{2 * _PRIME:x}"},
        {"secret_block": "not base64"},
        {"secret_block": ["x"]},
        {"user_id_for_srp": None},
    ],
)
def test_no_challenge(changed: dict[str, object]) -> None:
    """One that lacks something, or under which any password would do."""
    pool = Verifier("AbCdEf123", "somebody", "secret")
    with pytest.raises(ValueError):
        Proof(POOL, "secret").answer(_challenge(pool, **changed), NOW)
