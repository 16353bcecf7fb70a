"""Witnesses of logs: asking them to cosign, and being one (c2sp.org/tlog-witness).

A witness remembers the largest tree it has seen of each log it trusts, and cosigns only what continues it.
It keeps no entries and needs nobody's word: a log that shows two histories gets no second cosignature.
"""
