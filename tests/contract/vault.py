"""What every `Vault` does."""

from __future__ import annotations

import pytest
from attrs import frozen

from cronlytic_mcp.application.vault_ports import Vault, WrongKey


@frozen
class VaultUnderTest:
    """A vault, one with the same key, and one with another."""

    vault: Vault
    same: Vault
    stranger: Vault


class VaultContract:
    """Subclass it with a fixture ``backend`` that gives a `VaultUnderTest`."""

    @pytest.fixture
    def vault(self, backend: VaultUnderTest) -> Vault:
        return backend.vault

    @pytest.mark.parametrize("text", ["", "Bearer s3cret", "työ \U0001f680\x00\n" * 1000])
    def test_what_is_sealed_is_opened_with_the_same_key_only(self, vault, backend, text):
        sealed = vault.seal(text)

        assert backend.same.open(sealed) == vault.open(sealed) == text
        assert sealed.isascii()
        assert sealed.isprintable()
        with pytest.raises(WrongKey):
            backend.stranger.open(sealed)

    def test_the_same_text_is_sealed_differently_each_time(self, vault):
        assert vault.seal("s3cret") != vault.seal("s3cret")

    def test_what_was_changed_is_not_opened(self, vault):
        sealed = vault.seal("s3cret")
        for changed in (
            sealed[:-4],
            sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:],
            "ö",
            "",
        ):
            with pytest.raises(WrongKey):
                vault.open(changed)
