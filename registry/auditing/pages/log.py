"""The log page, open to anyone, with the files that help to check the log."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from babel.dates import format_timedelta
from litestar import Controller, MediaType, Request, Response, get
from litestar.di import NamedDependency

from registry import clock
from registry.auditing.notices import files_of_trust, published
from registry.db import Database
from registry.exports.trust import Trust
from registry.oauth.visitors import Visitor
from registry.web.pages import Language, language_of, page
from registry.web.pages.writing import LOCALES

SCRIPT = Path(__file__).parents[1] / "check-entry.py.txt"
SHORT = {"cache-control": "public, max-age=60"}
Face = Request[Any, Any, Any]


class LogPages(Controller):
    """How anyone can tell that nothing was changed."""

    path = "/verify"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def show_log(
        self,
        request: Face,
        db: NamedDependency[Database],
        trust: NamedDependency[Trust],
        base_url: NamedDependency[str],
        guest: NamedDependency[Visitor | None],
    ) -> Response[str]:
        """Show the newest checkpoint, its witnesses, the keys, and how to check them."""
        language = language_of(request.url.path)
        with db.read() as reading:
            log = published(reading, trust, clock.now())
        return page(
            "auditing/verify",
            "/verify",
            language,
            visitor=guest,
            log=log,
            age=_said(log.age, language) if log else "",
            base_url=base_url,
        )


class LogFiles(Controller):
    """What one needs to check the log by hand."""

    path = "/verify"
    include_in_schema = False

    @get("/log.vkey", media_type=MediaType.TEXT, sync_to_thread=False)
    def read_keys(self, trust: NamedDependency[Trust]) -> Response[bytes]:
        """The keys of the log, one a line."""
        return _text(files_of_trust(trust)["log.vkey"])

    @get("/log.policy", media_type=MediaType.TEXT, sync_to_thread=False)
    def read_policy(self, trust: NamedDependency[Trust]) -> Response[bytes]:
        """Whose signatures a checkpoint should have (c2sp.org/tlog-policy)."""
        return _text(files_of_trust(trust)["policy"])

    @get("/check-entry.py", media_type=MediaType.TEXT, sync_to_thread=True)
    def read_script(self) -> Response[bytes]:
        """The script that checks an entry with nothing but Python."""
        return _text(SCRIPT.read_bytes())


def _said(age: timedelta, language: Language) -> str:
    """How long ago, in words of the language."""
    return format_timedelta(age, locale=LOCALES[language])


def _text(octets: bytes) -> Response[bytes]:
    return Response(octets, media_type="text/plain; charset=utf-8", headers=SHORT)
