"""Answering a question again from an export of the log, without the registry that answered it."""
