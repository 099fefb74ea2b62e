"""The operator's list opens exactly what it names."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.url.url import AllowedHosts, find_url_problems


def passes(url: str, *entries: str) -> bool:
    return find_url_problems(url, AllowedHosts.parse(entries)) == ()


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("localhost", "http://localhost/"),
        ("localhost", "https://LOCALHOST.:8443/"),
        (" Localhost. ", "http://localhost/"),
        ("localhost:8080", "http://localhost:8080/"),
        ("localhost:80", "http://localhost/"),
        ("backend", "http://backend:3000/"),
        ("nas.lan", "http://nas.lan/"),
        ("bücher.lan", "http://xn--bcher-kva.lan/"),
        ("127.0.0.1", "http://127.0.0.1:9000/"),
        ("127.0.0.1:9000", "http://127.0.0.1:9000/"),
        ("10.1.0.0/16", "http://10.1.255.255/"),
        ("::1", "http://[::1]:9000/"),
        ("[::1]", "http://[::1]:9000/"),
        ("[::1]:9000", "http://[::1]:9000/"),
        ("fd00::/8", "http://[fd12::1]/"),
    ],
)
def test_what_an_entry_names_passes(entry, url):
    assert not passes(url)
    assert passes(url, entry)


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("localhost:8080", "http://localhost/"),
        ("localhost:8080", "http://localhost:8081/"),
        ("localhost", "http://app.localhost/"),
        ("localhost", "http://127.0.0.1/"),
        ("127.0.0.1", "http://localhost/"),
        ("127.0.0.1", "http://127.0.0.2/"),
        ("127.0.0.1", "http://[::ffff:7f00:1]/"),
        ("127.0.0.1:9000", "http://127.0.0.1:9001/"),
        ("127.0.0.0/8", "http://127.1/"),
        ("127.0.0.0/8", "http://2130706433/"),
        ("10.1.0.0/16", "http://10.2.0.1/"),
        ("nas.lan", "http://other.lan/"),
        ("nas.lan", "http://x.nas.lan/"),
        ("nas.lan", "http://user:pass@nas.lan/"),
        ("nas.lan", "ftp://nas.lan/"),
        ("nas.lan", "http://nas.lan:0/"),
        ("nas.lan", "http://nas.lan/a b"),
        ("::1", "http://[::2]/"),
        ("0.0.0.0/0", "http://[::1]/"),
        ("0.0.0.0/0", "http://localhost/"),
    ],
)
def test_what_an_entry_does_not_name_stays_refused(entry, url):
    assert not passes(url, entry)


def test_several_entries_add_up():
    assert passes("http://localhost:1/", "localhost:1", "localhost:2")
    assert passes("http://localhost:2/", "localhost:1", "localhost:2")


def test_public_hosts_need_no_entry():
    assert passes("https://example.com/", "nas.lan")


@pytest.mark.parametrize(
    "entry",
    [
        "", "http://localhost:8080", "localhost:", "localhost:0", "localhost:65536", "localhost:http", ":8080", "10.0.0.1/8",
        "10.0.0.0/33", "nas.lan/24", "127.1", "0x7f.0.0.1", "*.lan", "a b", "[::1", "[::1]:0", "[10.0.0.1]", "[fe80::1%eth0]",
        "fe80::1%eth0", "user@nas.lan", "nas..lan", "10.0.0.0/8:80", "[::1]x",
    ],
)  # fmt: skip
def test_an_entry_that_names_nothing_is_refused(entry):
    with pytest.raises(InvalidArguments) as caught:
        AllowedHosts.parse([entry])

    (problem,) = caught.value.problems
    assert problem.field == "allow_hosts"
    assert repr(entry) in problem.message
    assert AllowedHosts.parse([problem.example])


def test_every_bad_entry_is_named_at_once():
    with pytest.raises(InvalidArguments) as caught:
        AllowedHosts.parse(["localhost", "a b", "10.0.0.1/8"])

    assert len(caught.value.problems) == 2


@given(st.text() | st.text("abx0123456789.:/[]-", max_size=20))
def test_any_entry_is_read_or_refused(entry):
    with suppress(InvalidArguments):
        allowed = AllowedHosts.parse([entry])
        assert len(allowed.names) + len(allowed.networks) == 1
