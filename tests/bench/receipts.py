"""What receipts cost: answers with one beside the same answers without, then keeping and rooting them.

Processor time, of the better of several rounds, so that what else the machine does stays out of it.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from json import dumps
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from registry.callers import Caller
from registry.db import Database
from registry.db.migrate import migrate
from registry.decisions.desk import Desk
from registry.decisions.flows.vocabulary import Vocabulary
from registry.decisions.index import Body, Index
from registry.decisions.wire.endpoint import EVALUATION, DecisionPoint
from registry.policy import Policies
from registry.receipts import queries
from registry.receipts.issuing import Issuer
from registry.receipts.rooting import make_root
from registry.settings import Settings
from tests.bench.decisions import NOW, ORGANISATIONS, make_flows, make_question
from tests.integration.receipts.conftest import SIGNER
from tests.unit.decisions.calling import point

AGREEMENTS, ROUNDS = 2_000, 5
Asked = tuple[bytes, Caller]


@dataclass(frozen=True, slots=True)
class Receipts:
    """Processor time for each receipt, in microseconds: given with an answer, kept, and rooted."""

    given_us: float
    kept_us: float
    rooted_us: float

    @property
    def together_us(self) -> float:
        """All that one receipt costs."""
        return self.given_us + self.kept_us + self.rooted_us


def measure(questions: int = 5_000) -> Receipts:
    """Answer the same questions with and without receipts, then keep and root those that were given."""
    issuer = Issuer(SIGNER)
    app, bodies = _app(issuer, questions)
    with_receipts, without = ([_asked(body, receipt) for body in bodies] for receipt in (True, False))
    given = min(_answer(app, with_receipts) for _ in range(ROUNDS))
    bare = min(_answer(app, without) for _ in range(ROUNDS))
    kept, rooted = _keep_and_root(issuer.take())
    return Receipts((given - bare) / questions * 1e6, kept * 1e6, rooted * 1e6)


def _app(issuer: Issuer, questions: int) -> tuple[DecisionPoint, Sequence[dict[str, Any]]]:
    """The permission check over a register, and questions for it."""
    policies = Policies.load(Settings().policies_dir)
    dice = Random(AGREEMENTS)  # noqa: S311 - the same register in every run
    flows = list(make_flows(policies.law, AGREEMENTS, dice))
    index = Index(Vocabulary(policies.law))
    index.know(Body(name, (), name, name, "", "", nations=frozenset("E")) for name in ORGANISATIONS)
    index.load(flows, log_size=AGREEMENTS)
    bodies = [make_question(policies.law, dice.choice(flows), dice) for _ in range(questions)]
    desk = Desk(index, policies, base_url="https://registry.test", issuer=issuer)
    return point(desk=desk), bodies


def _asked(body: dict[str, Any], receipt: bool) -> Asked:
    """The bytes of a question, and the system of the body that would receive."""
    text = dumps(body | {"context": body["context"] | {"receipt": True} if receipt else body["context"]})
    organisation = body["subject"]["id"]
    scopes = frozenset({"decisions:ask"})
    return text.encode(), Caller(organisation, client="bench", scopes=scopes, mode="enforce")


def _answer(app: DecisionPoint, questions: Sequence[Asked]) -> float:
    """The seconds it takes to answer all of them once."""
    began = process_time()
    for text, caller in questions:
        app.answer(EVALUATION, text, caller, NOW)
    return process_time() - began


def _keep_and_root(digests: list[bytes]) -> tuple[float, float]:
    """The seconds that keeping one takes, and rooting one."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'registry.sqlite3'}"
        migrate(url)
        db = Database(url)
        began = process_time()
        with db.write() as tx:
            queries.keep(tx, digests, NOW)
        kept = process_time()
        make_root(db, SIGNER.key, NOW + timedelta(hours=1))
        rooted = process_time()
        db.dispose()
    return (kept - began) / len(digests), (rooted - kept) / len(digests)
