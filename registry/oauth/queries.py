"""The SQL of clients, codes, assertions, sessions, attempts and second steps."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, select

from registry.db import Reading, Transaction, new_id
from registry.oauth.rules import (
    ATTEMPT_WINDOW,
    CODE_LIFETIME,
    SESSION_IDLE,
    SESSION_LONGEST,
    NewOfficerClient,
    NewPartner,
)
from registry.oauth.tables import (
    AuthenticatorApp,
    AuthorizationCode,
    BrowserSession,
    OAuthClient,
    RecoveryCode,
    SignInAttempt,
    StepCount,
    UsedAssertion,
)


def digest(secret: str) -> str:
    """What is stored of a secret that is itself random: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_client(reading: Reading, client_id: str) -> Row[Any] | None:
    """The row of a client that has not been revoked, or None."""
    return reading.one_or_none(
        _every_column(OAuthClient).where(
            col(OAuthClient.client_id) == client_id, col(OAuthClient.revoked_at).is_(None)
        )
    )


def has_client(reading: Reading, client_id: str) -> bool:
    """Whether the identifier was ever given to a client; a revoked one is never given again."""
    statement = select(OAuthClient.client_id).where(col(OAuthClient.client_id) == client_id)
    return reading.scalar(statement) is not None


def list_clients(reading: Reading) -> Sequence[Row[Any]]:
    """The rows of all clients in order of identifier, those revoked too."""
    return reading.all(_every_column(OAuthClient).order_by(col(OAuthClient.client_id)))


def has_demo_clients(reading: Reading) -> bool:
    """Whether a client with a published key may ask for tokens."""
    statement = select(OAuthClient.client_id).where(
        col(OAuthClient.demo), col(OAuthClient.revoked_at).is_(None)
    )
    return reading.scalar(statement.limit(1)) is not None


def list_revoked(reading: Reading) -> frozenset[str]:
    """The clients whose tokens are refused."""
    statement = select(OAuthClient.client_id).where(col(OAuthClient.revoked_at).is_not(None))
    return frozenset(row.client_id for row in reading.all(statement))


def insert_client(
    tx: Transaction, wanted: NewPartner | NewOfficerClient, *, organisation: str | None, now: datetime
) -> None:
    """Store a client. `organisation` is a primary identifier."""
    partner = wanted if isinstance(wanted, NewPartner) else None
    officer = wanted if isinstance(wanted, NewOfficerClient) else None
    tx.insert(
        OAuthClient,
        client_id=wanted.client_id,
        name=wanted.name,
        kind="partner" if partner else "officer",
        organisation=organisation,
        mode=partner.mode if partner else None,
        scopes=" ".join(sorted(wanted.scopes)),
        alg=partner.alg if partner else None,
        jwks=partner.jwks if partner else None,
        redirect_uris=list(officer.redirect_uris) if officer else [],
        nhs_legacy=partner.nhs_legacy if partner else False,
        demo=wanted.demo,
        created_at=now,
    )


