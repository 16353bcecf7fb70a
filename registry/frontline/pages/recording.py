"""Where the answer to an emergency leads: what to write down, and who keeps it."""

import re
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.params import FromQuery

from registry.decisions.words.wording import wording
from registry.web.pages import language_of, page

RECORD = "/can-we-share/record"
EVALUATION = re.compile(r"[0-9a-f-]{36}\.[0-9]{1,18}", re.ASCII)


class RecordingPages(Controller):
    """What is recorded of an emergency. Anyone may read it: it tells nothing of any case."""

    path = RECORD
    include_in_schema = False

    @get("/", sync_to_thread=False)
    def explain(self, request: Request[Any, Any, Any], evaluation: FromQuery[str] = "") -> Response[str]:
        """What is recorded, by whom and until when; with the number of the answer it is about."""
        number = evaluation if EVALUATION.fullmatch(evaluation) else ""
        return page(
            "frontline/record",
            f"{RECORD}?evaluation={number}" if number else RECORD,
            language_of(request.url.path),
            advice=wording().advise("emergency")._asdict(),
            evaluation=number,
        )
