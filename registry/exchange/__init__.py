"""Bringing agreements in and taking them out, in the forms that other people's tools read and write."""
