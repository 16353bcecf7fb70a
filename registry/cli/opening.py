"""What most commands open first: the settings in force, the database, the log's signer."""

from collections.abc import Iterator
from contextlib import contextmanager

from registry.auditlog.keys import signer_of_log
from registry.db import Database, Reading
from registry.settings import Settings
from registry.signers.log import LogSigner


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of these settings, closed when the block ends."""
    db = Database(settings.database)
    try:
        yield db
    finally:
        db.dispose()


def signer_of(settings: Settings, reading: Reading) -> LogSigner:
    """The log's signer."""
    return signer_of_log(reading, settings)
