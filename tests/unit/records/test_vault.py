"""Words are opened by the body and for the record they were sealed to, under the secret of this registry."""

import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.records.vault import NONCE_BYTES, Vault, create_records_key

TO = {"owner": "gss:E10000017", "record": "r1"}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    create_records_key(tmp_path / "keys" / "records.key")
    return Vault(tmp_path / "keys" / "records.key")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.binary(max_size=200))
def test_what_was_sealed_opens_again(vault: Vault, words: bytes) -> None:
    assert vault.open(vault.seal(words, **TO), **TO) == words


def test_the_same_words_are_never_sealed_alike(vault: Vault) -> None:
    assert vault.seal(b"words", **TO) != vault.seal(b"words", **TO)


@pytest.mark.parametrize("changed", [{"owner": "ods:RTX"}, {"record": "r2"}])
def test_another_body_or_record_opens_nothing(vault: Vault, changed: dict[str, str]) -> None:
    sealed = vault.seal(b"words", **TO)
    with pytest.raises(InvalidTag):
        vault.open(sealed, **TO | changed)


def test_a_changed_byte_is_noticed_wherever_it_is(vault: Vault) -> None:
    sealed = vault.seal(b"words", **TO)
    for place in (0, NONCE_BYTES, len(sealed) - 1):
        spoilt = bytearray(sealed)
        spoilt[place] ^= 1
        with pytest.raises(InvalidTag):
            vault.open(bytes(spoilt), **TO)


def test_another_secret_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    create_records_key(tmp_path / "other.key")
    with pytest.raises(InvalidTag):
        Vault(tmp_path / "other.key").open(vault.seal(b"words", **TO), **TO)


def test_the_secret_is_its_owners_alone_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "records.key"
    create_records_key(path)
    first = path.read_bytes()
    create_records_key(path)
    assert path.read_bytes() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_of_another_length_is_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "records.key"
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="does not hold 32 bytes"):
        Vault(path).seal(b"words", **TO)
