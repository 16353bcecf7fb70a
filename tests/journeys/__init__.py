"""Journeys through the demo. A package, so that the demos they share end with the last of them."""
