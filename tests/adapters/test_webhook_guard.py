"""No request reaches an address that is not public, whatever name, spelling or trick leads there.

127.0.0.2 plays the public internet in some of these tests: the operator allows it there, and nothing else.
"""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.adapters.webhook.sender import AiohttpWebhookSender
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.webhook import FailureKind, WebhookFailed, WebhookRequest
from tests.webhook_target import ScriptedResolver, closed_port, listening, saying

pytestmark = pytest.mark.anyio

NOT_PUBLIC = [
    "127.0.0.1", "0.0.0.0", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1", "168.63.129.16",
    "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:100.64.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
    "fe80::1", "fe80::1%lo", "fec0::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
]  # fmt: skip


def make_sender(*allowed: str, resolver: ScriptedResolver | None = None) -> AiohttpWebhookSender:
    return AiohttpWebhookSender(SystemClock(), AllowedHosts.parse(allowed), resolver=resolver)


async def refusal(sender: AiohttpWebhookSender, url: str) -> str:
    with pytest.raises(InvalidArguments) as caught:
        await sender.send(WebhookRequest(url))
    (problem,) = caught.value.problems
    assert (problem.field, problem.rule) == ("url", "public_host")
    return str(caught.value)


async def test_an_address_literal_is_refused_alike_whether_its_port_is_open_or_closed():
    async with listening() as target:
        open_port = await refusal(make_sender(), f"http://127.0.0.1:{target.port}/")

        assert open_port == await refusal(make_sender(), f"http://127.0.0.1:{closed_port()}/")
        assert target.accepted == 0


async def test_a_name_that_leads_to_a_private_address_is_refused_alike_whether_its_port_is_open_or_closed():
    resolver = ScriptedResolver(hook_example_com=[["127.0.0.1"]])
    async with listening() as target:
        open_port = await refusal(make_sender(resolver=resolver), f"http://hook.example.com:{target.port}/")
        closed = await refusal(make_sender(resolver=resolver), f"http://hook.example.com:{closed_port()}/")

        assert open_port == closed
        assert target.accepted == 0


async def test_a_refusal_does_not_say_where_a_name_leads():
    resolver = ScriptedResolver(hook_example_com=[["10.11.12.13"]])

    assert "10.11" not in await refusal(make_sender(resolver=resolver), "http://hook.example.com/")


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_a_name_that_leads_to_any_address_that_is_not_public_is_refused(address):
    resolver = ScriptedResolver(hook_example_com=[[address]])

    await refusal(make_sender(resolver=resolver), "https://hook.example.com/")


@pytest.mark.parametrize("addresses", [["127.0.0.1", "10.0.0.1", "::1"], ["127.0.0.1", "127.0.0.1"]])
async def test_a_name_with_several_private_addresses_is_refused(addresses):
    resolver = ScriptedResolver(hook_example_com=[addresses])

    await refusal(make_sender(resolver=resolver), "http://hook.example.com/")


async def test_a_name_that_changes_its_answer_is_judged_by_the_address_of_each_connection():
    resolver = ScriptedResolver(hook_example_com=[["127.0.0.2"], ["127.0.0.1"]])
    async with (
        listening(host="127.0.0.2") as public,
        listening(host="127.0.0.1", port=public.port) as private,
    ):
        sender = make_sender("127.0.0.2", resolver=resolver)
        url = f"http://hook.example.com:{public.port}/"
        response = await sender.send(WebhookRequest(url))
        await refusal(sender, url)

        assert response.status == 200
        assert (public.accepted, private.accepted) == (1, 0)
        assert len(resolver.asked) == 2  # once a request: the address that was judged is the one that is used


async def test_of_several_addresses_only_the_public_one_is_connected():
    resolver = ScriptedResolver(hook_example_com=[["127.0.0.1", "127.0.0.2"]])
    async with (
        listening(host="127.0.0.2") as public,
        listening(host="127.0.0.1", port=public.port) as private,
    ):
        sender = make_sender("127.0.0.2", resolver=resolver)
        response = await sender.send(WebhookRequest(f"http://hook.example.com:{public.port}/"))

        assert response.status == 200
        assert (public.accepted, private.accepted) == (1, 0)


async def test_a_private_address_is_not_fallen_back_to_when_the_public_one_is_down():
    resolver = ScriptedResolver(hook_example_com=[["127.0.0.2", "127.0.0.1"]])
    async with listening(host="127.0.0.1") as private:
        sender = make_sender("127.0.0.2", resolver=resolver)
        await refusal(sender, f"http://hook.example.com:{private.port}/")

        assert private.accepted == 0


async def test_a_redirect_to_a_private_address_is_reported_and_not_followed():
    async with listening(host="127.0.0.1") as private:
        location = f"http://127.0.0.1:{private.port}/admin"
        answer = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
        async with listening(saying(answer), host="127.0.0.2") as public:
            url = f"http://127.0.0.2:{public.port}/"
            response = await make_sender("127.0.0.2").send(WebhookRequest(url))

        assert (response.status, response.redirect_target(url)) == (302, location)
        assert private.accepted == 0


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    async with listening() as proxy, listening() as target:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        sender = make_sender(f"127.0.0.1:{target.port}")
        await sender.send(WebhookRequest(f"http://127.0.0.1:{target.port}/"))

        assert (proxy.accepted, target.accepted) == (0, 1)


async def test_an_entry_with_a_port_opens_that_port_only():
    async with listening() as named, listening() as other:
        sender = make_sender(f"127.0.0.1:{named.port}")
        response = await sender.send(WebhookRequest(f"http://127.0.0.1:{named.port}/"))
        await refusal(sender, f"http://127.0.0.1:{other.port}/")

        assert response.status == 200
        assert (named.accepted, other.accepted) == (1, 0)


async def test_an_allowed_name_is_looked_up_by_the_machine_and_called_where_it_leads():
    async with listening() as target:
        response = await make_sender("localhost").send(WebhookRequest(f"http://localhost:{target.port}/"))

        assert (response.status, target.accepted) == (200, 1)


async def test_an_allowed_name_does_not_open_its_address_to_other_names():
    resolver = ScriptedResolver(nas_lan=[["127.0.0.1"]], hook_example_com=[["127.0.0.1"]])
    async with listening() as target:
        sender = make_sender("nas.lan", resolver=resolver)
        await sender.send(WebhookRequest(f"http://nas.lan:{target.port}/"))
        await refusal(sender, f"http://hook.example.com:{target.port}/")
        await refusal(sender, f"http://127.0.0.1:{target.port}/")

        assert target.accepted == 1


async def test_a_resolver_that_answers_with_another_port_changes_nothing():
    class PortChangingResolver(ScriptedResolver):
        async def resolve(self, host, port=0, family=0):
            return await super().resolve(host, other.port, family)

    async with listening() as named, listening() as other:
        resolver = PortChangingResolver(nas_lan=[["127.0.0.1"]])
        await refusal(
            make_sender(f"nas.lan:{named.port}", resolver=resolver), f"http://nas.lan:{named.port}/"
        )

        assert (named.accepted, other.accepted) == (0, 0)


async def test_a_name_without_address_is_told_apart_from_a_refusal():
    with pytest.raises(WebhookFailed) as caught:
        await make_sender(resolver=ScriptedResolver()).send(WebhookRequest("https://nothing.example.com/"))

    assert caught.value.kind == FailureKind.DNS
