"""Each webhook is told of each event that is for it, in order, at least once, and of nothing else."""

import threading
import time
from base64 import b64decode
from datetime import timedelta
from itertools import pairwise

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from standardwebhooks import Webhook as Reference

from registry.records.tables import Task
from registry.webhooks import actions
from registry.webhooks.delivering import OF_ONE_BODY
from registry.webhooks.rules import FIRST_DELAY, GIVEN_UP_AFTER, LONGEST_DELAY
from registry.webhooks.schemas import ReplayIn
from registry.webhooks.signing import keys_of
from tests.integration.webhooks.conftest import Hooks
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, TRUST
from tests.webhook_world import Message, Partner, partner


def suspend(hooks: Hooks, ref: str) -> None:
    hooks.desk.suspend(ref, hooks.desk.cast(LANCASHIRE, "dpo"), organisation=LANCASHIRE)


def resume(hooks: Hooks, ref: str) -> None:
    for role in ("dpo", "siro"):
        hooks.desk.resume(ref, hooks.desk.cast(LANCASHIRE, role))


def verified(program: Partner, public_key: str) -> None:
    """Check everything that came: by the package of Standard Webhooks, and by its own words."""
    for message in (*program.challenges, *program.told):
        assert Reference(program.secret).verify(message.body, message.headers) == message.said
        verify_ed25519(message, public_key)


def verify_ed25519(message: Message, public_key: str) -> None:
    (signature,) = [
        part.removeprefix("v1a,")
        for part in message.headers["webhook-signature"].split()
        if part.startswith("v1a,")
    ]
    signed = f"{message.id}.{message.headers['webhook-timestamp']}.".encode() + message.body
    key = Ed25519PublicKey.from_public_bytes(b64decode(public_key.removeprefix("whpk_")))
    key.verify(b64decode(signature), signed)


def test_a_suspension_reaches_the_address_that_proved_itself_thin_and_signed(hooks: Hooks) -> None:
    ref = hooks.desk.active().ref
    hook = hooks.proved()
    suspend(hooks, ref)
    hooks.deliver()
    suspended = [event for event in hooks.desk.events() if event.type == "flow.suspended"][-1]
    told = next(message for message in hooks.program.told if message.said["type"] == "flow.suspended")
    assert told.id == f"{hook}-{suspended.index}"
    assert told.said == {
        "type": "flow.suspended",
        "timestamp": told.said["timestamp"],
        "data": {"agreement": ref, "version": 1, "flow": "f1", "log_index": suspended.index},
    }
    keys = keys_of(hooks.vault, hook, 1)
    verified(hooks.program, keys.public_key)
    with pytest.raises(InvalidSignature):
        verify_ed25519(Message(told.headers, told.body + b" "), keys.public_key)


def test_nothing_goes_to_an_address_before_it_has_proved_itself(hooks: Hooks) -> None:
    hook, ref = hooks.open(), hooks.desk.active().ref
    hooks.deliver()
    assert (hooks.program.challenges, hooks.program.told) == ([], [])

    right, hooks.program.secret = hooks.program.secret, keys_of(hooks.vault, "another", 1).secret
    hooks.do(actions.prove, hook)
    hooks.deliver()
    assert (hooks.read(hook).status, hooks.read(hook).fault) == ("unproved", "not-proved")
    suspend(hooks, ref)
    hooks.deliver()
    assert (len(hooks.program.challenges), hooks.program.told) == (1, [])

    # What happened since it was opened is told once it has.
    hooks.program.secret = right
    hooks.do(actions.prove, hook)
    hooks.deliver()
    hooks.deliver()
    types = [message.said["type"] for message in hooks.program.told]
    assert hooks.read(hook).status == "active"
    assert {"agreement.activated", "flow.suspended"} <= set(types)


def test_an_address_that_answers_whatever_it_is_sent_proves_nothing(hooks: Hooks) -> None:
    hook = hooks.open()
    hooks.program.receive = lambda message: (200, message.body)  # type: ignore[method-assign]
    hooks.do(actions.prove, hook)
    hooks.deliver()
    assert (hooks.read(hook).status, hooks.read(hook).fault) == ("unproved", "not-proved")


def test_what_fails_is_tried_again_later_and_later_and_nothing_overtakes_it(hooks: Hooks) -> None:
    hook = hooks.proved()
    hooks.program.statuses = [503, 500, 302, 404]
    hooks.desk.active()
    waits = []
    for _ in range(4):
        hooks.deliver()
        row = hooks.read(hook)
        waits.append(row.retry_at - hooks.now())
        hooks.deliver()  # not before it is time
        hooks.late += LONGEST_DELAY
    assert hooks.read(hook).fault == "answered-404"
    assert [earlier < later for earlier, later in pairwise(waits)].count(True) >= 2
    assert len(set(hooks.program.indices)) == 1
    assert len(hooks.program.told) == 4

    hooks.deliver()
    indices = hooks.program.indices[4:]
    assert indices == sorted(set(indices))
    assert hooks.read(hook).fault is None
    assert hooks.read(hook).next_index == indices[-1] + 1


def test_an_address_that_does_not_answer_delays_nobody_else(hooks: Hooks) -> None:
    slow = hooks.proved(types=["agreement.activated"])
    stuck, is_over = hooks.program, threading.Event()
    with partner() as quick:
        hooks.program = quick
        hooks.proved(BLACKPOOL, types=["agreement.activated"])
        stuck.receive = lambda message: (200 if is_over.wait(20) else 500, b"")  # type: ignore[method-assign]
        hooks.deliverer.start()
        refs = []
        for _ in range(2):
            refs.append(hooks.desk.active().ref)
            quick.wait_for([last_activation(hooks)])
        assert [message.said["data"]["agreement"] for message in quick.told] == refs
        assert hooks.read(slow).delivered_at is None
        is_over.set()
        hooks.deliverer.stop()


