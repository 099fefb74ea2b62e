"""What a client may send by mistake or on purpose: values, arguments and lines of any kind."""

from __future__ import annotations

import json

from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)  # halves of surrogates among it
LONG_TEXT = st.builds(
    lambda text, times: text * times, st.text(min_size=1, max_size=3), st.integers(1, 30_000)
)
NUMBERS = st.one_of(
    st.integers(), st.floats(), st.integers(10**30, 10**60), st.sampled_from([10**400, -(2**63), 1e308, -0.0])
)
ANY_VALUE = st.recursive(
    st.none() | st.booleans() | NUMBERS | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)

# Nothing here leads out of this machine, and nothing asks a name server.
URLS = [
    "http://127.0.0.1:9/x", "http://[::1]/", "http://localhost/", "http://2130706433/", "//x/", "http:///", "http://a:b@10.0.0.1/",
    "http://10.0.0.1:99999/", "http://\u2215.local/", "https://xn--a.localhost/", "http://[::1%25lo]/", "http://0x7f.1/%00", "https://.",
]  # fmt: skip
PLAUSIBLE = {
    "job_id": ["none-such", "..", "a/b", "a?b", "\x00", "A" * 64, "a" * 65],
    "url": URLS,
    "name": ["backup", "", "a b", "x" * 51, "ü"],
    "cron_expression": ["* * * * *", "0 0 31 2 *", "@daily", "5-5 * * * *", "* * * *", "60 * * * *", "*/0 * * * *", "1-59/7,3 * * * MON"],
    "timezone": ["UTC", "Europe/Berlin", "../etc/passwd", "Mars/Phobos", "US/Eastern\x00"],
    "method": ["GET", "post", "TRACE", "GET\r\nX: y"],
    "headers": [{}, {"X-A": "b"}, {"X\r\nY": "z"}, {"Host": "a\nb"}, {"": ""}, {"A": None}],
    "body": ["", "{}", "\x00", '{"token": "t"}'],
    "status": ["paused", "failed", "x"],
    "sort": ["name", "next_run_at"],
    "limit": [1, 50, 0, -1, 10**9, 2.0, True],
    "count": [1, 20, 21],
    "after": ["2026-03-08T00:00:00-05:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2026-01-01"],
    "cursor": ["", "e30=", "////", "eyJhIjoxfQ"],
    "confirmation_token": ["", "AAAA", "=" * 44, "a" * 5000],
    "timeout": [0.1, 1, 1e-9, 1e9],
}  # fmt: skip

METHODS = [
    "initialize", "notifications/initialized", "ping", "tools/list", "tools/call", "resources/list", "resources/read",
    "resources/subscribe", "resources/templates/list", "prompts/list", "prompts/get", "completion/complete", "logging/setLevel",
    "server/discover", "subscriptions/listen", "notifications/progress", "notifications/roots/list_changed", "rpc.discover",
]  # fmt: skip


def arguments_of(tool: dict) -> st.SearchStrategy[object]:
    """Arguments for a tool: its own names with values that fit, nearly fit or do not, unknown names, no object at all."""
    names = list(tool["inputSchema"].get("properties", {}))
    own = st.fixed_dictionaries(
        {},
        optional={name: st.sampled_from(PLAUSIBLE.get(name, [""])) | ANY_VALUE | LONG_TEXT for name in names},
    )
    return st.one_of(own, own, st.dictionaries(ANY_TEXT, ANY_VALUE, max_size=3), ANY_VALUE)


def messages() -> st.SearchStrategy[object]:
    """JSON-RPC messages of which some part may be anything."""
    return st.fixed_dictionaries(
        {},
        optional={
            "jsonrpc": st.just("2.0") | ANY_VALUE,
            "id": st.integers() | ANY_VALUE | LONG_TEXT,
            "method": st.sampled_from(METHODS) | ANY_TEXT | ANY_VALUE | LONG_TEXT,
            "params": ANY_VALUE
            | st.dictionaries(
                st.sampled_from(["name", "arguments", "uri", "_meta", "cursor", "level"]), ANY_VALUE
            ),
            "result": ANY_VALUE,
            "error": ANY_VALUE,
        },
    )


def lines() -> st.SearchStrategy[bytes]:
    """Lines without their end."""
    return st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(str.encode),
        ANY_VALUE.map(lambda value: json.dumps(value).encode()),
        messages().map(lambda message: json.dumps(message).encode()),
        messages().map(lambda message: json.dumps(message).encode()[:-1]),
    ).map(lambda line: line.replace(b"\n", b" "))


def calling(method: str, params: object = None, request_id: object = 7) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params or {}}).encode()


def nested(depth: int) -> bytes:
    return (
        b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":'
        + b'{"a":' * depth
        + b"1"
        + b"}" * (depth + 1)
    )


NASTY = {
    "a line of 5 MB": b"x" * 5_000_000,
    "a request of 5 MB": calling("tools/call", {"name": "create_job", "arguments": {"body": "x" * 5_000_000}}),
    "an argument of 3 MB": calling("tools/call", {"name": "create_job", "arguments": {"name": "x" * 3_000_000}}),
    "a tool's name of 3 MB": calling("tools/call", {"name": "x" * 3_000_000}),
    "a method of 3 MB": calling("x" * 3_000_000),
    "an id of 3 MB": calling("ping", request_id="x" * 3_000_000),
    "a million values": calling("tools/call", {"name": "list_jobs", "arguments": {"a": [1] * 1_000_000}}),
    "100,000 unknown arguments": calling("tools/call", {"name": "list_jobs", "arguments": dict.fromkeys(map(str, range(100_000)), 1)}),
    "20,000 headers": calling(
        "tools/call",
        {"name": "create_job", "arguments": {"headers": {f"x{number}": "y" for number in range(20_000)}}},
    ),
    "100 levels": nested(100),
    "100,000 levels": nested(100_000),
    "an array of 100,000 levels": b"[" * 100_000,
    "a number of 100,000 digits": b'{"jsonrpc":"2.0","id":' + b"9" * 100_000 + b',"method":"ping"}',
    "no UTF-8": b'{"jsonrpc":"2.0","id":7,"method":"\xff\xfe"}',
    "half a surrogate pair": b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\\ud800"}}',
    "half a surrogate pair as id": b'{"jsonrpc":"2.0","id":"\\udfff","method":"ping"}',
    "a byte order mark": b"\xef\xbb\xbf" + calling("ping"),
    "zero bytes": b"\x00" * 10_000,
    "carriage returns": b"\r\r" + calling("ping") + b"\r",
    "a batch": b"[" + b",".join([calling("ping")] * 100) + b"]",
    "no id": b'{"jsonrpc":"2.0","id":null,"method":"ping"}',
    "infinity": b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"list_jobs","arguments":{"limit":Infinity}}}',
    "a key twice": b'{"jsonrpc":"2.0","id":7,"id":8,"method":"ping","method":"tools/list"}',
    "an answer to nothing": b'{"jsonrpc":"2.0","id":99,"result":{}}',
}  # fmt: skip
