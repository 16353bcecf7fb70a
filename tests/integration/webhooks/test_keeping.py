"""What an organisation does with its webhooks, what is refused, and what the log keeps of it."""

from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as Reference

from registry.auditlog.queries import bodies
from registry.callers import Caller
from registry.egress import Egress, parse_networks
from registry.organisations.actions import Acting
from registry.organisations.estates import Passing
from registry.web.body import InvalidFields
from registry.webhooks import actions, rules
from registry.webhooks.delivering import Deliverer
from registry.webhooks.estate import WebhookEstate
from registry.webhooks.rules import (
    MAX_WEBHOOKS,
    OVERLAP,
    NoSuchWebhook,
    RotatedLately,
    SecretShown,
    TooManyWebhooks,
    WebhookMayNot,
    WrongWebhookStatus,
)
from registry.webhooks.schemas import ReplayIn
from registry.webhooks.signing import keys_of
from tests.integration.webhooks.conftest import Hooks
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE, note_sample
from tests.samples.assessments import POLICIES
from tests.webhook_world import OWN_NETWORK, Message


def system(*scopes: str, organisation: str = LANCASHIRE) -> Caller:
    return Caller(organisation, client="a-partner", scopes=frozenset(scopes), mode="enforce")


def test_officers_administrators_and_systems_of_one_body_keep_its_webhooks(hooks: Hooks) -> None:
    for acting in (
        hooks.acting("ig_officer"),
        hooks.acting("admin"),
        Acting(system("register:write"), hooks.now(), POLICIES),
    ):
        hook = hooks.open()
        hooks.do(actions.rotate, hook, acting=acting)
    for acting in (hooks.acting("dpo"), Acting(system("register:read"), hooks.now(), POLICIES)):
        with pytest.raises(WebhookMayNot):
            hooks.do(actions.rotate, hook, acting=acting)
    with pytest.raises(NoSuchWebhook):
        hooks.do(actions.rotate, hook, acting=hooks.acting(organisation=BLACKPOOL))


def test_each_secret_is_shown_once(hooks: Hooks) -> None:
    hook = hooks.open()
    assert hooks.do(actions.show_secret, hook) == 1
    with pytest.raises(SecretShown):
        hooks.do(actions.show_secret, hook)
    hooks.do(actions.rotate, hook)
    assert hooks.do(actions.show_secret, hook) == 2
    hooks.do(actions.end, hook)
    with pytest.raises(WrongWebhookStatus):
        hooks.do(actions.show_secret, hook)


