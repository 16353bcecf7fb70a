"""The case file: everything about one agreement that an auditor may see, in a zip that proves itself.

README.txt                   how to check it without us, in Welsh and English
checkpoint                   the checkpoint that every proof leads to, with its witnesses' cosignatures
checkpoints/<size>.checkpoint  tsr/<size>.tsr  consistency/<size>
                             an older checkpoint that a time-stamp authority has seen, its token (RFC 3161),
                             and the hashes that prove that the newer one continues it
documents/<sha256>           the texts of its versions
entries/<index>.json         the log entries about it, and those of rosters and keys
proofs/<index>.tlog-proof    that the log holds each of them
openings.jsonl               what sealed entries say, as far as this auditor may know
evidence/<index>.json        statement and signature of each approval, and of each roster and key
roster/<org>/<n>  key/..     whose passkeys an organisation vouches for, and the keys it does so by
index.csv                    a list for people; not evidence
trust/..                     copies for convenience: keys, policy, the site where approvals are made
MANIFEST                     the SHA-256 of every file above, signed
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from registry.auditlog import queries, served
from registry.auditlog.rules import NothingPublished
from registry.db import Reading
from registry.exports.case import Case, SightOf, collect, readable
from registry.exports.listing import COLUMNS, NOT_EVIDENCE, row_of, write_rows
from registry.exports.packing import Packer
from registry.exports.queries import checkpoint_of, origins, tokens
from registry.exports.trust import Trust
from registry.tlog.note import sign_note
from registry.tlog.proof import Proof
from registry.tlog.spelling import write_base64
from registry.tlog.tree import consistency_path, inclusion_path
from registry.verification.manifest import NAME, Manifest
from registry.verification.openings import Opening

README = Path(__file__).parent / "readme_case.txt"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The octets of a case file, and how much is in it."""

    octets: bytes
    origin: str
    size: int
    entries: int


def write_case(reading: Reading, ref: str, sight_of: SightOf, trust: Trust) -> CaseFile:
    """The case file of one agreement, the same octets each time until the log grows.

    Args:
        reading: where from.
        ref: the agreement.
        sight_of: what whoever takes it may see of each version.
        trust: the log's signer, for the manifest, and what else travels along.

    Raises:
        NoSuchAgreement: there is none of which anything may be seen.
        NothingPublished: there is no checkpoint yet.
    """
    newest = served.newest_served(reading)
    if newest is None:
        raise NothingPublished
    case = collect(reading, ref, newest.size, sight_of)
    file = io.BytesIO()
    packer = Packer(file)
    files = dict(_files(reading, case, newest)) | dict(trust.files(origins(reading, newest.size)))
    for name, octets in sorted(files.items()):
        packer.add(name, [octets])
    manifest = Manifest(trust.signer.name, newest.size, packer.digests, ref)
    packer.add(NAME, [sign_note(manifest.text(), trust.signer).encode()])
    packer.close()
    return CaseFile(file.getvalue(), trust.signer.name, newest.size, len(case.entries))


def _files(reading: Reading, case: Case, newest: Row[Any]) -> Iterator[tuple[str, bytes]]:
    """Every file with its octets, those about trust left out."""
    entries, tree = [case.entries[index] for index in sorted(case.entries)], queries.subtrees(reading)
    yield "README.txt", README.read_bytes()
    yield "checkpoint", newest.note.encode()
    yield from case.files.items()
    yield from _stamped(reading, entries[-1].index if entries else 0, newest.size)
    for entry in entries:
        yield f"entries/{entry.index}.json", entry.body
        path = inclusion_path(entry.index, newest.size, tree)
        yield f"proofs/{entry.index}.tlog-proof", Proof(entry.index, tuple(path), newest.note).text().encode()
    opened = [entry.opening for entry in entries if entry.opening]
    lines = [Opening(row.idx, bytes(row.salt), row.value).line() for row in opened]
    yield "openings.jsonl", b"".join(lines)
    rows = (row_of(index, words) for index, words in readable(entries))
    yield "index.csv", write_rows([(NOT_EVIDENCE,), COLUMNS, *rows])


def _stamped(reading: Reading, last: int, size: int) -> Iterator[tuple[str, bytes]]:
    """The time stamp that came first after the last entry, else the newest, with what leads on from there."""
    found = sorted(tokens(reading, size), key=lambda row: int(row.size))
    token = next((row for row in found if row.size > last), found[-1] if found else None)
    old = checkpoint_of(reading, token.size) if token else None
    if token is None or old is None:
        return
    path = consistency_path(old.size, size, queries.subtrees(reading)) if old.size < size else []
    yield f"checkpoints/{old.size}.checkpoint", old.note.encode()
    yield f"tsr/{old.size}.tsr", bytes(token.tsr)
    yield f"consistency/{old.size}", "".join(f"{write_base64(one)}\n" for one in path).encode()
