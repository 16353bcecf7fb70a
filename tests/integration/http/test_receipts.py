"""Receipts over HTTP: from the question to the proof, and nothing of a person anywhere."""

import time
from collections.abc import Callable
from hashlib import sha256

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from registry.db.metadata import metadata
from registry.tlog.checkpoint import open_checkpoint
from registry.tlog.proof import Proof
from tests.integration.http.deeds import stage
from tests.integration.http.test_rights import QUESTION
from tests.integration.http.world import Json, World, partner
from tests.samples.agreements import LANCASHIRE, TRUST

SYSTEM = partner(LANCASHIRE, "decisions:ask")
NHS_NUMBER = "9434765919"


def answer(world: World, path: str = "/access/v1/evaluation", **context: object) -> Json:
    body = QUESTION | {"context": QUESTION["context"] | {"receipt": True} | context}
    answered = world.send("POST", path, SYSTEM, body)
    assert answered.status_code == 200, answered.text
    found: Json = answered.json()["context"]
    return found


def proof(world: World, jws: str) -> str:
    """Why there is no proof of a receipt yet."""
    path = f"/decisions/proof/{sha256(jws.encode()).hexdigest()}"
    code: str = world.send("GET", path, SYSTEM).json()["code"]
    return code


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for the thread that keeps receipts."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("path", ["/access/v1/evaluation", "/api/v1/advice"])
def test_the_published_keys_verify_a_receipt(world: World, path: str) -> None:
    found = answer(world, path)
    keys = KeySet.import_key_set(world.send("GET", "/decisions/jwks").json())
    claims = jwt.decode(found["receipt"], keys, algorithms=["Ed25519"]).claims
    assert (claims["jti"], claims["iss"]) == (found["evaluation_id"], world.url)
    assert (claims["outcome"], claims["organisation"]) == (found["outcome"], LANCASHIRE)
    metadata_says = world.send("GET", "/.well-known/authzen-configuration").json()
    assert metadata_says["decision_receipts_jwks_uri"] == f"{world.url}/decisions/jwks"


def test_a_receipt_is_kept_within_a_moment_and_waits_for_its_hour(world: World) -> None:
    jws = answer(world)["receipt"]
    eventually(lambda: proof(world, jws) == "receipt-not-rooted")


def test_a_receipt_whose_hour_is_over_is_proved(world: World) -> None:
    rooted = stage(world, "receipt rooted")
    key = world.app.registry.issuer_of_receipts.signer.key
    found = Proof.parse(world.send("GET", f"/decisions/proof/{rooted.id}", SYSTEM).content)
    checkpoint = found.check(bytes.fromhex(rooted.id), key)
    newest = open_checkpoint(world.send("GET", "/decisions/checkpoint", SYSTEM).content, key)
    assert newest.size >= checkpoint.size
    bundle = world.send("GET", f"/decisions/tile/entries/{found.index // 256:03}", SYSTEM).content
    assert bytes.fromhex(rooted.id) in bundle


def test_a_receipt_may_be_deposited_again_and_nothing_else(world: World) -> None:
    def deposited(receipt: object) -> int:
        return world.send("POST", "/decisions/receipts", SYSTEM, {"receipt": receipt}).status_code

    jws = answer(world)["receipt"]
    assert [deposited(one) for one in (jws, jws, jws[:-1], "a.b.c")] == [202, 202, 422, 422]
    assert proof(world, jws) == "receipt-not-rooted"


def test_the_tiles_are_for_those_with_a_token(world: World) -> None:
    rooted = stage(world, "receipt rooted")
    for path in ("checkpoint", "tile/0/000", "tile/entries/000", f"proof/{rooted.id}"):
        assert world.send("GET", f"/decisions/{path}").status_code == 401
        assert world.send("GET", f"/decisions/{path}", partner(TRUST, "register:read")).status_code == 403
        answered = world.send("GET", f"/decisions/{path}", SYSTEM)
        assert answered.status_code == 200
        assert "private" in answered.headers["cache-control"]


def test_nothing_of_a_person_in_a_question_is_stored(world: World) -> None:
    found = answer(world, nhs_number=NHS_NUMBER)
    assert "receipt" not in found
    assert [one["code"] for one in found["warnings"]] == ["personal-identity-dropped"]
    body = {"evaluations": [QUESTION | {"context": {"patient": NHS_NUMBER, "receipt": True}}]}
    assert NHS_NUMBER not in world.send("POST", "/access/v1/evaluations", SYSTEM, body).text

    answer(world, purpose=NHS_NUMBER)
    kept = answer(world)["receipt"]
    eventually(lambda: proof(world, kept) == "receipt-not-rooted")
    with world.db.read() as reading:
        for stored in metadata.sorted_tables:
            assert NHS_NUMBER not in repr([tuple(row) for row in reading.all(select(stored))])
