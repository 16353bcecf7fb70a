"""The log's signer, under the name that the log already has."""

from registry.auditlog import queries
from registry.db import Reading
from registry.settings import Settings
from registry.signers.log import LogSigner


def signer_of_log(reading: Reading, settings: Settings) -> LogSigner:
    """The signer under the name that the log already has, or under its first: a log's name never changes.

    Raises:
        OSError, ValueError: see `LogSigner.of`.
    """
    newest = queries.newest_checkpoint(reading)
    return LogSigner.of(settings, newest.note.partition("\n")[0] if newest else settings.origin)
