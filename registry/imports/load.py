"""Loading a plan: the register in one transaction, then the story, step by step."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from registry.agreements import actions as agreements
from registry.agreements.schemas import AttestIn, TermsIn
from registry.callers import Caller
from registry.db import Database, Reading, Transaction
from registry.imports.checking import check_plan
from registry.imports.days import resolve_instant
from registry.imports.document import Document, read_file
from registry.imports.plan import BadImport, Placed, Plan
from registry.imports.reading import read_plan
from registry.imports.references import Labels
from registry.imports.schemas import AgreementEntry, PersonEntry
from registry.imports.story import Approvers, Teller, caller_of, told
from registry.organisations.actions import grant_role, register_organisation, register_person
from registry.organisations.queries import get_primary
from registry.organisations.schemas import NewPerson
from registry.policy import Policies


class Furnished(Approvers, Protocol):
    """Approvers who come to their passkeys once they are registered."""

    def furnish(self, db: Database, now: datetime) -> None:
        """Enrol and vouch for them."""
        ...


def import_files(
    db: Database,
    paths: Sequence[Path],
    *,
    policies: Policies,
    now: datetime,
    demo: bool = False,
    password_hash: str = "",
    approvers: Furnished | None = None,
) -> Plan:
    """Check everything the files ask for, and load all of it or nothing.

    In the demo people get accounts with the password whose hash is given, and the register begins when the
    story does; `approvers` are furnished with passkeys in between.

    Raises:
        BadImport: with every fault that was found.
        StepFailed: an action refused what it was asked; what the story told before that stays.
    """
    plan = read_checked(db, [read_file(path) for path in paths], policies=policies, now=now, demo=demo)
    begins = resolve_instant(plan.story[0].entry.at, now) if plan.story else now
    labels = Labels()
    with db.write() as tx:
        _load_register(tx, plan, labels, policies, begins, demo=demo, password_hash=password_hash)
    if approvers:
        approvers.furnish(db, begins)
    if plan.story:
        Teller(db, policies, labels, approvers).tell(plan.story, begins=begins, now=now)
    return plan


def read_checked(
    db: Database, documents: Sequence[Document], *, policies: Policies, now: datetime, demo: bool
) -> Plan:
    """The plan of these documents.

    Raises:
        BadImport: with every fault that was found.
    """
    plan, problems = read_plan(documents, now)
    with db.read() as reading:
        problems += check_plan(plan, reading, policies.law, demo=demo, now=now)
    if problems:
        raise BadImport(sorted(problems, key=lambda one: (one.file, one.line)))
    return plan


def _load_register(
    tx: Transaction,
    plan: Plan,
    labels: Labels,
    policies: Policies,
    now: datetime,
    *,
    demo: bool,
    password_hash: str,
) -> None:
    caller = Caller(organisation="", demo=demo)
    for organisation in plan.organisations:
        with told(organisation.place):
            register_organisation(tx, organisation.entry, caller=caller, now=now)
    for person in plan.people:
        with told(person.place):
            _register_person(tx, person.entry, password_hash, caller, now)
    for agreement in plan.agreements:
        with told(agreement.place):
            _draft(tx, agreement, labels, policies, now)


def _register_person(
    tx: Transaction, entry: PersonEntry, password_hash: str, caller: Caller, now: datetime
) -> None:
    wanted = NewPerson(
        username=entry.username, name=entry.name, email=entry.email, password_hash=password_hash, demo=True
    )
    person = register_person(tx, wanted, caller=caller, now=now).id
    for role in entry.roles:
        grant_role(tx, person=person, organisation=entry.organisation, role=role, caller=caller, now=now)


def _draft(
    tx: Transaction, agreement: Placed[AgreementEntry], labels: Labels, policies: Policies, now: datetime
) -> None:
    entry = agreement.entry
    caller = _author(tx, entry, now)
    changed = agreements.create(tx, TermsIn(terms=entry.terms), caller=caller, now=now, policies=policies)
    labels.note(entry.name, {"ref": changed.ref, "version": changed.version, "hash": changed.hash})
    if entry.attested:
        said = AttestIn(hash=changed.hash, pdf=entry.attested.pdf, signatures=entry.attested.signatures)
        agreements.attest(tx, changed.ref, said, caller=caller, now=now, policies=policies)


def _author(reading: Reading, entry: AgreementEntry, now: datetime) -> Caller:
    """Who drafts an agreement: the person named, or the registry for the first controller."""
    if entry.as_ is not None:
        return caller_of(reading, entry.as_, now)
    first = (*entry.terms.controllers(), entry.terms.parties[0].organisation)[0]
    return Caller(organisation=get_primary(reading, first))