def test_for_a_day_after_a_rotation_both_secrets_verify(hooks: Hooks) -> None:
    hook = hooks.proved()
    earlier = Reference(hooks.program.secret)
    hooks.do(actions.rotate, hook)
    later = Reference(keys_of(hooks.vault, hook, 2).secret)
    hooks.desk.active()
    hooks.deliver()
    told = hooks.program.told[-1]
    assert earlier.verify(told.body, told.headers) == later.verify(told.body, told.headers)

    hooks.late = OVERLAP + timedelta(seconds=1)
    hooks.desk.active()
    hooks.deliver()
    counts = [len(message.headers["webhook-signature"].split()) for message in (told, hooks.program.told[-1])]
    assert counts == [4, 2]


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("url", "https://user:password@partner.example/", "/url"),
        ("url", "https:///hook", "/url"),
        ("types", ["flow.suspended", "flow.no_such"], "/types/1"),
        ("types", ["webhook.opened"], "/types/0"),
    ],
)
def test_what_nobody_could_be_told_is_refused(hooks: Hooks, member: str, value: Any, pointer: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        hooks.open(LANCASHIRE, **{member: value})
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_no_third_secret_is_made_while_two_sign(hooks: Hooks) -> None:
    hook = hooks.proved()
    hooks.do(actions.rotate, hook)
    with pytest.raises(RotatedLately):
        hooks.do(actions.rotate, hook)
    hooks.late = OVERLAP
    hooks.do(actions.rotate, hook)
    assert hooks.read(hook).generation == 3


def test_a_replay_starts_at_an_entry_there_is(hooks: Hooks) -> None:
    hook = hooks.proved()
    with pytest.raises(InvalidFields):
        hooks.do(actions.replay, hook, ReplayIn(from_index=hooks.desk.size()))


def test_one_body_has_so_many_and_no_more_told(hooks: Hooks) -> None:
    for _ in range(MAX_WEBHOOKS):
        hook = hooks.open()
        hooks.do(actions.prove, hook)
    last = hooks.open()
    with pytest.raises(TooManyWebhooks):
        hooks.do(actions.prove, last)
    hooks.do(actions.end, hook)
    hooks.do(actions.prove, last)


def test_one_body_keeps_so_many_and_no_more(hooks: Hooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_KEPT", 2)
    first, _ = hooks.open(), hooks.open()
    with pytest.raises(TooManyWebhooks):
        hooks.open()
    hooks.open(POLICE)
    hooks.do(actions.end, first)
    hooks.open()


def test_an_address_that_was_ended_while_it_was_asked_stays_ended_and_is_forgotten(hooks: Hooks) -> None:
    hook = hooks.open()
    hooks.do(actions.prove, hook)
    hooks.do(actions.end, hook)
    hooks.do(actions.settle_proof, hook, None)
    assert (hooks.read(hook).status, hooks.read(hook).url) == ("ended", "")


def test_an_address_in_a_network_that_is_not_listed_is_never_called(hooks: Hooks) -> None:
    hook = hooks.open()
    hooks.do(actions.prove, hook)
    elsewhere = Deliverer(hooks.db, Egress(parse_networks("10.0.0.0/8")), POLICIES, hooks.vault)
    elsewhere.turn()
    elsewhere.wait()
    elsewhere.stop()
    assert (hooks.read(hook).status, hooks.read(hook).fault) == ("unproved", "not-allowed")
    assert hooks.program.challenges == []


def test_of_several_workers_one_delivers(hooks: Hooks) -> None:
    hooks.proved()
    hooks.desk.active()
    other = Deliverer(hooks.db, Egress(parse_networks(OWN_NETWORK)), POLICIES, hooks.vault)
    other.turn()
    other.wait()
    assert hooks.program.told == []

    hooks.deliverer.stop()  # lets the lease go
    other.turn()
    other.wait()
    other.stop()
    assert hooks.program.indices == sorted(set(hooks.program.indices)) != []


def test_a_worker_that_lost_its_lease_moves_no_cursor_that_another_has_moved(hooks: Hooks) -> None:
    hook = hooks.proved()
    hooks.desk.active()
    receive = hooks.program.receive

    def meanwhile(message: Message) -> tuple[int, bytes]:
        hooks.program.receive = receive  # type: ignore[method-assign]
        hooks.do(actions.replay, hook, ReplayIn(from_index=0))
        return receive(message)

    hooks.program.receive = meanwhile  # type: ignore[method-assign]
    hooks.deliver()
    assert len(hooks.program.told) == 1
    assert hooks.read(hook).next_index == 0


def test_one_that_is_ended_while_it_is_told_is_told_no_more(hooks: Hooks) -> None:
    hook = hooks.proved()
    hooks.desk.active()
    receive = hooks.program.receive

    def last(message: Message) -> tuple[int, bytes]:
        hooks.do(actions.end, hook)
        return receive(message)

    hooks.program.receive = last  # type: ignore[method-assign]
    hooks.deliver()
    hooks.deliver()
    assert len(hooks.program.told) == 1
    assert hooks.read(hook).status == "ended"


def test_the_log_tells_of_webhooks_and_of_no_address(hooks: Hooks) -> None:
    since, hook = hooks.desk.size(), hooks.proved()
    hooks.do(actions.show_secret, hook)
    hooks.do(actions.end, hook)
    events = [event.type for event in hooks.desk.events(since)]
    assert events == [
        "webhook.opened",
        "webhook.challenged",
        "webhook.proved",
        "webhook.secret_shown",
        "webhook.ended",
    ]
    with hooks.db.read() as reading:
        entries = b"".join(bodies(reading, since, hooks.desk.size() - since))
    assert b"127.0.0.1" not in entries
    assert hooks.program.secret.encode() not in entries


def test_a_successor_is_told_once_the_address_has_proved_itself_to_it(hooks: Hooks) -> None:
    hook, heir = hooks.proved(), hooks.acting(organisation=POLICE)
    with hooks.db.write() as tx:
        WebhookEstate().pass_on(tx, Passing(LANCASHIRE, POLICE, NOW))
        note_sample(tx)
    with pytest.raises(NoSuchWebhook):
        hooks.do(actions.prove, hook)
    hooks.do(actions.prove, hook, acting=heir)
    hooks.deliver()
    assert hooks.read(hook).fault == "not-proved"

    generation = hooks.do(actions.show_secret, hook, acting=heir)
    hooks.program.secret = keys_of(hooks.vault, hook, generation).secret
    hooks.do(actions.prove, hook, acting=heir)
    hooks.deliver()
    assert hooks.read(hook).status == "active"
