"""Pages for whoever checks the registry: the log and how to verify it, and the auditor's page."""
