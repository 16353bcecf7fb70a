"""From the rows of a register to terms documents: one row an agreement, each fault with its cell."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registry.agreements.codes import unknown_codes
from registry.agreements.schemas import TermsIn
from registry.agreements.terms import Terms
from registry.errors import FieldError
from registry.exchange.cells import Reader, Unreadable
from registry.exchange.headings import fields
from registry.exchange.sheets import Sheet, column_letter
from registry.policy import Law
from registry.web.body import InvalidFields, field_error, parse

OF_TERMS = {
    "/title": "title",
    "/starts_on": "starts_on",
    "/expires_on": "expires_on",
    "/review_on": "review_on",
    "/parties": "to",
    "/items": "categories",
    "/flows": "purposes",
}
"""Which field of a row a part of the terms comes from, where a fault shows only in the whole."""
OF_RULES = {"expires-before-start": "expires_on", "review-outside-term": "review_on", "flow-ends": "to"}


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with one cell; no column where no column is the field."""

    sheet: str
    row: int
    column: str
    field: str
    code: str
    en: str
    cy: str


@dataclass(frozen=True, slots=True)
class Attested:
    """What a row says of its signature outside: when, and the digest of what was signed."""

    signed_on: date
    pdf: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row: the terms it makes and what it attests, or its faults."""

    number: int
    reference: str
    terms: Terms | None
    attested: Attested | None
    faults: tuple[CellFault, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """A sheet with the column of each field, and what reading it needs."""

    sheet: Sheet
    columns: Mapping[str, int]
    reader: Reader
    organisation: str
    nations: Sequence[str]

    @property
    def law(self) -> Law:
        """The lists that codes are from."""
        return self.reader.law

    def rows(self) -> Iterator[ReadRow]:
        """Every row, read."""
        for number, cells in self.sheet.rows:
            yield self._row(number, cells)

    def missing(self) -> list[str]:
        """The fields that every row needs and no column is."""
        return [name for name, known in fields().items() if known.needed and name not in self.columns]

    def _row(self, number: int, cells: tuple[str, ...]) -> ReadRow:
        values: dict[str, Any] = {}
        faults: list[CellFault] = []
        for field, place in self.columns.items():
            try:
                if cells[place]:
                    values[field] = self.reader.read(field, cells[place])
                elif fields()[field].needed:
                    faults.append(self._fault(number, field, field_error("", "missing")))
            except Unreadable as fault:
                faults.append(self._fault(number, field, field_error("", fault.code, **fault.facts)))
        missing = self.missing()
        faults += [self._fault(number, field, field_error("", "missing")) for field in missing]
        read = ReadRow(number, str(values.get("reference", "")), None, _attested(values), tuple(faults))
        return read if faults else self._whole(read, values)

    def _whole(self, read: ReadRow, values: Mapping[str, Any]) -> ReadRow:
        """The row with its terms, or with the faults that show only in the whole."""
        document = document_of(values, self.law, self.nations)
        named = {party["organisation"] for party in document["parties"]}
        try:
            terms = parse(json.dumps({"terms": document}).encode(), TermsIn).terms
        except InvalidFields as invalid:
            errors = invalid.errors
        else:
            errors = unknown_codes(terms, self.law, named)
            if self.organisation not in named:
                errors += (field_error("/terms/parties", "not-a-party", organisation=self.organisation),)
            if not errors:
                return replace(read, terms=terms)
        faults = [self._fault(read.number, _field_of(error), error) for error in errors]
        return replace(read, faults=tuple(faults))

    def _fault(self, number: int, field: str, error: FieldError) -> CellFault:
        place = self.columns.get(field)
        column = "" if place is None else column_letter(place)
        return CellFault(self.sheet.name, number, column, field, error.code, error.en, error.cy)


def document_of(values: Mapping[str, Any], law: Law, nations: Sequence[str]) -> dict[str, Any]:
    """The terms that a row says; what no register has a column for is as cautious as it can be."""
    holders, recipients = values["from"], values["to"]
    bodies = list(dict.fromkeys([*holders, *recipients]))
    items = [_item(place, code, law) for place, code in enumerate(values["categories"], start=1)]
    ends = [(holder, recipient) for holder in holders for recipient in recipients if holder != recipient]
    contacts = {"contacts": {"ig": values["contact"]}} if "contact" in values else {}
    title = {"en": values["title"], "cy": values.get("title_cy", "")}
    return {
        "schema": "terms/1",
        "title": title,
        "kind": "isp",
        "parent": None,
        "publication": "summary",
        "marking": values.get("marking", "OFFICIAL"),
        "jurisdictions": list(nations),
        "starts_on": values["starts_on"],
        "expires_on": values["expires_on"],
        "review_on": values.get("review_on", values["expires_on"]),
        "summary": {"en": values["summary"], "cy": ""} if "summary" in values else title,
        "parties": [{"organisation": body, "roles": ["controller"], **contacts} for body in bodies],
        "items": items,
        "flows": [_flow(place, *pair, items, values, law) for place, pair in enumerate(ends, start=1)],
    }


def _item(place: int, code: str, law: Law) -> dict[str, Any]:
    category = law.categories[code]
    return {
        "id": f"i{place}",
        "code": code,
        "category": code,
        "name": category.en,
        "identifiability": "identifiable",
        "special": category.special,
        "criminal": category.criminal,
        "patient_information": False,
    }


def _flow(
    place: int,
    holder: str,
    recipient: str,
    items: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
    law: Law,
) -> dict[str, Any]:
    return {
        "id": f"f{place}",
        "from": holder,
        "to": recipient,
        "actions": ["receive"],
        "items": [item["id"] for item in items],
        "purposes": values["purposes"],
        "subject_groups": values["subject_groups"],
        "volume": values.get("volume", ["bulk"])[0],
        "methods": values.get("methods", []),
        "frequency": values.get("frequency", ["ad-hoc"])[0],
        "protective": any(law.purposes[code].protective for code in values["purposes"]),
        "automation": "none",
        "biometrics": "none",
        "bases": _bases((holder, recipient), values),
        "gateways": values.get("gateways", []),
        "retention": {"period": values.get("retention", "")},
    }


def _bases(ends: Sequence[str], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The basis of each end, where the register says one."""
    if "art6" not in values:
        return []
    conditions = {
        "art6": values["art6"][0],
        "art9": values.get("art9", [""])[0],
        "sch1": ",".join(values.get("sch1", [])),
    }
    return [{"party": end, "regime": "uk-gdpr", **conditions} for end in ends]


def _attested(values: Mapping[str, Any]) -> Attested | None:
    if "signed_on" not in values or "pdf" not in values:
        return None
    return Attested(date.fromisoformat(values["signed_on"]), values["pdf"])


def _field_of(error: FieldError) -> str:
    """The field of the row that a fault of the whole is about."""
    if error.code in OF_RULES:
        return OF_RULES[error.code]
    pointer = error.pointer.removeprefix("/terms")
    return next((field for part, field in OF_TERMS.items() if pointer.startswith(part)), "title")
