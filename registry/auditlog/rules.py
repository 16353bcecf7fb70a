"""What the log refuses."""

from registry.errors import Conflict, NotFound, TooLong
from registry.witness.rules import Known


class EntryTooLong(TooLong):
    """A log entry would be longer than 16 KiB. Nothing has been recorded."""

    code = "log-entry-too-long"


class NothingPublished(NotFound):
    """The log has no signed checkpoint yet."""

    code = "log-nothing-published"


class NoSuchTile(NotFound):
    """The published log has no tile or entry bundle of this path."""

    code = "log-no-such-tile"


class NoSuchSize(NotFound):
    """The newest checkpoint is of a smaller tree than the one asked about."""

    code = "log-no-such-size"


class NotYetProvable(NotFound):
    """No signed checkpoint covers this entry yet, or there is no such entry."""

    code = "log-not-yet-provable"


class NoPublicOpening(NotFound):
    """There is no such opening, or none that the caller may read."""

    code = "log-no-public-opening"


class KeyInUse(Conflict):
    """The log signs, or has signed, with one of these keys already. A rotation is to new ones."""

    code = "log-key-in-use"


class LogDamaged(Exception):
    """The rows of the log are not the tree that was signed. Nothing is signed until a person has looked."""


class Unheard(Exception):
    """Too few witnesses say what they have seen of the log: nothing is signed where a quorum is required."""

    def __init__(self, why: str, heard: tuple[Known, ...]) -> None:
        super().__init__(why)
        self.heard = heard
