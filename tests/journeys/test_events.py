"""A partner system hears of a suspension: its address is called, and the stream tells the same."""

from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from tests.journeys.living import in_force
from tests.journeys.papers import LANCASHIRE, MORECAMBE_BAY
from tests.journeys.world import Officer, World, eventually
from tests.webhook_world import Json, Message, Partner, partner

FLOW = "hospital-to-council"
PATIENCE_SECONDS = 20


def test_a_suspension_reaches_a_partner_that_asked_to_be_told(world: World) -> None:
    ref = in_force(world)
    officer = world.officer(MORECAMBE_BAY, "ig_officer")
    with partner() as program:
        hook = subscribed(officer, program)
        scope = {"scope": {"flow": FLOW}, "reason": "Until we know why."}
        stopped = world.officer(LANCASHIRE, "dpo").do(f"/agreements/{ref}/suspend", scope)
        assert eventually(lambda: bool(told_of(program, ref)), within_seconds=PATIENCE_SECONDS)
        officer.do(f"/webhooks/{hook['id']}/end")

    (message,) = told_of(program, ref)
    assert message.index == stopped["log_index"]
    assert Webhook(program.secret).verify(message.body, message.headers)["data"]["flow"] == FLOW
    verify(message, hook["public_key"])

    # The stream, taken up at the entry before, tells the same in the same words.
    since = str(message.index - 1)
    with officer.session.get(
        f"{world.url}/api/v1/events", headers={"last-event-id": since}, stream=True, timeout=PATIENCE_SECONDS
    ) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines(chunk_size=1)
        event = list(iter(lambda: next(lines), b"data: " + message.body))
    assert event[-2:] == [f"id: {message.index}".encode(), b"event: flow.suspended"]


def subscribed(officer: Officer, program: Partner) -> Json:
    """A webhook of the officer's organisation that has proved itself."""
    hook: str = officer.do("/webhooks", {"url": program.url, "types": ["flow.suspended"]})["id"]
    program.secret = officer.get(f"/webhooks/{hook}/secret")["secret"]
    officer.refused(f"/webhooks/{hook}/secret", method="GET", status=409, code="webhook-secret-shown")
    officer.do(f"/webhooks/{hook}/prove")
    assert eventually(
        lambda: officer.get(f"/webhooks/{hook}")["status"] == "active", within_seconds=PATIENCE_SECONDS
    )
    return officer.get(f"/webhooks/{hook}")


def told_of(program: Partner, ref: str) -> list[Message]:
    return [message for message in program.told if message.said["data"]["agreement"] == ref]


def verify(message: Message, public_key: str) -> None:
    """Check the Ed25519 signature with the key that the registry shows."""
    signature = message.headers["webhook-signature"].split()[1].removeprefix("v1a,")
    signed = f"{message.id}.{message.headers['webhook-timestamp']}.".encode() + message.body
    key = Ed25519PublicKey.from_public_bytes(b64decode(public_key.removeprefix("whpk_")))
    key.verify(b64decode(signature), signed)
