"""What exports refuse."""

from registry.errors import Forbidden, NotFound


class MayNotExport(Forbidden):
    """The caller's roles and scopes do not allow taking the log, or a part of it, out of the registry."""

    code = "may-not-export"


class NoReceipts(NotFound):
    """The log's key is where it signs notes and nothing else, so there are no COSE receipts."""

    code = "log-no-receipts"
