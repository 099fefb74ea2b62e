"""The examples in ``config/`` are what the settings module takes, and hold no real secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cronlytic_mcp.entrypoints.configuration_file import FILE_KEYS
from cronlytic_mcp.entrypoints.settings import Options, read_settings

EXAMPLES = sorted((Path(__file__).parents[2] / "config").glob("*.json"))
KEY_FILE = "api_key_file"


@pytest.fixture
def copy(tmp_path):
    """Copy an example to where the key file that it names exists."""

    def copied(example: Path) -> Path:
        content = json.loads(example.read_text(encoding="utf-8"))
        if KEY_FILE in content:
            (tmp_path / "api-key").write_text("key-from-a-file\n")
            content[KEY_FILE] = str(tmp_path / "api-key")
        path = tmp_path / example.name
        path.write_text(json.dumps(content))
        path.chmod(0o600)
        return path

    return copied


def test_there_is_an_example_for_each_environment():
    assert [path.stem for path in EXAMPLES] == [
        "development",
        "example_config",
        "production",
        "staging",
        "worker",
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_accepted_as_it_is(example, copy):
    settings = read_settings(Options(config=str(copy(example))), {}, None)
    expected = {"development": "memory", "worker": "local"}.get(example.stem, "cronlytic")
    assert settings.backend == expected
    assert settings.warnings == ()


def test_the_examples_for_the_cloud_and_for_a_worker_show_every_key_that_can_be_set_together():
    shown = [json.loads(path.read_text(encoding="utf-8")).keys() for path in (EXAMPLES[1], EXAMPLES[4])]
    instead = {KEY_FILE, "llm_api_key", "llm_api_key_file", "encryption_key_file", "encryption_keyring"}
    assert set(FILE_KEYS).difference(*shown) == instead, "these exclude others, or need a file"
