"""The log that the tests of the API have written, checked over HTTP by a program that is not ours."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.policy import Group, Policy, Witness
from tests.checker.running import Checker
from tests.integration.http.world import World
from tests.witness_world import cosigner


@contextmanager
def audited(world: World, checker: Checker, folder: Path) -> Iterator[None]:
    """Keep a checkpoint now, and check afterwards that the log continues it, over HTTP.

    LOG acceptance 6: entries and tiles, the word of a witness, an old checkpoint, proofs as they are
    served. What an auditor could be deceived with is refused by the same program.
    """
    log, old = f"{world.url}/log", folder / "old.checkpoint"
    old.write_bytes(_first_checkpoint(world))
    yield

    signer, policy = world.app.registry.signer, folder / "policy"
    newest = open_checkpoint(world.send("GET", "/log/checkpoint").content, *signer.keys)
    proofs = [f"proof/{index}" for index in {0, newest.size // 2, newest.size - 1}]
    for key in signer.keys:
        said = checker(log, *proofs, vkey=key.text(), policy=policy, old=[old])
        assert said.agrees, said.fault
    vkey = signer.keys[0].text()
    other = folder / "other.checkpoint"
    other.write_text(Checkpoint(newest.origin, 1, bytes(32)).signed(signer))
    assert not checker(log, vkey=vkey, old=[other]).agrees
    _ask_for_another(policy)
    assert "not witnessed" in checker(log, vkey=vkey, policy=policy).fault


def _first_checkpoint(world: World) -> bytes:
    """The first checkpoint that is served: the registry looks for one every second."""
    until = time.monotonic() + 20
    while (answer := world.send("GET", "/log/checkpoint")).status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    return answer.content


def _ask_for_another(policy: Path) -> None:
    """Let a policy ask for a witness as well that has never seen the log."""
    asked = Policy.parse(policy.read_bytes())
    witnesses = (*asked.witnesses, Witness("stranger", cosigner(3).key))
    group = Group("more", 2, tuple(one.name for one in witnesses))
    policy.write_text(replace(asked, witnesses=witnesses, groups=(group,), quorum="more").text())
