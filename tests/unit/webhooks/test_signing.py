"""What goes out is signed as Standard Webhooks says, and only the owner of the secret proves an address."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from registry import clock
from registry.records.vault import Vault, create_records_key
from registry.webhooks.signing import Keys, headers, is_proof, keys_of

BODY = '{"type":"flow.suspended","data":{"title":"ŵ"}}'.encode()
HOOK = "019ab0d0-0000-7000-8000-000000000000"
MESSAGE = f"{HOOK}-17"


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    path: Path = tmp_path_factory.mktemp("keys") / "records.key"
    create_records_key(path)
    return Vault(path)


@pytest.fixture(scope="module")
def keys(vault: Vault) -> Keys:
    return keys_of(vault, HOOK, 2)


def test_the_package_of_standard_webhooks_takes_it_and_nothing_that_was_changed(keys: Keys) -> None:
    sent = headers(MESSAGE, BODY, now=clock.now(), keys=[keys])
    reader = Webhook(keys.secret)
    assert reader.verify(BODY, sent) == json.loads(BODY)
    for changed in (
        {"webhook-id": f"{HOOK}-18"},
        {"webhook-signature": sent["webhook-signature"][:3] + "AAAA"},
    ):
        with pytest.raises(WebhookVerificationError):
            reader.verify(BODY, sent | changed)
    with pytest.raises(WebhookVerificationError):
        reader.verify(BODY + b" ", sent)


def test_the_other_signature_is_ed25519_over_the_same(keys: Keys) -> None:
    sent = headers(MESSAGE, BODY, now=datetime(2026, 1, 1, tzinfo=UTC), keys=[keys])
    name, _, signature = sent["webhook-signature"].split()[1].partition(",")
    assert name == "v1a"
    public_key = Ed25519PublicKey.from_public_bytes(b64decode(keys.public_key.removeprefix("whpk_")))
    public_key.verify(b64decode(signature), f"{MESSAGE}.1767225600.".encode() + BODY)
    with pytest.raises(InvalidSignature):
        public_key.verify(b64decode(signature), f"{MESSAGE}.1767225601.".encode() + BODY)


def test_while_a_secret_is_replaced_either_reads_it(vault: Vault, keys: Keys) -> None:
    earlier = keys_of(vault, HOOK, 1)
    sent = headers(MESSAGE, BODY, now=clock.now(), keys=[keys, earlier])
    assert earlier.secret != keys.secret
    assert earlier.public_key != keys.public_key
    for known in (keys, earlier):
        assert Webhook(known.secret).verify(BODY, sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(keys_of(vault, HOOK, 3).secret).verify(BODY, sent)


def test_a_proof_is_made_with_the_secret_for_this_challenge(vault: Vault, keys: Keys) -> None:
    def answer(proof: object) -> bytes:
        return json.dumps({"proof": proof}).encode()

    assert is_proof(answer(keys.proof("c")), "c", keys)
    for wrong in (keys.proof("d"), keys_of(vault, HOOK, 1).proof("c"), "", None, 1, "\ud800"):
        assert not is_proof(answer(wrong), "c", keys)
    for hostile in (b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000, b'{"challenge": "c"}'):
        assert not is_proof(hostile, "c", keys)
