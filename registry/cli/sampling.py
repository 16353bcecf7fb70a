"""`registry log sample`: which entries an auditor should look into, drawn so that anyone can do it again."""

from pathlib import Path

import click

from registry.cli.opening import opened
from registry.cli.output import answer, as_json_option
from registry.exports.sampling import draw_from_log
from registry.settings import Settings
from registry.verification.archive import Unreadable
from registry.verification.sample import draw_from_export


@click.command()
@click.option("--seed", required=True, help="One line that nobody could have chosen to suit themselves.")
@click.option("--count", "number", required=True, type=click.IntRange(min=1), help="How many entries.")
@click.option(
    "--export", "path", type=click.Path(exists=True, path_type=Path), help="Draw from this export instead."
)
@as_json_option
def sample(seed: str, number: int, path: Path | None, as_json: bool) -> None:
    """Draw a random sample of entries from a published seed, and print each with its evidence.

    Draw N is entry SHA-256("registry-sample/v1", SEED, SIZE, N: four lines, each with its newline), the first
    15 hexadecimal digits of it, modulo the SIZE of the log; what was drawn before is passed over. By hand:

    \b
    d=$(printf 'registry-sample/v1\\n%s\\n%d\\n%d\\n' "$SEED" $SIZE $N | sha256sum | cut -c1-15)
    echo $((0x$d % SIZE))
    """
    try:
        if path:
            size, drawn = draw_from_export(path, seed, number)
        else:
            with opened(Settings()) as db, db.read() as reading:
                size, drawn = draw_from_log(reading, seed, number)
    except (Unreadable, ValueError) as fault:
        raise click.UsageError(str(fault)) from fault
    document = {"seed": seed, "size": size, "entries": [one.document() for one in drawn]}
    answer(as_json, document, "\n".join(one.text() for one in drawn))
