"""Signed notes: a text followed by the signatures that vouch for it (c2sp.org/signed-note).

A note is a text that ends in a newline, a blank line, and one line for each signature:
`— <name> <base64(4-octet key id || signature)>`. The text may hold blank lines, so the last one divides.
Only Ed25519 keys (type 0x01) are known here; lines under any other key are kept and ignored.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.spelling import parse_base64, write_base64

ED25519 = b"\x01"
KEY_SIZE = 32
KEY_ID_SIZE = 4
MAX_SIGNATURES = 100
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def check_name(name: str) -> None:
    """Refuse what cannot name a key: an empty name, a space of any script, a control character or `+`.

    Raises:
        Malformed: the name is one of these.
    """
    if not name or "+" in name or any(char.isspace() or char < " " for char in name):
        raise Malformed(f"not a key name: {name!r}")


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


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by which a note can be checked, and the name it signs under."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 octets that point a signature line to this key."""
        digest = hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public_key)
        return digest.digest()[:KEY_ID_SIZE]

    def text(self) -> str:
        """The key as `name+id+key`, the form that people exchange."""
        return f"{self.name}+{self.key_id.hex()}+{write_base64(ED25519 + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """The key that a `name+id+key` text spells.

        Raises:
            Malformed: not such a text, a key of another type, or an id that is not the key's.
        """
        name, plus, rest = text.partition("+")
        encoded = rest.partition("+")[2]
        check_name(name)
        octets = parse_base64(encoded)
        if not plus or octets[:1] != ED25519 or len(octets) != 1 + KEY_SIZE:
            raise Malformed("not an Ed25519 verifier key")
        key = cls(name, octets[1:])
        if key.text() != text:
            raise Malformed("the key id is not that of the name and key")
        return key

    def has_signed(self, text: str, octets: bytes) -> bool:
        """Whether these octets are this key's signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(octets, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and the name it signs under."""

    name: str
    private_key: Ed25519PrivateKey

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private_key.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """The signature of a note's text."""
        return Signature(self.name, self.key.key_id, self.private_key.sign(text.encode()))


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
        lines = block.split("\n")
        if not blank or lines.pop() or not lines:
            raise Malformed("a note ends in a blank line and signature lines")
        if len(lines) > MAX_SIGNATURES:
            raise Malformed(f"more than {MAX_SIGNATURES} signature lines")
        note = cls(body + "\n", tuple(Signature.parse(line) for line in lines))
        if note.text() != whole:
            raise Malformed("not a note in its one spelling")
        return note

    def check(self, keys: Iterable[VerifierKey]) -> None:
        """Check the signatures of known keys.

        1. A line is a known key's when both its name and its key id are.
        2. Every such line must verify: one that does not spoils the whole note.
        3. At least one must.

        Raises:
            Unproved: step 2 or 3 fails.
        """
        known = {(key.name, key.key_id): key for key in keys}
        verified = 0
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))  # 1
            if key is None:
                continue
            if not key.has_signed(self.body, signature.octets):  # 2
                raise Unproved(f"the signature of {key.name} is not of this text")
            verified += 1
        if not verified:  # 3
            raise Unproved("no signature by a known key")


def sign_note(body: str, *signers: Signer) -> str:
    """The note of a text under the signatures of these signers."""
    return Note(body, tuple(signer.sign(body) for signer in signers)).text()


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
