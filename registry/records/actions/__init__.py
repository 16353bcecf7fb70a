"""One module for each kind of record, one function for each thing that can be done to it."""

from registry.records.actions.acting import Acting, Recorded
from registry.records.actions.reminding import remind, remind_at_once

__all__ = ["Acting", "Recorded", "remind", "remind_at_once"]
