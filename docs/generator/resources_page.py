"""The reference page of the resources, written from what the server lists and answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from mcp import Client
from mcp_types import TextResourceContents

from cronlytic_mcp.entrypoints.mcp.resources.listing import list_templates
from docs.generator.markdown import cell, table
from docs.generator.surface import connect

HEADING = """# Resources

What a person or a program can read without a call of a tool. All of it is JSON, with secrets masked. A client
can subscribe to jobs, to one of them, and to its runs; it then hears of every change, also of those made
elsewhere.

"""
LATER = """
## How they behave

- **The list** begins with the resources that need no backend; the jobs follow by name, page by page, each
  with its log once it has run (`lastModified` is then the time of its newest run; nothing tells when a job
  itself was changed last). Clients list resources when they start, so the first page comes even while the
  backend is down: without jobs, and with the reason under `cronlytic-mcp/problem` in `_meta`. A further
  page fails then.
- **Reading** may be answered from memory for a few seconds, but never with what was true before a change
  through this server. While the backend is down the last known content comes, with `stale` and `as_of` in
  it. No content is over 25,000 characters; `omitted` says what is left out and how to get it.
- **Caching** (`ttlMs`): what changes with the jobs is 0, because the reader's next call may change it; the
  cron templates are kept for a minute, the job templates for five. All of it is private.
- **Errors** are the protocol's, with our code, message and facts in `data`. What does not exist is -32002
  for clients of 2025 and -32602 for those of 2026; a URI with what cannot be an id is -32602; a backend
  that fails is -32603.
- **Updates** come at once for changes through this server. Changes made elsewhere are looked for only while
  a client is subscribed, for all subscribers together, and less often while the backend fails: with the
  local backend every second in the events of its store, so that runs and changes of any process on it are
  told; with Cronlytic by one request for all jobs every 30 seconds. Both times are give or take a tenth, and
  `CRONLYTIC_POLL_SECONDS` sets them. Clients of 2025 use
  `resources/subscribe`, those of 2026 `subscriptions/listen`, where changes of the list of resources can be
  had too. A subscription is answered once changes are seen, after five seconds at most.
- **Completion** offers live jobs for `job_id` by the beginning of the id or of the name, up to 100; while
  the backend is down those that were known before, or none, but never an error.

## Templates

`cronlytic://templates/cron` and `cronlytic://templates/jobs` hold these, each with more to it, such as the
next runs or the body of the request.

"""
JOB = {"name": "example", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}


def write_resources_page() -> str:
    """Return the page."""
    return HEADING + asyncio.run(_read())


async def _read() -> str:
    async with connect() as client:
        answer = await client.call_tool("create_job", JOB)
        job_id = (answer.structured_content or {})["job"]["job_id"]
        listed = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        known = {each.uri: each.description for each in listed if job_id not in each.uri}
        known |= {each.uri_template: each.description for each in templates}
        rows = [
            (f"`{uri}`", cell(what or ""), await _name_fields(client, uri.replace("{job_id}", job_id)))
            for uri, what in known.items()
        ]
        cron = await _read_json(client, "cronlytic://templates/cron")
        jobs = await _read_json(client, "cronlytic://templates/jobs")
    rows += [
        (f"`{each.uri_template}`", cell(each.description or ""), "only where the backend has an engine")
        for each in list_templates(has_engine=True)
        if each.uri_template not in known
    ]
    headings = ("URI", "what", "fields")
    return table(headings, rows) + LATER + _show_cron(cron) + "\n" + _show_jobs(jobs)


async def _name_fields(client: Client, uri: str) -> str:
    return ", ".join(f"`{name}`" for name in await _read_json(client, uri))


async def _read_json(client: Client, uri: str) -> dict[str, Any]:
    [contents] = (await client.read_resource(uri)).contents
    if not isinstance(contents, TextResourceContents):
        raise TypeError(f"{uri} is no text")
    content: dict[str, Any] = json.loads(contents.text)
    return content


def _show_cron(content: dict[str, Any]) -> str:
    def rows() -> Iterator[tuple[str, str, str]]:
        for group, templates in content["groups"].items():
            for each in templates:
                yield group.replace("_", " "), f"`{each['cron_expression']}`", cell(each["description"])

    return table(("group", "expression", "it runs"), rows())


def _show_jobs(content: dict[str, Any]) -> str:
    rows = [
        (f"`{each['template_id']}`", cell(each["purpose"]), cell(each["to_replace"]))
        for each in content["templates"]
    ]
    return table(("ready job", "what it does", "to replace"), rows)
