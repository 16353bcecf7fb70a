"""From the terms to plain facts: what Cedar judges, worked out in Python, unit by unit (DESIGN 2.8).

Cedar has no quantifiers and no months; it judges facts. Here every unit - a basis line, a gateway, an item, a
flow, a party, a controller, the agreement - gets every fact its kind has. Nothing here decides anything.
"""

from registry.agreements.facts.acts import Act
from registry.agreements.facts.days import LAST as NEVER
from registry.agreements.facts.standing import NATIONS, Body, Findings, Signed, Standing

__all__ = ["NATIONS", "NEVER", "Act", "Body", "Findings", "Signed", "Standing"]
