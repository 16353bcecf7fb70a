"""The newest checkpoint as a page shows it: what it says, who has cosigned it, which keys check it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from registry.auditlog import served
from registry.auditlog.tables import TOKEN
from registry.db import Reading
from registry.exports.trust import Trust
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import Note
from registry.tlog.policy import Policy

KINDS = {Kind.ED25519: "Ed25519", Kind.ML_DSA_44: "ML-DSA-44", Kind.COSIGNATURE: "Ed25519"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the log, in the form that people exchange."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness: when it cosigned the newest checkpoint, if it has, and how far it has ever seen."""

    name: str
    key: str
    cosigned_at: datetime | None
    size: int
    fault: str


@dataclass(frozen=True, slots=True)
class Published:
    """The newest checkpoint, and what checks it.

    `openssl_key` is the log's Ed25519 key, which OpenSSL can check with, and `line` how its signature begins;
    both are empty where the log has no such key.
    """

    origin: str
    size: int
    root: str
    note: str
    signed_at: datetime
    age: timedelta
    keys: Sequence[Key]
    cosigners: Sequence[Cosigner]
    quorum: str
    has_quorum: bool
    stamped_at: datetime | None
    openssl_key: str
    line: str


def published(reading: Reading, trust: Trust, now: datetime) -> Published | None:
    """The newest checkpoint that the world gets; None before there is one."""
    newest = served.newest_served(reading)
    if newest is None:
        return None
    keys, policy = trust.signer.keys, policy_of(trust)
    usable = next((key for key in keys if key.kind is Kind.ED25519), None)
    checkpoint = Checkpoint.parse(Note.parse(newest.note.encode()).body)
    return Published(
        origin=checkpoint.origin,
        size=newest.size,
        root=base64.b64encode(bytes(newest.root)).decode(),
        note=newest.note,
        signed_at=newest.published_at,
        age=now - newest.published_at,
        keys=[Key(KINDS[key.kind], key.text()) for key in keys],
        cosigners=_cosigners(reading, policy, newest),
        quorum=policy.quorum,
        has_quorum=newest.has_quorum,
        stamped_at=reading.scalar(select(func.max(TOKEN.c.gen_time))),
        openssl_key=usable.text() if usable else "",
        line=_beginning(usable) if usable else "",
    )


def policy_of(trust: Trust) -> Policy:
    """Whose word the operator says an auditor should ask for; with no file of theirs, nobody's."""
    return Policy.parse(trust.policy.encode()) if trust.policy else Policy(())


def files_of_trust(trust: Trust) -> dict[str, bytes]:
    """The keys and the policy as files, as an export holds them."""
    return {name.removeprefix("trust/"): octets for name, octets in trust.files()}


def _cosigners(reading: Reading, policy: Policy, newest: Row[Any]) -> list[Cosigner]:
    """What each witness of the policy has said. A line that does not verify is none."""
    told = {row.witness: row for row in served.witness_states(reading)}
    signed = _signed(newest.note, policy)
    return [
        Cosigner(
            name=witness.name,
            key=witness.key.text(),
            cosigned_at=signed.get(witness.key),
            size=told[witness.name].size if witness.name in told else 0,
            fault=(told[witness.name].fault or "") if witness.name in told else "",
        )
        for witness in policy.witnesses
    ]


def _signed(note: str, policy: Policy) -> dict[VerifierKey, datetime]:
    """When each witness says that it cosigned this note."""
    parsed = Note.parse(note.encode())
    found: dict[VerifierKey, datetime] = {}
    for witness in policy.witnesses:
        try:
            lines = parsed.signatures_of([witness.key])
        except (Malformed, Unproved):
            continue
        for key, line in lines:
            found[key] = datetime.fromtimestamp(key.time_of(line.octets), UTC)
    return found


def _beginning(key: VerifierKey) -> str:
    """How the line of a key begins in a note: its name, and so much of its id as fills letters of base64."""
    return f"— {key.name} {base64.b64encode(key.key_id).decode()[:5]}"
