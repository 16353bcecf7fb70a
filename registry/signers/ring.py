"""The ring: which keys a log has had, where each is, and until when it signs.

A log keeps its name for ever and changes its keys: a new key signs along with the old one for some months,
so that whoever knows either can check; then it signs alone. The ring is a file beside the log's first key.
Until there is one, the keys are those that the settings name.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry.clock import stamp
from registry.signers.durable import replace
from registry.tlog.keys import VerifierKey


@dataclass(frozen=True, slots=True)
class Held:
    """What one source holds. It signs from the beginning or `since`, and without an end or before `until`."""

    source: str
    keys: tuple[VerifierKey, ...]
    since: datetime | None = None
    until: datetime | None = None

    def signs_at(self, now: datetime) -> bool:
        """Whether it signs at an instant."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Ring:
    """Everything that signs or has signed for a log, the newest first."""

    held: tuple[Held, ...]

    @classmethod
    def read(cls, path: Path) -> "Ring | None":
        """The ring of a file; None where there is none.

        Raises:
            ValueError: the file is not a ring.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            return cls(tuple(_read(one) for one in document["keys"]))
        except FileNotFoundError:
            return None
        except (KeyError, TypeError) as fault:
            raise ValueError(f"{path} is not a list of the log's keys") from fault

    def write(self, path: Path) -> None:
        """Keep the ring in a file; durable when it returns."""
        document = {"keys": [_write(held) for held in self.held]}
        replace(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")

    def rotated(self, new: Sequence[Held], *, until: datetime) -> "Ring":
        """The ring in which these sign, and all others until an instant at the latest."""
        return Ring((*new, *(_ended(held, until) for held in self.held)))

    def signing(self, now: datetime) -> tuple[Held, ...]:
        """What signs at an instant."""
        return tuple(held for held in self.held if held.signs_at(now))

    def every_key(self) -> tuple[VerifierKey, ...]:
        """Every key the log has had, the newest first."""
        return tuple(key for held in self.held for key in held.keys)


def _ended(held: Held, until: datetime) -> Held:
    return changed(held, until=min(held.until or until, until))


def _read(one: dict[str, Any]) -> Held:
    keys = tuple(VerifierKey.parse(text) for text in one["keys"])
    return Held(one["source"], keys, _instant(one["since"]), _instant(one["until"]))


def _write(held: Held) -> dict[str, Any]:
    return {
        "source": held.source,
        "keys": [key.text() for key in held.keys],
        "since": held.since and stamp(held.since),
        "until": held.until and stamp(held.until),
    }


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
