"""What must be said of the law that an answer rests on: overdue for review, or its Welsh only a draft."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from registry.policy import Law
from registry.policy.entries import Entry


class LawNotes:
    """Looks up, by code, what every gateway, obligation and duty has to say of itself. Made once."""

    def __init__(self, law: Law) -> None:
        lists: tuple[Mapping[str, Entry], ...] = (law.gateways, law.obligations, law.duties)
        named = {code: entry for entries in lists for code, entry in entries.items()}
        self._drafts = frozenset(code for code, entry in named.items() if entry.cy_status == "draft")
        self._due = {code: entry.review_due for code, entry in named.items()}

    def of(self, codes: Iterable[str], on: date) -> Iterator[tuple[str, str]]:
        """The codes of reasons, each with the entries it is about, for an answer that rests on these."""
        rests_on = sorted(set(codes))
        overdue = [code for code in rests_on if code in self._due and self._due[code] < on]
        drafts = [code for code in rests_on if code in self._drafts]
        if overdue:
            yield "law-review-overdue", ", ".join(overdue)
        if drafts:
            yield "draft-translation", ", ".join(drafts)
