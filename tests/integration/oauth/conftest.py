"""The people and clients that sign in, and the registry that they sign in to."""

from tests.integration.oauth.porch import porch
from tests.oauth_world import desk, house

__all__ = ["desk", "house", "porch"]
