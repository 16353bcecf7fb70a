"""The API described: `/openapi.json`, a reference at `/docs` that needs no script, `security.txt`."""

from dataclasses import dataclass
from datetime import timedelta
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


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the reference."""

    method: str
    path: str
    summary: str


class Reference(OpenAPIRenderPlugin):
    """`/docs`: every operation in one table, on a page of ours, with nothing fetched from elsewhere."""

    def __init__(self, description: Description) -> None:
        super().__init__(path="/")
        self._description = description

    def render(self, request: Request[Any, Any, Any], openapi_schema: Schema) -> bytes:
        """The reference as HTML."""
        return self.shown(request).content.encode()

    def shown(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The page in the language of the address."""
        operations = [
            Operation(verb.upper(), path, operation["summary"])
            for path, verbs in self._description.of(request.app)["paths"].items()
            for verb, operation in verbs.items()
        ]
        return page("reference", "/docs", language_of(request.url.path), operations=operations)


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

    @get("/cy/docs", include_in_schema=False, sync_to_thread=False)
    def read_reference(request: Request[Any, Any, Any]) -> Response[str]:
        """The reference in Welsh; the framework mounts the English one."""
        return Reference(description).shown(request)

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

    return [read_description, read_reference, explain_problem, security_text]
