"""Every form one version is given out in, by name: which bytes, of which media type."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from registry.exchange.dates import calendar, days_of
from registry.exchange.dcat import dcat
from registry.exchange.linked import Node, Web
from registry.exchange.odrl import odrl
from registry.exchange.papers import Paper
from registry.exchange.pdf import pdf
from registry.exchange.voice import Voice
from registry.exchange.word import word

Make = Callable[[Paper, Voice, Web, datetime], bytes]


def _linked(describe: Callable[[Paper, Web], Node]) -> Make:
    """A JSON-LD document as bytes."""

    def make(paper: Paper, _voice: Voice, web: Web, _now: datetime) -> bytes:
        return json.dumps(describe(paper, web), ensure_ascii=False, indent=1).encode()

    return make


def _calendar(paper: Paper, voice: Voice, web: Web, now: datetime) -> bytes:
    return calendar(days_of(paper, voice), host=urlsplit(web.base_url).netloc, now=now)


FORMS: Mapping[str, Make] = {
    "terms.json": lambda paper, _voice, _web, _now: paper.document,
    "odrl": _linked(odrl),
    "dcat": _linked(dcat),
    "ics": _calendar,
    "docx": lambda paper, voice, _web, _now: word(paper, voice),
    "pdf": lambda paper, voice, _web, _now: pdf(paper, voice),
}
