"""From the cell of a register to the value it means: bodies, codes, days, periods, each fault by its code."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from registry.exchange.headings import plain
from registry.policy import Law
from registry.policy.entries import Entry

LISTS = {
    "purposes": "purposes",
    "subject_groups": "subject_groups",
    "categories": "categories",
    "volume": "volumes",
    "frequency": "frequencies",
    "methods": "methods",
    "art6": "art6",
    "art9": "art9",
    "sch1": "schedule1",
    "gateways": "gateways",
}
"""The fields that hold codes, and the list each is from."""

DAY_FORMS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)"),
    re.compile(r"(?P<day>\d\d?)[/.-](?P<month>\d\d?)[/.-](?P<year>\d{4})"),
)
PERIOD = re.compile(r"(?P<number>\d{1,3})\s*(?P<unit>[a-zôê]+)")
UNITS = {
    **dict.fromkeys(("y", "yr", "yrs", "year", "years", "blwyddyn", "blynedd", "flynedd", "mlynedd"), "Y"),
    **dict.fromkeys(("m", "month", "months", "mis", "fis"), "M"),
    **dict.fromkeys(("w", "week", "weeks", "wythnos"), "W"),
    **dict.fromkeys(("d", "day", "days", "diwrnod", "diwrnodau"), "D"),
}
MARKINGS = {"official": "OFFICIAL", "official sensitive": "OFFICIAL-SENSITIVE"}
SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)


class Unreadable(Exception):
    """A cell does not say what its column should: the code of the field error, and its facts."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Reader:
    """Reads cells with what the registry knows: bodies by any identifier or name, and the law's lists."""

    law: Law
    bodies: Mapping[str, str]

    def read(self, field: str, text: str) -> Any:
        """What a filled cell of a field means.

        Raises:
            Unreadable: it does not say that.
        """
        if field in LISTS:
            found = [self._code(LISTS[field], one) for one in self._split(LISTS[field], text)]
            return list(dict.fromkeys(found))
        return self._plain_readers.get(field, str)(text)

    @cached_property
    def _plain_readers(self) -> Mapping[str, Callable[[str], Any]]:
        return {
            "from": self._bodies,
            "to": self._bodies,
            "starts_on": _day,
            "expires_on": _day,
            "review_on": _day,
            "signed_on": _day,
            "retention": _period,
            "marking": _marking,
            "pdf": _digest,
            "title": _line,
            "contact": _line,
        }

    @cached_property
    def _codes(self) -> Mapping[str, Mapping[str, str]]:
        """Of each list its codes by every way to write them."""
        return {name: _spellings(getattr(self.law, name)) for name in LISTS.values()}

    def _split(self, listed: str, text: str) -> list[str]:
        """The parts of a cell: a comma divides unless the whole is one entry of the list."""
        if plain(text) in self._codes[listed]:
            return [text]
        parts = [part.strip() for part in re.split(r"[;\n|]", text)]
        whole = [part for part in parts if part]
        if all(plain(part) in self._codes[listed] for part in whole):
            return whole
        return [part.strip() for part in re.split(r"[;\n|,]", text) if part.strip()]

    def _code(self, listed: str, text: str) -> str:
        code = self._codes[listed].get(plain(text))
        if code is None:
            raise Unreadable("unknown-code", value=text[:80], list=listed)
        return code

    def _bodies(self, text: str) -> list[str]:
        whole = self.bodies.get(plain(text))
        parts = [text] if whole else [part for part in re.split(r"[;\n|,]", text) if part.strip()]
        found = []
        for part in parts:
            primary = self.bodies.get(plain(part))
            if primary is None:
                raise Unreadable("unknown-organisation", value=part.strip()[:80])
            found.append(primary)
        return list(dict.fromkeys(found))


def _spellings(entries: Mapping[str, Entry]) -> dict[str, str]:
    """Ways to write the codes of a list: the code, its name in either language, where cited its citation."""
    found: dict[str, str] = {}
    for code, entry in entries.items():
        ways = (code, entry.en, entry.cy, getattr(entry, "citation", ""))
        found |= {plain(way): code for way in ways if way}
    if "e" in entries:
        found |= {way: code for code in entries for way in (f"6 1 {code}", f"article 6 1 {code}")}
    if "j" in entries:
        found |= {way: code for code in entries for way in (f"9 2 {code}", f"article 9 2 {code}")}
    return found


def _day(text: str) -> str:
    for form in DAY_FORMS:
        found = form.fullmatch(text)
        if found:
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"])).isoformat()
            except ValueError:
                break
    raise Unreadable("not-a-day", value=text[:40])


def _period(text: str) -> str:
    if re.fullmatch(r"P\d{1,3}[YMWD]", text):
        return text
    found = PERIOD.fullmatch(text.lower())
    unit = found and UNITS.get(found["unit"])
    if not found or not unit:
        raise Unreadable("not-a-period", value=text[:40])
    return f"P{int(found['number'])}{unit}"


def _marking(text: str) -> str:
    marking = MARKINGS.get(plain(text))
    if marking is None:
        raise Unreadable("not-a-choice", expected=", ".join(MARKINGS.values()))
    return marking


def _digest(text: str) -> str:
    found = SHA256.fullmatch(text)
    if found is None:
        raise Unreadable("bad-form", value=text[:80])
    return f"sha256:{found[1].lower()}"


def _line(text: str) -> str:
    if len(text) > 300:
        raise Unreadable("too-long", max_length="300")
    return text
