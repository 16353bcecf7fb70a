"""The API described: `/openapi.json`, a reference at `/docs` that needs no script, `security.txt`."""

from datetime import timedelta
from html import escape
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import License

from registry.clock import now, stamp

TITLE = "Information Sharing Registry"
ONE_YEAR = timedelta(days=365)
VERSION = "0.1.0"
DESCRIPTION = "application/vnd.oai.openapi+json"
VERBS = ("get", "post", "put", "delete")


class Reference(OpenAPIRenderPlugin):
    """`/docs`: every operation in one table, drawn here, with nothing fetched from elsewhere."""

    def __init__(self, in_front: dict[str, Any]) -> None:
        super().__init__(path="/")
        self._in_front = in_front

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The reference as HTML."""
        rows = "".join(
            f"<tr><td><code>{verb.upper()}</code></td><td><code>{escape(path)}</code></td>"
            f"<td>{escape(operation.get('description') or operation.get('summary') or '')}</td></tr>"
            for path, operations in sorted(whole(openapi_schema, self._in_front)["paths"].items())
            for verb, operation in operations.items()
            if verb in VERBS
        )
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}: API</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="stylesheet" href="/static/registry.css"></head><body><main>'
            f'<h1>{TITLE}: API</h1><p>The full description is <a href="/openapi.json">openapi.json</a>.</p>'
            f"<table><thead><tr><th>Method</th><th>Address</th><th>What it does</th></tr></thead>"
            f"<tbody>{rows}</tbody></table></main></body></html>"
        ).encode()


def whole(framework: dict[str, Any], in_front: dict[str, Any]) -> dict[str, Any]:
    """The description with the paths that are answered in front of the framework, in order of path."""
    paths = {**framework["paths"], **in_front}
    return {**framework, "paths": dict(sorted(paths.items()))}


def config(in_front: dict[str, Any]) -> OpenAPIConfig:
    """How Litestar describes the API."""
    return OpenAPIConfig(
        title=TITLE,
        version=VERSION,
        license=License(name="MIT"),
        path="/docs",
        render_plugins=[Reference(in_front)],
        use_handler_docstrings=True,
    )


def routes(in_front: dict[str, Any], security_contact: str) -> list[HTTPRouteHandler]:
    """`/openapi.json` and `/.well-known/security.txt` (RFC 9116)."""

    @get("/openapi.json", media_type=DESCRIPTION, include_in_schema=False, sync_to_thread=False)
    def description(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        """The API, described."""
        return Response(whole(request.app.openapi_schema.to_schema(), in_front), media_type=DESCRIPTION)

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

    return [description, security_text]
