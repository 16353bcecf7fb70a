"""A deployment's own entries of law on the wire."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, StringConstraints

from registry.policy import Difference
from registry.web.body import WireModel

Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]


class OverlayIn(WireModel):
    """The digest of the entries that a person proposes or approves: these bytes and no others."""

    digest: Digest


class DifferenceOut(BaseModel):
    """One entry that the overlay adds or changes, as it is said without and with it."""

    list: str
    code: str
    change: Literal["added", "changed"]
    before: dict[str, Any] | None
    after: dict[str, Any]

    @classmethod
    def of(cls, found: Difference) -> "DifferenceOut":
        """One difference as it is shown."""
        return cls(
            list=found.list, code=found.code, change=found.change, before=found.before, after=found.after
        )


class OverlayOut(BaseModel):
    """The entries that lie there, how far their approval has come, and whether answers rest on them now.

    `in_effect` is the digest of the entries that answers rest on; it follows `digest` at the next start.
    """

    digest: str | None
    status: Literal["none", "found", "proposed", "approved"]
    in_effect: str | None
    differences: list[DifferenceOut]


class OverlayChangedOut(BaseModel):
    """What a proposal or an approval came to."""

    digest: str
    status: Literal["proposed", "approved"]
    log_index: int
    log_size: int
