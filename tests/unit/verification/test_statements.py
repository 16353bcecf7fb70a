"""What is signed outside the log has one spelling, and nothing else is taken for it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.faults import Malformed, Unproved
from registry.verification.dsse import APPROVAL, KEY, Envelope, signed_octets
from registry.verification.rosters import OrganisationKey, Roster, Rostered
from registry.verification.spelling import digest, read_base64url, read_json, write_json
from registry.verification.statements import HEADER, Assertion, Statement

DIGEST = "sha256:" + "ab" * 32
STATEMENT = Statement(
    log="registry.example/log",
    kind="agreement",
    id="ISA-7F3K9",
    version=2,
    digest=DIGEST,
    decision="sign",
    role="signatory",
    org="gss:E10000017",
    credential=DIGEST,
    nonce="bm9uY2U",
    expires="2026-01-01T00:10:00Z",
)
ROSTER = Roster(
    log="registry.example/log",
    organisation="gss:E10000017",
    version=1,
    salt="c2FsdA",
    credentials=(
        Rostered(
            credential=DIGEST,
            public_key=b"key",
            holder=1,
            roles=("signatory",),
            begins="2026-01-01T00:00:00Z",
            ends="2027-01-01T00:00:00Z",
            synced=True,
            backed_up=False,
        ),
    ),
)
ORGANISATION_KEY = OrganisationKey(
    log="registry.example/log",
    organisation="gss:E10000017",
    domain="lancashire.example",
    public_key=bytes(32),
    salt="c2FsdA",
)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PARSERS: dict[Any, bytes] = {
    Statement.parse: STATEMENT.octets(),
    Roster.parse: ROSTER.octets(),
    OrganisationKey.parse: ORGANISATION_KEY.octets(),
}


def test_a_statement_is_its_header_and_canonical_json() -> None:
    """LOG B10."""
    assert STATEMENT.octets() == (
        b"registry-approval/v1\n"
        b'{"credential":"' + DIGEST.encode() + b'","decision":"sign","digest":"' + DIGEST.encode() + b'",'
        b'"expires":"2026-01-01T00:10:00Z","log":"registry.example/log","nonce":"bm9uY2U",'
        b'"org":"gss:E10000017","role":"signatory",'
        b'"subject":{"id":"ISA-7F3K9","kind":"agreement","version":2}}'
    )
    assert digest(STATEMENT.octets()) == f"sha256:{STATEMENT.challenge().hex()}"


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__qualname__)
def test_what_is_written_is_read_again(parse: Any) -> None:
    assert parse(PARSERS[parse]).octets() == PARSERS[parse]


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__qualname__)
@given(st.data())
def test_any_other_octets_are_refused_or_another_document(parse: Any, data: st.DataObject) -> None:
    sound = PARSERS[parse]
    place = data.draw(st.integers(0, len(sound) - 1))
    damaged = sound[:place] + bytes([sound[place] ^ data.draw(st.integers(1, 255))]) + sound[place + 1 :]
    try:
        assert parse(damaged).octets() == damaged
    except Malformed:
        return


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__qualname__)
@pytest.mark.parametrize(
    "change",
    [
        lambda members: members | {"more": 1},
        lambda members: dict(list(members.items())[1:]),
        lambda members: members | {"log": 1},
        lambda members: members | {"log": None},
        lambda members: [members],
        lambda members: members | ({"version": True} if "version" in members else {"public_key": "AA"}),
    ],
)
def test_members_that_are_missing_foreign_or_of_another_type_are_refused(parse: Any, change: Any) -> None:
    header = HEADER if PARSERS[parse].startswith(HEADER) else b""
    members = read_json(PARSERS[parse].removeprefix(header))
    with pytest.raises(Malformed):
        parse(header + json.dumps(change(members), sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    "octets",
    [b"", b"{", b"[]", b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a":NaN}', b'{"a":1}\n', b"\xff"],
)
def test_json_in_another_spelling_is_refused(octets: bytes) -> None:
    with pytest.raises(Malformed):
        read_json(octets)


@pytest.mark.parametrize("text", ["=", "A", "AA==", "AB", "A A", "Ä", "+/8"])
def test_base64url_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_base64url(text)


@pytest.mark.parametrize("members", [None, [], {}, {"credential": 1}, {"signature": "AA"}])
def test_what_lacks_parts_is_no_assertion(members: Any) -> None:
    with pytest.raises(Malformed):
        Assertion.of(members)


def test_the_octets_that_an_organisation_signs_are_those_of_dsse() -> None:
    """The example of the DSSE v1 protocol."""
    assert signed_octets("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_an_envelope_holds_for_its_type_payload_and_key_alone() -> None:
    public = PRIVATE.public_key().public_bytes_raw()
    sound = Envelope.sign(APPROVAL, b"text", PRIVATE)
    sound.check(APPROVAL, b"text", public)
    assert Envelope.of(sound.members()) == sound
    for envelope, kind, payload, key in (
        (sound, KEY, b"text", public),
        (sound, APPROVAL, b"other", public),
        (sound, APPROVAL, b"text", bytes(32)),
        (replace(sound, payload_type=KEY), KEY, b"text", public),
        (replace(sound, payload=b"other"), APPROVAL, b"other", public),
        (replace(sound, signature=bytes(64)), APPROVAL, b"text", public),
    ):
        with pytest.raises(Unproved):
            envelope.check(kind, payload, key)


@pytest.mark.parametrize(
    "change",
    [
        {"payload": "dGV4dA"},
        {"payload": "dGV4d A=="},
        {"signatures": []},
        {"signatures": [{"keyid": "", "sig": "AA=="}] * 2},
        {"signatures": [{"sig": "AA=="}]},
        {"more": 1},
        {"payloadType": 1},
    ],
)
def test_an_envelope_has_one_spelling(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Envelope.of(Envelope.sign(APPROVAL, b"text", PRIVATE).members() | change)


def test_a_passkey_counts_from_its_first_instant_and_not_at_its_last() -> None:
    (one,) = ROSTER.credentials
    instants = ["2025-12-31T23:59:59Z", one.begins, "2026-12-31T23:59:59Z", one.ends]
    assert [one.counts_at(at) for at in instants] == [False, True, True, False]
    assert write_json({"b": 1, "a": "é"}) == b'{"a":"\\u00e9","b":1}'
