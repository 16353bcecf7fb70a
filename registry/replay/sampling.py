"""Replaying a seeded sample of one's own receipts: does the log say what the registry answered?

1. The receipts are put in the order of their SHA-256, and drawn by a seed that nobody could choose to suit
   themselves, as `verification.sample` draws entries.
2. Each one drawn is checked as `registry verify --receipt` does.
3. Its question is answered again from the log as it was at the size in the receipt, by the same policies.
4. Outcome and agreement are compared. What differs is an incident of that agreement, and is reported as one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from registry import clock
from registry.decisions.rules import Outcome
from registry.errors import Invalid
from registry.replay.replaying import Replay, Replayed
from registry.verification.archive import Archive
from registry.verification.findings import Report
from registry.verification.receipt import leaf_of
from registry.verification.receipts import Held, verify_receipts
from registry.verification.sample import draw

Verdict = Literal["same", "differs", "unclear", "unproved"]
INCIDENT_KIND = "answer-mismatch"


@dataclass(frozen=True, slots=True)
class Compared:
    """A receipt that was drawn, by the name of its file, and what the log gives for its question."""

    place: str
    digest: str
    verdict: Verdict
    answered: Mapping[str, Any]
    replayed: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """The comparison as JSON."""
        return {
            "file": self.place,
            "receipt": f"sha256:{self.digest}",
            "verdict": self.verdict,
            "answered": self.answered,
            "replayed": self.replayed,
        }

    def incident(self, today: date) -> dict[str, Any] | None:
        """The body of `POST /api/v1/incidents` that reports a difference, where an agreement is named."""
        agreement = self.answered.get("agreement") or self.replayed.get("agreement")
        if self.verdict != "differs" or not agreement:
            return None
        return {
            "ref": agreement["ref"],
            "flow": agreement["flow"],
            "kind": INCIDENT_KIND,
            "severity": "high",
            "discovered_on": today.isoformat(),
            "narrative": f"sha256:{self.digest}: {self.answered['outcome']} / {self.replayed['outcome']}",
        }


def draw_receipts(files: Mapping[str, bytes], seed: str, number: int) -> list[str]:
    """The names of so many of these files, drawn by a seed.

    Raises:
        Malformed: a file is no receipt.
        ValueError: the seed is not one line, or there are not so many.
    """
    ordered = sorted(files, key=lambda name: _digest(files[name]))
    return [ordered[place] for place in draw(seed, len(ordered), number)]


def compare(
    archive: Archive, replay: Replay, report: Report, drawn: Iterable[tuple[str, bytes]]
) -> Iterator[Compared]:
    """What the log of a sound export gives for each of these receipts; what is unproved is in the report."""
    for place, octets in drawn:
        verify_receipts(archive, [(place, octets)], report)
        held, claims = Held.parse(octets), report.receipts.get(place)
        digest = _digest(octets)
        if claims is None:
            yield Compared(place, digest, "unproved", {}, {})
        else:
            yield _compare(place, digest, held, claims, replay)


def _compare(place: str, digest: str, held: Held, claims: Mapping[str, Any], replay: Replay) -> Compared:
    answered = {name: claims.get(name) for name in ("outcome", "agreement", "log_size", "policy_digest")}
    if held.request is None:
        return Compared(place, digest, "unclear", answered, {})
    is_past = "known_at" in claims
    try:
        asked = _as_asked(held.request, claims)
        found = replay.answer(asked, log_size=None if is_past else claims["log_size"])
    except Invalid:
        return Compared(place, digest, "unclear", answered, {})
    replayed = _said(found, is_advice="decision" not in claims)
    if is_past:  # the receipt has the size that the answer reflects, not the one that the past had
        replayed["log_size"] = claims["log_size"]
    return Compared(place, digest, _verdict(answered, replayed, found), answered, replayed)


def _as_asked(request: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
    """The question, about the instant at which it was asked where it names none.

    To advice it is all the same which obligations a system can meet.
    """
    unheard = set() if "decision" in claims else {"supported_obligations"}
    context = {name: value for name, value in request.get("context", {}).items() if name not in unheard}
    asked_at = clock.stamp(datetime.fromtimestamp(claims["iat"], UTC))
    return {**request, "context": {"at": asked_at, **context}}


def _said(found: Replayed, *, is_advice: bool) -> dict[str, Any]:
    said = found.document()
    if is_advice and said["duty"] and said["outcome"] == Outcome.NOT_COVERED:
        said["outcome"] = Outcome.DUTY_TO_SHARE.value
    return {name: said[name] for name in ("outcome", "agreement", "log_size", "policy_digest")}


def _verdict(answered: Mapping[str, Any], replayed: Mapping[str, Any], found: Replayed) -> Verdict:
    if answered == replayed:
        return "same"
    # A worker that was behind, or whose clock was, said so then: nothing contradicts what it left open.
    is_open = found.decision.code == "history-unclear" or answered["outcome"] == Outcome.INDETERMINATE
    return "unclear" if is_open or answered["policy_digest"] != replayed["policy_digest"] else "differs"


def _digest(octets: bytes) -> str:
    return leaf_of(Held.parse(octets).receipt.encode()).hex()
