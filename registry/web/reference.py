"""The API described: `/openapi.json`, a reference at `/docs` that needs no script, `security.txt`."""

from datetime import timedelta
from html import escape
from typing import Any

from litestar import Litestar, MediaType, Request, Response, get
from litestar.enums import OpenAPIMediaType
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import License
from litestar.params import FromPath
from litestar.serialization import encode_json
from litestar.types.internal_types import PathParameterDefinition

from registry.clock import now, stamp
from registry.web.catalogue import catalogue
from registry.web.description import Schema, describe
from registry.web.pages import english, language_of, page
from registry.web.pages.files import static

TITLE = "Information Sharing Registry"
ONE_YEAR = timedelta(days=365)
VERSION = "0.1.0"
MEDIA_TYPE = OpenAPIMediaType.OPENAPI_JSON


class Description:
    """The description of one application, made when it is first asked for."""

    def __init__(self, in_front: Schema) -> None:
        self._in_front = in_front
        self._made: Schema | None = None

    def of(self, app: Litestar) -> Schema:
        """The description; `app` is the one application it is of."""
        if self._made is None:
            self._made = describe(app, self._in_front)
        return self._made


class Document(OpenAPIRenderPlugin):
    """The description where the framework looks for it, so that it serves none of its own."""

    def __init__(self, description: Description) -> None:
        super().__init__(path="/openapi.json", media_type=MEDIA_TYPE)
        self._description = description

    def render(self, request: Request[Any, Any, Any], openapi_schema: Schema) -> bytes:
        """The description as JSON."""
        return encode_json(self._description.of(request.app))


class Reference(OpenAPIRenderPlugin):
    """`/docs`: every operation in one table, drawn here, with nothing fetched from elsewhere."""

    def __init__(self, description: Description) -> None:
        super().__init__(path="/")
        self._description = description

    def render(self, request: Request[Any, Any, Any], openapi_schema: Schema) -> bytes:
        """The reference as HTML."""
        rows = "".join(
            f"<tr><td><code>{verb.upper()}</code></td><td><code>{escape(path)}</code></td>"
            f"<td>{escape(operation['summary'])}</td></tr>"
            for path, operations in self._description.of(request.app)["paths"].items()
            for verb, operation in operations.items()
        )
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}: API</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="stylesheet" href="{static("registry.css")}"></head><body><main>'
            f'<h1>{TITLE}: API</h1><p>The full description is <a href="/openapi.json">openapi.json</a>.</p>'
            f"<table><thead><tr><th>Method</th><th>Address</th><th>What it does</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></main></body></html>"
        ).encode()


def config(description: Description) -> OpenAPIConfig:
    """How Litestar describes the API."""
    return OpenAPIConfig(
        title=TITLE,
        version=VERSION,
        license=License(name="MIT"),
        path="/docs",
        render_plugins=[Reference(description), Document(description)],
        use_handler_docstrings=True,
        operation_id_creator=_operation_id,
    )


def _operation_id(
    handler: HTTPRouteHandler,
    method: str,  # noqa: ARG001 - the framework's signature
    path: list[str | PathParameterDefinition],
) -> str:
    """`agreements_sign`: what the address is about, and what is done."""
    words = [word for word in path if isinstance(word, str) and word not in ("api", "v1", ".well-known")]
    return f"{words[0]}_{handler.handler_name.rpartition('.')[2]}".replace("-", "_")


def routes(description: Description, security_contact: str) -> list[HTTPRouteHandler]:
    """`/openapi.json`, what each problem means, and `/.well-known/security.txt` (RFC 9116)."""

    @get(
        "/openapi.json",
        media_type=MEDIA_TYPE,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def read_description(request: Request[Any, Any, Any]) -> Response[Schema]:
        """The API, described."""
        return Response(description.of(request.app), media_type=MEDIA_TYPE)

    @get(["/problems/{code:str}", "/cy/problems/{code:str}"], include_in_schema=False, sync_to_thread=False)
    def explain_problem(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[str]:
        """What a problem document's `type` leads to (RFC 9457 section 3.1.1)."""
        language = language_of(request.url.path)
        message = catalogue().get(code)
        if message is None:
            raise NotFoundException
        title, sentence = message.said(language)
        return page("error", english(request.url.path), language, title=title, sentences=[sentence])

    @get(
        "/.well-known/security.txt",
        media_type=MediaType.TEXT,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def security_text() -> Response[str]:
        """Whom to tell of a weakness."""
        return Response(
            f"Contact: {security_contact}\nExpires: {stamp(now() + ONE_YEAR)}\nPreferred-Languages: en, cy\n",
            media_type=MediaType.TEXT,
        )

    return [read_description, explain_problem, security_text]
