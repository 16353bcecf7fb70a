"""Browser sessions and attempts at a password: who sits at this browser, and how often someone has guessed.

A session begins without a person when a sign-in page is shown; it holds the CSRF token and the authorization
request to answer, so that neither the return address nor anything else of it is in a URL. Signing in makes a
new session with a new cookie (no fixation), and ends the old one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from registry.db import Reading, Transaction
from registry.oauth import queries
from registry.oauth.rules import (
    ATTEMPTS_BY_ADDRESS,
    ATTEMPTS_BY_USERNAME,
    PROOF_LASTS,
    SESSION_IDLE,
    SESSION_LONGEST,
    Strength,
    wait_seconds,
)

SEEN_EVERY = timedelta(minutes=1)
LONGEST_BROWSER = 200
Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. `cookie` is the secret it holds; the database has its digest.

    `organisation` is the one the person chose to act for, `proved_at` when they last showed more than a
    password.
    """

    cookie: str
    csrf_token: str
    person: str | None
    pending: Parameters | None = None
    next_path: str | None = None
    challenge: str = ""
    organisation: str | None = None
    strength: Strength | None = None
    proved_at: datetime | None = None
    started_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def app(self) -> str:
        """The id under which an app that makes codes is offered here. Another session offers another."""
        return queries.digest(self.challenge)

    @property
    def is_complete(self) -> bool:
        """Whether a person is signed in who showed more than a password, or is of the demo."""
        return self.person is not None and self.strength not in (None, "password")

    def is_proved(self, now: datetime) -> bool:
        """Whether the person showed more than a password a moment ago, or is of the demo."""
        proved = self.proved_at is not None and now < self.proved_at + PROOF_LASTS
        return self.is_complete and (proved or self.strength == "demo")

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
    return Session(
        cookie,
        row.csrf_token,
        row.person,
        None if row.pending is None else [(name, value) for name, value in row.pending],
        row.next_path,
        row.challenge,
        row.organisation,
        row.strength,
        row.proved_at,
        row.started_at,
        row.seen_at,
    )


def resume(tx: Transaction, cookie: str | None, now: datetime, browser: str = "") -> Session:
    """The session of a cookie, kept from becoming idle, or a new one without a person."""
    session = find(tx, cookie, now)
    if session is None:
        return begin(tx, now, browser=browser)
    touch(tx, session, now)
    return session


def is_stale(session: Session, now: datetime) -> bool:
    """Whether it is time to note that the browser was seen."""
    return session.seen_at is None or session.seen_at < now - SEEN_EVERY


def touch(tx: Transaction, session: Session, now: datetime) -> None:
    """Keep a session from becoming idle."""
    queries.touch_session(tx, session.cookie, now, unless_seen_since=now - SEEN_EVERY)


def begin(tx: Transaction, now: datetime, *, browser: str = "", **values: Any) -> Session:
    """A new session with a fresh cookie, CSRF token and challenge; `values` are further columns."""
    queries.forget_expired(tx, now)
    cookie = secrets.token_urlsafe(32)
    fresh = {
        "person": None,
        "csrf_token": secrets.token_urlsafe(32),
        "challenge": secrets.token_urlsafe(32),
        "browser": browser[:LONGEST_BROWSER],
        "started_at": now,
        "seen_at": now,
    }
    queries.insert_session(tx, cookie, **(fresh | values))
    session = find(tx, cookie, now)
    if session is None:
        raise RuntimeError("a session that has just begun is not there")
    return session


def remember_request(tx: Transaction, session: Session, parameters: Parameters) -> None:
    """Keep an authorization request until the person has signed in. The newest one counts."""
    pending = [list(pair) for pair in parameters]
    queries.update_session(tx, session.cookie, pending=pending, next_path=None)


def remember_path(tx: Transaction, session: Session, path: str) -> Session:
    """Keep the page of ours to which the person goes once they have signed in. The newest one counts."""
    queries.update_session(tx, session.cookie, pending=None, next_path=path)
    return replace(session, pending=None, next_path=path)


def forget_errand(tx: Transaction, session: Session) -> None:
    """Forget where the person wanted to go: they are on their way."""
    queries.update_session(tx, session.cookie, pending=None, next_path=None)


def act_for(tx: Transaction, session: Session, organisation: str) -> None:
    """Keep for which of their organisations the person acts."""
    queries.update_session(tx, session.cookie, organisation=organisation)


def sign_in(
    tx: Transaction, session: Session, person: str, now: datetime, *, strength: Strength, browser: str = ""
) -> Session:
    """The session of a person who showed who they are, in place of the one they did it in.

    When they did it again, the first sign-in still says when they have to sign in anew.
    """
    queries.delete_session(tx, session.cookie)
    is_again = session.is_complete and session.person == person
    return begin(
        tx,
        now,
        browser=browser,
        person=person,
        strength=strength,
        proved_at=None if strength == "password" else now,
        pending=None if session.pending is None else [list(pair) for pair in session.pending],
        next_path=session.next_path,
        organisation=session.organisation if is_again else None,
        started_at=session.started_at if is_again and session.started_at else now,
    )


def sign_out(tx: Transaction, session: Session, *, everywhere: bool = False) -> None:
    """End a session, or all of its person; its cookie means nothing from now on."""
    queries.delete_session(tx, session.cookie)
    if everywhere and session.person is not None:
        queries.delete_sessions_of(tx, session.person)


def forget_attempts(tx: Transaction, username: str) -> None:
    """Forget the attempts at a user name whose password was right at last."""
    queries.forget_attempts(tx, username)


def count_attempt(
    tx: Transaction, *, username: str, address: str, now: datetime, limit: int = ATTEMPTS_BY_USERNAME
) -> int:
    """Seconds to wait before a password or a code may be tried; 0 when this attempt may go ahead.

    The attempt is counted before what was typed is looked at, so that parallel guesses are all counted.
    """
    queries.insert_attempt(tx, username=username, address=address, now=now)
    by_username, by_address = queries.list_attempts(tx, username=username, address=address, now=now)
    return max(
        wait_seconds(by_username, limit, now),
        wait_seconds(by_address, ATTEMPTS_BY_ADDRESS, now),
    )
