"""Verifying an export, or one proof, with the log's key and nothing else: no network and no database.

1. The MANIFEST is signed by the key, and about this log at this size.
2. The key in the export is the one trusted (a convenience copy, so a finding and no more).
3. The checkpoint is signed by the key.
4. There is no file that does not belong.
5. Every entry and every tile is part of the tree with the signed root (`recount`), and
6. every opening opens the sealed entry it names (`opening_check`).
7. The tree continues the older checkpoint that the auditor kept, if one is given.
8. Every document is the one its name says, and an entry that can be read names it.
9. Every other file is the one the MANIFEST lists.
10. The zip around the files is the one the registry writes, unless another program has packed them again.
"""

import re
from hashlib import sha256
from pathlib import Path

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.proof import Proof
from registry.verification.archive import Unreadable, open_archive
from registry.verification.contents import Contents
from registry.verification.earlier import root_at
from registry.verification.findings import Report
from registry.verification.names import DOCUMENT, foreign
from registry.verification.opening_check import OpeningCheck
from registry.verification.progress import Progress, unwatched
from registry.verification.recount import Recount

MAX_NOTE_OCTETS = 1 << 20
MAX_DOCUMENT_OCTETS = 1 << 28
_NAMED = re.compile(rb'"digest":"sha256:([0-9a-f]{64})"')


def read_key(given: str) -> VerifierKey:
    """The log's key, from a text `name+id+key` or from a file that holds one.

    Raises:
        Malformed: neither.
    """
    text = given
    if "+" not in given:
        try:
            text = Path(given).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise Malformed(f"not a key, and no file with one: {given}") from fault
    return VerifierKey.parse(text.strip())


def verify(
    path: Path, key: VerifierKey, *, old_checkpoint: bytes | None = None, progress: Progress = unwatched
) -> Report:
    """Check an export, a zip or a folder, and report everything that is not as the key's owner signed it."""
    report = Report(key.name)
    try:
        with open_archive(path) as archive:
            Verification(Contents(archive, report), key, report).run(old_checkpoint, progress)
    except Unreadable as fault:
        report.add("archive-unreadable", path.name, fault)
    return report


def verify_proof(proof: bytes, entry: bytes, key: VerifierKey) -> Report:
    """Check a `.tlog-proof` file against the octets of its entry."""
    report = Report(key.name)
    try:
        checkpoint = Proof.parse(proof).check(entry, key)
    except Malformed as fault:
        report.add("proof-malformed", "the proof", fault)
    except Unproved as fault:
        report.add("proof-unproved", "the proof", fault)
    else:
        report.size, report.root = checkpoint.size, checkpoint.root
    return report


class Verification:
    """One run over an export. The numbers are the steps at the top of the module."""

    def __init__(self, contents: Contents, key: VerifierKey, report: Report) -> None:
        self._contents, self._key, self._report = contents, key, report
        documents = (DOCUMENT.fullmatch(name) for name in contents.names)
        self._documents = {match[1].encode() for match in documents if match}
        self._named: set[bytes] = set()

    def run(self, old_checkpoint: bytes | None, progress: Progress) -> None:
        """Take every step that can be taken."""
        manifest = self._contents.open_manifest(self._key)  # 1
        self._check_key()  # 2
        checkpoint = self._open_checkpoint()  # 3
        if checkpoint:
            size = self._report.size = checkpoint.size
            self._report.root = checkpoint.root
            if manifest and (manifest.origin, manifest.size) != (checkpoint.origin, size):
                self._report.add("manifest-unproved", "MANIFEST", "it is about another checkpoint")
            self._check_names(size)  # 4
            self._check_entries(checkpoint, progress)  # 5, 6
            if old_checkpoint is not None:
                self._check_history(old_checkpoint, size)  # 7
            self._check_documents()  # 8
        self._contents.check_rest()  # 9
        self._contents.check_form()  # 10

    def _check_key(self) -> None:
        octets = self._contents.read("trust/log.vkey", MAX_NOTE_OCTETS)
        if octets is not None and self._key.text().encode() not in octets.split(b"\n"):
            self._report.add("key-differs", "trust/log.vkey")

    def _open_checkpoint(self) -> Checkpoint | None:
        octets = self._contents.read("checkpoint", MAX_NOTE_OCTETS)
        if octets is None:
            return None
        try:
            return open_checkpoint(octets, self._key)
        except Malformed as fault:
            self._report.add("checkpoint-malformed", "checkpoint", fault)
        except Unproved as fault:
            self._report.add("checkpoint-unproved", "checkpoint", fault)
        return None

    def _check_names(self, size: int) -> None:
        for name in foreign(self._contents.names, size):
            self._report.add("unexpected-file", name)

    def _check_entries(self, checkpoint: Checkpoint, progress: Progress) -> None:
        openings = OpeningCheck(self._contents, checkpoint.size, self._report)

        def visit(first: int, octets: bytes, entries: list[bytes]) -> None:
            self._note_documents(octets)
            for opened in openings.visit(first, entries):
                self._note_documents(opened.encode())

        recount = Recount(self._contents, checkpoint.size, self._report, progress=progress, visit=visit)
        recount.check(checkpoint.root)
        openings.finish()

    def _check_history(self, old_checkpoint: bytes, size: int) -> None:
        """Compare the tree as it was at the size of a kept checkpoint with the root that was signed then."""
        place = "the older checkpoint"
        try:
            old = open_checkpoint(old_checkpoint, self._key)
        except Malformed as fault:
            self._report.add("checkpoint-malformed", place, fault)
            return
        except Unproved as fault:
            self._report.add("checkpoint-unproved", place, fault)
            return
        if old.size > size:
            self._report.add(
                "history-rewritten", place, f"it signs {old.size} entries, this export has {size}"
            )
        elif old.root != root_at(self._contents, old.size, size):
            self._report.add("history-rewritten", place, f"the first {old.size} entries are others")

    def _note_documents(self, octets: bytes) -> None:
        """Remember which of the documents these entries name."""
        if self._documents:
            self._named.update(self._documents.intersection(_NAMED.findall(octets)))

    def _check_documents(self) -> None:
        for digest in sorted(self._documents):
            name = f"documents/{digest.decode()}"
            octets = self._contents.read(name, MAX_DOCUMENT_OCTETS)
            if octets is not None and sha256(octets).hexdigest().encode() != digest:
                self._report.add("document-changed", name)
            if digest not in self._named:
                self._report.add("document-unlogged", name)
