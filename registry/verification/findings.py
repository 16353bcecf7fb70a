"""What a check of the log found, in words that never change and in words for people."""

from dataclasses import dataclass, field
from typing import Any

SENTENCES = {
    "archive-unreadable": "{place} cannot be read as an export: {detail}",
    "missing-file": "{place} is missing",
    "unreadable-file": "{place} cannot be read: {detail}",
    "unexpected-file": "{place} does not belong to an export of this log",
    "duplicate-file": "{place} is there more than once",
    "container-changed": "what the zip says about {place} is not what the registry writes",
    "key-differs": "{place} is not the key you trust",
    "checkpoint-malformed": "{place} is not a checkpoint: {detail}",
    "checkpoint-unproved": "{place} is not signed by the key you trust: {detail}",
    "entry-changed": "{place} is not what was logged",
    "bundle-malformed": "{place} does not hold the entries it should: {detail}",
    "tile-changed": "{place} is not a part of the signed tree: {detail}",
    "root-differs": "the entries do not add up to the root in {place}",
    "history-rewritten": "the log does not continue {place}: {detail}",
    "manifest-malformed": "{place} is not a manifest: {detail}",
    "manifest-unproved": "{place} is not signed by the key you trust: {detail}",
    "file-changed": "{place} is not the file that the MANIFEST lists",
    "file-unlisted": "{place} is not listed in the MANIFEST",
    "opening-malformed": "{place} is not an opening: {detail}",
    "opening-wrong": "{place} does not open the sealed entry it names",
    "document-changed": "{place} is not the document whose digest it is named by",
    "document-unlogged": "{place} is named by no entry that this export opens",
    "proof-malformed": "{place} is not a proof: {detail}",
    "proof-unproved": "{place} does not prove this entry: {detail}",
    "row-missing": "{place} is missing from the database",
    "row-changed": "{place} in the database is not what the log was built from: {detail}",
    "row-foreign": "{place} in the database belongs to no entry of the log",
}
"""Every finding there can be: its code, which never changes, and the sentence it is told in."""

MOST_PER_CODE = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was signed: what, where, and why we say so."""

    code: str
    place: str
    detail: str = ""

    def sentence(self) -> str:
        """The finding in plain words."""
        return SENTENCES[self.code].format(place=self.place, detail=self.detail)

    def document(self) -> dict[str, str]:
        """The finding as JSON."""
        return {"code": self.code, "place": self.place, "detail": self.detail, "sentence": self.sentence()}


@dataclass(slots=True)
class Report:
    """What was checked, and what was found. Of each code the first thousand are kept, all are counted."""

    origin: str
    size: int = 0
    root: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was signed."""
        return not self.counts

    def add(self, code: str, place: str, detail: object = "") -> None:
        """Note a finding."""
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] <= MOST_PER_CODE:
            self.findings.append(Finding(code, place, str(detail)))

    def document(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "sound": self.is_sound,
            "origin": self.origin,
            "size": self.size,
            "root": self.root.hex(),
            "counts": dict(sorted(self.counts.items())),
            "findings": [finding.document() for finding in self.findings],
        }

    def text(self) -> str:
        """The report in plain words, one line a finding."""
        if self.is_sound:
            return f"{self.origin}: all {self.size} entries are as they were signed"
        unshown = sum(self.counts.values()) - len(self.findings)
        lines = [f"{finding.code}: {finding.sentence()}" for finding in self.findings]
        return "\n".join([*lines, *([f"and {unshown} more"] if unshown else [])])
