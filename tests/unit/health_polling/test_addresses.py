"""Where the poller may be pointed to, and where not, whoever writes the list of endpoints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_polling.addresses import AddressError, check_address, parse_target
from health_polling.probe.resolver import Resolver

REFUSED_TEXTS = [
    "file:///etc/passwd", "gopher://example.com/_x", "ftp://example.com/", "dict://example.com/",
    "ldap://example.com", "javascript:alert(1)", "data:text/plain,x", "//example.com/",
    "example.com/health", "", "http://", "https:///path", "http://user:secret@example.com/",
    "http://example.com@127.0.0.1/", "http://@example.com/", "http://exa mple.com/",
    "http://example.com\\@127.0.0.1/", "http://example.com/\r\nX: y", "http://example.com/a b",
    "http://example.com:0/", "http://example.com:70000/", "http://example.com:x/",
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/",
    "http://127.1/", "http://127.0.0.1.5/", "http://1.2.3.256/", "http://0/",
    "http://①②⑦.⓪.⓪.①/", "http://ⓛocalhost/", "http://exämple.com/",
    "http://169。254。169。254/", "http://[::1%25eth0]/", "http://[::1/", "http://[nonsense]/",
    "http://-example.com/", "http://exa$mple.com/", "http://a..b/", "http://%31%32%37.0.0.1/",
]  # fmt: skip

REFUSED_ADDRESSES = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",  # noqa: S104 - binds nothing
    "169.254.169.254", "169.254.170.2", "169.254.79.129", "100.64.0.1", "192.0.0.192",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
]  # fmt: skip

NEVER = ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "0.0.0.0", "224.0.0.1",  # noqa: S104 - binds nothing
         "fe80::1", "64:ff9b::a9fe:a9fe", "::"]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED_TEXTS)
def test_an_address_that_is_none_is_refused_before_anything_is_resolved(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_target(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", REFUSED_ADDRESSES)
def test_a_name_that_resolves_to_what_is_not_public_is_refused(address: str) -> None:
    resolver = Resolver(allow_private=False, lookup=lambda *_: ["93.184.215.14", address])
    with pytest.raises(AddressError):
        resolver.resolve(parse_target("https://rebinding.example.com/health"), 1)
    resolver.close()


@pytest.mark.parametrize("address", NEVER)
def test_metadata_and_what_is_no_host_stay_refused_in_a_vpc(address: str) -> None:
    with pytest.raises(AddressError):
        check_address(address, 80, allow_private=True)


def test_the_runtime_api_stays_refused_in_a_vpc() -> None:
    check_address("127.0.0.1", 8080, allow_private=True)
    with pytest.raises(AddressError, match="runtime"):
        check_address("127.0.0.1", 9001, allow_private=True)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_asked(address: str) -> None:
    check_address(address, 443, allow_private=False)


def test_a_name_that_changes_its_mind_changes_nothing() -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    resolver = Resolver(allow_private=False, lookup=lambda *_: next(answers))
    target = parse_target("http://rebinding.example.com/")
    assert resolver.resolve(target, 1) == ["93.184.215.14"]
    assert resolver.resolve(target, 1) == ["93.184.215.14"]
    resolver.close()


@pytest.mark.parametrize(
    ("text", "authority", "path", "shown"),
    [
        ("https://api.example.com", "api.example.com", "/", "https://api.example.com/"),
        ("http://api.example.com:8080/h?token=s3cret#x", "api.example.com:8080", "/h?token=s3cret",
         "http://api.example.com:8080/h"),
        ("https://[2001:DB8::1]:8443/h", "[2001:db8::1]:8443", "/h", "https://[2001:db8::1]:8443/h"),
        ("https://xn--exmple-cua.com/", "xn--exmple-cua.com", "/", "https://xn--exmple-cua.com/"),
        ("http://93.184.215.14/", "93.184.215.14", "/", "http://93.184.215.14/"),
    ],
)  # fmt: skip
def test_good_addresses(text: str, authority: str, path: str, shown: str) -> None:
    target = parse_target(text)
    assert (target.authority, target.path, target.shown) == (authority, path, shown)


@given(st.text(max_size=60))
def test_no_text_gets_credentials_or_controls_through(rest: str) -> None:
    try:
        target = parse_target(f"http://{rest}")
    except AddressError:
        return
    request_line = f"{target.authority}{target.path}"
    assert request_line.isascii()
    assert not any(character <= " " for character in request_line)
    assert "@" not in target.authority
