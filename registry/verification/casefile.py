"""Verifying the case file of one agreement: every file in it rests on the log, and nothing is left out.

1. The MANIFEST is signed by one of the keys, and about this log at this size.
2. A key in the file is one of those trusted.
3. The checkpoint is signed by one of the keys, cosigned as the policy asks, and not older than those kept.
   It continues the older one in the file; a token says when that was there, if an authority is trusted.
4. There is no file that does not belong.
5. Each entry has its proof, which leads to this very checkpoint.
6. Each opening opens the sealed entry it names.
7. Each entry that can be read is about the agreement, or about a roster or key that its approvals rest on;
   the entry before it about the same agreement, or the same organisation's rosters, is there too.
8. Each document is the one its name says, and an entry that can be read names it.
9. Each piece of evidence is there and the one its entry names, and each approval was given by whom it says.
10. Every other file is the one the MANIFEST lists, and the zip around them the one the registry writes.

That nothing newer exists about the agreement only the full export shows.
"""

from collections.abc import Iterator, Sequence

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.proof import Proof
from registry.tlog.spelling import parse_hash
from registry.tlog.tile import MAX_ENTRY_OCTETS
from registry.tlog.tree import check_consistency
from registry.verification.contents import Contents
from registry.verification.evidence import Evidence
from registry.verification.findings import Report
from registry.verification.logged import ROSTERED, VOUCHING, Logged, Members
from registry.verification.manifest import Manifest
from registry.verification.names import CHECKPOINT, DOCUMENT, ENTRY, foreign_to_case, numbers
from registry.verification.openings import Opening
from registry.verification.stamped import check_tokens
from registry.verification.statements import Site
from registry.verification.trusted import Trusted
from registry.verification.whole import MAX_NOTE_OCTETS, check_keys, open_newest


class CaseFile:
    """One run over a case file whose manifest is open. The numbers are the steps at the top of the module."""

    def __init__(self, contents: Contents, trusted: Trusted, report: Report) -> None:
        self._contents, self._trusted, self._report = contents, trusted, report
        self._logged: dict[int, Logged] = {}
        self._said: dict[int, Members] = {}

    def check(self, manifest: Manifest, kept: Sequence[bytes], site: Site | None) -> None:
        """Take every step that can be taken; without a site, the copy in the case file counts."""
        self._report.case = manifest.case
        check_keys(self._contents, self._trusted, self._report)  # 2
        checkpoint = open_newest(self._contents, self._trusted, manifest, self._report)  # 1, 3
        for name in foreign_to_case(self._contents.names):  # 4
            self._report.add("unexpected-file", name)
        if checkpoint:
            self._check_kept(kept, checkpoint.size, checkpoint.root)  # 3
            self._check_older(checkpoint)
            check_tokens(self._contents, self._trusted, self._report)
            note = self._contents.read("checkpoint", MAX_NOTE_OCTETS) or b""
            self._read_entries(note.decode())  # 5, 6
            self._check_history(manifest.case)  # 7
            self._check_documents()  # 8
            evidence = Evidence(self._contents, self._logged, self._said, self._report)
            evidence.check(self._trusted.keys, site)  # 9
        self._contents.check_rest()  # 10
        self._contents.check_form()

    def _check_kept(self, kept: Sequence[bytes], size: int, root: bytes) -> None:
        """Compare the checkpoints kept: to one that is older than the case only the full export leads."""
        for octets in kept:
            old = self._trusted.open(octets, "the older checkpoint", self._report)
            if old and old.size < size:
                self._report.add("history-unproved", "the older checkpoint")
            elif old and (old.size, old.root) != (size, root):
                detail = f"it signs {old.size} entries, this case {size}"
                self._report.add("history-rewritten", "the older checkpoint", detail)

    def _check_older(self, newest: Checkpoint) -> None:
        """Check that the case's checkpoint continues the older ones in the file."""
        for size in numbers(self._contents.names, CHECKPOINT):
            place = f"checkpoints/{size}.checkpoint"
            octets = self._contents.read(place, MAX_NOTE_OCTETS)
            old = self._trusted.open(octets, place, self._report) if octets is not None else None
            proof = self._contents.read(f"consistency/{size}", MAX_NOTE_OCTETS)
            if old is None or proof is None:
                continue
            try:
                lines = proof.decode("ascii").removesuffix("\n").split("\n") if proof else []
                path = [parse_hash(line) for line in lines]
                if old.size != size:
                    raise Unproved(f"it signs {old.size} entries")
                check_consistency(
                    old_size=size,
                    old_root=old.root,
                    new_size=newest.size,
                    new_root=newest.root,
                    path=path,
                )
            except (Malformed, Unproved, UnicodeDecodeError) as fault:
                self._report.add("history-rewritten", place, fault)

    def _read_entries(self, note: str) -> None:
        openings = dict(self._openings())
        for index in numbers(self._contents.names, ENTRY):
            leaf = self._contents.read(f"entries/{index}.json", MAX_ENTRY_OCTETS)
            proof = self._proof(index, note)
            if leaf is None or proof is None:
                continue
            logged = Logged(leaf, proof, openings.pop(index, None))
            self._report.entries += 1
            self._check_entry(index, logged)
        for index in openings:
            self._report.add("opening-wrong", f"the opening of entry {index}")

    def _check_entry(self, index: int, logged: Logged) -> None:
        """Check one entry; what it says is remembered, unless it is sealed and stays so."""
        try:
            said = logged.check(self._trusted.keys)
            self._logged[index] = logged
            if said["type"] == "sealed":
                self._report.closed += 1
            else:
                self._said[index] = said
        except Unproved as fault:
            self._report.add("proof-unproved", f"entry {index}", fault)
        except (Malformed, KeyError) as fault:
            self._report.add("entry-changed", f"entry {index}", fault)

    def _openings(self) -> Iterator[tuple[int, Opening]]:
        for number, line in enumerate(self._contents.lines("openings.jsonl"), 1):
            try:
                opening = Opening.parse(line)
            except ValueError as fault:
                self._report.add("opening-malformed", f"openings.jsonl line {number}", fault)
            else:
                yield opening.index, opening

    def _proof(self, index: int, note: str) -> Proof | None:
        name = f"proofs/{index}.tlog-proof"
        octets = self._contents.read(name, MAX_NOTE_OCTETS)
        if octets is None:
            return None
        try:
            proof = Proof.parse(octets)
        except Malformed as fault:
            self._report.add("proof-malformed", name, fault)
            return None
        if (proof.index, proof.checkpoint) != (index, note):
            self._report.add("proof-unproved", name, "it is another entry's, or of another checkpoint")
        return proof

    def _check_history(self, ref: str) -> None:
        for index, said in self._said.items():
            subject = said.get("subject", {})
            about = subject.get("kind"), subject.get("id")
            if said["type"] not in VOUCHING and about != ("agreement", ref):
                self._report.add("unexpected-file", f"entries/{index}.json")
            elif said["type"] in VOUCHING - {ROSTERED}:
                continue
            elif (before := said.get("prev")) is not None and before not in self._logged:
                detail = f"entry {index} names it as the one before"
                self._report.add("case-incomplete", f"entry {before}", detail)

    def _check_documents(self) -> None:
        named = {said.get("subject", {}).get("digest") for said in self._said.values()}
        for name in sorted(name for name in self._contents.names if DOCUMENT.fullmatch(name)):
            expected = name.removeprefix("documents/")
            digest = self._contents.digest(name)
            if digest is not None and digest != expected:
                self._report.add("document-changed", name)
            if f"sha256:{expected}" not in named:
                self._report.add("document-unlogged", name)
