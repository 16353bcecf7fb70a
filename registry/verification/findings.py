"""What a check of the log found, in words that never change and in words for people."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from registry.verification.sentences import (
    APPROVED,
    CLOSED,
    MORE,
    RECEIPT,
    SENTENCES,
    SOUND,
    SOUND_CASE,
    STAMPED,
    WITNESSED,
    in_welsh,
)

MOST_PER_CODE = 1000

Language = Literal["en", "cy"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was signed: what, where, and why we say so."""

    code: str
    place: str
    detail: str = ""

    def sentence(self, language: Language = "en") -> str:
        """The finding in plain words. The detail is the program's own word and stays in English."""
        english, welsh = SENTENCES[self.code]
        if language == "cy":
            return welsh.format(place=in_welsh(self.place), detail=self.detail)
        return english.format(place=self.place, detail=self.detail)

    def document(self) -> dict[str, str]:
        """The finding as JSON."""
        return {
            "code": self.code,
            "place": self.place,
            "detail": self.detail,
            "en": self.sentence("en"),
            "cy": self.sentence("cy"),
        }


@dataclass(slots=True)
class Report:
    """What was checked, and what was found. Of each code the first thousand are kept, all are counted.

    `case` is the agreement that a case file is about, `entries` how many entries it holds, `closed` how many
    of them nobody can read, `approvals` those that were proved to be a person's or an organisation's own.
    `cosigned` says when each witness of the auditor's policy cosigned the checkpoint, `stamped` when a
    checkpoint of each size was time-stamped. `receipts` are the claims of those that hold, by file.
    """

    origin: str
    size: int = 0
    root: bytes = b""
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    cosigned: dict[str, datetime] = field(default_factory=dict)
    stamped: dict[int, datetime] = field(default_factory=dict)
    case: str = ""
    entries: int = 0
    closed: int = 0
    approvals: list[dict[str, Any]] = field(default_factory=list)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether everything is as it was signed."""
        return not self.counts

    def add(self, code: str, place: str, detail: object = "") -> None:
        """Note a finding."""
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] <= MOST_PER_CODE:
            self.findings.append(Finding(code, place, str(detail)))

    def add_all(self, other: "Report") -> None:
        """Add the findings of another report that are not in this one already."""
        known = set(self.findings)
        for finding in other.findings:
            if finding not in known:
                self.add(finding.code, finding.place, finding.detail)
        for code, count in other.counts.items():
            untold = count - sum(finding.code == code for finding in other.findings)
            self.counts |= {code: self.counts[code] + untold}

    def document(self) -> dict[str, Any]:
        """The report as JSON."""
        about_case = {
            "case": self.case,
            "entries": self.entries,
            "closed": self.closed,
            "approvals": self.approvals,
        }
        return {
            "sound": self.is_sound,
            "origin": self.origin,
            "size": self.size,
            "root": self.root.hex(),
            "cosigned": {name: at.isoformat() for name, at in sorted(self.cosigned.items())},
            "stamped": {str(size): at.isoformat() for size, at in sorted(self.stamped.items())},
            **(about_case if self.case else {}),
            **({"receipts": self.receipts} if self.receipts else {}),
            "counts": dict(sorted(self.counts.items())),
            "findings": [finding.document() for finding in self.findings],
        }

    def text(self, language: Language = "en") -> str:
        """The report in plain words, one line a finding."""
        chosen = 1 if language == "cy" else 0
        if self.is_sound:
            told = (SOUND_CASE if self.case else SOUND)[chosen]
            lines = [told.format(origin=self.origin, size=self.size, case=self.case, entries=self.entries)]
            lines += [CLOSED[chosen].format(closed=self.closed)] if self.closed else []
            approved = APPROVED[chosen]
            lines += [approved.format(**approval) for approval in self.approvals]
            lines += [RECEIPT[chosen].format(**_told(claims)) for claims in self.receipts.values()]
            witnessed = WITNESSED[chosen]
            lines += [
                witnessed.format(name=name, at=at.isoformat()) for name, at in sorted(self.cosigned.items())
            ]
            newest = sorted(self.stamped.items())[-1:]
            lines += [STAMPED[chosen].format(size=size, at=at.isoformat()) for size, at in newest]
            return "\n".join(lines)
        unshown = sum(self.counts.values()) - len(self.findings)
        lines = [f"{finding.code}: {finding.sentence(language)}" for finding in self.findings]
        return "\n".join([*lines, *([MORE[chosen].format(count=unshown)] if unshown else [])])


def _told(claims: dict[str, Any]) -> dict[str, Any]:
    """What the sentence about a receipt speaks of."""
    agreement = claims.get("agreement") or {}
    return {
        "at": datetime.fromtimestamp(claims["iat"], UTC).isoformat(),
        "organisation": claims["organisation"],
        "outcome": claims["outcome"],
        "agreement": f"{agreement['ref']}/{agreement['version']}" if agreement else "-",
    }
