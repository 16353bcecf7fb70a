"""Receipts are held until they are taken, by however many threads they are given."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.receipts.issuing import Begun, Issuer
from registry.receipts.rules import GRID, padded
from registry.tlog.signing import KeySigner
from registry.verification.receipt import leaf_of

THREADS, EACH = 4, 200


def test_none_is_lost_between_threads_that_issue_and_one_that_takes() -> None:
    issuer = Issuer(KeySigner("registry.test/decisions", Ed25519PrivateKey.generate()))

    def issue(thread: int) -> list[bytes]:
        return [issuer.issue(b'{"jti":"%d.%d"}' % (thread, number)) for number in range(EACH)]

    taken: list[bytes] = []
    with ThreadPoolExecutor(THREADS) as pool:
        working = [pool.submit(issue, thread) for thread in range(THREADS)]
        while not all(one.done() for one in working):
            taken += issuer.take()
    taken += issuer.take()
    assert sorted(taken) == sorted(leaf_of(jws) for one in working for jws in one.result())


def test_claims_are_the_same_wherever_their_beginning_ends() -> None:
    issuer = Issuer(KeySigner("registry.test/decisions", Ed25519PrivateKey.generate()))
    claims = b'{"says":"x"}'
    issued = {issuer.issue(claims[end:], Begun.of(claims[:end])) for end in range(len(claims) + 1)}
    assert issued == {issuer.issue(claims)}


@pytest.mark.parametrize(("receipts", "leaves"), [(0, 1), (1, 1), (GRID, 1), (GRID + 1, 2), (10 * GRID, 10)])
def test_an_hour_adds_steps_and_never_none(receipts: int, leaves: int) -> None:
    assert padded(receipts) == leaves * GRID
