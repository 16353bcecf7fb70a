"""One entry of the log with everything that a browser needs to check it: nothing here is to be believed.

The same octets as a case file has of an approval: the leaf, its opening where it is sealed, the proof, the
evidence that the entry names, and of the roster that vouches for the passkey the document, its own entry and
the proof of that.
"""

import json
from base64 import b64encode
from dataclasses import asdict, dataclass
from typing import Any

from registry.auditlog import queries as log
from registry.auditlog import served
from registry.auditlog.rules import NothingPublished, NotYetProvable
from registry.db import Reading
from registry.passkeys import queries as passkeys
from registry.public import queries
from registry.public.timeline import Legible
from registry.tlog.proof import Proof
from registry.tlog.tree import inclusion_path
from registry.verification.commitments import write_base64url


@dataclass(frozen=True, slots=True)
class Opening:
    """What a sealed entry stands for."""

    index: int
    field: str
    salt: str
    value: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry as the log holds it. `hash` is what the log's lowest tile says its leaf hash is (base64)."""

    index: int
    entry: str
    hash: str
    proof: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The roster that an approval rests on, and the entry that put it into force."""

    document: str
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class Record:
    """One entry with its proof; an approval with what proves that it is its approver's own."""

    leaf: Leaf
    openings: tuple[Opening, ...]
    evidence: str | None
    roster: Roster | None

    def members(self) -> dict[str, Any]:
        """The record as JSON; the members of a receipt of one.s own act are called the same here."""
        leaf = asdict(self.leaf)
        return leaf | {name: value for name, value in asdict(self).items() if name != "leaf"}


def record_of(reading: Reading, legible: Legible) -> Record:
    """The record of an entry that its reader may read.

    Raises:
        NothingPublished: there is no checkpoint yet.
        NotYetProvable: no checkpoint covers the entry.
    """
    index, opening = legible.event.index, legible.opening
    evidence = passkeys.find_evidence(reading, index)
    opened = (
        (Opening(index, "entry", write_base64url(bytes(opening.salt)), opening.value),) if opening else ()
    )
    document = bytes(evidence.document) if evidence else None
    return Record(
        leaf=_leaf(reading, index),
        openings=opened,
        evidence=document.decode() if document else None,
        roster=_roster(reading, document) if document else None,
    )


def _leaf(reading: Reading, index: int) -> Leaf:
    newest = served.newest_served(reading)
    if newest is None:
        raise NothingPublished
    if index >= newest.size:
        raise NotYetProvable(index=index, size=newest.size)
    path = inclusion_path(index, newest.size, log.subtrees(reading))
    return Leaf(
        index=index,
        entry=log.bodies(reading, index, 1)[0].decode(),
        hash=b64encode(log.tile_hashes(reading, 0, index, 1)[0]).decode(),
        proof=Proof(index, tuple(path), newest.note).text(),
    )


def _roster(reading: Reading, evidence: bytes) -> Roster | None:
    """The roster that evidence names, where it rests on one."""
    named = json.loads(evidence).get("roster")
    row = queries.roster(reading, named) if named else None
    return Roster(bytes(row.document).decode(), _leaf(reading, row.log_index)) if row else None
