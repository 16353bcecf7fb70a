"""Trust policies: which logs to believe, and whose cosignatures it takes (c2sp.org/tlog-policy).

A policy is a text of these lines, in any order that defines a name before it is used:

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <member>...
    quorum <name>|none

A group witnesses a checkpoint when that many of its members do. Space and tab divide words; empty lines and
those that begin with # say nothing. It is the file an auditor pins.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.cosignature import check_cosignatures
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import Note
from registry.tlog.spelling import parse_decimal

MAX_OCTETS = 1 << 20
NONE = "none"
LOG_KINDS = frozenset({Kind.ED25519, Kind.ML_DSA_44})
WITNESS_KINDS = frozenset({Kind.COSIGNATURE, Kind.ML_DSA_44})
_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_WORD = re.compile(r"[^ \t]+")


@dataclass(frozen=True, slots=True)
class Log:
    """A log to believe, and where it is."""

    key: VerifierKey
    url: str | None = None

    def line(self) -> str:
        """The line that defines it."""
        return " ".join(["log", self.key.text(), *_given(self.url)])


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness, where it is, and what it is called in this policy."""

    name: str
    key: VerifierKey
    url: str | None = None

    def line(self) -> str:
        """The line that defines it."""
        return " ".join(["witness", self.name, self.key.text(), *_given(self.url)])


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and groups, and how many of them it takes."""

    name: str
    threshold: int
    members: tuple[str, ...]

    def line(self) -> str:
        """The line that defines it."""
        return " ".join(["group", self.name, str(self.threshold), *self.members])


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint that satisfies a policy, and when each of its witnesses last cosigned it."""

    checkpoint: Checkpoint
    cosigned: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses, groups in the order of their definition, and the name that has to witness."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE

    @classmethod
    def parse(cls, octets: bytes) -> "Policy":
        """The policy that a file spells.

        Raises:
            Malformed: another line than the four, a control character, a name used twice or before it is
                defined, a key used twice or of the wrong kind, or not exactly one quorum.
        """
        if len(octets) > MAX_OCTETS or _FORBIDDEN.search(octets):
            raise Malformed("a policy is a short text without control characters")
        if not octets.endswith(b"\n"):
            raise Malformed("each line of a policy ends in a newline")
        reader = _Reader()
        # What is not ASCII is opaque, so octets that are not UTF-8 are carried through as they are.
        for line in octets.decode(errors="surrogateescape").split("\n"):
            reader.read(line)
        return reader.policy()

    def text(self) -> str:
        """The policy in its plainest spelling, without comments."""
        defined: tuple[Log | Witness | Group, ...] = (*self.logs, *self.witnesses, *self.groups)
        return "".join(f"{one.line()}\n" for one in defined) + f"quorum {self.quorum}\n"

    def check(self, octets: bytes, origin: str | None = None) -> Witnessed:
        """Check a signed checkpoint by this policy.

        1. It is about this origin, or about any log of the policy when none is given.
        2. A key of that log has signed it, and no line under a key of that log is bad.
        3. No line of a witness is bad, and each says when it was made.
        4. The witnesses that cosigned make the quorum.

        Raises:
            Malformed: not a note, or its text not a checkpoint.
            Unproved: a step fails.
        """
        keys = [log.key for log in self.logs if origin in (None, log.key.name)]  # 1
        checkpoint = open_checkpoint(octets, *keys)  # 2
        names = {witness.key: witness.name for witness in self.witnesses}
        cosigned: dict[str, datetime] = {}
        for one in check_cosignatures(Note.parse(octets), names):  # 3
            name = names[one.key]
            cosigned[name] = max(one.at, cosigned.get(name, one.at))
        if not self.is_met_by(set(cosigned)):  # 4
            raise Unproved(f"not witnessed as the policy asks: {self.quorum}")
        return Witnessed(checkpoint, cosigned)

    def is_met_by(self, witnesses: set[str]) -> bool:
        """Whether these witnesses make the quorum."""
        witnessing = {NONE, *witnesses}
        for group in self.groups:
            if len(witnessing.intersection(group.members)) >= group.threshold:
                witnessing.add(group.name)
        return self.quorum in witnessing


@dataclass(slots=True)
class _Reader:
    """What has been read of a policy so far."""

    logs: list[Log] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    _public_keys: set[bytes] = field(default_factory=set)
    _names: set[str] = field(default_factory=set)
    _grouped: set[str] = field(default_factory=set)

    def read(self, line: str) -> None:
        """Take one line in."""
        words = _WORD.findall(line)
        if not words or words[0].startswith("#"):
            return
        readers: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        if words[0] not in readers:
            raise Malformed(f"not a line of a policy: {line[:80]!r}")
        readers[words[0]](words[1:])

    def policy(self) -> Policy:
        """What all lines together say."""
        if self.quorum is None:
            raise Malformed("a policy has a quorum")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorum)

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise Malformed("a log has a key and perhaps a URL")
        self.logs.append(Log(self._key(words[0], LOG_KINDS), *words[1:]))

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise Malformed("a witness has a name, a key and perhaps a URL")
        self.witnesses.append(Witness(self._name(words[0]), self._key(words[1], WITNESS_KINDS), *words[2:]))

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise Malformed("a group has a name, a number and members")
        name, number, *members = words
        for member in members:
            if member not in self._names or member in self._grouped:
                raise Malformed(f"not defined before, or in a group already: {member!r}")
            self._grouped.add(member)
        threshold = {"any": 1, "all": len(members)}.get(number) or parse_decimal(number)
        if not 1 <= threshold <= len(members):
            raise Malformed(f"{threshold} of {len(members)} members")
        self.groups.append(Group(self._name(name), threshold, tuple(members)))

    def _quorum(self, words: list[str]) -> None:
        if len(words) != 1 or self.quorum is not None:
            raise Malformed("a policy has one quorum of one name")
        if words[0] not in {NONE, *self._names}:
            raise Malformed(f"not defined before: {words[0]!r}")
        self.quorum = words[0]

    def _name(self, name: str) -> str:
        if name == NONE or name in self._names:
            raise Malformed(f"defined twice: {name!r}")
        self._names.add(name)
        return name

    def _key(self, text: str, kinds: frozenset[Kind]) -> VerifierKey:
        key = VerifierKey.parse(text)
        if key.kind not in kinds:
            raise Malformed(f"a key of kind {key.kind:#04x} is none of this role")
        if key.public_key in self._public_keys:
            raise Malformed(f"a public key is there twice: {key.name}")
        self._public_keys.add(key.public_key)
        return key


def _given(url: str | None) -> list[str]:
    return [] if url is None else [url]
