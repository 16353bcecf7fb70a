"""How commands answer: in words or as JSON, with refusals explained and long runs showing their progress."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import click

from registry.errors import Refusal

FOUND = 1
"""The exit code of findings and refusals."""

QUIET_SECONDS = 2.0
"""How long a command may run before it shows how far it is."""

LONGEST_WORDS = 300

as_json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


def words(text: str) -> str:
    """The text, if it is a name or an address: something, on one line, in characters that can be shown.

    Raises:
        BadParameter: otherwise.
    """
    if not text.strip() or len(text) > LONGEST_WORDS or not text.isprintable():
        raise click.BadParameter(f"write 1 to {LONGEST_WORDS} characters on one line")
    return text


def answer(as_json: bool, document: dict[str, Any], text: str) -> None:
    """Print what a command came to."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1) if as_json else text)


class Commands(click.Group):
    """A group whose commands may be refused: the refusal is explained, and the exit code is 1."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember whether JSON is wanted: a refusal ends the command that has the option."""
        ctx.meta["as_json"] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command and tell a refusal in its way."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            _tell(refusal, as_json=ctx.meta["as_json"])
            ctx.exit(FOUND)


def _tell(refusal: Refusal, *, as_json: bool) -> None:
    # Imported here: few commands are refused, and this brings in much that verifying does without.
    from registry.imports.plan import BadImport  # noqa: PLC0415
    from registry.imports.story import explain  # noqa: PLC0415
    from registry.web.problems import of_refusal  # noqa: PLC0415

    if as_json:
        click.echo(json.dumps(of_refusal(refusal), ensure_ascii=False, indent=1))
    elif isinstance(refusal, BadImport):
        for problem in refusal.problems:
            click.echo(str(problem), err=True)
        click.echo(f"{len(refusal.problems)} faults; nothing has been loaded", err=True)
    else:
        click.echo(explain(refusal), err=True)


def progress(label: str) -> Callable[[int, int], None]:
    """Something to tell how much of how much is done: a line on a terminal, after two seconds."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None
    began = shown = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal shown
        moment = time.monotonic()
        if moment - began < QUIET_SECONDS or (moment - shown < 0.2 and done < total):
            return
        shown = moment
        share = done / total if total else 1.0
        bar = "#" * int(share * 30)
        click.echo(f"\r{label} [{bar:<30}] {share:4.0%} {done:,}", nl=done >= total, err=True)

    return show
