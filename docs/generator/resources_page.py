"""The reference page of the resources, written from what the server lists and answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from mcp import Client
from mcp_types import TextResourceContents

from docs.generator.markdown import cell, table
from docs.generator.surface import connect

HEADING = """# Resources

What a person or a program can read without a call of a tool. All of it is JSON, with secrets masked. A client
can subscribe to jobs, to one of them, and to its runs; it then hears of every change, also of those made
elsewhere.

"""
LATER = """
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
