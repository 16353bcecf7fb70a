"""What is held against the log of the sample, whose people hold their roles without a word in it."""

from registry.housekeeping import LEDGERS
from registry.organisations.ledger import RoleLedger

SAMPLE_LEDGERS = tuple(one for one in LEDGERS if one is not RoleLedger)
