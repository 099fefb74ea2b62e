"""Jobs of every kind, with secrets in every place, for property tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import strategies as st

from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.policy_rules import read_policy
from cronlytic_mcp.domain.portability.document import PortableJob
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot

words = st.text("abcXYZ019_-", min_size=1, max_size=20)
tricky = st.sampled_from(
    ["${A}", "$${A}", "$", "$$", "${", "}", "&", "=", '"', "\\", "\n", "  ", "\r\n", "é", ": ", "- ", "#"]
)
texts = st.lists(st.one_of(words, tricky), max_size=6).map("".join)
visible = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
values = st.one_of(texts, st.integers(0, 10**9), st.booleans(), st.none())
json_bodies = st.builds(
    json.dumps,
    st.dictionaries(st.sampled_from(["token", "password", "a", "note", "pin"]), values, max_size=4),
    indent=st.sampled_from([None, 2]),
    ensure_ascii=st.booleans(),
)
forms = st.lists(st.tuples(st.sampled_from(["token", "q", "key"]), words), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
bodies = st.one_of(texts, json_bodies, forms, words.map(lambda word: f"password: {word}\nplain: {word}\n"))
headers = st.dictionaries(
    st.sampled_from(["Authorization", "X-Api-Key", "Accept", "X-Note", "Cookie"]),
    st.one_of(visible, words.map(lambda word: f"Bearer {word}"), st.just("${A}")),
    max_size=4,
)
urls = st.builds(
    lambda path, query: f"https://example.com/{path}{'?' if query else ''}{query}", words, forms
) | words.map(lambda word: f"https://hooks.slack.com/services/T/{word}")
schedules = st.one_of(
    st.sampled_from([CronSchedule("0 3 * * 1"), CronSchedule("*/5 * * * *", "Europe/Berlin")]),
    st.integers(1, 10**6).map(IntervalSchedule),
    st.integers(2 * 10**9, 4 * 10**9).map(lambda second: OneShot(datetime.fromtimestamp(second, UTC))),
)
options = st.fixed_dictionaries(
    {},
    optional={
        "retries": st.integers(1, 10),
        "timeout_seconds": st.floats(0.1, 30, allow_nan=False),
        "overlap": st.sampled_from(["queue", "allow"]),
        "success_statuses": st.just("200-299,304"),
        "must_contain": words,
        "end_at": st.just("2099-12-31T00:00:00+00:00"),
    },
)
jobs = st.builds(
    PortableJob,
    st.builds(
        JobSpec,
        name=words,
        url=urls,
        schedule=schedules,
        method=st.sampled_from(["GET", "POST"]),
        headers=headers,
        body=bodies,
        description=texts,
        group=st.none() | words,
        policy=options.map(read_policy),
    ),
    st.booleans(),
    st.none() | words,
)
