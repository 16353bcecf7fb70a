"""What people do to the way they sign in, and what the operator does for someone who lost everything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry.auditlog import Event, Subject, append, conceal
from registry.callers import SYSTEM, Caller
from registry.db import Transaction, new_id
from registry.oauth import proving, queries, steps
from registry.oauth.events import RecoveryCodesMade, SecondStepEnded, SecondStepEnrolled, SignInReset
from registry.oauth.proving import RECOVERY_SET
from registry.oauth.rules import AppKnown, LastStep, NoSuchApp
from registry.oauth.steps import KeyFile, Typed
from registry.organisations import queries as organisations
from registry.passkeys import queries as passkeys
from registry.passkeys.events import PasskeyEnded
from registry.passkeys.rules import NoSuchPasskey

APP = "authenticator-app"


def enrol_app(
    tx: Transaction, typed: Typed | None, app: str, *, caller: Caller, keys: KeyFile, now: datetime
) -> bool:
    """Let an app make the caller's codes, once it has shown that it makes the right ones; False until then.

    `app` is the id under which the secret was offered.

    Raises:
        AppKnown: the caller has one.
    """
    person = caller.acting_person
    if queries.find_app(tx, person) is not None:
        raise AppKnown
    secret = steps.secret_of(keys, person=person, app=app)
    count = steps.count_of(secret, typed.code, now) if typed and typed.number is None else None
    if count is None or not queries.take_count(tx, app, count):
        return False
    queries.insert_app(tx, person=person, app=app, now=now)
    _record(tx, SecondStepEnrolled, Subject(APP, app), caller, now)
    return True


def end_app(tx: Transaction, *, caller: Caller, now: datetime) -> None:
    """Let the caller's app count no more.

    Raises:
        NoSuchApp: there is none.
        LastStep: it is all the caller has, and they are not of the demo.
    """
    check_not_last(tx, caller)
    app = queries.take_app(tx, caller.acting_person)
    if app is None:
        raise NoSuchApp
    _record(tx, SecondStepEnded, Subject(APP, app), caller, now)


def check_not_last(tx: Transaction, caller: Caller) -> None:
    """Refuse to leave a person with a password alone.

    Raises:
        LastStep: they have one second step, and are not of the demo.
    """
    if not caller.demo and proving.steps_of(tx, caller.acting_person).count <= 1:
        raise LastStep


def keep_recovery_codes(tx: Transaction, hashes: Sequence[str], *, caller: Caller, now: datetime) -> None:
    """Keep the hashes of fresh recovery codes, in place of those the caller had."""
    made = new_id()
    queries.replace_recovery_codes(tx, person=caller.acting_person, made=made, hashes=hashes)
    _record(tx, RecoveryCodesMade, Subject(RECOVERY_SET, made), caller, now)


def end_passkey(tx: Transaction, identifier: str, *, caller: Caller, now: datetime) -> None:
    """End one of the caller's own passkeys, at whichever organisation it was enrolled.

    Raises:
        NoSuchPasskey: they have none of this id.
        LastStep: it is all the caller has, and they are not of the demo.
    """
    mine = {row.id: row for row in passkeys.list_passkeys_of(tx, caller.acting_person)}
    if identifier not in mine:
        raise NoSuchPasskey
    check_not_last(tx, caller)
    _end_passkey(tx, mine[identifier], caller, now)


def reset_sign_in(tx: Transaction, person: str, password_hash: str, now: datetime) -> None:
    """Give a person who lost everything a new password, and end whatever else they signed in with.

    They have to enrol a second step again. The operator does this, as the registry itself.
    """
    for passkey in passkeys.list_passkeys_of(tx, person):
        _end_passkey(tx, passkey, SYSTEM, now)
    queries.forget_sign_in(tx, person)
    organisations.set_password(tx, person, password_hash)
    _record(tx, SignInReset, Subject("person", person), SYSTEM, now)


def _end_passkey(tx: Transaction, passkey: Row[Any], caller: Caller, now: datetime) -> None:
    passkeys.update_passkey(tx, passkey.id, ended_at=now)
    subject, evidence = Subject("passkey", passkey.id), passkey.credential_digest
    _record(
        tx, PasskeyEnded, subject, replace(caller, organisation=passkey.organisation), now, evidence=evidence
    )


def _record(
    tx: Transaction, event: type[Event], subject: Subject, caller: Caller, now: datetime, **fields: str
) -> None:
    actor, org = conceal(tx, caller), caller.organisation
    append(tx, event(at=now, org=org, actor=actor, subject=subject, demo=caller.demo, **fields))
