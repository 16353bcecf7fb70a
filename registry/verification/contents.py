"""The files of an export, each held against its MANIFEST as it is read, every fault reported once."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.note import open_note
from registry.verification import manifest
from registry.verification.archive import DAMAGE, Archive, Unreadable
from registry.verification.container import BUFFER_OCTETS
from registry.verification.findings import Report
from registry.verification.manifest import Manifest

MAX_MANIFEST_OCTETS = 1 << 30
MAX_LINE_OCTETS = 1 << 17


class Contents:
    """What an archive holds. What is wrong with a file goes to the report.

    `path` is where the archive is, if another process can open it there.
    """

    def __init__(self, archive: Archive, report: Report, path: Path | None = None) -> None:
        self._archive, self._report, self.path = archive, report, path
        counted = Counter(archive.names())
        self.names = set(counted)
        self._listed: dict[str, str] = {}
        self._unread = set(counted)
        self._faulty: set[str] = set()
        for name in sorted(name for name, count in counted.items() if count > 1):
            report.add("duplicate-file", name)

    def listed(self, name: str) -> str | None:
        """The SHA-256 that the manifest gives for a file."""
        return self._listed.get(name)

    @property
    def read_so_far(self) -> frozenset[str]:
        """The files that somebody has read."""
        return frozenset(self.names - self._unread)

    def note_read(self, names: Iterable[str]) -> None:
        """Remember that these files were read, and what is wrong with them reported, elsewhere."""
        self._unread -= set(names)

    def open_manifest(self, keys: Iterable[VerifierKey]) -> Manifest | None:
        """The manifest, if one of the keys signed it. Files read from now on are compared with it."""
        octets = self.read(manifest.NAME, MAX_MANIFEST_OCTETS)
        if octets is None:
            return None
        try:
            opened = Manifest.parse(open_note(octets, keys))
        except Malformed as fault:
            self._report.add("manifest-malformed", manifest.NAME, fault)
        except Unproved as fault:
            self._report.add("manifest-unproved", manifest.NAME, fault)
        else:
            self._listed = dict(opened.digests)
            return opened
        return None

    def read(self, name: str, at_most: int) -> bytes | None:
        """The octets of a file; None, and a finding, when there is none or it is too long."""
        self._unread.discard(name)
        try:
            octets = self._archive.read(name, at_most)
        except Unreadable as fault:
            self._report_unreadable(name, fault)
            return None
        self._compare(name, sha256(octets).hexdigest)
        return octets

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file, each with its newline, read as they are asked for."""
        self._unread.discard(name)
        digest = sha256()
        try:
            with self._archive.open(name) as file:
                while line := file.readline(MAX_LINE_OCTETS):
                    digest.update(line)
                    yield line
        except (Unreadable, *DAMAGE) as fault:
            self._report_unreadable(name, fault)
            return
        self._compare(name, digest.hexdigest)

    def digest(self, name: str) -> str | None:
        """The SHA-256 of a file; None, and a finding, when there is none."""
        self._unread.discard(name)
        digest = sha256()
        try:
            with self._archive.open(name) as file:
                while chunk := file.read(BUFFER_OCTETS):
                    digest.update(chunk)
        except (Unreadable, *DAMAGE) as fault:
            self._report_unreadable(name, fault)
            return None
        self._compare(name, digest.hexdigest)
        return digest.hexdigest()

    def check_rest(self) -> None:
        """Compare with the manifest every file that nobody has read, and name those that are not there."""
        for name in sorted(self._unread - {manifest.NAME}):
            self.digest(name)
        for name in sorted(self._listed.keys() - self.names):
            self._report_unreadable(name, Unreadable("missing"))

    def check_form(self) -> None:
        """Say so when what is around the files is not as the registry writes it."""
        if self._archive.is_misspelt():
            self._report.add("container-changed", "the zip")

    def _compare(self, name: str, digest: Callable[[], str]) -> None:
        if not self._listed or name == manifest.NAME:
            return
        if name not in self._listed:
            self._report_once("file-unlisted", name)
        elif self._listed[name] != digest():
            self._report_once("file-changed", name)

    def _report_unreadable(self, name: str, fault: Exception) -> None:
        if name in self.names:
            self._report_once("unreadable-file", name, fault)
        else:
            self._report_once("missing-file", name)

    def _report_once(self, code: str, name: str, detail: object = "") -> None:
        """Note what is wrong with a file, however often it is read."""
        if name not in self._faulty:
            self._faulty.add(name)
            self._report.add(code, name, detail)
