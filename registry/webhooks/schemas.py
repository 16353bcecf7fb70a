"""What comes and goes over the wire about webhooks."""

from typing import Annotated

from pydantic import BaseModel, Field

from registry.web.body import WireModel
from registry.webhooks.rules import Reach

Url = Annotated[str, Field(max_length=2000, pattern=r"^https?://[!-~]+$")]
EventType = Annotated[str, Field(max_length=64, pattern=r"^[a-z_]+\.[a-z_]+$")]


class WebhookIn(WireModel):
    """An address to be told of events. Without `types` it is told of all, without `reach` of `own`."""

    url: Url
    types: Annotated[list[EventType], Field(max_length=100)] = []
    reach: Annotated[Reach, Field(strict=False)] = Reach.OWN


class ReplayIn(WireModel):
    """From which entry of the log on it is to be told again."""

    from_index: Annotated[int, Field(ge=0, lt=2**53)]


class WebhookChangedOut(BaseModel):
    """What an act came to."""

    id: str
    status: str
    log_index: int
    log_size: int


class WebhookOut(BaseModel):
    """A webhook and how far it has been told. `public_key` verifies its `v1a` signatures (Ed25519).

    `next_index` is of the first entry that it has not been told of. `fault` says how it last failed.
    """

    id: str
    url: str
    types: list[str]
    reach: Reach
    status: str
    public_key: str
    secret_shown: bool
    opened_at: str
    next_index: int
    delivered_at: str | None
    failures: int
    failing_since: str | None
    retry_at: str | None
    fault: str | None


class WebhooksOut(BaseModel):
    """The webhooks of the caller's organisation, oldest first."""

    results: list[WebhookOut]


class WebhookSecretOut(BaseModel):
    """The secret of a webhook (HMAC-SHA256, `v1`), shown this once, and the key of its `v1a` signatures."""

    secret: str
    public_key: str
