"""Verifying decision receipts against an export, years later and without the registry.

1. The receipt is a JWS in its one form.
2. The main log introduced the key it names, and that key signed it.
3. It was given beside this log, at a size that this log has had.
4. Where question and salt are shown, they give the hash in the receipt.
5. Its proof leads to a root of the log of receipts that the main log names, after it introduced the key.
   The path ends in the receipt's own hash, so only that root has to be believed: the checkpoint in the
   proof is not.

The export has to be sound first: what its log says counts, and nothing else that it says.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Note
from registry.tlog.proof import Proof
from registry.tlog.tile import ENTRIES, split_bundle, tiles_of_level
from registry.tlog.tree import check_inclusion, leaf_hash
from registry.verification.archive import Archive
from registry.verification.findings import Report
from registry.verification.receipt import KEY_INTRODUCED, ROOTED, Receipt, leaf_of, request_hash, thumbprint
from registry.verification.share import MAX_BUNDLE_OCTETS
from registry.verification.spelling import read_base64url

MAX_OCTETS = 1 << 24


@dataclass(frozen=True, slots=True)
class Held:
    """What a holder shows: the receipt, its proof, and, to show what was asked, the question and the salt."""

    receipt: str
    proof: str = ""
    salt: str = ""
    request: dict[str, Any] | None = None

    @classmethod
    def parse(cls, octets: bytes) -> "Held":
        """What a file holds: a JSON object with these members, or the receipt alone.

        Raises:
            Malformed: neither.
        """
        try:
            text = octets.decode().strip()
            if not text.startswith("{"):
                return cls(text)
            members = json.loads(text)
        except (ValueError, RecursionError) as fault:
            raise Malformed("neither a receipt nor JSON") from fault
        receipt, proof, salt = (members.get(name) or "" for name in ("receipt", "proof", "salt"))
        request = members.get("request")
        if not all(isinstance(one, str) for one in (receipt, proof, salt)) or not isinstance(
            request, dict | None
        ):
            raise Malformed("receipt, proof and salt are texts, request is an object")
        return cls(receipt, proof, salt, request)


@dataclass(slots=True)
class Introduced:
    """What the main log says of receipts: keys by their `kid`, roots, each with the index that says so."""

    keys: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    roots: dict[bytes, int] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[bytes]) -> "Introduced":
        """What these entries, from the first of the log on, say."""
        found = cls()
        for index, entry in enumerate(entries):
            if f'"{KEY_INTRODUCED}"'.encode() in entry or f'"{ROOTED}"'.encode() in entry:
                found._note(index, json.loads(entry))
        return found

    def _note(self, index: int, members: dict[str, Any]) -> None:
        if members["type"] == KEY_INTRODUCED:
            key = VerifierKey.parse(members["new_key"]).public_key
            self.keys.setdefault(thumbprint(key), (index, key))
        elif members["type"] == ROOTED:
            root = bytes.fromhex(members["subject"]["digest"].removeprefix("sha256:"))
            self.roots.setdefault(root, index)


def verify_receipts(archive: Archive, held: Iterable[tuple[str, bytes]], report: Report) -> None:
    """Check receipts, each with the name of its file, against an export that was found sound."""
    introduced = Introduced.of(_entries(archive))
    for place, octets in held:
        try:
            report.receipts[place] = _check(Held.parse(octets), introduced, report)
        except Malformed as fault:
            report.add("receipt-malformed", place, fault)
        except Unproved as fault:
            report.add("receipt-unproved", place, fault)


def _check(held: Held, introduced: Introduced, report: Report) -> dict[str, Any]:
    """The claims of a receipt that holds. The numbers are the steps at the top of the module.

    Raises:
        Malformed, Unproved: it does not.
    """
    receipt = Receipt.parse(held.receipt)  # 1
    key_index, key = introduced.keys.get(receipt.kid, (0, None))
    if key is None:
        raise Unproved("the log has not introduced the key that it names")
    receipt.check(key)  # 2
    claims = receipt.claims
    size = claims.get("log_size")
    if claims.get("log") != report.origin or not isinstance(size, int) or size > report.size:  # 3
        raise Unproved(f"it speaks of another log, or of a larger one than the {report.size} entries here")
    _check_question(held, claims)  # 4
    if not held.proof:
        raise Unproved("there is no proof with it that it was rooted")
    _check_rooted(held, introduced, key_index)  # 5
    return claims


def _check_question(held: Held, claims: dict[str, Any]) -> None:
    if held.request is None:
        return
    try:
        canonical = rfc8785.dumps(held.request)
    except rfc8785.CanonicalizationError as fault:
        raise Malformed("the question has no canonical form") from fault
    if request_hash(read_base64url(held.salt), canonical) != claims.get("request_hash"):
        raise Unproved("question and salt do not give the hash in it")


def _check_rooted(held: Held, introduced: Introduced, key_index: int) -> None:
    proof = Proof.parse(held.proof.encode())
    checkpoint = Checkpoint.parse(Note.parse(proof.checkpoint.encode()).body)
    leaf = leaf_hash(leaf_of(held.receipt.encode()))
    size, root = checkpoint.size, checkpoint.root
    check_inclusion(leaf=leaf, index=proof.index, size=size, root=root, path=proof.path)
    if introduced.roots.get(root, -1) <= key_index:
        raise Unproved("the log does not name the root that its proof leads to")


def _entries(archive: Archive) -> Iterator[bytes]:
    """Every entry of the export, in order."""
    size = Checkpoint.parse(Note.parse(archive.read("checkpoint", MAX_OCTETS)).body).size
    for tile in tiles_of_level(ENTRIES, size):
        yield from split_bundle(archive.read(tile.path(), MAX_BUNDLE_OCTETS))
