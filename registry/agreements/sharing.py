"""What an agreement lets flow: one directed flow of one version, with everything a permission check needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec


class SharedItem(NamedTuple):
    """One data item of a flow, by its code (never its id, which is local to a document)."""

    code: str
    category: str
    identifiability: str


class FlowTerms(msgspec.Struct, frozen=True):
    """The members of a flow that its terms say, as `projections.flow_spec` tells them."""

    actions: tuple[str, ...]
    items: tuple[SharedItem, ...]
    purposes: tuple[str, ...]
    subject_groups: tuple[str, ...]
    volume: str
    methods: tuple[str, ...]
    regimes: tuple[str, ...]
    age_bands: tuple[str, ...]
    onward_recipients: tuple[str, ...]
    gateways: tuple[str, ...]
    obligations: tuple[tuple[str, dict[str, str]], ...]
    retention: str
    protective: bool
    known_to: tuple[str, ...] = ()


@dataclass(slots=True)  # frozen ones take four times as long to make, and a start makes many
class SharingFlow:
    """One directed flow of one version. Nobody changes it.

    `state` is `waiting`, `live`, `suspended` or `ended`; `ended_by` says why it ended (`expired`,
    `terminated`, `superseded`, `refused`, `withdrawn`). `regimes` are the discloser's in this flow.
    `blocked_by` names the unmet rules of stage `disclose`, `awaiting` the controllers that have not signed.
    `warned_of` names rules that it goes on without meeting. From `blocked_from` on rule ET-01 blocks it,
    whether or not a daily pass has said so by then.
    `attested_by` is the body that attests it was signed outside, empty where it was signed here;
    `shortcomings` names rules of stages submit and activate that such a text does not meet.
    Each obligation is a code and its parameters. From `leaves_on` on a party at its ends has given notice.
    What follows is told with decisions and decides none, so that flows are equal without it: `review_on`, and
    the only bodies that may know of it (`known_to`; empty where it is not withheld).
    """

    ref: str
    version: int
    hash: str
    flow: str
    holder: str
    recipient: str
    state: str
    ended_by: str | None
    starts_on: date
    expires_on: date
    live_at: datetime | None
    actions: tuple[str, ...]
    items: tuple[SharedItem, ...]
    purposes: tuple[str, ...]
    subject_groups: tuple[str, ...]
    volume: str
    methods: tuple[str, ...]
    regimes: tuple[str, ...]
    age_bands: tuple[str, ...]
    onward_recipients: tuple[str, ...]
    gateways: tuple[str, ...]
    obligations: tuple[tuple[str, dict[str, str]], ...]
    retention: str
    protective: bool
    blocked_by: tuple[str, ...]
    awaiting: tuple[str, ...]
    blocked_from: date | None = None
    warned_of: tuple[str, ...] = ()
    attested_by: str = ""
    shortcomings: tuple[str, ...] = ()
    leaves_on: date | None = None
    review_on: date | None = field(default=None, compare=False)
    known_to: tuple[str, ...] = field(default=(), compare=False)

    @property
    def last_day(self) -> date:
        """The last day on which it can permit: its own, or the last before a notice takes effect."""
        return min(self.expires_on, self.leaves_on - timedelta(days=1)) if self.leaves_on else self.expires_on


def said_by(spec: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a flow that its terms say, by name."""
    return msgspec.structs.asdict(msgspec.convert(spec, FlowTerms))
