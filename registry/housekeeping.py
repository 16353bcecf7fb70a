"""What the registry does by itself: agreements follow their assessments, and days begin.

One thread. Every turn it settles the agreements that newly decided assessments cover; at start-up and at each
London midnight it carries out the orders of succession whose day has come and makes the daily pass over
assessments and agreements. All of it is idempotent, so several workers may run it side by side.
"""

import logging
from datetime import date, datetime

from registry import clock
from registry.agreements import actions
from registry.agreements import ledger as agreements
from registry.agreements.queries import AgreementEstate, LivingRegister
from registry.asking.estate import AskingEstate
from registry.assessments.actions import fall_due
from registry.assessments.estate import AssessmentEstate
from registry.auditlog import log_size
from registry.auditlog.checking.reconcile import LedgerMaker
from registry.auditlog.erasing import erase_due
from registry.callers import SYSTEM
from registry.db import Database
from registry.errors import Refusal
from registry.exchange.estate import IntakeEstate
from registry.oauth.estate import ClientEstate
from registry.organisations.actions import carry_out_due
from registry.organisations.estates import Estates
from registry.passkeys import ledger as passkeys
from registry.policy import Policies
from registry.receipts import ledger as receipts
from registry.records.actions import Acting, remind, remind_at_once
from registry.records.estate import RecordEstate
from registry.records.vault import Vault
from registry.rounds import Rounds
from registry.signing import ledger as signing
from registry.webhooks.estate import WebhookEstate

logger = logging.getLogger("registry.housekeeping")


LEDGERS: tuple[LedgerMaker, ...] = (
    *agreements.LEDGERS,
    *passkeys.LEDGERS,
    *receipts.LEDGERS,
    *signing.LEDGERS,
)
"""What `registry log verify` and the nightly check hold against the log, in every room."""


def every_estate(vault: Vault) -> Estates:
    """What passes from one body to its successor, in every room."""
    parts = (
        AgreementEstate(),
        AssessmentEstate(),
        ClientEstate(),
        AskingEstate(),
        RecordEstate(vault),
        IntakeEstate(),
        WebhookEstate(),
    )
    return Estates(parts)


def make_daily_pass(
    db: Database, policies: Policies, estates: Estates, now: datetime, *, limit: int
) -> actions.DailyPass:
    """Do what a London day brings: in the thread, or for a person who lets more change than it may.

    Raises:
        ClockBehind, DailyPassHeld: see `agreements.actions.daily_pass`.
    """
    actions.check_clock(db, now)
    with db.write() as tx:
        carry_out_due(tx, estates, now)
        fall_due(tx, now=now, limit=limit, law=policies.law)
    made = actions.daily_pass(db, policies, now, limit=limit)
    remind(db, acting=Acting(SYSTEM, now, policies, LivingRegister()))
    erase_due(db, now)
    return made


class Housekeeping:
    """The thread, and what it last could not do."""

    def __init__(
        self,
        db: Database,
        policies: Policies,
        estates: Estates,
        *,
        interval_seconds: float,
        daily_pass_limit: int,
    ) -> None:
        self._db, self._policies, self._estates = db, policies, estates
        self._daily_pass_limit = daily_pass_limit
        self._rounds = Rounds(
            "housekeeping",
            self.turn,
            rest_seconds=interval_seconds,
            waits="housekeeping waits",
            logger=logger,
        )
        self._done_on: date | None = None
        self._reminded_to = 0  # the log up to which tasks are as they should be
        self.fault: str | None = None
        """Why the daily pass has not been made, as the code of a refusal."""

    def start(self) -> None:
        """Make what is due now, then go on in the thread."""
        self.turn()
        self._rounds.start()

    def stop(self) -> None:
        """End the thread."""
        self._rounds.end()

    def turn(self) -> None:
        """Follow the log, and make the daily pass if this London day has not had one."""
        now = clock.now()
        actions.follow(self._db, self._policies, now)
        today = clock.london_day(now)
        if self._done_on == today:
            reminding = Acting(SYSTEM, now, self._policies, LivingRegister())
            self._reminded_to = remind_at_once(self._db, self._reminded_to, acting=reminding)
            return
        try:
            make_daily_pass(self._db, self._policies, self._estates, now, limit=self._daily_pass_limit)
        except Refusal as refusal:
            if self.fault != refusal.code:
                logger.error("the daily pass was not made: %s %s", refusal.code, refusal.facts)
            self.fault = refusal.code
            return
        with self._db.read() as reading:
            self._reminded_to = log_size(reading)
        self._done_on, self.fault = today, None
