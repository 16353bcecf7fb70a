"""The people and clients that sign in, and the registry that they sign in to."""

from tests.integration.oauth.porch import porch, premises
from tests.oauth_world import desk, house, street

__all__ = ["desk", "house", "porch", "premises", "street"]