def revoke_client(tx: Transaction, client_id: str, now: datetime) -> Row[Any] | None:
    """Revoke a client and return its organisation; None when there is none to revoke."""
    return tx.one_or_none(
        update(OAuthClient)
        .where(col(OAuthClient.client_id) == client_id, col(OAuthClient.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(OAuthClient.organisation))
    )


def remember_assertion(
    tx: Transaction, client_id: str, jti: str, *, expires_at: datetime, now: datetime
) -> bool:
    """Whether this is the first use of an assertion. On both engines a second writer waits for the first.

    Those that could not be accepted any more are forgotten on the way.
    """
    tx.execute(delete(UsedAssertion).where(col(UsedAssertion.expires_at) <= now - timedelta(minutes=1)))
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    statement = insert(UsedAssertion).values(client_id=client_id, jti=jti, expires_at=expires_at)
    # RETURNING, not the row count: PostgreSQL's driver does not give one here.
    return tx.scalar(statement.on_conflict_do_nothing().returning(col(UsedAssertion.jti))) is not None


def insert_code(tx: Transaction, code: str, now: datetime, **values: str) -> None:
    """Store a code under its digest, and forget those that were never used."""
    tx.execute(delete(AuthorizationCode).where(col(AuthorizationCode.expires_at) <= now - CODE_LIFETIME))
    tx.insert(AuthorizationCode, digest=digest(code), expires_at=now + CODE_LIFETIME, **values)


def take_code(tx: Transaction, code: str) -> Row[Any] | None:
    """Remove a code and return its row: whoever gets the row is the only one who ever will."""
    statement = delete(AuthorizationCode).where(col(AuthorizationCode.digest) == digest(code))
    return tx.one_or_none(statement.returning(*_columns(AuthorizationCode)))


def find_session(reading: Reading, cookie: str) -> Row[Any] | None:
    """The row of a browser session, or None. Its limits are not judged here."""
    return reading.one_or_none(
        _every_column(BrowserSession).where(col(BrowserSession.digest) == digest(cookie))
    )


def insert_session(tx: Transaction, cookie: str, **values: Any) -> None:
    """Store a browser session under the digest of its cookie."""
    tx.insert(BrowserSession, digest=digest(cookie), **values)


def update_session(tx: Transaction, cookie: str, **values: Any) -> None:
    """Change columns of a browser session."""
    tx.execute(update(BrowserSession).where(col(BrowserSession.digest) == digest(cookie)).values(**values))


def touch_session(tx: Transaction, cookie: str, now: datetime, *, unless_seen_since: datetime) -> None:
    """Note that a browser was seen, unless that was noted a moment ago."""
    tx.execute(
        update(BrowserSession)
        .where(col(BrowserSession.digest) == digest(cookie), col(BrowserSession.seen_at) < unless_seen_since)
        .values(seen_at=now)
    )


def delete_session(tx: Transaction, cookie: str) -> None:
    """End a browser session."""
    tx.execute(delete(BrowserSession).where(col(BrowserSession.digest) == digest(cookie)))


def list_sessions(reading: Reading, person: str, now: datetime) -> Sequence[Row[Any]]:
    """The sessions in which a person is signed in, the one seen last at the front."""
    statement = _every_column(BrowserSession).where(
        col(BrowserSession.person) == person,
        col(BrowserSession.seen_at) > now - SESSION_IDLE,
        col(BrowserSession.started_at) > now - SESSION_LONGEST,
    )
    return reading.all(statement.order_by(col(BrowserSession.seen_at).desc(), col(BrowserSession.digest)))


def delete_sessions_of(tx: Transaction, person: str, *, only: str | None = None) -> None:
    """End the sessions of a person, or the one of them with this digest."""
    statement = delete(BrowserSession).where(col(BrowserSession.person) == person)
    tx.execute(statement if only is None else statement.where(col(BrowserSession.digest) == only))


def find_app(reading: Reading, person: str) -> Row[Any] | None:
    """The app that makes a person's codes, or None."""
    return reading.one_or_none(_every_column(AuthenticatorApp).where(col(AuthenticatorApp.person) == person))


def insert_app(tx: Transaction, *, person: str, app: str, now: datetime) -> None:
    """Store that an app makes a person's codes."""
    tx.insert(AuthenticatorApp, person=person, id=app, enrolled_at=now)


def take_app(tx: Transaction, person: str) -> str | None:
    """Remove a person's app and return its id; None where there is none."""
    statement = delete(AuthenticatorApp).where(col(AuthenticatorApp.person) == person)
    taken: str | None = tx.scalar(statement.returning(col(AuthenticatorApp.id)))
    return taken


def take_count(tx: Transaction, step: str, count: int) -> bool:
    """Whether a second step gives this count for the first time; on both engines a second writer waits."""
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    statement = insert(StepCount).values(step=step, count=count)
    later = statement.on_conflict_do_update(
        index_elements=[col(StepCount.step)],
        set_={"count": statement.excluded.count},
        where=col(StepCount.count) < statement.excluded.count,
    )
    return tx.scalar(later.returning(col(StepCount.step))) is not None


def find_count(reading: Reading, step: str) -> int:
    """How far a second step has counted; 0 before it was ever used."""
    return reading.scalar(select(StepCount.count).where(col(StepCount.step) == step)) or 0


def replace_recovery_codes(tx: Transaction, *, person: str, made: str, hashes: Sequence[str]) -> None:
    """Store the recovery codes of a person, numbered from 1, in place of those they had."""
    tx.execute(delete(RecoveryCode).where(col(RecoveryCode.person) == person))
    for number, code_hash in enumerate(hashes, 1):
        tx.insert(RecoveryCode, person=person, number=number, made=made, code_hash=code_hash)


def count_recovery_codes(reading: Reading, person: str) -> int:
    """How many recovery codes a person has left."""
    return len(reading.all(select(RecoveryCode.number).where(col(RecoveryCode.person) == person)))


def find_recovery_code(reading: Reading, person: str, number: int) -> Row[Any] | None:
    """The recovery code of a number that a person has left, or None."""
    mine = (col(RecoveryCode.person) == person, col(RecoveryCode.number) == number)
    return reading.one_or_none(_every_column(RecoveryCode).where(*mine))


def lock_recovery_code(tx: Transaction, code_hash: str) -> str | None:
    """The set of a recovery code, locked, or None: of two who want it, the second finds it gone."""
    statement = select(RecoveryCode.made).where(col(RecoveryCode.code_hash) == code_hash)
    found: str | None = tx.scalar(statement.with_for_update())
    return found


def delete_recovery_code(tx: Transaction, code_hash: str) -> None:
    """Remove a recovery code."""
    tx.execute(delete(RecoveryCode).where(col(RecoveryCode.code_hash) == code_hash))


def forget_sign_in(tx: Transaction, person: str) -> None:
    """Remove everything by which a person could go on or sign in, but for their password and passkeys."""
    delete_sessions_of(tx, person)
    take_app(tx, person)
    tx.execute(delete(RecoveryCode).where(col(RecoveryCode.person) == person))


def insert_attempt(tx: Transaction, *, username: str, address: str, now: datetime) -> None:
    """Store that a password is about to be tried."""
    tx.insert(SignInAttempt, id=new_id(), username=digest(username), address=address, at=now)


def list_attempts(
    reading: Reading, *, username: str, address: str, now: datetime
) -> tuple[Sequence[datetime], Sequence[datetime]]:
    """The attempts of the window for a user name and from an address, oldest first."""
    recent = select(SignInAttempt.at).where(col(SignInAttempt.at) > now - ATTEMPT_WINDOW)
    by_username = recent.where(col(SignInAttempt.username) == digest(username))
    by_address = recent.where(col(SignInAttempt.address) == address)
    return (
        [row.at for row in reading.all(by_username.order_by(col(SignInAttempt.at)))],
        [row.at for row in reading.all(by_address.order_by(col(SignInAttempt.at)))],
    )


def forget_attempts(tx: Transaction, username: str) -> None:
    """Remove the attempts of a user name that has signed in."""
    tx.execute(delete(SignInAttempt).where(col(SignInAttempt.username) == digest(username)))


def forget_expired(tx: Transaction, now: datetime) -> None:
    """Remove what can no longer matter: sessions and attempts past their time."""
    tx.execute(delete(BrowserSession).where(col(BrowserSession.seen_at) <= now - SESSION_IDLE))
    tx.execute(delete(SignInAttempt).where(col(SignInAttempt.at) <= now - ATTEMPT_WINDOW))


def _columns(table: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(table.__tablename__)].columns


def _every_column(table: type[SQLModel]) -> Any:
    """A Core select of a table's columns: rows of plain values, no mapped objects."""
    return select(*_columns(table))
