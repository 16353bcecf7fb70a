"""Pages in English and Welsh: templates, their sentences, and the one way to make a page of them.

Every page has its twin under `/cy`. Templates hold no decisions and no sentences: handlers pass finished
values, `texts.yaml` holds the words, and a word missing in either language fails a test, not a reader.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response
from litestar.datastructures import Cookie

from registry.web.catalogue import fill
from registry.web.headers import content_security_policy

Language = Literal["en", "cy"]
HERE = Path(__file__).parent
STATIC = HERE / "static"

_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A field that is not right: the error summary links to it."""

    field: str
    sentence: str


@cache
def texts() -> dict[str, dict[Language, str]]:
    """Every sentence of the pages by its key, in both languages."""
    loaded: dict[str, dict[Language, str]] = yaml.safe_load((HERE / "texts.yaml").read_text("utf-8"))
    return loaded


def text(key: str, language: Language, **facts: object) -> str:
    """One sentence in one language."""
    return fill(texts()[key][language], facts)


def language_of(path: str) -> Language:
    """The language of an address: Welsh under `/cy`, else English."""
    return "cy" if path == "/cy" or path.startswith("/cy/") else "en"


def in_language(path: str, language: Language) -> str:
    """The address of a page, given by its English path, in a language."""
    if language == "en":
        return path
    return "/cy" + ("" if path == "/" else path)


def english(path: str) -> str:
    """The English path of a page, given by its address in any language."""
    return path.removeprefix("/cy") or "/" if language_of(path) == "cy" else path


def page(
    template: str,
    path: str,
    language: Language,
    *,
    status: int = 200,
    form_action: str = "",
    cookies: tuple[Cookie, ...] = (),
    headers: dict[str, str] | None = None,
    faults: tuple[FieldFault, ...] = (),
    **values: Any,
) -> Response[str]:
    """A page. `path` is its English address; `faults` make the error summary and change the title."""

    def write(key: str, **facts: object) -> str:
        return text(key, language, **facts)

    other: Language = "en" if language == "cy" else "cy"
    content = _TEMPLATES.get_template(f"{template}.html").render(
        t=write,
        at=lambda address: in_language(address, language),
        language=language,
        twin=in_language(path, other),
        twin_language=other,
        faults=faults,
        **values,
    )
    policy = {"content-security-policy": content_security_policy(form_action)}
    return Response(
        content,
        status_code=status,
        media_type=MediaType.HTML,
        headers={"cache-control": "no-store", "content-language": language} | policy | (headers or {}),
        cookies=list(cookies),
    )
