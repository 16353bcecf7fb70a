"""What the log of receipts refuses, and the grid on which it grows."""

from datetime import UTC, datetime

from registry.errors import NotFound, Unprocessable
from registry.tlog.tile import TILE_WIDTH

GRID = TILE_WIDTH
"""Each hour adds a whole number of these leaves and never none, so that sizes tell little of volumes."""


class NoSuchReceiptTile(NotFound):
    """The log of receipts has no tile or entry bundle of this path."""

    code = "receipts-no-such-tile"


class ReceiptNotRooted(NotFound):
    """The receipt is kept and waits for the root of its hour."""

    code = "receipt-not-rooted"


class ReceiptRefused(Unprocessable):
    """What was deposited is not a receipt that this registry signed."""

    code = "receipt-refused"


class ReceiptUnknown(NotFound):
    """No receipt with this hash is kept here."""

    code = "receipt-unknown"


def hour_of(instant: datetime) -> datetime:
    """The beginning of the hour (UTC) in which an instant lies."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def padded(receipts: int) -> int:
    """How many leaves an hour with so many receipts adds."""
    return max(1, -(-receipts // GRID)) * GRID
