"""What most commands open first: the settings in force, the database, the log's signer."""

from collections.abc import Iterator
from contextlib import contextmanager

from registry.auditlog import queries
from registry.auditlog.keys import load_signer
from registry.db import Database, Reading
from registry.settings import Settings
from registry.tlog.note import Signer


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of these settings, closed when the block ends."""
    db = Database(settings.database)
    try:
        yield db
    finally:
        db.dispose()


def signer_of(settings: Settings, reading: Reading) -> Signer:
    """The log's signer under the name the log already has; a log's name never changes."""
    newest = queries.newest_checkpoint(reading)
    origin = newest.note.partition("\n")[0] if newest else settings.origin
    return load_signer(settings.log_key, origin)
