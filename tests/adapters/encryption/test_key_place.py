"""Key files and keyrings that are not as they should be."""

from __future__ import annotations

import stat

import keyring
import pytest
from keyring.backends import fail

from cronlytic_mcp.adapters.encryption.fernet_vault import FernetVault, make_key
from cronlytic_mcp.adapters.encryption.key_file import KeyFile
from cronlytic_mcp.adapters.encryption.key_place import KeysUnusable
from cronlytic_mcp.adapters.encryption.system_keyring import SystemKeyring


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys" / "key"


def test_a_made_file_is_private_and_never_written_over(path):
    KeyFile(path).create(make_key())
    content = path.read_text()
    with pytest.raises(KeysUnusable, match="exists"):
        KeyFile(path).create(make_key())

    assert path.read_text() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert KeyFile(path).exposure is None
    path.chmod(0o640)
    assert KeyFile(path).exposure == "0640"


def test_an_added_key_comes_first_and_the_file_stays_private(path):
    file = KeyFile(path)
    file.create("first")
    file.add("second")

    assert list(file.read()) == ["second", "first"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["key"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read"),
        (b"", "holds no key"),
        (b"# only words\n\n", "holds no key"),
        (b"short\n", "no key; a key is 44"),
        (b"\xff" * 44, "no key; a key is 44"),
        (b"x" * 10_000, "longer than 8192"),
    ],
)
def test_a_file_that_holds_no_keys_is_refused_without_its_text(path, content, reason):
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(KeysUnusable, match=reason) as caught:
        FernetVault(KeyFile(path))

    assert "short" not in str(caught.value)


def test_lines_around_keys_do_no_harm(path):
    key = make_key()
    path.parent.mkdir()
    path.write_text(f"# made in May\r\n\r\n  {key}  \r\n")

    assert FernetVault(KeyFile(path)).open(FernetVault(KeyFile(path)).seal("s3cret")) == "s3cret"


def test_a_running_vault_seals_with_a_new_key_at_once_and_outlives_a_file_that_goes(path):
    file = KeyFile(path)
    file.create(make_key())
    vault = FernetVault(file)
    file.add(make_key())
    sealed = vault.seal("s3cret")
    path.write_text(file.read()[0])

    assert FernetVault(file).open(sealed) == "s3cret"
    path.unlink()
    assert vault.open(vault.seal("s3cret")) == "s3cret"


def test_a_machine_without_a_keyring_says_so():
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        for act in (lambda place: place.create(make_key()), FernetVault):
            with pytest.raises(KeysUnusable, match="cannot be read"):
                act(SystemKeyring("cronlytic-mcp"))
    finally:
        keyring.set_keyring(before)
