"""Folding the entries about one agreement, in order, into what it let flow after the last of them.

Every change of a flow is an entry (`docs/log-entries.md`), so what the permission index knew when the log had
some size follows from the entries up to there and the frozen texts that they name by their digest. Older
entries may not say everything: what stops a flow (`flow.blocked` without `rules`), or what an erased opening
held. Such flows come back as unclear, and nobody may take them for a permit.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from registry.agreements.events import rules_named
from registry.agreements.projections import flow_spec, mentioned, parse, resolved
from registry.agreements.rules import FlowState
from registry.agreements.sharing import SharingFlow, said_by
from registry.agreements.terms import Flow, Terms
from registry.auditlog.entries import SEALED
from registry.auditlog.feed import StoredEvent
from registry.history.names import Names

TextOf = Callable[[str], bytes | None]
"""The frozen bytes of a digest (`sha256:...`); None where they are not at hand."""

FlowName = tuple[str, int, str]
"""The reference of an agreement, the number of a version, the id of a flow."""

UNDER_REVIEW = frozenset(
    {
        "agreement.drafted",
        "agreement.edited",
        "agreement.amended",
        "agreement.accession_proposed",
        "agreement.submitted",
        "agreement.changes_requested",
        "agreement.reviewed",
        "agreement.attestation_begun",
        "agreement.withdrawn",
    }
)
"""What happens to texts that have no standing yet, or never had: everything else shows that one has."""

SIGNING = {"agreement.signed": "org", "agreement.attested": "party", "agreement.signature_carried": "party"}
"""The entries by which a body has signed, and the member that names it."""


@dataclass(frozen=True, slots=True)
class Then:
    """What one agreement let flow. `unclear` are flows of which the log does not say what stopped them.

    `untold` are the versions that had standing and of which the text, or a body in it, is not known.
    """

    flows: tuple[SharingFlow, ...] = ()
    unclear: frozenset[FlowName] = frozenset()
    untold: frozenset[tuple[str, int]] = frozenset()


@dataclass(slots=True)
class _Flow:
    """What the entries so far say of a flow."""

    state: FlowState = FlowState.WAITING
    ended_by: str | None = None
    live_at: datetime | None = None
    held_by: set[str] = field(default_factory=set)
    stopped_by: set[str] = field(default_factory=set)
    warned_of: set[str] = field(default_factory=set)
    blocked_by: tuple[str, ...] = ()
    blocked_from: date | None = None
    is_clear: bool = True

    def take(self, event: StoredEvent, names: Names) -> None:
        """Let an entry about the flow count."""
        rule = str(event.members.get("reason_code", "")).upper()
        match event.type:
            case "flow.live":
                self.state, self.live_at = FlowState.LIVE, event.at
            case "flow.suspended":
                self.state = FlowState.SUSPENDED
                self._hold(names.primary(event.org, event.subject_id) if event.org else "", rule)
            case "flow.resumed":
                self._resume(names.primary(event.org, event.subject_id) if event.org else "")
            case "flow.degraded":
                self.warned_of.add(rule)
                self.stopped_by.discard(rule)
            case "flow.restored":
                self.warned_of.discard(rule)
                self.stopped_by.discard(rule)
            case "flow.blocked":
                self._block(event)
            case "flow.ended":
                self._end(event.members["reason_code"])

    def _hold(self, organisation: str, rule: str) -> None:
        if organisation:
            self.held_by.add(organisation)
        else:
            self.stopped_by.add(rule)
            self.warned_of.discard(rule)

    def _resume(self, organisation: str) -> None:
        """A body lifts its own hold; the registry says so when no rule demands a stop any more."""
        self.held_by.discard(organisation)
        if not organisation or not (self.held_by or self.stopped_by):
            self.state = FlowState.LIVE

    def _block(self, event: StoredEvent) -> None:
        day = event.members.get("effective_on")
        self.is_clear = "rules" in event.members
        self.blocked_by = rules_named(event.members.get("rules", ""))
        self.blocked_from = date.fromisoformat(day) if day else None

    def _end(self, ended_by: str) -> None:
        self.state, self.ended_by, self.is_clear = FlowState.ENDED, ended_by, True
        self.blocked_by, self.stopped_by, self.warned_of = (), set(), set()


@dataclass(slots=True)
class _Version:
    """What the entries so far say of a version."""

    digest: str = ""
    stands: bool = False
    withdrawn: bool = False
    attested_by: str = ""
    signed_by: set[str] = field(default_factory=set)
    leaving: dict[str, date] = field(default_factory=dict)
    confirmed: bool = False
    shortcomings: tuple[str, ...] = ()
    flows: dict[str, _Flow] = field(default_factory=dict)

    def take(self, event: StoredEvent, names: Names) -> None:
        """Let an entry about the version count."""
        said = event.members
        self.digest = said["subject"].get("digest", self.digest)
        self.stands = self.stands or event.type not in UNDER_REVIEW
        if "flow" in said:
            self.flows.setdefault(said["flow"], _Flow()).take(event, names)
        elif event.type in SIGNING and said["role"] == "signatory":
            self.signed_by.add(said[SIGNING[event.type]])
        if event.type == "agreement.attested":
            self.attested_by = event.org
        elif event.type == "agreement.shortcomings_found":
            self.shortcomings = rules_named(said.get("rules", ""))
        elif event.type == "agreement.notice_given" and "effective_on" in said:
            self.leaving[said["party"]] = date.fromisoformat(said["effective_on"])
        elif event.type == "agreement.party_left":
            self.leaving.pop(said["party"], None)
        self.withdrawn = self.withdrawn or event.type == "agreement.withdrawn"
        self.confirmed = self.confirmed or event.type == "agreement.confirmed"


def fold(
    ref: str, events: Iterable[StoredEvent], text_of: TextOf, names: Names, *, is_whole: bool = True
) -> Then:
    """What an agreement let flow after these entries about it: all there are, unless they are not whole."""
    versions: dict[int, _Version] = {}
    for event in events:
        if event.type == SEALED:
            is_whole = False
        elif event.version is not None:
            versions.setdefault(event.version, _Version()).take(event, names)
    flows: list[SharingFlow] = []
    unclear: list[FlowName] = []
    untold: list[tuple[str, int]] = []
    for number, version in sorted(versions.items()):
        terms = _terms(ref, version.digest, text_of, names) if version.stands else None
        if terms is not None:
            flows += (
                _sharing(ref, number, version, terms, place, names) for place in range(len(terms.flows))
            )
            unclear += ((ref, number, flow) for flow in _unclear(version, terms, is_whole=is_whole))
        elif version.stands:
            untold.append((ref, number))
    return Then(tuple(flows), frozenset(unclear), frozenset(untold))


def _unclear(version: _Version, terms: Terms, *, is_whole: bool) -> Iterator[str]:
    """The flows that may be stopped by what the log does not say.

    From the day a version goes live its entries are sealed only where it is withheld, so that an erased
    opening hides nothing of the life of any other.
    """
    is_told = is_whole or terms.publication != "withheld"
    for flow in terms.flows:
        known = version.flows.get(flow.id, _Flow())
        if known.state is not FlowState.ENDED and not (is_told and known.is_clear):
            yield flow.id


def _terms(ref: str, digest: str, text_of: TextOf, names: Names) -> Terms | None:
    """The frozen terms, each body under the name it had; None where either is not known."""
    document = text_of(digest)
    if document is None:
        return None
    terms = parse(document)
    found = mentioned(terms)
    if not all(map(names.is_sure, found)):
        return None
    return resolved(terms, {name: names.primary(name, ref) for name in found}, stored=True)


def _sharing(ref: str, number: int, version: _Version, terms: Terms, place: int, names: Names) -> SharingFlow:
    """One flow of a version, as `agreements.queries.sharing_flows` gives it."""
    flow = terms.flows[place]
    known = version.flows.get(flow.id, _Flow())
    withdrawn = version.withdrawn and known.state is FlowState.WAITING
    leaves = [version.leaving[end] for end in (flow.from_, flow.to) if end in version.leaving]
    return SharingFlow(
        ref=ref,
        version=number,
        hash=version.digest,
        flow=flow.id,
        holder=flow.from_,
        recipient=flow.to,
        state=FlowState.ENDED.value if withdrawn else known.state.value,
        ended_by="withdrawn" if withdrawn else known.ended_by,
        starts_on=terms.starts_on,
        expires_on=terms.expires_on,
        live_at=known.live_at,
        **said_by(flow_spec(terms, place)),
        blocked_by=known.blocked_by,
        awaiting=tuple(_awaiting(ref, version, terms, flow, names)),
        blocked_from=known.blocked_from,
        warned_of=tuple(sorted(known.warned_of)),
        attested_by=version.attested_by,
        shortcomings=version.shortcomings,
        review_on=None if version.confirmed else terms.review_on,
        leaves_on=min(leaves, default=None),
    )


def _awaiting(ref: str, version: _Version, terms: Terms, flow: Flow, names: Names) -> Iterator[str]:
    """The controllers at the ends of a flow that had not signed."""
    signed = {names.primary(body, ref) for body in version.signed_by}
    controllers = terms.controllers()
    return (end for end in (flow.from_, flow.to) if end in controllers and end not in signed)
