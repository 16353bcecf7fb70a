"""Sign-offs by the hundred over HTTP: agreements that are ready to sign, their signatories, and many workers.

Used to see that nothing is lost under load or when the server is killed, and how fast it goes.
"""

import http.client
import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from registry import clock
from registry.agreements import actions
from registry.agreements.schemas import ReviewIn, TermsIn
from registry.bundles.signing import create_bundle_key
from registry.db import Database
from registry.oauth.clients import Client
from registry.oauth.keys import create_token_key
from registry.oauth.routes import load_issuer
from registry.oauth.tokens import Principal
from registry.policy import Policies
from registry.receipts.keys import create_receipt_key
from registry.records.vault import create_records_key
from registry.settings import Settings
from registry.signers.files import create_key
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, Cast, furnish, terms
from tests.servers import REGISTRY, free_port, running

SIGNATORIES = (LANCASHIRE, BLACKPOOL)
OFFICERS = Client(
    client_id="officers",
    kind="officer",
    organisation=None,
    mode=None,
    scopes=frozenset({"approve", "register:read"}),
    alg=None,
    jwks=None,
    redirect_uris=(),
    nhs_legacy=False,
    demo=False,
)


@dataclass(frozen=True)
class SignOff:
    """One signature to be given."""

    ref: str
    organisation: str
    body: bytes
    token: str


@dataclass(frozen=True)
class Answered:
    """An acknowledged sign-off: the index the answer named, and how long it took."""

    sign_off: SignOff
    log_index: int
    took_ns: int


@dataclass
class Outcome:
    """What came back to all workers. A request that got no answer is neither."""

    answered: list[Answered] = field(default_factory=list)
    refused: list[tuple[int, bytes]] = field(default_factory=list)
    unanswered: int = 0


@dataclass(frozen=True)
class House:
    """A registry on disk that `registry serve` can be started on, again and again."""

    settings: Settings
    port: int

    @property
    def environment(self) -> dict[str, str]:
        return {
            "REGISTRY_DATA_DIR": str(self.settings.data_dir),
            "REGISTRY_DATABASE_URL": self.settings.database,
            "REGISTRY_BASE_URL": self.settings.base_url,
        }

    @contextmanager
    def serving(self, *, workers: int = 1) -> Iterator[Any]:
        """The server process and its workers; yields once it is ready."""
        command = (REGISTRY, "serve", "--port", str(self.port), "--workers", str(workers))
        ready = f"{self.settings.base_url}/health/ready"
        with running(*command, ready_url=ready, environment=self.environment) as process:
            yield process


def build(data_dir: Path, database_url: str) -> House:
    """Keys and settings of a house; the database is migrated already."""
    port = free_port()
    settings = Settings(data_dir=data_dir, database_url=database_url, base_url=f"http://127.0.0.1:{port}")
    create_key(settings.log_key)
    create_token_key(settings.token_key)
    create_records_key(settings.records_key)
    create_receipt_key(settings)
    create_bundle_key(settings)
    return House(settings, port)


def prepare(house: House, *, agreements: int, cast: Cast | None = None) -> list[SignOff]:
    """Bring agreements of two signatories to where both may sign; returns the sign-offs, interleaved.

    The people are made, unless they are there already.
    """
    policies = Policies.load(house.settings.policies_dir)
    db = Database(house.settings.database)
    cast = cast or furnish(db)
    tokens = {organisation: _token(house, cast, organisation) for organisation in SIGNATORIES}
    sign_offs = [
        SignOff(ref, organisation, _signature(organisation, digest), tokens[organisation])
        for ref, digest in (_make_ready(db, cast, policies) for _ in range(agreements))
        for organisation in SIGNATORIES
    ]
    db.dispose()
    return sign_offs


def give(house: House, sign_offs: Sequence[SignOff], *, workers: int) -> Outcome:
    """Give the sign-offs over so many connections at once; a worker whose connection breaks stops."""
    outcome, todo, lock = Outcome(), iter(sign_offs), threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
        try:
            while True:
                with lock:
                    sign_off = next(todo, None)
                if sign_off is None:
                    return
                _give_one(connection, sign_off, outcome)
        except (OSError, http.client.HTTPException):
            outcome.unanswered += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def _give_one(connection: http.client.HTTPConnection, sign_off: SignOff, outcome: Outcome) -> None:
    headers = {"authorization": f"Bearer {sign_off.token}", "content-type": "application/json"}
    began = perf_counter_ns()
    connection.request("POST", f"/api/v1/agreements/{sign_off.ref}/sign", sign_off.body, headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status == 200:
        index = json.loads(body)["log_index"]
        outcome.answered.append(Answered(sign_off, index, perf_counter_ns() - began))
    else:
        outcome.refused.append((answer.status, body))


def _make_ready(db: Database, cast: Cast, policies: Policies) -> tuple[str, str]:
    officer = cast(LANCASHIRE, "ig_officer")
    colleague = cast(LANCASHIRE, "ig_officer", second=True)
    now = clock.now()
    wanted = TermsIn.model_validate_json(
        json.dumps({"terms": terms(starts_on=clock.london_day(now).isoformat())})
    )
    with db.write() as tx:
        made = actions.create(tx, wanted, caller=officer, now=now, policies=policies)
        actions.submit(tx, made.ref, caller=officer, now=now, policies=policies)
        accepted = actions.review(
            tx, made.ref, ReviewIn(outcome="accept"), caller=colleague, now=now, policies=policies
        )
    if accepted.status != "ready_to_sign":
        raise RuntimeError(f"{made.ref} is {accepted.status}")
    return made.ref, made.hash


def _signature(organisation: str, digest: str) -> bytes:
    body = {
        "organisation": organisation,
        "role": "signatory",
        "version": 1,
        "hash": digest,
        "decision": "sign",
    }
    return json.dumps(body).encode()


def _token(house: House, cast: Cast, organisation: str) -> str:
    caller = cast(organisation, "signatory")
    if caller.person is None:
        raise RuntimeError("a signatory is a person")
    principal = Principal(caller.person, organisation, caller.roles, demo=False)
    answer = load_issuer(house.settings).issue(OFFICERS, principal, "approve register:read", clock.now())
    return str(answer["access_token"])


def batches(sign_offs: Sequence[SignOff], size: int) -> Iterator[list[SignOff]]:
    """The sign-offs in portions."""
    remaining = iter(sign_offs)
    while portion := list(itertools.islice(remaining, size)):
        yield portion
