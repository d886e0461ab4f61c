"""Which addresses a credential may be sent to."""

from ipaddress import ip_address

from hypothesis import example, given, strategies as st
import pytest
from yarl import URL

from custom_components.energy_portals.portals.http.address import (
    InvalidAddress,
    check_address,
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
