"""One page of a search: how many, after what, and the token that leads to the next (AuthZEN 1.0 section 8.2).

A token is signed and says after which result to go on, so that results which come or go meanwhile shift
nothing. It is bound to the request, the address and the caller it was given to: with any of them changed it
is refused. A `limit` may be left out under a token, which knows it; another one is a changed request.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from registry.callers import Caller
from registry.decisions.question import is_whole
from registry.decisions.sealing import Sealer
from registry.errors import FieldError, Invalid
from registry.web.body import field_error

Json = Mapping[str, Any]

KIND = "authzen-page+jwt"
MAX_LIMIT = 1000
"""How many results a page has at most, and where no limit is given."""

TOKEN_LIFETIME_SECONDS = 3600


class BadPage(Invalid):
    """`page` does not have the form it must have; see `errors`."""

    code = "bad-page"


class PageTokenRefused(Invalid):
    """The page token was altered or is too old, or the request is not the one it was given for."""

    code = "page-token-refused"


class Page(NamedTuple):
    """Which results are wanted: at most `limit` (None: none given) of those whose name follows `after`.

    `request` is the digest of everything that must stay as it is from page to page.
    """

    request: str
    limit: int | None = None
    after: str = ""


class Pages:
    """Reads and gives out page tokens."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def read(self, asked: Json, caller: Caller, now: datetime, *, path: str) -> Page:
        """The page that a request at a path wants.

        Raises:
            BadPage: a member is of the wrong type or negative.
            PageTokenRefused: see there.
        """
        wanted = _page(asked)
        request = _digest([path, caller.organisation, caller.client], asked, wanted.get("properties"))
        limit = wanted.get("limit")
        if "token" not in wanted:
            return Page(request, limit)
        claims = self._sealer.open(KIND, wanted["token"])
        if claims is None or claims["exp"] <= now.timestamp() or claims["request"] != request:
            raise PageTokenRefused
        if limit not in (None, claims["limit"]):
            raise PageTokenRefused
        return Page(request, claims["limit"], claims["after"])

    def cut(self, page: Page, names: Sequence[str], now: datetime) -> tuple[Json, slice]:
        """The `page` member of the answer, and which of all results, named in order, it shows."""
        begin = sum(name <= page.after for name in names)
        end = min(len(names), begin + min(MAX_LIMIT, page.limit if page.limit is not None else MAX_LIMIT))
        after = names[end - 1] if end > begin else page.after
        said = {
            "next_token": self._token(page._replace(after=after), now) if end < len(names) else "",
            "count": end - begin,
            "total": len(names),
        }
        return said, slice(begin, end)

    def _token(self, page: Page, now: datetime) -> str:
        begins = int(now.timestamp())
        return self._sealer.seal(
            KIND, {**page._asdict(), "iat": begins, "exp": begins + TOKEN_LIFETIME_SECONDS}
        )


def _page(asked: Json) -> Json:
    """The `page` of a request, whose known members all have the right type."""
    page = asked.get("page", {})
    if type(page) is not dict:
        raise _bad("/page", "wrong-type")
    for name, kind in (("token", str), ("limit", int), ("properties", dict)):
        if name in page and type(page[name]) is not kind and not (kind is int and is_whole(page[name])):
            raise _bad(f"/page/{name}", "wrong-type")
    if page.get("limit", 0) < 0:
        raise _bad("/page/limit", "out-of-bounds")
    return {**page, "limit": int(page["limit"])} if "limit" in page else page


def _digest(where: Sequence[str | None], asked: Json, properties: Any) -> str:
    """The digest of a request, however its members are ordered, without what may change from page to page."""
    said = [where, {name: value for name, value in asked.items() if name != "page"}, properties]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _bad(pointer: str, code: str) -> BadPage:
    errors: tuple[FieldError, ...] = (field_error(pointer, code),)
    return BadPage(errors=errors)
