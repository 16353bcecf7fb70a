"""Which body an identifier meant when the log had some size: registrations, and the successions since."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.auditlog.feed import StoredEvent

REGISTERED, SHARED, SUCCEEDED = (
    "organisation.registered",
    "organisation.share_succeeded",
    "organisation.succeeded",
)


@dataclass(frozen=True, slots=True)
class Registered:
    """A body as the log knows it. `kind` is empty where its entry is older than that member."""

    id: str
    kind: str
    nations: str


@dataclass(frozen=True, slots=True)
class Succession:
    """From here on `heir` answers for `predecessor`, and in the agreements of `shares` another does."""

    predecessor: str
    heir: str
    shares: Mapping[str, str]

    @property
    def successors(self) -> frozenset[str]:
        """Whoever stands where the predecessor stood."""
        return frozenset((self.heir, *self.shares.values()))


class Names:
    """What identifiers meant after some events about bodies, which come in the order of the log.

    `aliases` are identifiers with their primary ones, for bodies whose entries are older than that member;
    they are believed only where no body has succeeded another.
    """

    def __init__(self, events: Iterable[StoredEvent], aliases: Mapping[str, str] | None = None) -> None:
        self.bodies: dict[str, Registered] = {}
        self._own: dict[str, str] = {}
        self._successions: list[Succession] = []
        self._doubtful: set[str] = set()
        shares: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for event in events:
            body, said = event.subject_id, event.members
            if event.type == REGISTERED:
                self.bodies[body] = Registered(body, said.get("kind", ""), said.get("nations", ""))
                self._own |= dict.fromkeys((body, *filter(None, said.get("aliases", "").split(","))), body)
            elif event.type == SHARED:
                shares[body][said["agreement"]] = said["party"]
            elif event.type == SUCCEEDED:
                self._succeed(body, said, shares.pop(body, {}))
        if aliases and not self._successions:
            self._own = {**aliases, **self._own}

    def primary(self, identifier: str, ref: str = "") -> str:
        """The body that stood for an identifier, in one agreement or else at large."""
        body = self._own.get(identifier, identifier)
        for one in self._successions:
            if one.predecessor == body:
                body = one.shares.get(ref, one.heir)
        return body

    def is_sure(self, identifier: str) -> bool:
        """Whether the log tells which body stood for an identifier in every agreement."""
        own = self._own.get(identifier)
        return own is not None and (not self._doubtful or self._doubtful.isdisjoint(self.successors(own)))

    def successors(self, body: str) -> frozenset[str]:
        """The body, and whoever has come to stand in its place anywhere."""
        found = {body}
        for one in self._successions:
            if one.predecessor in found:
                found |= one.successors
        return frozenset(found)

    def identifiers(self, body: str) -> frozenset[str]:
        """Every identifier by which a text may name a body; none where older entries do not say."""
        if not all(one.kind for one in self.bodies.values()):
            return frozenset()
        return frozenset(name for name, own in self._own.items() if body in self.successors(own)) | {body}

    def answering(self) -> Iterator[tuple[Registered, tuple[str, ...]]]:
        """Each body that nobody had succeeded, with every identifier that it answered to."""
        known: defaultdict[str, list[str]] = defaultdict(list)
        for identifier in self._own:
            known[self.primary(identifier)].append(identifier)
        return ((self.bodies[body], tuple(names)) for body, names in known.items() if body in self.bodies)

    def _succeed(self, body: str, said: Mapping[str, str], shares: Mapping[str, str]) -> None:
        self._successions.append(Succession(body, said["party"], shares))
        if said["reason_code"] == "split" and not shares:
            self._doubtful.add(body)  # an older entry: the log does not say which agreement went to whom
