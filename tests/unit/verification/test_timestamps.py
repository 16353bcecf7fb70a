"""Time-stamp tokens of OpenSSL's authority over checkpoints: what counts, and for how long."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Note
from registry.verification.timestamps import check_response, read_certificates, stamped_octets
from tests.auditlog_world import ORIGIN, SIGNER
from tests.timestamping import LONG, Authority, make_authority

NOTE = Checkpoint(ORIGIN, 700, bytes(32)).signed(SIGNER).encode()
REWRITTEN = Checkpoint(ORIGIN, 700, bytes(31) + b"\1").signed(SIGNER).encode()
NONCE = 0x5EED


def ask(authority: Authority, note: bytes = NOTE) -> bytes:
    """A response of this authority about a note, with the nonce of these tests."""
    builder = TimestampRequestBuilder().data(stamped_octets(note)).hash_algorithm(HashAlgorithm.SHA256)
    query = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return authority.answer(query.as_bytes())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("time") / "authority")


@pytest.fixture(scope="module")
def response(authority: Authority) -> bytes:
    return ask(authority)


def test_a_token_proves_its_checkpoint_and_openssl_agrees(authority: Authority, response: bytes) -> None:
    stamp = check_response(response, NOTE, [authority.root])
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert authority.openssl_verifies(response, NOTE)


@pytest.mark.spec("RFC 3161", "2.3")
def test_a_token_outlives_the_certificate_of_its_authority(tmp_path: Path) -> None:
    """LOG acceptance 16: the chain is checked at genTime, not now."""
    authority = make_authority(tmp_path / "brief", ends=timedelta(seconds=2))
    response = ask(authority)
    while datetime.now(UTC) <= authority.ends_at:
        time.sleep(0.05)
    stamp = check_response(response, NOTE, [authority.root])
    assert not authority.openssl_verifies(response, NOTE)
    assert authority.openssl_verifies(response, NOTE, at=stamp.at)


@pytest.mark.parametrize(
    ("begins", "ends"), [(-LONG, -timedelta(hours=1)), (timedelta(hours=1), LONG)], ids=["over", "not begun"]
)
def test_a_certificate_must_be_valid_when_it_stamps(
    tmp_path: Path, begins: timedelta, ends: timedelta
) -> None:
    authority = make_authority(tmp_path / "early", begins=begins, ends=ends)
    with pytest.raises(Unproved, match="certificate"):
        check_response(ask(authority), NOTE, [authority.root])


def test_a_rewritten_history_has_no_token_of_then(authority: Authority, response: bytes) -> None:
    """With the database and the log key in other hands: the same size under another root is refused."""
    with pytest.raises(Unproved, match="messages"):
        check_response(response, REWRITTEN, [authority.root])
    assert not authority.openssl_verifies(response, REWRITTEN)


def test_an_authority_under_another_root_of_the_same_name_counts_for_nothing(
    tmp_path: Path, authority: Authority
) -> None:
    stranger = make_authority(tmp_path / "stranger")
    response = ask(stranger)
    assert check_response(response, NOTE, [stranger.root])
    with pytest.raises(Unproved):
        check_response(response, NOTE, [authority.root])
    assert not authority.openssl_verifies(response, NOTE)


def test_an_authority_that_follows_another_under_its_name_leaves_the_tokens_of_both_proved(
    tmp_path: Path, authority: Authority, response: bytes
) -> None:
    successor = make_authority(tmp_path / "successor")
    both = [authority.root, successor.root]
    assert check_response(response, NOTE, both)
    assert check_response(ask(successor), NOTE, both)


def test_a_reader_who_trusts_nobody_is_told_nothing(response: bytes) -> None:
    with pytest.raises(Unproved):
        check_response(response, NOTE, [])


def test_an_answer_to_another_question_is_refused(authority: Authority, response: bytes) -> None:
    with pytest.raises(Unproved, match="Nonce"):
        check_response(response, NOTE, [authority.root], nonce=NONCE)


def test_a_refusal_of_the_authority_is_no_token(authority: Authority) -> None:
    query = TimestampRequestBuilder().data(NOTE).hash_algorithm(HashAlgorithm.SHA512).build()
    with pytest.raises(Unproved, match="grant"):
        check_response(authority.answer(query.as_bytes()), NOTE, [authority.root])


def test_what_is_no_response_is_malformed(authority: Authority, response: bytes) -> None:
    for octets in (b"", b"\0", response[:-1], response + b"\0", NOTE):
        with pytest.raises(Malformed):
            check_response(octets, NOTE, [authority.root])
    with pytest.raises(Malformed):
        read_certificates(b"no certificate")


def test_witnesses_may_sign_before_or_after(authority: Authority, response: bytes) -> None:
    note = Note.parse(NOTE)
    cosigned = NOTE + b"\xe2\x80\x94 witness.example/w1 " + b"A" * 92 + b"\n"
    assert len(Note.parse(cosigned).signatures) == len(note.signatures) + 1
    assert check_response(response, cosigned, [authority.root]) == check_response(
        response, NOTE, [authority.root]
    )
    assert check_response(ask(authority, cosigned), NOTE, [authority.root])
