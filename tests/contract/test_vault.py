"""The vault contract over a key in a file, and over one in a keyring."""

from __future__ import annotations

import keyring
import pytest
from keyring.backend import KeyringBackend

from cronlytic_mcp.adapters.encryption.fernet_vault import FernetVault, make_key
from cronlytic_mcp.adapters.encryption.key_file import KeyFile
from cronlytic_mcp.adapters.encryption.system_keyring import SystemKeyring
from tests.contract.vault import VaultContract, VaultUnderTest


class MemoryKeyring(KeyringBackend):
    """A keyring as the package lets anybody add one."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password


@pytest.fixture(params=["file", "keyring"])
def make_place(request, tmp_path):
    if request.param == "file":
        yield lambda name: KeyFile(tmp_path / "keys" / name)
        return
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    yield SystemKeyring
    keyring.set_keyring(before)


class TestFernetVault(VaultContract):
    @pytest.fixture
    def backend(self, make_place) -> VaultUnderTest:
        for name in ("ours", "theirs"):
            make_place(name).create(make_key())
        ours, same, theirs = (FernetVault(make_place(name)) for name in ("ours", "ours", "theirs"))
        return VaultUnderTest(ours, same, theirs)

    def test_after_a_key_is_added_both_are_read_and_the_new_one_seals(self, make_place):
        place = make_place("ours")
        place.create(make_key())
        older = FernetVault(place)
        sealed = older.seal("s3cret")
        place.add(make_key())
        newer = FernetVault(place)

        assert newer.open(sealed) == "s3cret"
        # The one that was open before learns of the key when it meets something that it cannot read.
        assert older.open(newer.seal("s3cret")) == "s3cret"
        assert len(place.read()) == 2
