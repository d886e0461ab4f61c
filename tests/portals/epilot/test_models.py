"""What a portal tells of itself, in the few forms that matter."""

import msgspec
import pytest

from custom_components.energy_portals.portals.epilot.models import (
    Notification,
    PortalConfig,
    in_words,
)


def _config(**members: object) -> PortalConfig:
    return msgspec.convert(members, PortalConfig)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"en": "Bill", "de": "Rechnung"}, "Rechnung"),
        ({"en": "Bill", "de": ""}, "Bill"),
        ({"fr": "Facture"}, "Facture"),
        ({}, "-"),
        (None, "-"),
    ],
)
def test_words(words: dict[str, str] | None, expected: str) -> None:
    assert in_words(words, "-") == expected


@pytest.mark.parametrize(
    ("pool", "client", "is_one"),
    [
        ("eu-central-1_Ab1", "c", True),
        ("eu-central-1_Ab1", "", False),
        ("evil.example/_x", "c", False),
        ("", "c", False),
    ],
)
def test_pool_has_an_id_that_can_be_part_of_an_address(
    pool: str, client: str, is_one: bool
) -> None:
    details = {"cognito_user_pool_id": pool, "cognito_user_pool_client_id": client}
    assert (_config(cognito_details=details).pool is not None) is is_one
    assert _config().pool is None


def test_ways_to_sign_in() -> None:
    assert _config(auth_settings={"entry_point": "SSO"}).is_sso_only
    assert not _config(auth_settings={"entry_point": "PASSWORD"}).is_sso_only
    assert not _config().is_sso_only
    code = {"passwordless_login": {"enabled": True}}
    assert _config(auth_settings=code).is_passwordless
    assert not _config(auth_settings={"passwordless_login": {}}).is_passwordless
    assert not _config().is_passwordless


def test_billing_is_there_unless_it_is_switched_off() -> None:
    assert _config().has_billing
    assert _config(feature_settings={}).has_billing
    assert not _config(feature_settings={"billing": False}).has_billing


def test_number_of_a_notification() -> None:
    assert Notification(id="a", read=False).number == "a"
    assert Notification(id="a", read=False, notification_id=1e15).number == f"{10**15}"
