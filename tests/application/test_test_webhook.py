"""Testing a webhook: what is reported, what is advised, and what keeps it from being misused."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.webhook_sender import OK, MemoryWebhookSender
from cronlytic_mcp.application.test_webhook import SHOWN_BODY_LIMIT
from cronlytic_mcp.application.test_webhook import test_webhook as run_test
from cronlytic_mcp.application.webhook_limiter import WebhookLimiter
from cronlytic_mcp.domain.errors import InvalidArguments, RateLimited
from cronlytic_mcp.domain.secrets.masking import MASK
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.webhook import FailureKind, WebhookFailed, WebhookRequest, WebhookResponse

pytestmark = pytest.mark.anyio

URL = "https://hook.example.com/run"


@pytest.fixture
def sender():
    return MemoryWebhookSender(AllowedHosts.parse(["nas.lan"]))


@pytest.fixture
def limiter(clock):
    return WebhookLimiter(clock)


async def test_a_good_answer_is_reported_with_everything_about_it(sender, clock, limiter):
    end = clock.now() + timedelta(days=30, hours=23)
    sender.answer(
        URL,
        WebhookResponse(201, {"content-type": "application/json"}, '{"id": 1}', 9, True, 0.12345, 0.5, end),
    )
    report = await run_test(
        sender, clock, limiter, url=URL, method="post", headers={"X-A": "b"}, body="{}", timeout=3
    )

    assert (report.ok, report.status, report.failure, report.problem) == (True, 201, None, None)
    assert (report.headers_ms, report.elapsed_ms) == (123.5, 500.0)
    assert (report.content_type, report.size, report.untrusted_body) == ("application/json", 9, '{"id": 1}')
    assert (report.certificate_days, report.redirect_to, report.advice) == (30, None, ())
    assert sender.sent == [WebhookRequest(URL, "POST", {"X-A": "b"}, "{}", 3)]


async def test_url_is_enough(sender, clock, limiter):
    report = await run_test(sender, clock, limiter, url=URL)

    assert report.ok
    assert sender.sent == [WebhookRequest(URL, "GET", {}, "", 10)]


async def test_a_bad_status_is_a_report_and_no_error(sender, clock, limiter):
    sender.answer(URL, evolve(OK, status=401))
    report = await run_test(sender, clock, limiter, url=URL)

    assert (report.ok, report.status) == (False, 401)
    assert "Authorization" in " ".join(report.advice)


async def test_a_failure_is_a_report_with_the_time_that_it_took(clock, limiter):
    class SlowSender(MemoryWebhookSender):
        async def send(self, request):
            clock.advance(2.5)
            raise WebhookFailed(FailureKind.TIMEOUT, "the answer began, but did not end", 200)

    report = await run_test(SlowSender(AllowedHosts()), clock, limiter, url=URL)

    assert (report.ok, report.status, report.failure) == (False, 200, FailureKind.TIMEOUT)
    assert (report.elapsed_ms, report.headers_ms) == (2500.0, None)
    assert report.problem == "the answer began, but did not end"
    assert "Cronlytic does not document" in " ".join(report.advice)


async def test_nothing_is_sent_twice(sender, clock, limiter):
    for outcome in (evolve(OK, status=503), WebhookFailed(FailureKind.DISCONNECTED, "hung up")):
        sender.sent.clear()
        sender.answer(URL, outcome)
        await run_test(sender, clock, limiter, url=URL)

        assert len(sender.sent) == 1


async def test_text_of_the_target_is_cleaned_and_cut(sender, clock, limiter):
    dirty = "a\u202eb\u200b\x1b[31m\U000e0041"
    sender.answer(URL, evolve(OK, body=dirty + "x" * 5000, headers={"content-type": dirty * 100}))
    report = await run_test(sender, clock, limiter, url=URL)

    assert report.untrusted_body.startswith("ab[31mxxx")
    assert len(report.untrusted_body) == SHOWN_BODY_LIMIT
    assert report.content_type is not None
    assert len(report.content_type) == 100
    assert not {"\u202e", "\u200b", "\x1b"} & set(report.untrusted_body + report.content_type)


async def test_secrets_that_the_target_echoes_are_masked(sender, clock, limiter):
    echo = "you sent Bearer t0ps3cret-header, t0ps3\u200bcret-header, t0ps3cret-query and t0ps3cret-body"
    sender.answer(
        URL + "?token=t0ps3cret-query",
        evolve(
            OK, status=302, body=echo, headers={"location": "/next?x=t0ps3cret-query", "content-type": echo}
        ),
    )
    report = await run_test(
        sender,
        clock,
        limiter,
        url=URL + "?token=t0ps3cret-query",
        headers={"Authorization": "Bearer t0ps3cret-header"},
        body='{"password": "t0ps3cret-body"}',
    )

    assert "t0ps3cret" not in repr(report)
    assert report.untrusted_body.count(MASK) == 4


async def test_a_secret_across_the_end_of_the_shown_body_is_masked(sender, clock, limiter):
    secret = "t0ps3cret" * 20
    sender.answer(URL, evolve(OK, body="x" * 950 + secret))
    report = await run_test(sender, clock, limiter, url=URL, headers={"X-API-Key": secret})

    assert "t0p" not in report.untrusted_body


async def test_a_redirect_is_shown_masked_and_advised_on(sender, clock, limiter):
    sender.answer(URL, evolve(OK, status=308, headers={"location": "https://new.example.com/?token=abcdef"}))
    report = await run_test(sender, clock, limiter, url=URL)

    assert (report.ok, report.status) == (False, 308)
    assert report.redirect_to == f"https://new.example.com/?token={MASK}"
    assert "use it as url" in report.advice[0]
    assert len(sender.sent) == 1


@pytest.mark.parametrize(
    ("location", "advice"),
    [
        ("http://127.0.0.1/admin", "may not be called"),
        ("http://nas.lan/", "use it as url"),
        ("ftp:x", "may not be called"),
    ],
)
async def test_a_redirect_is_judged_by_the_same_rule_as_the_url(sender, clock, limiter, location, advice):
    sender.answer(URL, evolve(OK, status=302, headers={"location": location}))
    report = await run_test(sender, clock, limiter, url=URL)

    assert advice in " ".join(report.advice)


async def test_an_expired_certificate_counts_below_zero(sender, clock, limiter):
    sender.answer(URL, evolve(OK, certificate_expires_at=clock.now() - timedelta(hours=1)))

    assert (await run_test(sender, clock, limiter, url=URL)).certificate_days == -1


async def test_every_broken_rule_is_named_at_once_and_costs_no_test(sender, clock):
    limiter = WebhookLimiter(clock, a_minute=1)
    with pytest.raises(InvalidArguments) as caught:
        await run_test(
            sender,
            clock,
            limiter,
            url="http://localhost/",
            method="BREW",
            headers={"Authorization": MASK},
            body="x" * 100_001,
            timeout=31,
        )
    await run_test(sender, clock, limiter, url=URL)

    assert {problem.field for problem in caught.value.problems} == {
        "url", "method", "headers.Authorization", "body", "timeout",
    }  # fmt: skip
    assert len(sender.sent) == 1


async def test_a_name_that_leads_to_a_private_address_is_an_error_and_sends_nothing(sender, clock, limiter):
    sender.resolve("hook.example.com", "10.0.0.1")
    with pytest.raises(InvalidArguments) as by_name:
        await run_test(sender, clock, limiter, url=URL)
    with pytest.raises(InvalidArguments) as by_address:
        await run_test(sender, clock, limiter, url="http://10.0.0.1/")

    assert by_name.value.problems[0].rule == by_address.value.problems[0].rule == "public_host"
    assert str(by_name.value).replace("hook.example.com", "10.0.0.1") == str(by_address.value)
    assert sender.sent == []


async def test_ten_tests_a_minute_are_let_through(sender, clock, limiter):
    for _ in range(10):
        await run_test(sender, clock, limiter, url=URL)
        clock.advance(1)
    with pytest.raises(RateLimited) as caught:
        await run_test(sender, clock, limiter, url=URL)

    assert caught.value.retry_after == 50
    assert "10 webhooks a minute" in str(caught.value)
    assert "Cronlytic" not in str(caught.value)
    clock.advance(caught.value.retry_after)
    assert (await run_test(sender, clock, limiter, url=URL)).ok


async def test_three_tests_at_once_are_let_through(clock, limiter):
    release = anyio.Event()
    waiting = []

    class WaitingSender(MemoryWebhookSender):
        async def send(self, request):
            waiting.append(request)
            await release.wait()
            return await super().send(request)

    sender = WaitingSender(AllowedHosts())

    async def test_one():
        await run_test(sender, clock, limiter, url=URL)

    async with anyio.create_task_group() as tests:
        for _ in range(3):
            tests.start_soon(test_one)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(RateLimited) as caught:
            await test_one()
        release.set()
    await test_one()

    assert "3 webhooks at once" in str(caught.value)
    assert caught.value.retry_after
    assert len(waiting) == 4


async def test_a_test_that_fails_or_is_cancelled_frees_its_place(clock):
    class HangingSender(MemoryWebhookSender):
        async def send(self, request):
            await anyio.sleep_forever()

    limiter = WebhookLimiter(clock, at_once=1)
    with anyio.move_on_after(0.01) as scope:
        await run_test(HangingSender(AllowedHosts()), clock, limiter, url=URL)
    sender = MemoryWebhookSender(AllowedHosts())
    sender.answer(URL, WebhookFailed(FailureKind.DNS, "no address"))
    await run_test(sender, clock, limiter, url=URL)

    assert scope.cancelled_caught
    assert (await run_test(sender, clock, limiter, url="https://other.example.com/")).ok
