"""What a user may enter in place of an assumed path, and what not."""

import pytest

from custom_components.energy_portals.portals.digiwatt.client import ROUTES
from custom_components.energy_portals.portals.digiwatt.routes import (
    InvalidRoute,
    replaced,
)

NUMBER = "{account_number}"


def test_what_is_as_assumed_is_not_kept() -> None:
    assert replaced(ROUTES) == {}
    assert replaced(dict.fromkeys(ROUTES, "  ")) == {}
    assert replaced({}) == {}


@pytest.mark.parametrize("key", ROUTES)
def test_every_operation_may_be_elsewhere(key: str) -> None:
    method, _, path = ROUTES[key].partition(" ")
    elsewhere = f"{method} /api/v2{path}"
    assert replaced({**ROUTES, key: elsewhere}) == {key: elsewhere}
    assert replaced({key: f" {method.lower()}  /api/v2{path} "}) == {key: elsewhere}
    assert replaced({key: f"/api/v2{path}"}) == {key: elsewhere}


@pytest.mark.parametrize(
    ("key", "route"),
    [
        ("saving", f"POST /savings/{NUMBER}"),
        ("saving", f"GET /{NUMBER}/saving/"),
        ("saving", f"GET /savings?account={NUMBER}"),
        ("saving", f"GET /s.v1/~me/users({NUMBER})/all@once:read"),
        ("consumption", f"GET /{{period}}/{NUMBER}"),
        ("consumption", f"GET /c?period={{period}}&of={NUMBER}&step=15min"),
        ("user_onboarding", f"PUT /user/{NUMBER}/home"),
        ("user_delete", f"POST /user/{NUMBER}/deletion"),
    ],
)
def test_what_may_be_entered(key: str, route: str) -> None:
    assert replaced({key: route}) == {key: route}


@pytest.mark.parametrize("key", ROUTES)
@pytest.mark.parametrize(
    "route",
    [
        "GET",
        "x",
        "HEAD {path}",
        "TRACE {path}",
        "GET POST {path}",
        "{method} https://example.com{path}",
        "{method} //example.com{path}",
        "{method} example.com{path}",
        "{method} {path}/../admin",
        "{method} /./{path}",
        "{method} {path}/..",
        "{method} {path}\\x",
        "{method} {path}#x",
        "{method} {path}%2e%2e",
        "{method} {path}/x y",
        "{method} {path}/\N{LATIN SMALL LETTER E WITH ACUTE}",
        "{method} {path}/{{other}}",
        "{method} {path}/{{account_number.__class__}}",
        "{method} {path}/{{account_number!r}}",
        "{method} {path}/{{}}",
        "{method} {path}/{{",
        "{method} {path}/}}",
        "{method} {path}?api_key=abc",
        "{method} {path}?x=1&Token=abc",
        "{method} {path}?code=abc",
        "{method} {path}?a?b",
        "{method} {path}/s3cret",
        "{method} {path}?x=s3cret",
    ],
)
def test_what_is_no_path(key: str, route: str) -> None:
    method, _, path = ROUTES[key].partition(" ")
    text = route.format(method=method, path=path)
    with pytest.raises(InvalidRoute) as caught:
        replaced({**ROUTES, key: text}, ("s3cret",))
    assert (caught.value.operation, caught.value.route) == (key, text)
    assert text not in str(caught.value)


@pytest.mark.parametrize("key", [key for key in ROUTES if "{" in ROUTES[key]])
def test_nothing_may_be_left_out(key: str) -> None:
    """One answer would else stand for every period, or for another's account."""
    for name in (NUMBER, "{period}"):
        if name in ROUTES[key]:
            with pytest.raises(InvalidRoute):
                replaced({key: ROUTES[key].replace(name, "all")})
    with pytest.raises(InvalidRoute):
        replaced({key: f"{ROUTES[key]}/{NUMBER}"})


@pytest.mark.parametrize(
    ("key", "route"),
    [
        ("saving", f"DELETE /saving/{NUMBER}"),
        ("saving", f"PUT /saving/{NUMBER}"),
        ("consumption_realtime", f"PATCH /now/{NUMBER}"),
        ("user_create", "GET /users"),
        ("token", "GET /token"),
        ("token", "DELETE /token"),
    ],
)
def test_what_reads_changes_nothing(key: str, route: str) -> None:
    with pytest.raises(InvalidRoute):
        replaced({key: route})


@pytest.mark.parametrize(
    ("key", "route"),
    [
        ("saving", ROUTES["consumption_realtime"]),
        ("saving", f"POST /user/{NUMBER}/onboarding"),
        ("user_onboarding", ROUTES["user_delete"]),
        ("token", ROUTES["user_create"]),
    ],
)
def test_a_path_is_one_operations(key: str, route: str) -> None:
    with pytest.raises(InvalidRoute) as caught:
        replaced({**ROUTES, key: route})
    assert caught.value.operation == key


def test_paths_may_be_exchanged() -> None:
    exchanged = {
        "analytics_compound": ROUTES["analytics_distribution"],
        "analytics_distribution": ROUTES["analytics_compound"],
    }
    assert replaced({**ROUTES, **exchanged}) == exchanged
