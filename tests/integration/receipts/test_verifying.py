"""`registry verify --receipt`: a receipt holds by the export alone, and no other one does."""

import json
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.db import Database
from registry.exports.full import write_export
from registry.exports.trust import Trust
from registry.receipts.issuing import Issuer
from registry.verification.findings import Report
from registry.verification.receipt import leaf_of
from registry.verification.verify import verify
from tests.auditlog_world import ORIGIN, grow, sign
from tests.auditlog_world import SIGNER as LOG_SIGNER
from tests.integration.receipts.conftest import Bureau, another_signer

Json = dict[str, Any]
SALT = bytes(range(32))
QUESTION: Json = {"subject": {"id": "ods:RTX"}, "context": {"receipt": True, "purpose": "child-safeguarding"}}
HASH = sha256(SALT + json.dumps(QUESTION, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
CLAIMS: Json = {
    "iat": 1_767_260_000,
    "log": ORIGIN,
    "log_size": 10,
    "organisation": "ods:RTX",
    "outcome": "PERMIT",
    "agreement": {"ref": "ISA-1", "version": 2},
    "request_hash": f"sha256:{HASH}",
}


@dataclass
class Evidence:
    """What a holder has years later: the export, the receipt with its proof, question and salt."""

    export: Path
    held: Json
    bureau: Bureau

    def file(self, **changes: Any) -> bytes:
        return json.dumps(self.held | changes).encode()

    def verify(self, octets: bytes) -> Report:
        return verify(self.export, LOG_SIGNER.key, receipts=[("receipt.json", octets)])

    def rooted(self, issuer: Issuer | None = None, **claims: Any) -> Json:
        """A receipt with other claims, or by another issuer, with a proof that leads to a real root."""
        jws = (issuer or self.bureau.issuer).issue(json.dumps(CLAIMS | claims).encode())
        self.bureau.issuer.take()
        self.bureau.issuer.give_back([leaf_of(jws)])
        self.bureau.root()
        return {"receipt": jws.decode(), "proof": self.bureau.prove(jws)}


@pytest.fixture(scope="module")
def evidence(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evidence]:
    """Made once: what left the registry knows no engine."""
    folder = tmp_path_factory.mktemp("receipts")
    shutil.copyfile(sqlite_template, folder / "registry.sqlite3")
    db = Database(f"sqlite:///{folder / 'registry.sqlite3'}")
    grow(db, 300)
    sign(db, folder)
    found = Evidence(folder / "export.zip", {}, Bureau(db, folder))
    salt = urlsafe_b64encode(SALT).rstrip(b"=").decode()
    found.held = {**found.rooted(), "request": QUESTION, "salt": salt}
    found.held["other"] = found.rooted(jti="another")
    found.held["larger"] = found.rooted(log_size=1000)
    found.held["elsewhere"] = found.rooted(log="registry.example/other")
    found.held["stranger"] = found.rooted(Issuer(another_signer()))
    with db.read() as reading:
        write_export(reading, found.export, Trust(LOG_SIGNER, site="https://registry.example"))
    found.held["late"] = found.rooted(jti="late")
    yield found
    db.dispose()


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_receipt_holds_by_the_export_alone(evidence: Evidence) -> None:
    report = evidence.verify(evidence.file())
    assert report.is_sound
    assert report.receipts == {"receipt.json": CLAIMS}
    assert "not an authorisation" in report.text("en")
    assert "nid awdurdodiad" in report.text("cy")


def test_what_was_asked_need_not_be_shown(evidence: Evidence) -> None:
    assert evidence.verify(evidence.file(request=None, salt=None)).is_sound


def flip(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def with_claim(jws: str, **changes: Any) -> str:
    header, _, signature = jws.split(".")
    claims = urlsafe_b64encode(json.dumps(CLAIMS | changes).encode()).rstrip(b"=").decode()
    return f"{header}.{claims}.{signature}"


DAMAGES: dict[str, Callable[[Json], Json]] = {
    "a claim changed": lambda held: {"receipt": with_claim(held["receipt"], outcome="NOT_COVERED")},
    "another signature": lambda held: {"receipt": flip(held["receipt"], len(held["receipt"]) - 10)},
    "another header": lambda held: {"receipt": flip(held["receipt"], 5)},
    "another question": lambda held: {"request": QUESTION | {"action": {"name": "receive"}}},
    "another salt": lambda held: {"salt": flip(held["salt"], 3)},
    "no salt": lambda held: {"salt": ""},
    "no canonical form": lambda held: {"request": {"n": 2**60}},
    "no proof": lambda held: {"proof": ""},
    "the proof of another receipt": lambda held: {"proof": held["other"]["proof"]},
    "another receipt": lambda held: {"receipt": held["other"]["receipt"]},
    "a path changed": lambda held: {"proof": flip(held["proof"], held["proof"].index("index") + 12)},
    "a root the log does not name": lambda held: held["late"],
    "a larger log": lambda held: held["larger"] | {"request": None},
    "another log": lambda held: held["elsewhere"] | {"request": None},
    "a key nobody introduced": lambda held: held["stranger"] | {"request": None},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_other_receipt_holds(evidence: Evidence, damage: str) -> None:
    report = evidence.verify(evidence.file(**DAMAGES[damage](evidence.held)))
    assert codes(report) in (["receipt-unproved"], ["receipt-malformed"])
    assert not report.receipts


@pytest.mark.parametrize(
    "octets", [b"", b"\xff", b"{", b"[]", b"{}", b"a.b.c", b'{"receipt": 1}', b'{"request": []}']
)
def test_what_is_no_receipt_is_named(evidence: Evidence, octets: bytes) -> None:
    assert codes(evidence.verify(octets)) == ["receipt-malformed"]


def test_no_receipt_holds_by_an_export_that_is_not_sound(evidence: Evidence, tmp_path: Path) -> None:
    octets = evidence.export.read_bytes()
    (tmp_path / "export.zip").write_bytes(octets[:-2] + bytes([octets[-2] ^ 1]) + octets[-1:])
    report = verify(tmp_path / "export.zip", LOG_SIGNER.key, receipts=[("receipt.json", evidence.file())])
    assert not report.is_sound
    assert not report.receipts


def test_the_command_says_so_in_both_languages(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_bytes(evidence.file())
    command = ["verify", str(evidence.export), "--vkey", LOG_SIGNER.key.text()]
    command += ["--receipt", str(tmp_path / "receipt.json")]
    told = {language: CliRunner().invoke(main, [*command, "--lang", language]) for language in ("en", "cy")}
    assert [one.exit_code for one in told.values()] == [0, 0]
    assert "evidence of a question, not an authorisation" in told["en"].output
    assert "Tystiolaeth o gwestiwn ydyw, nid awdurdodiad" in told["cy"].output

    (tmp_path / "receipt.json").write_bytes(evidence.file(proof=""))
    failed = CliRunner().invoke(main, [*command, "--json"])
    assert failed.exit_code == 1
    assert [one["code"] for one in json.loads(failed.output)["findings"]] == ["receipt-unproved"]
