"""The pages for whoever checks the registry, and the files that these link to."""

from registry.auditing.pages.audit import AuditFiles, AuditPages
from registry.auditing.pages.log import LogFiles, LogPages

PAGES = (LogPages, AuditPages)
FILES = (LogFiles, AuditFiles)
