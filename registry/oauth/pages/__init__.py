"""The pages of sign-in: the way to a client, showing who one is, one's account, how one signs in."""

from registry.oauth.pages.account import AccountPages
from registry.oauth.pages.authorizing import AuthorizationPage
from registry.oauth.pages.signing_in import SignInPages
from registry.oauth.pages.ways import WaysPages

TWICE = (SignInPages, AccountPages, WaysPages)
"""Mounted twice: at the root and, in Welsh, under `/cy`."""

__all__ = ["TWICE", "AuthorizationPage"]
