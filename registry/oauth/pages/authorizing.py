"""The authorization endpoint: the officer's side of the way to a client."""

from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from registry import clock
from registry.oauth import sessions
from registry.oauth.adapter import Answer
from registry.oauth.pages.reception import Face, Reception, parameters_of
from registry.oauth.visit import refused_page
from registry.web.pages import Language

MAX_REQUEST_BYTES = 8192


class AuthorizationPage(Controller):
    """The authorization endpoint."""

    include_in_schema = False

    @get("/oauth/authorize", sync_to_thread=True)
    def authorize(self, request: Face, reception: NamedDependency[Reception]) -> Response[Any]:
        """Send the browser back to the client with a code, after a sign-in where there was none."""
        encoded = request.scope["query_string"]
        if len(encoded) > MAX_REQUEST_BYTES:
            return refused_page(Answer(400, {"error": "invalid_request"}), "en")
        parameters, now = parameters_of(encoded), clock.now()
        language: Language = "cy" if dict(parameters).get("ui_locales", "").startswith("cy") else "en"
        with reception.db.write() as tx:
            visit = reception.arrive(tx, request, now).speaking(language)
            session = visit.session
            person = session.person if session.is_complete else None
            answer = reception.answer(tx, parameters, person, now)
            if answer is None:
                sessions.remember_request(tx, session, parameters)
        return visit.go("/login") if answer is None else visit.go_to_client(answer)
