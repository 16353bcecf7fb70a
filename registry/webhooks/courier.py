"""The courier: takes one notice, or a challenge, to one address, and writes down what came of it."""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from registry.callers import SYSTEM
from registry.db import Database
from registry.egress import Answer, Egress, NotAllowed, Unreachable
from registry.organisations.actions import Acting
from registry.policy import Policies
from registry.records.vault import Vault
from registry.webhooks import actions, queries, rules, signing
from registry.webhooks.notices import Notice, message
from registry.webhooks.signing import Keys, keys_of

CHALLENGE = "webhook.challenge"
CHALLENGE_BYTES = 32
GONE = "answered-410"
"""How an address says that it wants nothing more (Standard Webhooks)."""

_chance = random.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Courier:
    """Sends, signed, and moves a webhook's cursor by what is answered."""

    db: Database
    egress: Egress
    policies: Policies
    vault: Vault
    now: Callable[[], datetime]

    def challenge(self, hook: Row[Any]) -> None:
        """Ask an address to prove that its owner has the secret, and note what it answered."""
        asked = secrets.token_urlsafe(CHALLENGE_BYTES)
        body = message(CHALLENGE, self.now(), {"webhook": hook.id, "challenge": asked})
        answer = self._post(hook, f"{hook.id}-challenge-{asked[:8]}", body)
        fault = answer if isinstance(answer, str) else None
        if isinstance(answer, Answer) and not signing.is_proof(answer.body, asked, self._keys(hook)[0]):
            fault = "not-proved"
        with self.db.write() as tx:
            actions.settle_proof(tx, hook.id, fault, acting=self._acting())

    def tell(self, hook: Row[Any], notice: Notice, *, at: int) -> bool:
        """Take a notice to a webhook whose cursor stands at `at`; whether the next one may follow."""
        answer = self._post(hook, f"{hook.id}-{notice.index}", notice.content)
        if isinstance(answer, str):
            self._fail(hook, answer, at=at)
            return False
        return self.move(hook, at=at, to=notice.index + 1, delivered_at=self.now(), **queries.WELL)

    def move(self, hook: Row[Any], *, at: int, to: int, **values: Any) -> bool:
        """Move a webhook's cursor; whether nobody else had moved it, or ended the webhook."""
        with self.db.write() as tx:
            return queries.advance(tx, hook.id, at=at, to=to, **values)

    def _fail(self, hook: Row[Any], fault: str, *, at: int) -> None:
        """Write down that the notice at which the cursor stands was not taken, and when to try again."""
        now, is_again = self.now(), at == hook.next_index
        failures = hook.failures + 1 if is_again else 1
        since = hook.failing_since if is_again and hook.failing_since is not None else now
        failed = {
            "failures": failures,
            "failing_since": since,
            "retry_at": now + rules.delay_after(failures, _chance()),
            "fault": fault,
        }
        with self.db.write() as tx:
            is_noted = queries.advance(tx, hook.id, at=at, to=at, **failed)
            if is_noted and (fault == GONE or rules.is_given_up(since, now)):
                actions.disable(tx, hook.id, fault, acting=self._acting())

    def _post(self, hook: Row[Any], name: str, body: bytes) -> Answer | str:
        """What the address answered, if it was well; else how it failed, as a code."""
        headers = signing.headers(name, body, now=self.now(), keys=self._keys(hook))
        try:
            answer = self.egress.post(hook.url, body, media_type="application/json", headers=headers)
        except NotAllowed:
            return "not-allowed"
        except Unreachable:
            return "unreachable"
        return answer if 200 <= answer.status < 300 else f"answered-{answer.status}"

    def _keys(self, hook: Row[Any]) -> list[Keys]:
        """The keys that sign now: the present ones, and for a while those before them."""
        present = hook.generation
        is_overlapping = rules.is_overlapping(hook.rotated_at, self.now())
        generations = (present, present - 1) if is_overlapping else (present,)
        return [keys_of(self.vault, hook.id, generation) for generation in generations]

    def _acting(self) -> Acting:
        return Acting(SYSTEM, self.now(), self.policies)
