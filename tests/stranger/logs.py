"""A log as a stranger reads it: signed notes, trees, exports (c2sp.org/signed-note, RFC 6962, tlog-tiles)."""

import base64
import hashlib
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = b"\x01"


class Head(NamedTuple):
    """What a signed checkpoint says."""

    origin: str
    size: int
    root: bytes


def read_key(vkey: str) -> tuple[str, bytes, bytes]:
    """Name, key id and public key of a verifier key."""
    name, identifier, encoded = vkey.strip().split("+", 2)
    key = base64.b64decode(encoded)
    wanted = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    assert wanted.hex() == identifier
    assert key[:1] == ED25519
    return name, wanted, key[1:]


def read_checkpoint(note: str, vkey: str) -> Head:
    """What a checkpoint says, if the log of this key signed it."""
    name, identifier, key = read_key(vkey)
    text, _, signatures = note.rpartition("\n\n")
    signed = (text + "\n").encode()
    for line in signatures.splitlines():
        dash, signer, encoded = line.split(" ")
        octets = base64.b64decode(encoded)
        if (dash, signer, octets[:4]) == ("\N{EM DASH}", name, identifier):
            Ed25519PublicKey.from_public_bytes(key).verify(octets[4:], signed)
            origin, size, root = text.splitlines()[:3]
            assert origin == name
            return Head(origin, int(size), base64.b64decode(root))
    raise AssertionError("the log has not signed it")


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of a tree (RFC 6962 section 2.1)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def climb(index: int, size: int, node: bytes, path: Sequence[bytes]) -> bytes:
    """The root to which a path leads from a leaf (RFC 9162 section 2.1.3.2)."""
    last = size - 1
    for step in path:
        assert last
        if index % 2 or index == last:
            node = hashlib.sha256(b"\x01" + step + node).digest()
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            node = hashlib.sha256(b"\x01" + node + step).digest()
        index, last = index // 2, last // 2
    assert not last
    return node


class Export:
    """A sound export: every entry, and the documents by their digest."""

    def __init__(self, path: Path, vkey: str) -> None:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            self.head = read_checkpoint(archive.read("checkpoint").decode(), vkey)
            bundles = sorted(name for name in names if name.startswith("tile/entries/"))
            entries = [entry for name in bundles for entry in _split(archive.read(name))]
            texts = {name: archive.read(name) for name in names if name.startswith("documents/")}
        assert len(entries) == self.head.size
        assert root_of([leaf(entry) for entry in entries]) == self.head.root
        self.entries: list[dict[str, Any]] = [json.loads(entry) for entry in entries]
        self.documents = {f"sha256:{hashlib.sha256(text).hexdigest()}": text for text in texts.values()}


def _split(bundle: bytes) -> list[bytes]:
    """The entries of a bundle: each with its length in two octets before it."""
    entries = []
    while bundle:
        length = 2 + int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2:length])
        bundle = bundle[length:]
    return entries
