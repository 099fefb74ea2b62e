"""The reference is what the program says of itself, and a page that is out of date is found out."""

from __future__ import annotations

import pytest

from cronlytic_mcp.entrypoints.configuration_file import LIMIT_KEYS
from cronlytic_mcp.entrypoints.mcp.prompts.listing import list_prompts
from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS
from cronlytic_mcp.entrypoints.mcp.resources.listing import list_templates
from docs.generator.__main__ import PAGES, main
from docs.generator.surface import connect
from tests.architecture.source_tree import ROOT
from tests.docs.error_codes import error_classes, error_codes

REFERENCE = ROOT / "docs" / "reference"


def read(page: str) -> str:
    return (REFERENCE / page).read_text(encoding="utf-8")


def test_the_reference_is_up_to_date():
    assert main(["--check"]) == 0, "run: make docs"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_differs_is_found_out_and_written_anew(tmp_path, page, capsys):
    main([], tmp_path)
    right = (tmp_path / page).read_text(encoding="utf-8")
    (tmp_path / page).write_text(f"{right}by hand", encoding="utf-8")

    assert main(["--check"], tmp_path) == 1
    assert page in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert (tmp_path / page).read_text(encoding="utf-8") == right


def test_every_error_of_the_package_is_in_the_reference():
    """Wherever it is defined: the codes are read from the source, not from a module."""
    page = read("errors.md")

    assert not [code for code in error_codes() if f"## {code}\n" not in page]
    assert not [name for name in error_classes() if f"`{name}`:" not in page]


def test_every_tool_and_every_number_is_in_the_reference():
    tools, settings = read("tools.md"), read("settings.md")

    assert not [tool.name for tool in ALL_TOOLS if f"## {tool.name}\n" not in tools]
    assert not [key for key in LIMIT_KEYS if f"`CRONLYTIC_{key.upper()}`" not in settings]


@pytest.mark.anyio
async def test_every_resource_and_every_prompt_is_in_the_reference_and_told_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    async with connect() as client:
        resources = [resource.uri for resource in (await client.list_resources()).resources]
    # Those of a backend with an engine, which has all of them.
    templates = [each.uri_template for each in list_templates(has_engine=True)]
    prompts = [prompt.name for prompt in list_prompts(has_engine=True)]

    assert not [uri for uri in (*resources, *templates) if f"| `{uri}` |" not in read("resources.md")]
    assert not [uri for uri in (*resources, *templates) if f"`{uri}`" not in readme]
    assert not [name for name in prompts if f"## {name}\n" not in read("prompts.md")]
    assert f"**{len(prompts)} prompts**" in readme
