"""Browser sessions and attempts at a password: who sits at this browser, and how often someone has guessed.

A session begins without a person when a sign-in page is shown; it holds the CSRF token and the authorization
request to answer, so that neither the return address nor anything else of it is in a URL. Signing in makes a
new session with a new cookie (no fixation), and ends the old one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.db import Reading, Transaction
from registry.oauth import queries
from registry.oauth.rules import (
    ATTEMPTS_BY_ADDRESS,
    ATTEMPTS_BY_USERNAME,
    SESSION_IDLE,
    SESSION_LONGEST,
    wait_seconds,
)

SEEN_EVERY = timedelta(minutes=1)
Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. `cookie` is the secret it holds; the database has its digest."""

    cookie: str
    csrf_token: str
    person: str | None
    pending: Parameters | None

    def owns(self, csrf_token: str) -> bool:
        """Whether a form was made for this session."""
        return secrets.compare_digest(self.csrf_token.encode(), csrf_token.encode())


def find(reading: Reading, cookie: str | None, now: datetime) -> Session | None:
    """The session of a cookie, unless it was idle for 30 minutes or began 8 hours ago."""
    row = queries.find_session(reading, cookie) if cookie else None
    if cookie is None or row is None:
        return None
    if now >= row.seen_at + SESSION_IDLE or now >= row.started_at + SESSION_LONGEST:
        return None
    pending = None if row.pending is None else [(name, value) for name, value in row.pending]
    return Session(cookie, row.csrf_token, row.person, pending)


def resume(tx: Transaction, cookie: str | None, now: datetime) -> Session:
    """The session of a cookie, kept from becoming idle, or a new one without a person."""
    session = find(tx, cookie, now)
    if session is None:
        return begin(tx, now)
    queries.touch_session(tx, session.cookie, now, unless_seen_since=now - SEEN_EVERY)
    return session


def begin(
    tx: Transaction,
    now: datetime,
    *,
    person: str | None = None,
    pending: Parameters | None = None,
) -> Session:
    """A new session with a fresh cookie and CSRF token."""
    queries.forget_expired(tx, now)
    session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), person, pending)
    queries.insert_session(
        tx,
        session.cookie,
        csrf_token=session.csrf_token,
        person=person,
        pending=pending,
        started_at=now,
        seen_at=now,
    )
    return session


def remember_request(tx: Transaction, session: Session, parameters: Parameters) -> None:
    """Keep an authorization request until the person has signed in. The newest one counts."""
    queries.update_session(tx, session.cookie, pending=[list(pair) for pair in parameters])


def sign_in(tx: Transaction, session: Session, person: str, username: str, now: datetime) -> Session:
    """The session of a person whose password was right, in place of the one they signed in from."""
    queries.forget_attempts(tx, username)
    queries.delete_session(tx, session.cookie)
    return begin(tx, now, person=person)


def sign_out(tx: Transaction, session: Session) -> None:
    """End a session; its cookie means nothing from now on."""
    queries.delete_session(tx, session.cookie)


def count_attempt(tx: Transaction, *, username: str, address: str, now: datetime) -> int:
    """Seconds to wait before a password may be tried; 0 when this attempt may go ahead.

    The attempt is counted before the password is looked at, so that parallel guesses are all counted.
    """
    queries.insert_attempt(tx, username=username, address=address, now=now)
    by_username, by_address = queries.list_attempts(tx, username=username, address=address, now=now)
    return max(
        wait_seconds(by_username, ATTEMPTS_BY_USERNAME, now),
        wait_seconds(by_address, ATTEMPTS_BY_ADDRESS, now),
    )
