"""Making the full export for whoever downloads it: one file beside the database, written by one worker.

Packing a long log takes longer than a browser waits, so it is done in a thread of its own, and pages tell how
far it is. All workers look at the same folder: `log.zip` is there once it is whole, until then `log.zip.part`
grows, and a lock on `lock` says that somebody is at it. What a restart interrupts is continued.
"""

import fcntl
import json
import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from registry.agreements.queries import published_documents
from registry.auditlog import served
from registry.db import Database
from registry.exports.full import write_export
from registry.exports.trust import Trust

logger = logging.getLogger("registry.auditing")


class _Stopped(Exception):
    """The worker is ending; whoever asks next goes on where this stopped."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the export is: octets on disk, per cent of the log where it is being packed, what it holds.

    `size` counts the entries of the export that is ready, 0 where none is; `newest` those published by now.
    """

    is_running: bool
    octets: int
    percent: int
    size: int
    newest: int

    @property
    def is_ready(self) -> bool:
        """Whether there is an export to download."""
        return self.size > 0

    @property
    def is_newest(self) -> bool:
        """Whether it holds everything that is published."""
        return self.size == self.newest


class Exporter:
    """Makes the export, and says how far it is."""

    def __init__(self, db: Database, trust: Trust, folder: Path) -> None:
        self._db, self._trust, self._folder = db, trust, folder
        self._alone, self._stopping = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def file(self) -> Path:
        """Where the export is when it is ready."""
        return self._folder / "log.zip"

    def start(self) -> None:
        """Nothing: the first who asks begins an export."""

    def begin(self) -> None:
        """Make an export of what is published now, unless one is being made."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="export", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End at the next tile, and wait for that."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def standing(self) -> Standing:
        """How far it is, whichever worker makes it."""
        part = self.file.with_name(self.file.name + ".part")
        is_running = self._is_locked()
        looked_at = part if is_running and part.exists() else self.file
        with self._db.read() as reading:
            newest = served.newest_served(reading)
        return Standing(
            is_running=is_running,
            octets=looked_at.stat().st_size if looked_at.exists() else 0,
            percent=self._read("percent") if is_running else 0,
            size=self._read("size") if self.file.exists() else 0,
            newest=newest.size if newest else 0,
        )

    def _run(self) -> None:
        with (self._folder / "lock").open("ab") as lock:
            if not _locked(lock, fcntl.LOCK_EX, patience_seconds=1):
                return
            try:
                self._write_export()
            except _Stopped:
                logger.info("the export rests until somebody asks again")
            except Exception:
                logger.exception("the export was not made")

    def _write_export(self) -> None:
        self._write("percent", 0)
        with self._db.read() as reading:
            documents = published_documents(reading)
            made = write_export(reading, self.file, self._trust, documents, self._progress)
        self._write("size", made.size)

    def _progress(self, done: int, total: int) -> None:
        if self._stopping.is_set():
            raise _Stopped
        percent = 100 * done // total
        if percent != 100 * (done - 1) // total:
            self._write("percent", percent)

    def _is_locked(self) -> bool:
        """Whether a worker is at it. Those who look share the lock, and let go of it at once."""
        if not self._folder.exists():
            return False
        with (self._folder / "lock").open("ab") as lock:
            return not _locked(lock, fcntl.LOCK_SH)

    def _write(self, name: str, number: int) -> None:
        place = self._folder / f"{name}.json"
        unfinished = place.with_suffix(".new")
        unfinished.write_text(json.dumps(number), encoding="ascii")
        unfinished.replace(place)

    def _read(self, name: str) -> int:
        try:
            return int(json.loads((self._folder / f"{name}.json").read_text(encoding="ascii")))
        except FileNotFoundError:
            return 0


def _locked(lock: IO[bytes], how: int, *, patience_seconds: float = 0) -> bool:
    """Take a lock if it is free, or becomes so in time. The system lets go of it when the file is closed."""
    until = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)
        else:
            return True