def test_one_body_leaves_room_for_others_however_many_of_its_addresses_are_slow(hooks: Hooks) -> None:
    for _ in range(OF_ONE_BODY + 2):
        hooks.proved(types=["agreement.activated"])
    seen, is_over = set[str](), threading.Event()

    def wait(message: Message) -> tuple[int, bytes]:
        seen.add(message.id)
        return 200 if is_over.wait(20) else 500, b""

    hooks.program.receive = wait  # type: ignore[method-assign]
    hooks.desk.active()
    for _ in range(20):
        hooks.deliverer.turn()
        time.sleep(0.02)
    assert len(seen) == OF_ONE_BODY
    is_over.set()
    hooks.deliverer.wait()
    hooks.deliver()
    assert len(seen) == OF_ONE_BODY + 2


def last_activation(hooks: Hooks) -> int:
    return max(event.index for event in hooks.desk.events() if event.type == "agreement.activated")


def test_one_that_fails_for_days_is_disabled_with_a_task_and_goes_on_where_it_stopped(hooks: Hooks) -> None:
    hook = hooks.proved()
    hooks.program.statuses = [500, 500]
    hooks.desk.active()
    hooks.deliver()
    hooks.late += GIVEN_UP_AFTER + timedelta(seconds=1)
    hooks.deliver()
    assert hooks.read(hook).status == "disabled"
    assert open_tasks(hooks) == [(LANCASHIRE, "admin", "webhook-disabled", hook)]
    hooks.late += LONGEST_DELAY
    hooks.deliver()
    assert len(hooks.program.told) == 2

    hooks.do(actions.prove, hook)
    hooks.deliver()
    assert open_tasks(hooks) == []
    hooks.deliver()
    first, indices = hooks.program.indices[0], hooks.program.indices[2:]
    assert indices[0] == first
    assert indices == sorted(set(indices))
    assert len(indices) > 1


def test_an_address_that_is_gone_is_disabled_at_once(hooks: Hooks) -> None:
    hook = hooks.proved()
    hooks.program.statuses = [410]
    hooks.desk.active()
    hooks.deliver()
    assert hooks.read(hook).status == "disabled"
    assert len(open_tasks(hooks)) == 1
    hooks.do(actions.end, hook)
    assert open_tasks(hooks) == []


def open_tasks(hooks: Hooks) -> list[tuple[str, str, str, str]]:
    rows = [row for row in hooks.desk.rows(Task) if row.done_at is None]
    return [(row.organisation, row.role, row.kind, row.subject) for row in rows]


def test_while_storage_fails_an_address_is_not_told_the_same_again_and_again(hooks: Hooks) -> None:
    hook = hooks.proved(types=["agreement.activated"])
    hooks.desk.active()
    receive = hooks.program.receive

    def without_storage(message: Message) -> tuple[int, bytes]:
        rename(hooks, "webhook_cursor", "away")
        return receive(message)

    hooks.program.receive = without_storage  # type: ignore[method-assign]
    with pytest.raises(DBAPIError):
        hooks.deliver()
    rename(hooks, "away", "webhook_cursor")
    hooks.program.receive = receive  # type: ignore[method-assign]
    hooks.deliver()
    assert len(hooks.program.told) == 1
    hooks.late += FIRST_DELAY
    hooks.deliver()
    assert [message.id for message in hooks.program.told] == [hooks.program.told[0].id] * 2
    assert hooks.read(hook).fault is None


def rename(hooks: Hooks, old: str, new: str) -> None:
    with hooks.db.write() as tx:
        tx.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_a_replay_tells_everything_again_from_an_entry_on_under_the_same_ids(hooks: Hooks) -> None:
    hook = hooks.proved()
    hooks.desk.active()
    hooks.deliver()
    first = [message.id for message in hooks.program.told]
    hooks.do(actions.replay, hook, ReplayIn(from_index=hooks.program.indices[1]))
    hooks.deliver()
    again = [message.id for message in hooks.program.told][len(first) :]
    assert again == first[1:]


def test_parties_are_told_and_others_only_of_what_anyone_may_read(hooks: Hooks) -> None:
    stranger = {reach: hooks.proved(TRUST, reach=reach) for reach in ("own", "known")}
    party = hooks.proved(BLACKPOOL)
    published, withheld = hooks.desk.active().ref, hooks.desk.active(publication="withheld").ref
    hooks.desk.create()
    hooks.deliver()
    assert told_by(hooks, stranger["own"]) == set()
    assert {ref for _, ref in told_by(hooks, stranger["known"])} == {published}
    assert {ref for _, ref in told_by(hooks, party)} == {published, withheld}
    assert ("agreement.drafted", published) not in told_by(hooks, stranger["known"])
    assert ("agreement.drafted", published) in told_by(hooks, party)


def test_only_the_types_asked_for_are_told(hooks: Hooks) -> None:
    hook = hooks.proved(types=["agreement.activated"])
    ref = hooks.desk.active().ref
    hooks.deliver()
    assert told_by(hooks, hook) == {("agreement.activated", ref)}


def told_by(hooks: Hooks, hook: str) -> set[tuple[str, str]]:
    """What a webhook told of: the type of event and the agreement."""
    messages = [message for message in hooks.program.told if message.id.startswith(hook)]
    return {(message.said["type"], message.said["data"]["agreement"]) for message in messages}
