"""The log that nobody can rewrite: appended in the transaction of each change, signed, served, exported.

Features use what is named here, and `checking` for their own rows; `app` and the commands use the modules.
Checking what left the registry is `registry.verification`, which knows nothing of this package.
"""

from registry.auditlog.append import Sealed, append, append_many, conceal
from registry.auditlog.events import Event, Subject, event_types
from registry.auditlog.feed import StoredEvent, history, read_events
from registry.auditlog.queries import log_size, publish_openings
from registry.verification.commitments import Concealed

__all__ = [
    "Concealed",
    "Event",
    "Sealed",
    "StoredEvent",
    "Subject",
    "append",
    "append_many",
    "conceal",
    "event_types",
    "history",
    "log_size",
    "publish_openings",
    "read_events",
]
