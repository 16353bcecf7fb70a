"""`registry serve` and `registry demo`: answering requests on one port of this machine."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import uvicorn
from litestar.types import ASGIApp, Receive, Send

from registry import clock
from registry.app import create_app
from registry.cli.opening import opened
from registry.cli.output import answer, as_json_option, progress
from registry.cli.server import SERVER
from registry.db.migrate import is_current
from registry.decisions.conformance import ConformanceNotOnLoopback, check_conformance_is_private
from registry.demo.handout import first_steps, withdraw_handout, write_handout
from registry.demo.setup import prepare
from registry.oauth.actions import check_demo_is_private
from registry.oauth.rules import DemoNotOnLoopback
from registry.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MAKE_WHAT_IS_MISSING = "run `registry init`, which makes what is missing and changes nothing else"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@as_json_option
def serve(host: str, port: int, workers: int, as_json: bool) -> None:
    """Serve the registry that the settings describe."""
    settings = Settings()
    _check_made(settings)
    _check_private(settings, host)
    answer(as_json, {"host": host, "port": port, "workers": workers}, f"Serving on {host}:{port}")
    uvicorn.run("registry.app:create_app", factory=True, host=host, port=port, workers=workers, **SERVER)


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--data-dir",
    default=Path(".data"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the demo is kept; made when it is not there.",
)
@click.option(
    "--agreements", default=0, show_default=True, type=click.IntRange(0), help="How many to generate."
)
@click.option(
    "--name",
    default="127.0.0.1",
    show_default=True,
    type=click.Choice(["127.0.0.1", "localhost"]),
    help="What the demo's address begins with. Browsers make passkeys at localhost, not at a number.",
)
@as_json_option
def demo(port: int, data_dir: Path, agreements: int, name: str, as_json: bool) -> None:
    """Load the sample registry and serve it on this machine only."""
    with _reserved(port) as listening:
        withdraw_handout(data_dir)
        base_url = f"http://{name}:{listening.getsockname()[1]}"
        show = progress("generating agreements")
        settings = prepare(data_dir, base_url=base_url, agreements=agreements, progress=show)

        def announce() -> None:
            listening.listen()
            content = write_handout(settings, clock.now())
            where = {"base_url": base_url, "data_dir": str(data_dir)}
            answer(as_json, where, first_steps(content, str(data_dir)))

        app: Any = announcing(create_app(settings), announce)
        uvicorn.Server(uvicorn.Config(app, **SERVER)).run(sockets=[listening])


def announcing(app: ASGIApp, announce: Callable[[], None]) -> ASGIApp:
    """The application, with something to do when it has started and before it answers a request (ASGI)."""

    async def application(scope: Any, receive: Receive, send: Send) -> None:
        await app(scope, receive, _announced(send, announce) if scope["type"] == "lifespan" else send)

    return application


def _announced(send: Send, announce: Callable[[], None]) -> Send:
    async def watched(message: Any) -> None:
        if message["type"] == "lifespan.startup.complete":
            announce()
        await send(message)

    return watched


@contextmanager
def _reserved(port: int) -> Iterator[socket.socket]:
    """A port of this machine that nobody else can take; it refuses connections until someone listens on it.

    Raises:
        ClickException: somebody has it.
    """
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", port))
        except OSError as fault:
            raise click.ClickException(f"port {port} cannot be used: {fault.strerror}") from fault
        yield bound


def _check_made(settings: Settings) -> None:
    """Refuse to begin without what this release needs: after an update that may be more than before.

    Raises:
        ClickException: a key file is not there, or the database has another schema; naming what to run.
    """
    keys = [settings.token_key, settings.records_key, settings.receipt_key, settings.bundle_key]
    keys += [] if settings.signing_keys else [settings.log_key]
    missing = ", ".join(str(key) for key in keys if not key.exists())
    if missing:
        raise click.ClickException(f"{missing}: not there; {MAKE_WHAT_IS_MISSING}")
    with opened(settings) as db, db.read() as reading:
        if not is_current(reading):
            raise click.ClickException(f"the database has another schema; {MAKE_WHAT_IS_MISSING}")


def _check_private(settings: Settings, host: str) -> None:
    """Refuse to show the demo's people and keys, or the conformance tenant, to other machines.

    Raises:
        ClickException: they are there, and the host or the base URL is not loopback.
    """
    is_loopback = settings.is_loopback and host in LOOPBACK
    try:
        check_conformance_is_private(settings, is_loopback=is_loopback)
        with opened(settings) as db, db.read() as reading:
            check_demo_is_private(reading, is_loopback=is_loopback)
    except (ConformanceNotOnLoopback, DemoNotOnLoopback) as fault:
        raise click.ClickException(str(fault)) from fault
