"""A register that lived for some weeks, and what left it: an export, a receipt, a bundle, replays."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from registry.agreements.queries import published_documents, sharing_flows
from registry.bundles.actions import Maker
from registry.cli.commands import main
from registry.db import Database
from registry.decisions.desk import Asked
from registry.decisions.desk import Desk as DecisionDesk
from registry.decisions.follower import IndexFollower
from registry.exports.full import write_export
from registry.exports.trust import Trust
from registry.receipts import proving
from registry.receipts.issuing import Issuer
from registry.receipts.keeper import Keeper
from registry.replay.exported import Exported
from registry.replay.replaying import Replay
from registry.verification.archive import open_archive
from registry.verification.receipt import leaf_of
from tests.auditlog_world import SIGNER, sign
from tests.integration.decisions.test_rewinding import ASKER, DAY, question
from tests.integration.history.bodies import tell_of_bodies
from tests.integration.receipts.conftest import SIGNER as RECEIPT_SIGNER
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk
from tests.unit.bundles.taking import key_in

Json = dict[str, Any]

TODAY = NOW + 40 * DAY
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Left:
    """What left the register, and what the registry itself answers."""

    folder: Path
    export: Path
    size: int
    vkey: str
    receipt: Json
    bundle: str
    bundle_keys: Json
    online: DecisionDesk

    def ask(self, **context: Any) -> Json:
        """What the registry answers today."""
        body = question(**context)
        permitted, said = self.online.evaluate(Asked(body, TODAY, json.dumps(body).encode()), ASKER)
        return {"decision": permitted, **json.loads(said)}

    def replay(self, **context: Any) -> Json:
        """What `registry replay` answers from the export, without starting anew each time."""
        with open_archive(self.export) as archive:
            exported = Exported(archive, self.size)
            return Replay(exported, POLICIES, now=TODAY).answer(question(**context)).document()

    def replay_by_command(self, **context: Any) -> Json:
        """What the command itself prints."""
        file = self.folder / "question.json"
        file.write_text(json.dumps(question(**context)))
        options = ["--question", str(file), "--vkey", self.vkey, "--json"]
        answered: Json = json.loads(CliRunner().invoke(main, ["replay", str(self.export), *options]).output)
        return answered


def live(database: Database, folder: Path) -> Left:
    """Let an agreement go live, be suspended and go on; ask about it, and take everything away."""
    desk = Desk(database, furnish(database))
    tell_of_bodies(database)
    made = desk.active()
    dpo = partial(desk.cast, LANCASHIRE, "dpo")
    desk.suspend(made.ref, dpo(), now=NOW + 10 * DAY, all=True)
    desk.resume(made.ref, dpo(), now=NOW + 20 * DAY)
    desk.resume(made.ref, dpo(second=True), now=NOW + 21 * DAY)

    follower, issuer = IndexFollower(database, POLICIES, sharing_flows), Issuer(RECEIPT_SIGNER)
    follower.catch_up()
    online = DecisionDesk(follower.index, POLICIES, base_url="https://registry.test", issuer=issuer)
    receipt = _receipt(online, issuer, database, folder)
    maker = Maker(key_in(folder), "https://registry.test", SIGNER.name, timedelta(hours=8))
    with database.read() as reading:
        documents = published_documents(reading)
        size = write_export(reading, folder / "export.zip", Trust(SIGNER), documents).size
        bundle = maker.make(reading, BLACKPOOL, "enforce", now=TODAY, policies=POLICIES)
    keys = {"keys": [maker.key.public]}
    return Left(folder, folder / "export.zip", size, SIGNER.key.text(), receipt, bundle, keys, online)


def _receipt(online: DecisionDesk, issuer: Issuer, database: Database, folder: Path) -> Json:
    """What the holder of a receipt keeps, once the hour of its question has been rooted."""
    asked = question(receipt=True)
    _, said = online.evaluate(Asked(asked, TODAY, json.dumps(asked).encode()), ASKER)
    answer = json.loads(said)
    Keeper(database, issuer, now=lambda: TODAY).turn()
    Keeper(database, issuer, now=lambda: TODAY + HOUR).turn()
    sign(database, folder)
    with database.read() as reading:
        proof = proving.prove(reading, leaf_of(answer["receipt"].encode()).hex(), RECEIPT_SIGNER)
    return {
        "receipt": answer["receipt"],
        "salt": answer["receipt_salt"],
        "request": asked,
        "proof": proof,
    }
