"""What exports refuse."""

from registry.errors import Forbidden


class MayNotExport(Forbidden):
    """The caller's roles and scopes do not allow taking the log, or a part of it, out of the registry."""

    code = "may-not-export"
