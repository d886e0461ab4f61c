"""What a portal tells of itself: one odd member is missing alone."""

from typing import Any

import pytest

from custom_components.energy_portals.portals.epilot.reads_portal import (
    config,
    entry_point,
    export,
    preview,
)
from custom_components.energy_portals.portals.epilot.values import Unreadable
from custom_components.energy_portals.portals.http.errors import UnexpectedResponse
from custom_components.energy_portals.portals.reading.body import Body

CONFIG: dict[str, Any] = {
    "enabled": True,
    "name": "Portal",
    "portal_id": "p",
    "auth_settings": {
        "entry_point": "PASSWORD",
        "passwordless_login": {"enabled": False},
    },
    "cognito_details": {
        "cognito_user_pool_id": "eu-central-1_Ab1",
        "cognito_user_pool_client_id": "c",
    },
    "feature_settings": {"billing": False},
    "engagement_center_enabled": True,
    "accessToken": "eyJ",
}


def test_a_configuration() -> None:
    read = config(Body("call", CONFIG))
    assert (read.enabled, read.name, read.portal_id) == (True, "Portal", "p")
    assert read.pool is not None
    assert not read.is_passwordless
    assert not read.has_billing
    upper = {key.upper(): value for key, value in CONFIG.items()}
    assert config(Body("call", upper)) == read


@pytest.mark.parametrize("name", [each for each in CONFIG if each != "accessToken"])
@pytest.mark.parametrize("value", [None, []])
def test_one_odd_member(name: str, value: object) -> None:
    truth, top = config(Body("call", CONFIG)), Body("call", {**CONFIG, name: value})
    read = config(top)
    names = read.__struct_fields__
    assert [each for each in names if getattr(read, each) is None] == [name]
    others = [each for each in names if each != name]
    assert all(getattr(read, each) == getattr(truth, each) for each in others)
    assert bool(top.refused) is (value is not None)


@pytest.mark.parametrize("body", [{"error": "no"}, [], None, {"accessToken": "x"}])
def test_no_configuration(body: object) -> None:
    with pytest.raises(UnexpectedResponse):
        config(Body("call", body))


def test_what_has_to_be_there() -> None:
    assert entry_point(Body("x", {"user_exists": True, "entry_point": "SSO"}))
    assert preview(Body("x", {"kind": "pdf", "url": 5})).url == "5"
    assert export(Body("x", {"download_url": "u", "filename": []})).filename is None
    for read, body in (
        (entry_point, {"user_exists": "true", "entry_point": "SSO"}),
        (entry_point, {"user_exists": True}),
        (preview, {"url": "u"}),
        (export, {"download_url": None}),
    ):
        with pytest.raises(Unreadable):
            read(Body("x", body))
