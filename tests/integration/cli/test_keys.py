"""`registry keys`: an operator lists and rotates the log's keys; auditors check what comes out."""

import base64
import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from registry.db import Database
from registry.db.metadata import metadata
from registry.signers.files import create_key
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import open_note
from registry.tlog.policy import Policy
from tests.integration.cli.conftest import ORGANISATIONS, House

ORIGIN = "127.0.0.1:8000/log"
REGISTRY = shlex.quote(str(Path(sys.executable).with_name("registry")))


def log_keys(house: House) -> list[VerifierKey]:
    """The log's keys as they are listed."""
    listed = house.json("keys", "list")["keys"]
    return [VerifierKey.parse(one["key"]) for one in listed if one["use"] == "log"]


def secrets(house: House) -> Iterator[bytes]:
    """Every private key of a registry, as octets."""
    for path in (house.data_dir / "keys").glob("*.pem"):
        key = load_pem_private_key(path.read_bytes(), None)
        if isinstance(key, EllipticCurvePrivateKey):
            yield key.private_numbers().private_value.to_bytes(32)
        else:
            assert isinstance(key, Ed25519PrivateKey | MLDSA44PrivateKey)
            yield key.private_bytes_raw()
    yield (house.data_dir / "keys" / "records.key").read_bytes()


def spellings(secret: bytes) -> Iterator[bytes]:
    """A secret as it could be written somewhere: as it is, in hexadecimal, in any base64."""
    yield secret
    yield secret.hex().encode()
    for shift in range(3):  # base64 of it from any place in a group of three octets
        whole = len(secret[shift:]) // 3 * 3
        encoded = base64.b64encode(secret[shift : shift + whole])
        yield from (encoded, encoded.replace(b"+", b"-").replace(b"/", b"_"))


def written(path: Path) -> bytes:
    """A key file, its lines joined where it has lines."""
    octets = path.read_bytes()
    return octets.replace(b"\n", b"") if path.suffix == ".pem" else octets


def everything_stored(url: str) -> bytes:
    """All that a database holds."""
    db = Database(url)
    cells: list[bytes] = []
    with db.read() as reading:
        for table in metadata.tables.values():
            for row in reading.all(table.select()):
                cells += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    db.dispose()
    return b"\0".join(cells)


def test_a_rotation_is_seen_by_auditors_of_old_and_new_keys(ready: House, tmp_path: Path) -> None:
    """LOG acceptance 14, with the commands: either key verifies an export made during the overlap."""
    old = log_keys(ready)
    rotated = ready.json("keys", "rotate", "--overlap-days", "30")
    new = [VerifierKey.parse(text) for text in rotated["new"]]
    assert [key.kind for key in new] == [key.kind for key in old] == [Kind.ED25519, Kind.ML_DSA_44]
    assert log_keys(ready) == [*new, *old]

    zip_path = tmp_path / "export.zip"
    ready.json("export", "--out", str(zip_path))
    for key in (old[0], new[0]):
        assert ready.json("verify", str(zip_path), "--vkey", key.text())["sound"]
    assert ready.json("verify", str(zip_path), "--policy", rotated["policy"])["sound"]
    assert ready.json("log", "verify")["sound"]
    assert ready.json("doctor")["well"]


def test_the_policy_of_a_rotation_is_signed_by_the_old_key(ready: House) -> None:
    (old, *_) = log_keys(ready)
    rotated = ready.json("keys", "rotate")
    note = Path(rotated["signed_policy"]).read_bytes()
    signed = Policy.parse(open_note(note, [old]).encode())
    assert signed == Policy.parse(Path(rotated["policy"]).read_bytes())
    assert [log.key.text() for log in signed.logs] == rotated["new"] + rotated["old"]


def test_the_list_says_until_when_each_key_signs(ready: House) -> None:
    rotated = ready.json("keys", "rotate")
    listed = [one for one in ready.json("keys", "list")["keys"] if one["use"] == "log"]
    assert [one["until"] for one in listed] == [None, None, rotated["until"], rotated["until"]]
    assert [one["source"] for one in listed] == [
        "log-2.pem",
        "log-2.ml-dsa-44.pem",
        "log.pem",
        "log.ml-dsa-44.pem",
    ]
    assert f"signs until {rotated['until']}" in ready.run("keys", "list").output


def test_the_doctor_looks_at_every_file_that_signs(ready: House) -> None:
    ready.json("keys", "rotate")
    ring, second = (ready.data_dir / "keys" / name for name in ("log.pem.ring", "log-2.pem"))
    second.chmod(0o644)
    assert f"{second} can be read by others" in ready.run("doctor").output
    second.chmod(0o600)
    ring.write_text("{}")
    assert f"{ring} is not a list of the log's keys" in ready.run("doctor").output


def test_a_rotation_to_a_key_in_use_is_refused(ready: House) -> None:
    assert ready.refusal("keys", "rotate", "--to", "log.pem") == "log-key-in-use"


def test_no_private_key_is_in_the_database_the_log_or_an_export(ready: House, tmp_path: Path) -> None:
    ready.json("keys", "rotate")
    ready.json("export", "--out", str(tmp_path / "export.zip"))
    found = list(secrets(ready))
    assert len(found) == len(set(found)) == 8
    shown = everything_stored(ready.database_url) + (tmp_path / "export.zip").read_bytes()
    shown += ready.run("keys", "list").output.encode()
    assert all(key.text().encode() in shown for key in log_keys(ready))
    files = b"".join(written(path) for path in (ready.data_dir / "keys").iterdir())
    assert all(any(spelling in files for spelling in spellings(secret)) for secret in found)
    assert not [secret for secret in found for spelling in spellings(secret) if spelling in shown]


@pytest.fixture
def elsewhere(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> House:
    """A registry whose keys are behind a command, in a folder that its settings do not name."""
    keys = tmp_path / "signer"
    create_key(keys / "log.pem")
    command = f"command:{REGISTRY} keys signer {ORIGIN} {keys}/log.pem --ledger {keys}/ledger"
    monkeypatch.setenv("REGISTRY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("REGISTRY_SIGNING_KEYS", json.dumps([command]))
    return House(tmp_path / "data", sqlite_url)


def test_a_registry_whose_keys_are_behind_a_command_holds_none(elsewhere: House, tmp_path: Path) -> None:
    elsewhere.json("init")
    elsewhere.run("import", str(ORGANISATIONS))
    assert not list((elsewhere.data_dir / "keys").glob("log*.pem"))
    told = elsewhere.json("keys", "signer", ORIGIN, f"{tmp_path}/signer/log.pem")["keys"]
    assert [key.text() for key in log_keys(elsewhere)] == told
    elsewhere.json("export", "--out", str(tmp_path / "export.zip"))
    assert elsewhere.json("verify", str(tmp_path / "export.zip"), "--vkey", told[0])["sound"]
    assert elsewhere.json("doctor")["well"]

    # A signer that signs no policies is no reason not to rotate away from it.
    create_key(tmp_path / "next.pem")
    rotated = elsewhere.json("keys", "rotate", "--to", str(tmp_path / "next.pem"))
    assert rotated["signed_policy"] is None
    assert rotated["old"] == told
