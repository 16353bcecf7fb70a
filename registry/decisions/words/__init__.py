"""Putting a decision into words: reasons, obligations, what came nearest, and what ends a yes first."""
