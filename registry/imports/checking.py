"""What can only be seen beside everything else: names that are taken, unknown, or out of order.

Nothing is changed here. Every fault of every entry is found before anything is loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from registry.agreements.codes import unknown_codes
from registry.agreements.schemas import TermsIn
from registry.assessments.dpia import DpiaDocument
from registry.assessments.ethics import EthicsDocument
from registry.db import Reading
from registry.errors import FieldError
from registry.imports.days import resolve_instant
from registry.imports.document import Problem
from registry.imports.plan import Placed, Plan
from registry.imports.reading import read_body
from registry.imports.references import references_in, specimen
from registry.imports.schemas import AgreementEntry, PersonEntry, Step
from registry.imports.verbs import DO, Verb
from registry.organisations.queries import find_person, list_organisations_of, list_primaries
from registry.organisations.rules import ROLES, is_identifier
from registry.organisations.schemas import NewOrganisation
from registry.policy import Law
from registry.web.body import InvalidFields, WireModel, field_error


@dataclass(slots=True)
class Known:
    """What has a name so far: in the database, then entry by entry in the files."""

    reading: Reading
    law: Law
    demo: bool
    now: datetime
    primaries: dict[str, str]
    attempted: frozenset[str]
    people: set[str] = field(default_factory=set)
    labels: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def organisations(self) -> frozenset[str]:
        """Every identifier that names an organisation, or would if its entry were right."""
        return self.attempted.union(self.primaries)

    def names_person(self, username: str) -> bool:
        """Whether someone with a role has this user name, or would have."""
        if username in self.people or username in self.attempted:
            return True
        person = find_person(self.reading, username)
        return person is not None and bool(list_organisations_of(self.reading, person.id, self.now))


def check_plan(plan: Plan, reading: Reading, law: Law, *, demo: bool, now: datetime) -> Iterator[Problem]:
    """Every fault of a plan whose entries are all well formed, in the order of the sections."""
    known = Known(reading, law, demo, now, list_primaries(reading), plan.attempted)
    for organisation in plan.organisations:
        yield from map(organisation.place.problem, _organisation(organisation.entry, known))
    for person in plan.people:
        yield from map(person.place.problem, _person(person.entry, known))
    for agreement in plan.agreements:
        yield from map(agreement.place.problem, _agreement(agreement.entry, known))
    for step in plan.story:
        yield from map(step.place.problem, _step(step, known))


def _organisation(entry: NewOrganisation, known: Known) -> Iterator[FieldError]:
    if entry.kind not in known.law.organisation_kinds:
        yield field_error("/kind", "unknown-code", value=entry.kind, list="organisation_kinds")
    places = {"/id": entry.id} | {f"/aliases/{place}": alias for place, alias in enumerate(entry.aliases)}
    for pointer, identifier in places.items():
        if not is_identifier(identifier):
            yield field_error(pointer, "import-identifier", value=identifier)
        if identifier in known.primaries:
            yield field_error(pointer, "import-taken", value=identifier)
        known.primaries.setdefault(identifier, entry.id)


def _person(entry: PersonEntry, known: Known) -> Iterator[FieldError]:
    if not known.demo:
        yield field_error("", "import-demo-only")
    if entry.username in known.people or find_person(known.reading, entry.username):
        yield field_error("/username", "import-taken", value=entry.username)
    if entry.organisation not in known.organisations:
        yield field_error("/organisation", "unknown-organisation", value=entry.organisation)
    for place, role in enumerate(entry.roles):
        if role not in ROLES or role in entry.roles[:place]:
            yield field_error(f"/roles/{place}", "unknown-code", value=role, list="roles")
    known.people.add(entry.username)


def _agreement(entry: AgreementEntry, known: Known) -> Iterator[FieldError]:
    if entry.as_ is not None and not known.demo:
        yield field_error("/as", "import-demo-only")
    elif entry.as_ is not None:
        yield from _author(entry.as_, known)
    yield from unknown_codes(entry.terms, known.law, known.organisations)
    yield from _label(entry.name, DO["draft"], known)


def _step(step: Placed[Step], known: Known) -> Iterator[FieldError]:
    entry = step.entry
    if not known.demo:
        yield field_error("", "import-demo-only")
    if resolve_instant(entry.at, known.now) > known.now:
        yield field_error("/at", "import-order")
    yield from _author(entry.as_, known)
    for pointer, label, part in references_in(entry.with_):
        if label not in known.attempted and part not in known.labels.get(label, ()):
            yield field_error(f"/with{pointer}", "import-unknown-label", value=f"{label}.{part}")
    yield from _arguments(entry, known)
    yield from _label(entry.name, DO.get(entry.do), known)


def _arguments(entry: Step, known: Known) -> Iterator[FieldError]:
    """Faults of the verb and of what it is given, by the wire model of its action."""
    verb = DO.get(entry.do)
    if verb is None:
        yield field_error("/do", "not-a-choice", expected=", ".join(DO))
        return
    given = specimen(entry.with_)
    if verb.names is not None and not isinstance(given.pop(verb.names, None), str):
        yield field_error(f"/with/{verb.names}", "missing")
    if verb.body is None:
        yield from (field_error(f"/with/{name}", "unknown") for name in given)
        return
    try:
        body = read_body(given, verb.body)
    except InvalidFields as faults:
        yield from (FieldError(f"/with{one.pointer}", one.code, one.en, one.cy) for one in faults.errors)
        return
    for one in _codes_of(body, known):
        yield FieldError(f"/with{one.pointer}", one.code, one.en, one.cy)


def _codes_of(body: WireModel, known: Known) -> tuple[FieldError, ...]:
    """Faults of the codes and identifiers in a document that a step brings along."""
    if isinstance(body, TermsIn):
        return unknown_codes(body.terms, known.law, known.organisations)
    if isinstance(body, DpiaDocument | EthicsDocument):
        return body.unknown_codes(known.law)
    return ()


def _author(username: str, known: Known) -> Iterator[FieldError]:
    if not known.names_person(username):
        yield field_error("/as", "import-unknown-person", value=username)


def _label(label: str, verb: Verb | None, known: Known) -> Iterator[FieldError]:
    if label and label in known.labels:
        yield field_error("/name", "import-taken", value=label)
    if label:
        known.labels[label] = verb.parts if verb else frozenset()
