"""Crashes. A package, so that the PostgreSQL server that they kill ends with the last of them."""
