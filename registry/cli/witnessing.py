"""`registry witness`: cosigning the logs of others, so that none of them can show two histories."""

from pathlib import Path

import click
import uvicorn

from registry.cli.output import answer, as_json_option
from registry.cli.server import SERVER
from registry.tlog.messages import Kind
from registry.witness.folder import WitnessFolder
from registry.witness.server import create_witness

data_dir_option = click.option(
    "--data-dir",
    default=Path(".witness"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the witness keeps its key, the logs it trusts and what it has seen.",
)


@click.group()
def witness() -> None:
    """Be a witness of other logs (c2sp.org/tlog-witness)."""


@witness.command("init")
@click.argument("name")
@click.option("--ml-dsa", is_flag=True, help="An ML-DSA-44 key, in place of Ed25519.")
@data_dir_option
@as_json_option
def init(name: str, ml_dsa: bool, data_dir: Path, as_json: bool) -> None:
    """Make the key of a witness called NAME: a host and a path, without a scheme."""
    kind = Kind.ML_DSA_44 if ml_dsa else Kind.ED25519
    try:
        key = WitnessFolder(data_dir).create(name, kind).text()
    except (FileExistsError, ValueError) as fault:
        raise click.ClickException(str(fault)) from fault
    words = f"{key}\nWrite the logs to cosign into {data_dir / 'logs'}; give this key to whoever runs them."
    answer(as_json, {"key": key, "data_dir": str(data_dir)}, words)


@witness.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8010, show_default=True, type=click.IntRange(0, 65535))
@data_dir_option
@as_json_option
def serve(host: str, port: int, data_dir: Path, as_json: bool) -> None:
    """Cosign the logs that the folder names."""
    folder = WitnessFolder(data_dir)
    try:
        cosigner, logs, store = folder.cosigner(), folder.logs(), folder.store()
    except (OSError, ValueError) as fault:
        raise click.ClickException(f"no witness in {data_dir}: {fault}") from fault
    document = {"host": host, "port": port, "key": cosigner.key.text(), "logs": sorted(logs)}
    answer(as_json, document, f"Cosigning {len(logs)} logs as {cosigner.name} on {host}:{port}")
    uvicorn.run(create_witness(cosigner, logs, store), host=host, port=port, **SERVER)
