"""The people and clients that sign in."""

from tests.oauth_world import desk, house, street

__all__ = ["desk", "house", "street"]
