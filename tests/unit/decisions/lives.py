"""Random registers that live: agreements are signed, amended, suspended, resumed, blocked and ended."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from registry import clock
from registry.agreements.sharing import SharingFlow
from registry.decisions.index import Index
from tests.unit.decisions.making import NOW, index_of
from tests.unit.decisions.worlds import random_flow, random_question


class Agreement:
    """One agreement: every version's flows, as they stand."""

    def __init__(self, chance: Random, ref: str) -> None:
        self.ref = ref
        self.flows = [self._flow(chance, 1, number) for number in range(chance.randint(1, 2))]
        self._chance = chance

    def act(self, now: datetime) -> None:
        """Let one thing happen to it."""
        acts = (self._sign, self._sign, self._amend, self._suspend, self._resume, self._end, self._block)
        self._chance.choice(acts)(now)

    def _flow(self, chance: Random, version: int, number: int) -> SharingFlow:
        return replace(random_flow(chance), ref=self.ref, version=version, flow=f"f{number}")

    def _sign(self, now: datetime) -> None:
        """What waits goes live, and what it replaces is superseded."""
        for flow in [each for each in self.flows if each.state == "waiting"]:
            self._put(flow, state="live", live_at=now, awaiting=())
            for old in self.flows:
                ends = (old.holder, old.recipient)
                if old.version < flow.version and ends == (flow.holder, flow.recipient):
                    self._put(old, state="ended", ended_by="superseded")

    def _amend(self, now: datetime) -> None:
        """A further version waits for its signatures, somewhat other than the one before."""
        before = self._chance.choice(self.flows)
        other = self._flow(self._chance, before.version + 1, len(self.flows))
        changed = self._chance.choice(("items", "purposes", "methods", "volume", "expires_on", "age_bands"))
        amended = replace(before, **{changed: getattr(other, changed)})
        amended = replace(amended, version=other.version, flow=other.flow, state="waiting", ended_by=None)
        self.flows.append(
            replace(amended, live_at=None, expires_on=max(amended.starts_on, amended.expires_on))
        )

    def _suspend(self, now: datetime) -> None:
        self._change_one("live", state="suspended")

    def _resume(self, now: datetime) -> None:
        self._change_one("suspended", state="live")

    def _end(self, now: datetime) -> None:
        self._change_one("live", state="ended", ended_by=self._chance.choice(("expired", "terminated")))

    def _block(self, now: datetime) -> None:
        """A rule comes to block it or does so no longer, or its ethics approval has a last day."""
        lapses_on = clock.london_day(now) + timedelta(days=self._chance.randint(-2, 5))
        self._change_one(
            "live",
            blocked_by=self._chance.choice(((), ("ET-01",))),
            blocked_from=self._chance.choice((None, lapses_on)),
        )

    def _change_one(self, standing: str, **changes: Any) -> None:
        """Change one flow that stands so."""
        if those := [flow for flow in self.flows if flow.state == standing]:
            self._put(self._chance.choice(those), **changes)

    def _put(self, flow: SharingFlow, **changes: Any) -> None:
        self.flows = [replace(each, **changes) if each is flow else each for each in self.flows]


class Register:
    """A few agreements and the index that is kept up with them."""

    def __init__(self, chance: Random) -> None:
        self.now = NOW
        self._chance = chance
        self._agreements = [Agreement(chance, f"ISA-{number}") for number in range(chance.randint(1, 3))]
        self.index: Index = index_of(*self.flows)

    @property
    def flows(self) -> list[SharingFlow]:
        """Every flow as it stands, in order of ref."""
        return [flow for agreement in self._agreements for flow in agreement.flows]

    def live_on(self) -> None:
        """Let time pass and something happen, and the index follow as it follows the log."""
        self.now += timedelta(hours=self._chance.choice((0, 1, 11, 30)))
        agreement = self._chance.choice(self._agreements)
        agreement.act(self.now)
        if self._chance.random() < 0.1:
            self.index.load(self.flows, log_size=1)
        else:
            self.index.replace(agreement.ref, agreement.flows)

    def questions(self, number: int) -> list[dict[str, Any]]:
        """What partners ask now, or about another day."""
        return [random_question(self._chance) for _ in range(number)]
