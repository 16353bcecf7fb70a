"""What a visitor looks for in the register, read from an address and written into one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from registry.public.lines import ORDERS, Order

LONGEST = 200
"""How many characters of a word or a code are read."""

AT_ONCE = 25
"""How many agreements a page of the list shows."""


@dataclass(frozen=True, slots=True)
class Search:
    """Words, filters, the order, and which page of what is found."""

    text: str = ""
    party: str = ""
    purpose: str = ""
    category: str = ""
    status: str = ""
    order: Order = "title"
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """The search of an address. What it says wrongly is left out: no link is too old to be followed."""
        given = {name: query.get(name, "").strip()[:LONGEST] for name in _NAMES}
        order, page = given["sort"], given["page"]
        return cls(
            text=given["q"],
            party=given["party"],
            purpose=given["purpose"],
            category=given["category"],
            status=given["status"],
            order=order if order in ORDERS else "title",
            page=max(1, int(page)) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
        )

    @property
    def query(self) -> str:
        """The search as an address says it, with its question mark; nothing where it asks for all."""
        named = zip(_NAMES, self._values(), strict=True)
        said = urlencode([(name, value) for name, value in named if value and value != _UNSAID.get(name)])
        return f"?{said}" if said else ""

    @property
    def is_filtered(self) -> bool:
        """Whether it leaves anything out."""
        return any((self.text, self.party, self.purpose, self.category, self.status))

    def on_page(self, page: int) -> Self:
        """The same search at another page."""
        return replace(self, page=page)

    def _values(self) -> tuple[str, ...]:
        return (
            self.text,
            self.party,
            self.purpose,
            self.category,
            self.status,
            self.order,
            str(self.page),
        )


_NAMES = ("q", "party", "purpose", "category", "status", "sort", "page")
_UNSAID = {"sort": "title", "page": "1"}
"""What an address need not say."""
