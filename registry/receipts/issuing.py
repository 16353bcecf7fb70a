"""Signing receipts, and holding what was signed until a thread has kept it.

Nothing here waits for a database: an answer costs a signature. What is held is lost when the process dies
before the thread's next turn; the receipt in the client's hands stays good as a signature and is deposited
again by sending it to `/decisions/receipts`.
"""

from collections import deque
from typing import NamedTuple, Self

from registry.tlog.signing import KeySigner
from registry.verification.commitments import base64url
from registry.verification.receipt import leaf_of, thumbprint, write_header

MOST_HELD = 200_000
"""Receipts that wait for a database that does not answer; beyond them answers are given without."""


class Begun(NamedTuple):
    """The beginning of claims that many receipts share: as much as can be is in base64url already."""

    spelt: bytes = b""
    rest: bytes = b""

    @classmethod
    def of(cls, claims: bytes) -> Self:
        """Claims up to where the others follow: base64 spells three octets at a time."""
        whole = len(claims) - len(claims) % 3
        return cls(base64url(claims[:whole]), claims[whole:])


NOT_BEGUN = Begun()


class Issuer:
    """Signs receipts with one key."""

    def __init__(self, signer: KeySigner) -> None:
        self.signer = signer
        self._sign = signer.private_key.sign
        self._header = base64url(write_header(thumbprint(signer.key.public_key))) + b"."
        self._held: deque[bytes] = deque()

    @property
    def is_full(self) -> bool:
        """Whether no more can be held, so that nothing more is signed."""
        return len(self._held) >= MOST_HELD

    def issue(self, claims: bytes, begun: Begun = NOT_BEGUN) -> bytes:
        """The receipt with these claims, a JSON object when begun. Its hash is held until `take`."""
        signed = self._header + begun.spelt + base64url(begun.rest + claims)
        jws = b"%s.%s" % (signed, base64url(self._sign(signed)))
        self._held.append(leaf_of(jws))
        return jws

    def take(self) -> list[bytes]:
        """The hashes held so far, which are the caller's from now on."""
        return [self._held.popleft() for _ in range(len(self._held))]

    def give_back(self, taken: list[bytes]) -> None:
        """Hold again what could not be kept."""
        self._held.extend(taken)
