"""Which addresses a credential may be sent to."""

from ipaddress import ip_address

from hypothesis import example, given, strategies as st
import pytest
from yarl import URL

from custom_components.energy_portals.portals.http.address import (
    InvalidAddress,
    beneath,
    check_address,
    mended,
)

# What a person, or somebody who means them harm, may type as the address.
TAKEN = [
    ("https://api.example.com", "https://api.example.com"),
    ("https://api.example.com/", "https://api.example.com"),
    ("https://api.example.com/v1//", "https://api.example.com/v1"),
    ("  https://api.example.com \n", "https://api.example.com"),
    ("HTTPS://API.Example.COM/V1", "https://api.example.com/V1"),
    ("https://api.example.com:8443/v1", "https://api.example.com:8443/v1"),
    ("https://api.example.com:443", "https://api.example.com"),
    ("https://192.0.2.7/v1", "https://192.0.2.7/v1"),
    ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ("https://münchen.de", "https://xn--mnchen-3ya.de"),
    ("https://h/a%2Fb", "https://h/a%2Fb"),
    ("https://h/{x}", "https://h/%7Bx%7D"),
    ("http://localhost:8080/x", "http://localhost:8080/x"),
    ("http://LOCALHOST", "http://localhost"),
    ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ("http://127.8.9.1", "http://127.8.9.1"),
    ("http://[::1]:8080/", "http://[::1]:8080"),
]
REFUSED = [
    *("", " ", "api.example.com", "//api.example.com", "/v1", "https://", "https:///x"),
    *("http://api.example.com", "http://192.0.2.7", "http://0.0.0.0", "http://[::]"),
    *("http://localhost.example.com", "http://127.0.0.1.example.com", "http://127.1"),
    *("http://localhost@example.com", "http://example.com\\@localhost"),
    *("https://user@h", "https://user:pw@h", "https://:pw@h", "https://:@h"),
    *("https://h?x=1", "https://h/v1?x=1", "https://h#x", "https://h/v1#x"),
    *("ftp://h", "ws://h", "file:///etc/passwd", "javascript:alert(1)", "https:h"),
    *("https://h:99999", "https://h:x", "https://[::1", "https://h x", "https://a b.c"),
]


@pytest.mark.parametrize(("text", "address"), TAKEN)
def test_an_address_is_taken(text: str, address: str) -> None:
    assert check_address(text) == address
    assert check_address(address) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("api.example.com", "https://api.example.com"),
        (" API.example.com/ ", "https://api.example.com"),
        ("//h.example/v1", "https://h.example/v1"),
        ("https:/h", "https://h"),
        ("https:h", "https://h"),
        ("HTTPS//H/V1", "https://h/V1"),
        ("https:// h", "https://h"),
        ("https://h//v1///x//", "https://h/v1/x"),
        ("https://h/v1?x=1#y", "https://h/v1"),
        ("h.example?u=https://x", "https://h.example"),
        ("https.example.com", "https://https.example.com"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("h.example:8443", "https://h.example:8443"),
        ("localhost:8123", "https://localhost:8123"),
    ],
)
def test_an_address_is_mended(text: str, address: str) -> None:
    assert check_address(mended(text)) == address
    assert mended(address) == address


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "https://",
            "https:///",
            "?x",
            "h x",
            "ftp://h",
            "file:///etc",
            "nothing",
        ),
        *("http://example.com", "user:pw@h", "https://user@h", "javascript:alert(1)"),
    ],
)
def test_what_cannot_be_mended_is_refused(text: str) -> None:
    """A login in it, another scheme and what anybody may read stay as they are."""
    with pytest.raises(InvalidAddress):
        check_address(mended(text))


@pytest.mark.parametrize("text", REFUSED)
def test_an_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddress):
        check_address(text)


@given(st.text(max_size=30).map(lambda text: f"http://{text}"))
@example("http://[")
@example("http://[::ffff:1.2.3.4]/")
def test_no_text_breaks_the_check_or_reaches_another_host_by_http(text: str) -> None:
    try:
        address = check_address(text)
    except InvalidAddress:
        return
    host = URL(address).host
    assert host == "localhost" or (host and ip_address(host).is_loopback)


BASE = "https://api.example.com/v1"
HERE = f"{BASE}/a/rows"


@pytest.mark.parametrize(
    ("link", "way"),
    [
        ("?page=2", "/a/rows?page=2"),
        ("rows?page=2", "/a/rows?page=2"),
        ("/v1/other?x=a%20b", "/other?x=a%20b"),
        ("https://api.example.com/v1/a?c=1#end", "/a?c=1"),
        ("https://API.example.com:443/v1/a", "/a"),
        ("//api.example.com/v1/a", "/a"),
        *((f"{BASE}{rest}", None) for rest in ("x/a", "/../v2/a", "/%2e%2e/v2/a")),
        *(
            (each, None)
            for each in ("/v2/rows", "/", "../../v2", "mailto:x", "//x/v1/a")
        ),
        *((each, None) for each in ("http://api.example.com/v1/a", "https://[")),
        *(
            (f"https://{each}/v1/a", None)
            for each in ("example.com", "api.example.com:8")
        ),
        *((f"https://{each}/v1/a", None) for each in ("u:p@api.example.com", "x")),
        ("https://api.example.com.x/v1/a", None),
        ("https://api.example.com\\@x/v1/a", None),
    ],
)
def test_a_link_leads_beneath_the_address_or_nowhere(
    link: str, way: str | None
) -> None:
    found = beneath(BASE, HERE, link)
    assert (found and found.replace("+", "%20")) == way


@given(st.text(max_size=30))
@example("/v1/..")
@example("https://api.example.com/v1/{x}")
def test_no_link_leads_to_another_host(link: str) -> None:
    way = beneath(BASE, HERE, link)
    if way is not None:
        url = URL(BASE + way.format(), encoded=True)
        assert url.host == "api.example.com"
        assert url.raw_path.startswith("/v1/")
