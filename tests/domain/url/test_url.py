"""The rule for the text of a URL: what passes, what is refused, and that nothing falls through."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.url.url import AllowedHosts, find_url_problems, may_connect, parse_url


def rules(url: str, allowed: AllowedHosts | None = None) -> list[str]:
    return [problem.rule for problem in find_url_problems(url, allowed or AllowedHosts())]


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://example.com", "https://example.com"),
        ("https://example.com/hook?a=1&b=%20#part", "https://example.com/hook?a=1&b=%20"),
        ("HTTPS://Example.COM/Hook", "https://example.com/Hook"),
        ("http://example.com:80/", "http://example.com/"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("https://example.com:65535/", "https://example.com:65535/"),
        ("https://example.com./", "https://example.com./"),
        ("https://bücher.de/ä", "https://xn--bcher-kva.de/ä"),
        ("https://xn--bcher-kva.de/", "https://xn--bcher-kva.de/"),
        ("https://faß.de/", "https://xn--fa-hia.de/"),
        ("https://日本語。jp/", "https://xn--wgv71a119e.jp/"),
        ("https://ｅｘａｍｐｌｅ.com/", "https://example.com/"),
        ("https://موقع.وزارة-الاتصالات.مصر/", "https://xn--4gbrim.xn----ymcbaaajlc6dj7bxne2c.xn--wgbh1c/"),
        ("https://نامه\u200cای.com/", "https://xn--mgba3gch31f060k.com/"),
        ("https://my_service.example.com/", "https://my_service.example.com/"),
        ("https://_hook.example.com/", "https://_hook.example.com/"),
        ("https://r3---sn-4g5e.googlevideo.com/", "https://r3---sn-4g5e.googlevideo.com/"),
        ("https://1.example.com/", "https://1.example.com/"),
        ("https://0x7f.example.com/", "https://0x7f.example.com/"),
        ("https://localhost.example.com/", "https://localhost.example.com/"),
        ("https://internal-api.example.com/", "https://internal-api.example.com/"),
        ("https://mylocal.net/", "https://mylocal.net/"),
        (f"https://{'a' * 63}.com/", f"https://{'a' * 63}.com/"),
        ("http://93.184.215.14/", "http://93.184.215.14/"),
        ("http://93.184.215.14:8080/x", "http://93.184.215.14:8080/x"),
        ("http://[2606:4700:4700::1111]/", "http://[2606:4700:4700::1111]/"),
        ("http://[2606:4700:4700::AAAA]:8443/", "http://[2606:4700:4700::aaaa]:8443/"),
        ("https://example.com?next=http://127.0.0.1/", "https://example.com?next=http://127.0.0.1/"),
        ("https://example.com#@127.0.0.1/", "https://example.com"),
        ("https://example.com/@127.0.0.1", "https://example.com/@127.0.0.1"),
    ],
)
def test_a_legitimate_url_passes_and_is_sent_with_its_host_in_ascii(url, sent):
    assert find_url_problems(url) == ()
    assert parse_url(url).text == sent


PRIVATE_IN_EVERY_SPELLING = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.100.100.200", "168.63.129.16", "255.255.255.255", "224.0.0.1",
    "127.0.0.1.", "127.1", "127.0.1", "1", "0", "2130706433", "017700000001", "0177.0.0.1", "0x7f000001",
    "0x7F.0x0.0x0.0x1", "0x7f.1", "0x", "127.0.0.0x1", "127.0.0.01", "00000127.0.0.1", "127.000.000.001", "256.0.0.1",
    "1.2.3", "1.2.3.4.5", "4294967296", "example.com.1", "example.0x7f",
    "１２７.０.０.１", "127｡0｡0｡1", "127。0。0。1", "①②⑦.⓪.⓪.①", "𝟏𝟐𝟕.𝟎.𝟎.𝟏", "0ｘ7f000001", "８.８.８.８",
    "127.0.0.1%00", "127.0.0.1%2f", "%31%32%37.0.0.1",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::7f00:1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[fe80::1]", "[fe80::1%eth0]", "[fe80::1%25eth0]", "[2606:4700:4700::1111%1]", "[fec0::1]", "[fc00::1]",
    "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[v1.127.0.0.1]", "[127.0.0.1]", "[]", "[", "[::1",
    "[::1]x", "[[::1]]", "::1",
    "localhost", "LOCALHOST", "localhost.", "ｌｏｃａｌｈｏｓｔ", "ⓛocalhost", "app.localhost", "localhost.localdomain", "router",
    "metadata", "metadata.google.internal", "metadata.goog", "metadata.tencentyun.com", "instance-data.ec2.internal",
    "printer.local", "db.internal", "home.arpa", "nas.home.arpa", "nas.lan", "wiki.corp", "wiki.CORP.",
    "expyuzz4wqqyqhjn.onion",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE_IN_EVERY_SPELLING)
@pytest.mark.parametrize("form", ["http://{}/", "https://{}:8443/x?y#z"])
def test_no_spelling_of_a_private_host_passes(host, form):
    assert set(rules(form.format(host))) <= {"host", "public_host", "port", "characters"}
    assert rules(form.format(host))


@pytest.mark.parametrize(
    ("url", "broken"),
    [
        ("", ["length"]),
        ("http://", ["length"]),
        ("https://example.com/" + "a" * 2028, []),
        ("https://example.com/" + "a" * 2029, ["length"]),
        ("ftp://example.com/", ["scheme"]),
        ("//example.com/", ["scheme"]),
        ("https:example.com/", ["scheme"]),
        ("https:/example.com/", ["scheme"]),
        ("example.com/hook", ["scheme"]),
        ("javascript:alert(1)", ["scheme"]),
        (" https://example.com/", ["characters", "scheme"]),
        ("https:///example.com/", ["host"]),
        ("https://:8080/", ["host"]),
        ("https://?x=/example.com", ["host"]),
        ("https://user@example.com/", ["userinfo"]),
        ("https://user:pass@example.com/", ["userinfo"]),
        ("https://@example.com/", ["userinfo"]),
        ("https://example.com@127.0.0.1/", ["userinfo", "public_host"]),
        ("https://127.0.0.1@example.com/", ["userinfo"]),
        ("https://example.com:0/", ["port"]),
        ("https://example.com:65536/", ["port"]),
        ("https://example.com:/", ["port"]),
        ("https://example.com:+80/", ["port"]),
        ("https://example.com:８０/", ["port"]),
        ("https://example.com:80:80/", ["port"]),
        ("https://example.com:000080/", ["port"]),
        ("https://exa mple.com/", ["characters", "host"]),
        ("https://example.com/a b", ["characters"]),
        ("https://example.com/a\tb", ["characters"]),
        ("https://example.com/a\r\nHost: x", ["characters"]),
        ("https://example.com/\x00", ["characters"]),
        ("https://example.com/\x7f", ["characters"]),
        ("https://example.com/\x85", ["characters"]),
        ("https://example.com/\u3000", ["characters"]),
        ("https://example.com/\u202emoc", ["characters"]),
        ("https://example.com/\U000e0041", ["characters"]),
        ("https://example.com/\ud800", ["characters"]),
        ("https://example.com\\@127.0.0.1/", ["characters"]),
        ("https://example.com\\.evil.com/", ["characters"]),
        ("https://e\u200bvil.com/", ["characters", "host"]),
        ("https://e\u00advil.com/", ["characters", "host"]),
        ("https://e\u034fvil.com/", ["host"]),
        ("https://example.com\u2215evil.com/", ["host"]),
        ("https://example.com／evil.com/", ["host"]),
        ("https://example.com＠127.0.0.1/", ["host"]),
        ("https://ex℀mple.com/", ["host"]),
        ("https://a..example.com/", ["host"]),
        ("https://example.com../", ["host"]),
        ("https://.example.com/", ["host"]),
        ("https://-a.example.com/", ["host"]),
        ("https://a-.example.com/", ["host"]),
        ("https://a!b.example.com/", ["host"]),
        ("https://xn--.com/", ["host"]),
        ("https://xn--a.com/", ["host"]),
        ("https://\U0001f600.com/", ["host"]),
        (f"https://{'a' * 64}.com/", ["host"]),
        (f"https://{'ü' * 63}.com/", ["host"]),
        (f"https://{'a.' * 127}com/", ["host"]),
        (f"https://{'ü.' * 60}com/", ["host"]),
        (f"https://{'a' * 400}/", ["host"]),
        ("https://exam%70le.com/", ["host"]),
        ("http://[2606:4700:4700:0:0:0:0:1111]/", ["host"]),
        ("ftp://u:p@localhost:0/ x", ["characters", "scheme", "userinfo", "port", "public_host"]),
    ],
)
def test_every_broken_rule_is_named(url, broken):
    assert rules(url) == broken


def test_a_problem_names_the_field_the_host_and_a_url_that_works():
    (problem,) = find_url_problems("http://nas.lan:9/")

    assert (problem.field, problem.example) == ("url", "https://example.com/hook")
    assert "'nas.lan'" in problem.message
    assert "CRONLYTIC_ALLOW_HOSTS" in problem.message
    assert find_url_problems(problem.example) == ()


def test_no_problem_repeats_what_may_be_secret():
    problems = find_url_problems("http://user:hunter2@localhost:99999/sesame?token=t0ps3cret#fragment1 ")

    text = " ".join(problem.message for problem in problems)
    assert problems
    assert not [secret for secret in ("hunter2", "sesame", "t0ps3cret", "fragment1") if secret in text]


def test_a_host_is_quoted_without_its_invisible_characters_and_in_part():
    text = " ".join(problem.message for problem in find_url_problems("https://e\u202e" + "v" * 500 + "/"))

    assert "\u202e" not in text
    assert len(text) < 400


def test_parsing_raises_every_problem_at_once():
    with pytest.raises(InvalidArguments) as caught:
        parse_url("ftp://u:p@localhost/")

    assert [problem.rule for problem in caught.value.problems] == ["scheme", "userinfo", "public_host"]


def test_the_parts_of_a_url():
    url = parse_url("https://Example.com.:8443/a/b?c=d#e")

    assert (url.scheme, url.host.name, url.port, url.target) == ("https", "example.com", 8443, "/a/b?c=d")
    assert url.host.address is None
    assert parse_url("http://[2606:4700::1111]/").host.address == ip_address("2606:4700::1111")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%eth0", "nonsense", ""]
)
def test_a_public_name_may_not_be_connected_to_an_address_that_is_not_public(address):
    assert not may_connect(parse_url("https://example.com/"), address, 443)


def test_a_public_name_may_be_connected_to_public_addresses():
    url = parse_url("https://example.com/")

    assert may_connect(url, "93.184.215.14", 443)
    assert may_connect(url, "2606:4700:4700::1111", 443)


def test_an_allowed_name_may_be_connected_wherever_it_leads_on_its_port():
    allowed = AllowedHosts.parse(["nas.lan:8080"])
    url = parse_url("http://nas.lan:8080/", allowed)

    assert may_connect(url, "192.168.1.2", 8080, allowed)
    assert may_connect(url, "fe80::1%eth0", 8080, allowed)
    assert not may_connect(url, "192.168.1.2", 8081, allowed)


def test_an_allowed_network_may_be_connected_by_any_name_and_nothing_beside_it():
    allowed = AllowedHosts.parse(["192.168.1.0/24"])
    url = parse_url("http://hook.example.com/", allowed)

    assert may_connect(url, "192.168.1.2", 80, allowed)
    assert not may_connect(url, "192.168.2.2", 80, allowed)


URL_LIKE = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP://", "//", "http:/", ""]),
    st.text(max_size=80) | st.text("ab1.:[]@%-_xX0。ａü\u200d\\", max_size=40) | st.ip_addresses().map(str),
    st.sampled_from(["", ":80", ":0", "]", "]:1"]),
    st.text(max_size=40).map("/{}".format) | st.just(""),
)


@given(st.text() | URL_LIKE | st.text().map("http://xn--{}.com/".format))
@example("http://xn--0.com/")
@example("http://xn--99999999999999.com/")
@example("http://" + "xn--" * 500)
@example("http://" + "・" * 2000)
@example("http://" + "[" * 2000)
@example("http://" + "@" * 2000)
def test_any_text_gets_a_verdict_and_what_passes_means_the_same_to_the_http_client(text):
    problems = find_url_problems(text)

    if problems:
        with pytest.raises(InvalidArguments):
            parse_url(text)
        return
    parsed = parse_url(text)
    as_sent = URL(parsed.text)
    assert (as_sent.scheme, as_sent.raw_host, as_sent.port) == (parsed.scheme, parsed.host.text, parsed.port)
    assert as_sent.user is None
    assert parse_url(parsed.text) == parsed


@given(st.ip_addresses())
def test_an_address_as_host_passes_exactly_if_it_is_public(address):
    host = f"[{address}]" if address.version == 6 else str(address)
    url = parse_url(f"http://{host}/", AllowedHosts.parse([str(address)]))

    assert (find_url_problems(f"http://{host}/") == ()) == may_connect(url, str(address), 80)
