"""Keys in files: for their owner alone, encrypted under a passphrase, of two kinds."""

import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from registry.signers.files import create_key, load_signer
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.messages import Kind
from registry.tlog.note import open_note, sign_note
from tests.auditlog_world import ORIGIN

TEXT = Checkpoint(ORIGIN, 7, bytes(32)).text()
KINDS = (Kind.ED25519, Kind.ML_DSA_44)


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("a long enough sentence\n")
    return path


def test_a_key_is_made_for_its_owner_alone_and_never_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "log.pem"
    create_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = load_signer(path, ORIGIN)
    with pytest.raises(FileExistsError):
        create_key(path)
    assert load_signer(path, ORIGIN).key == first.key
    assert first.key.name == ORIGIN


@pytest.mark.parametrize("kind", KINDS)
def test_an_encrypted_key_of_either_kind_signs(tmp_path: Path, passphrase_file: Path, kind: Kind) -> None:
    path = tmp_path / "log.pem"
    create_key(path, kind, passphrase_file=passphrase_file)
    signer = load_signer(path, ORIGIN, passphrase_file=passphrase_file)
    assert signer.key.kind is kind
    assert open_note(sign_note(TEXT, signer).encode(), signer.keys) == TEXT


def test_an_encrypted_key_needs_its_passphrase(tmp_path: Path, passphrase_file: Path) -> None:
    path, wrong, empty = tmp_path / "log.pem", tmp_path / "wrong", tmp_path / "empty"
    wrong.write_text("another sentence\n")
    empty.write_text("\n")
    create_key(path, passphrase_file=passphrase_file)
    for other in (wrong, empty, None):
        with pytest.raises(ValueError, match=r"passphrase|password|decrypt|deserialize"):
            load_signer(path, ORIGIN, passphrase_file=other)


def test_a_passphrase_for_a_key_that_has_none_is_a_mistake(tmp_path: Path, passphrase_file: Path) -> None:
    create_key(tmp_path / "log.pem")
    with pytest.raises(ValueError, match="do not go together"):
        load_signer(tmp_path / "log.pem", ORIGIN, passphrase_file=passphrase_file)


@pytest.mark.spec("RFC 7914", "7.1")
def test_openssl_opens_our_envelope_and_finds_scrypt_in_it(tmp_path: Path, passphrase_file: Path) -> None:
    create_key(tmp_path / "log.pem", passphrase_file=passphrase_file)
    key = ["-in", str(tmp_path / "log.pem")]
    public = ["openssl", "pkey", *key, "-passin", f"file:{passphrase_file}", "-pubout", "-outform", "DER"]
    der = subprocess.run(public, check=True, capture_output=True).stdout
    signer = load_signer(tmp_path / "log.pem", ORIGIN, passphrase_file=passphrase_file)
    assert der.endswith(signer.key.public_key)
    parsed = subprocess.run(["openssl", "asn1parse", *key], check=True, capture_output=True, text=True).stdout
    assert "PBES2" in parsed
    assert "scrypt" in parsed


def test_we_open_the_envelope_of_openssl(tmp_path: Path, passphrase_file: Path) -> None:
    create_key(tmp_path / "plain.pem")
    command = ["openssl", "pkcs8", "-topk8", "-scrypt", "-in", str(tmp_path / "plain.pem")]
    command += ["-out", str(tmp_path / "log.pem"), "-passout", f"file:{passphrase_file}"]
    subprocess.run(command, check=True, capture_output=True)
    opened = load_signer(tmp_path / "log.pem", ORIGIN, passphrase_file=passphrase_file)
    assert opened.key == load_signer(tmp_path / "plain.pem", ORIGIN).key


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.pem"
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ValueError, match="Ed25519"):
        load_signer(path, ORIGIN)
