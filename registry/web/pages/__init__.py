"""Pages in English and Welsh: the one way to make a page of a template.

Every page has its twin under `/cy`. Templates hold no decisions: handlers pass finished values. A sentence is
written in English where it is used; its Welsh lies in the feature's `cy.po`, and one missing there fails a
test, not a reader. `docs/pages.md` tells how a page is made.
"""

from typing import Any

from litestar import MediaType, Response
from litestar.datastructures import Cookie

from registry.web.headers import content_security_policy
from registry.web.pages.environment import environment
from registry.web.pages.forms import FieldFault, Form, filled, read_form
from registry.web.pages.languages import Language, english, in_language, language_of, other
from registry.web.pages.places import menu
from registry.web.pages.words import Sentence, lazy

__all__ = [
    "FieldFault",
    "Form",
    "Language",
    "Sentence",
    "english",
    "filled",
    "in_language",
    "language_of",
    "lazy",
    "page",
    "read_form",
]


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
    """A page of `registry/<feature>/templates/<name>.html`, named `<feature>/<name>`, or of the kit's own.

    `path` is its English address, with the query that its twin should keep. `faults` make the error summary
    and change the title. `visitor`, where there is one among the values, changes the menu.
    """
    content = (
        environment(language)
        .get_template(f"{template}.html")
        .render(
            twin=in_language(path, other(language)),
            menu=menu(path, language, is_signed_in=values.get("visitor") is not None),
            faults=faults,
            **values,
        )
    )
    policy = {"content-security-policy": content_security_policy(form_action)}
    return Response(
        content,
        status_code=status,
        media_type=MediaType.HTML,
        headers={"cache-control": "no-store", "content-language": language} | policy | (headers or {}),
        cookies=list(cookies),
    )
