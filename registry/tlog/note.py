"""Signed notes: a text followed by the signatures that vouch for it (c2sp.org/signed-note).

A note is a text that ends in a newline, a blank line, and one line for each signature:
`— <name> <base64(4-octet key id || signature)>`. The text may hold blank lines, so the last one divides.
Lines under a key that the reader does not know are kept and ignored.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import KEY_ID_SIZE, VerifierKey
from registry.tlog.spelling import check_name, parse_base64, write_base64

MAX_SIGNATURES = 100
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line. `octets` follow the key id and are read only by whoever knows the key."""

    name: str
    key_id: bytes
    octets: bytes

    def line(self) -> str:
        """The line as it stands in a note, without its newline."""
        return f"{_DASH}{self.name} {write_base64(self.key_id + self.octets)}"

    @classmethod
    def parse(cls, line: str) -> "Signature":
        """The signature a line holds.

        Raises:
            Malformed: the line is not one that `line` writes.
        """
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise Malformed(f"not a signature line: {line[:80]!r}")
        check_name(name)
        octets = parse_base64(encoded)
        if len(octets) <= KEY_ID_SIZE:
            raise Malformed("a signature line holds a key id and no signature")
        return cls(name, octets[:KEY_ID_SIZE], octets[KEY_ID_SIZE:])


class Signer(Protocol):
    """What signs for a log: private keys, wherever they are, under one name."""

    @property
    def name(self) -> str:
        """The name it signs under: the log's origin."""

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The public half of each of its keys."""

    def sign(self, text: str) -> tuple[Signature, ...]:
        """The signatures of a note's text, one of each key whose kind can sign such a text."""


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines, none of them checked yet."""

    body: str
    signatures: tuple[Signature, ...]

    def text(self) -> str:
        """The whole note, as it is stored and served."""
        return self.body + "\n" + "".join(f"{signature.line()}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, octets: bytes) -> "Note":
        """The note that these octets spell.

        Raises:
            Malformed: not UTF-8, a control character, no blank line, no signature, or a line of another form.
        """
        whole = _printable(octets)
        # The text may hold blank lines of its own, so only the last one divides it from the signatures.
        body, blank, block = whole.rpartition("\n\n")
        if not blank:
            raise Malformed("a note ends in a blank line and signature lines")
        note = cls(body + "\n", parse_signatures(block.encode()))
        if note.text() != whole:
            raise Malformed("not a note in its one spelling")
        return note

    def signatures_of(self, keys: Iterable[VerifierKey]) -> tuple[tuple[VerifierKey, Signature], ...]:
        """The signatures of known keys, each with its key, in the order of their lines.

        A line is a known key's when both its name and its key id are. Lines of others are passed over.

        Raises:
            Unproved: a known key's line does not verify, which spoils the whole note.
        """
        known = {(key.name, key.key_id): key for key in keys}
        found = []
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            if not key.has_signed(self.body, signature.octets):
                raise Unproved(f"the signature of {key.name} is not of this text")
            found.append((key, signature))
        return tuple(found)

    def check(self, keys: Iterable[VerifierKey]) -> None:
        """Check that at least one of these keys has signed, and that no line of theirs is bad.

        Raises:
            Unproved: a known key's line does not verify, or none is there.
        """
        if not self.signatures_of(keys):
            raise Unproved("no signature by a known key")


def parse_signatures(octets: bytes) -> tuple[Signature, ...]:
    """The signatures that lines spell: the end of a note, or what a witness answers.

    Raises:
        Malformed: not UTF-8, a control character, no line, too many, or one of another form.
    """
    lines = _printable(octets).split("\n")
    if lines.pop() or not lines:
        raise Malformed("signature lines end in a newline each")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed(f"more than {MAX_SIGNATURES} signature lines")
    return tuple(Signature.parse(line) for line in lines)


def sign_note(body: str, *signers: Signer) -> str:
    """The note of a text under the signatures of these signers.

    Raises:
        Malformed: none of their keys signs such a text.
    """
    signatures = tuple(signature for signer in signers for signature in signer.sign(body))
    if not signatures:
        raise Malformed("no key signs such a text")
    return Note(body, signatures).text()


def open_note(octets: bytes, keys: Iterable[VerifierKey]) -> str:
    """The text of a note that at least one of these keys has signed.

    Raises:
        Malformed: not a note.
        Unproved: a known key's line does not verify, or none is there.
    """
    note = Note.parse(octets)
    note.check(keys)
    return note.body


def _printable(octets: bytes) -> str:
    """The text of octets that are UTF-8 without control characters other than the newline."""
    try:
        text = octets.decode()
    except UnicodeDecodeError as fault:
        raise Malformed("a note is UTF-8") from fault
    if _CONTROL.search(text):
        raise Malformed("a note holds no control character")
    return text
