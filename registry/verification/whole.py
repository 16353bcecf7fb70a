"""Verifying a full export with the log's keys and nothing else: no network and no database.

1. The MANIFEST is signed by one of the keys, and about this log at this size.
2. A key in the export is one of those trusted (convenience copies, so a finding and no more).
3. The checkpoint is signed by one of the keys, and cosigned as the auditor's policy asks.
4. There is no file that does not belong.
5. Every entry and every tile is part of the tree with the signed root (`share`, `recount`),
6. every opening opens the sealed entry it names (`opening_check`), and
7. every document is the one its name says, and an entry that can be read names it. Each piece of evidence
   is there and the one its entry names, and each approval was given by whom it says (`evidence`).
8. The tree continues the older checkpoints in the export, and those that the auditor kept. Each time-stamp
   token is about one of them, if the auditor trusts an authority.
9. Every other file is the one the MANIFEST lists.
10. The zip around the files is the one the registry writes, unless another program has packed them again.
"""

import json
from collections.abc import Sequence

from registry.tlog.checkpoint import Checkpoint
from registry.verification.contents import Contents
from registry.verification.earlier import root_at
from registry.verification.evidence import Evidence, is_evident
from registry.verification.findings import Report
from registry.verification.logged import Counted, Members
from registry.verification.manifest import Manifest
from registry.verification.names import CHECKPOINT, foreign
from registry.verification.progress import Progress
from registry.verification.recount import Recount
from registry.verification.share import Seen, look_at_all, stated_digests
from registry.verification.stamped import check_tokens
from registry.verification.statements import Site
from registry.verification.trusted import Trusted

MAX_NOTE_OCTETS = 1 << 20


class WholeLog:
    """One run over an export whose manifest is open. The numbers are the steps at the top of the module."""

    def __init__(self, contents: Contents, trusted: Trusted, report: Report) -> None:
        self._contents, self._trusted, self._report = contents, trusted, report

    def check(
        self, manifest: Manifest | None, kept: Sequence[bytes], site: Site | None, progress: Progress
    ) -> None:
        """Take every step that can be taken; `kept` are the checkpoints that the auditor has from before."""
        check_keys(self._contents, self._trusted, self._report)  # 2
        checkpoint = open_newest(self._contents, self._trusted, manifest, self._report)  # 1, 3
        if checkpoint:
            for name in foreign(self._contents.names, checkpoint.size):  # 4
                self._report.add("unexpected-file", name)
            self._check_evidence(self._check_tree(checkpoint, progress), site)  # 5, 6, 7
            self._check_history(checkpoint, kept)  # 8
            check_tokens(self._contents, self._trusted, self._report)
        self._contents.check_rest()  # 9
        self._contents.check_form()  # 10

    def _check_tree(self, checkpoint: Checkpoint, progress: Progress) -> Seen:
        contents, report = self._contents, self._report
        seen = look_at_all(contents, checkpoint.size, report, self._trusted.keys, progress)
        Recount(contents, checkpoint.size, seen, report).check(checkpoint.root)
        for name, digest in sorted(stated_digests(contents).items()):
            if digest not in seen.named:
                report.add("document-unlogged", name)
        return seen

    def _check_evidence(self, seen: Seen, site: Site | None) -> None:
        said = {index: members for index, members in map(_read, seen.evident.items()) if is_evident(members)}
        logged = {index: Counted(index, members) for index, members in said.items()}
        Evidence(self._contents, logged, said, self._report).check(self._trusted.keys, site)

    def _check_history(self, newest: Checkpoint, kept: Sequence[bytes]) -> None:
        """Compare the tree as it was with the roots that were signed then."""
        for name in sorted(name for name in self._contents.names if CHECKPOINT.fullmatch(name)):
            octets = self._contents.read(name, MAX_NOTE_OCTETS)
            old = self._trusted.open(octets, name, self._report) if octets is not None else None
            if old and name != f"checkpoints/{old.size}.checkpoint":
                self._report.add("history-rewritten", name, f"it signs {old.size} entries")
            elif old:
                self._check_older(old, name, newest)
        for octets in kept:
            if old := self._trusted.open(octets, "the older checkpoint", self._report):
                self._check_older(old, "the older checkpoint", newest)

    def _check_older(self, old: Checkpoint, place: str, newest: Checkpoint) -> None:
        """Check that the tree continues one of its own past."""
        if old.size > newest.size:
            detail = f"it signs {old.size} entries, this export has {newest.size}"
            self._report.add("history-rewritten", place, detail)
            return
        is_newest = old.size == newest.size
        root = newest.root if is_newest else root_at(self._contents, old.size, newest.size)
        if old.root != root:
            self._report.add("history-rewritten", place, f"the first {old.size} entries are others")


def _read(entry: tuple[int, bytes]) -> tuple[int, Members]:
    """Index and members of an entry; none where it cannot be read."""
    index, octets = entry
    try:
        members = json.loads(octets)
    except (ValueError, RecursionError):
        members = None
    return index, members if isinstance(members, dict) and isinstance(members.get("subject"), dict) else {}


def check_keys(contents: Contents, trusted: Trusted, report: Report) -> None:
    """Name the copies of the log's keys when no trusted key is among them."""
    octets = contents.read("trust/log.vkey", MAX_NOTE_OCTETS)
    if octets is not None and not {key.text().encode() for key in trusted.keys} & set(octets.split(b"\n")):
        report.add("key-differs", "trust/log.vkey")


def open_newest(
    contents: Contents, trusted: Trusted, manifest: Manifest | None, report: Report
) -> Checkpoint | None:
    """The checkpoint that an archive is about, which its manifest must name too."""
    octets = contents.read("checkpoint", MAX_NOTE_OCTETS)
    checkpoint = trusted.open_witnessed(octets, "checkpoint", report) if octets is not None else None
    if checkpoint:
        report.size, report.root = checkpoint.size, checkpoint.root
        if manifest and (manifest.origin, manifest.size) != (checkpoint.origin, checkpoint.size):
            report.add("manifest-unproved", "MANIFEST", "it is about another checkpoint")
    return checkpoint
