"""The commands of the contract: each has `--json`, and misuse is told apart from a refusal."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from registry.cli import main


def leaves(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, *path, name)
        else:
            yield (*path, name), command


LEAVES = list(leaves(main))


def test_every_command_of_the_contract_is_there() -> None:
    assert {" ".join(path) for path, _ in LEAVES} >= {
        "serve",
        "demo",
        "init",
        "migrate",
        "doctor",
        "import",
        "export",
        "verify",
        "log verify",
        "keys list",
        "people add",
        "people grant",
        "people end",
        "people list",
        "clients add",
        "clients add-officer",
        "clients revoke",
        "clients list",
    }


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=[" ".join(path) for path, _ in LEAVES])
def test_a_command_can_answer_as_json_and_says_what_it_does(
    path: tuple[str, ...], command: click.Command
) -> None:
    assert "--json" in [option for parameter in command.params for option in parameter.opts]
    assert command.help


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["serve", "--port", "70000"],
        ["demo", "--agreements", "-1"],
        ["verify", "nowhere.zip", "--vkey", "x"],
        ["import", "nowhere.yaml"],
        ["export"],
        ["people", "add", "olwen"],
        ["clients", "add", "casework"],
    ],
    ids=" ".join,
)
def test_misuse_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_key_that_is_none_is_misuse(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["verify", str(tmp_path), "--vkey", "not-a-key"]).exit_code == 2
