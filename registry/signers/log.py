"""The signer of the log: every key of the ring that signs today, wherever it is."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from registry import clock
from registry.settings import Settings
from registry.signers.files import create_key
from registry.signers.ring import Held, Ring
from registry.signers.sources import Opener, file_of
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import Signature, Signer
from registry.tlog.signing import Signers

ML_DSA_SUFFIX = ".ml-dsa-44.pem"


def second_key(log_key: Path) -> Path:
    """Where the ML-DSA-44 key lies beside the Ed25519 key of a log."""
    return log_key.with_name(log_key.stem + ML_DSA_SUFFIX)


def create_first_keys(settings: Settings) -> None:
    """Make the log's first keys, of both kinds, where there are none. Keys in other places are made there."""
    log_key = settings.log_key
    if settings.signing_keys or log_key.exists():
        return
    # The Ed25519 key last: once it is there, the log has its keys.
    for path, kind in ((second_key(log_key), Kind.ML_DSA_44), (log_key, Kind.ED25519)):
        if not path.exists():
            create_key(path, kind, passphrase_file=settings.signing_key_passphrase_file)


def create_next_keys(settings: Settings) -> Sequence[str]:
    """Make the keys that follow, in files beside the first ones, and return their sources."""
    first = settings.log_key
    number = 2
    while (path := first.with_name(f"{first.stem}-{number}{first.suffix}")).exists():
        number += 1
    for target, kind in ((second_key(path), Kind.ML_DSA_44), (path, Kind.ED25519)):
        create_key(target, kind, passphrase_file=settings.signing_key_passphrase_file)
    return path.name, second_key(path).name


def ring_path(settings: Settings) -> Path:
    """The file of the ring, beside the log's first key."""
    return settings.log_key.with_name(settings.log_key.name + ".ring")


def first_sources(settings: Settings) -> Sequence[str]:
    """Where the keys are until there is a ring: what the settings name, else the files that `init` makes."""
    if settings.signing_keys:
        return settings.signing_keys
    files = (settings.log_key, second_key(settings.log_key))
    return [path.name for path in files if path == settings.log_key or path.exists()]


def key_files(settings: Settings, now: datetime) -> list[Path]:
    """The files of the keys that sign at an instant.

    Raises:
        ValueError: the file of the ring is not one.
    """
    ring = Ring.read(ring_path(settings))
    sources = [held.source for held in ring.signing(now)] if ring else first_sources(settings)
    files = (file_of(source, settings.log_key.parent) for source in sources)
    return [path for path in files if path]


class LogSigner:
    """The signer of a log. Another process may rotate its keys: a ring that has changed is read again."""

    def __init__(
        self,
        opener: Opener,
        ring_file: Path,
        first: Sequence[str],
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._opener, self._ring_file, self._first, self._now = opener, ring_file, first, now
        self._alone = threading.Lock()
        self._opened: dict[str, Signer] = {}
        self._version: object = None
        self._ring = self._read_ring()
        self._signing()

    @classmethod
    def of(cls, settings: Settings, name: str, *, now: Callable[[], datetime] = clock.now) -> "LogSigner":
        """The signer of these settings, under the name that the log has.

        Raises:
            OSError: a key is not there, or what holds it does not answer.
            ValueError: what is there is not a key of this log, or its passphrase is wrong or missing.
        """
        opener = Opener(name, settings.log_key.parent, settings.signing_key_passphrase_file)
        return cls(opener, ring_path(settings), first_sources(settings), now=now)

    @property
    def name(self) -> str:
        """The log's origin."""
        return self._opener.name

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key the log has had, the newest first: by these its older checkpoints are opened too."""
        return self.ring.every_key()

    @property
    def ring(self) -> Ring:
        """The ring as it is now.

        Raises:
            OSError: its file cannot be read.
        """
        with self._alone, _mendable():
            return self._read_ring()

    @property
    def ring_file(self) -> Path:
        """Where the ring is, or will be after the first rotation."""
        return self._ring_file

    def sign(self, text: str) -> tuple[Signature, ...]:
        """The signatures of a note's text by every key that signs today.

        Raises:
            OSError: what holds a key does not sign, or the file of the ring or of a key cannot be read.
        """
        with self._alone, _mendable():
            self._read_ring()
            signing = self._signing()
        return Signers(signing).sign(text)

    def open(self, source: str) -> Signer:
        """The signer of a source, opened once.

        Raises:
            OSError, ValueError: see `of`.
        """
        if source not in self._opened:
            self._opened[source] = self._opener.open(source)
        return self._opened[source]

    def _read_ring(self) -> Ring:
        """The ring, read again if its file is another than before."""
        version = _version(self._ring_file)
        if version is None or version != self._version:
            self._ring = Ring.read(self._ring_file) or self._first_ring()
            self._version = version
        return self._ring

    def _first_ring(self) -> Ring:
        return Ring(tuple(Held(source, self.open(source).keys) for source in self._first))

    def _signing(self) -> tuple[Signer, ...]:
        """What signs now, each with the keys that the ring says it has."""
        signing = []
        for held in self._ring.signing(self._now()):
            signer = self.open(held.source)
            if signer.keys != held.keys:
                raise OSError(f"{held.source} holds other keys than {self._ring_file} says")
            signing.append(signer)
        return tuple(signing)


@contextmanager
def _mendable() -> Iterator[None]:
    """Once the log has begun to sign, a file that is broken is a failure as any other: it may be mended."""
    try:
        yield
    except ValueError as fault:
        raise OSError(str(fault)) from fault


def _version(path: Path) -> object:
    """What changes when a file is replaced; None where there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
