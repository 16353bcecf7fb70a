"""Telling partner systems of events: webhooks to their addresses, and a stream that they read themselves."""
