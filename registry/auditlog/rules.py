"""What the log refuses."""

from registry.errors import NotFound, TooLong


class EntryTooLong(TooLong):
    """A log entry would be longer than 16 KiB. Nothing has been recorded."""

    code = "log-entry-too-long"


class NothingPublished(NotFound):
    """The log has no signed checkpoint yet."""

    code = "log-nothing-published"


class NoSuchTile(NotFound):
    """The published log has no tile or entry bundle of this path."""

    code = "log-no-such-tile"


class NotYetProvable(NotFound):
    """No signed checkpoint covers this entry yet, or there is no such entry."""

    code = "log-not-yet-provable"


class NoPublicOpening(NotFound):
    """The entry is not sealed, or its opening is not public."""

    code = "log-no-public-opening"


class LogDamaged(Exception):
    """The rows of the log are not the tree that was signed. Nothing is signed until a person has looked."""
