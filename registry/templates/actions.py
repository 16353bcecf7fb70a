"""One function for each thing a person can do with a template."""

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from registry.agreements import actions as agreements
from registry.agreements.actions.change import Changed, check_may, may
from registry.agreements.actions.drafting import REFERENCE_ALPHABET
from registry.agreements.actions.reading import Read
from registry.agreements.codes import unknown_codes
from registry.agreements.differences import Difference, differences
from registry.agreements.projections import mentioned
from registry.agreements.queries import get as get_version
from registry.agreements.queries import lock as lock_version
from registry.agreements.queries import primaries
from registry.agreements.rules import MayNot
from registry.agreements.schemas import TermsIn
from registry.auditlog import Subject, append, conceal, log_size
from registry.callers import Caller
from registry.db import Reading, Transaction
from registry.errors import FieldError
from registry.organisations.principals import principal
from registry.policy import Policies
from registry.templates import queries
from registry.templates.document import EXAMPLE_DAYS, Slot, Template, emptied, filled, terms_of
from registry.templates.events import TemplateFollowed, TemplatePublished
from registry.templates.schemas import FollowIn, FromAgreementIn, LocaliseIn, TemplateIn
from registry.web.body import InvalidFields, field_error, parse
from registry.web.documents import canonical, digest, salted


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a template that was published."""

    id: str
    version: int
    hash: str
    log_index: int
    log_size: int


@dataclass(frozen=True, slots=True)
class Localised:
    """What an agreement made of its template, and what the template's newest version changed."""

    found: Read
    row: Row[Any]
    latest: int
    own: Sequence[Difference]
    behind: Sequence[Difference]


def publish(
    tx: Transaction, wanted: TemplateIn, *, caller: Caller, now: datetime, policies: Policies
) -> Published:
    """Publish a new template of the caller's organisation.

    Raises:
        MayNot: the caller's roles do not allow it.
        InvalidFields: with bodies in its places it would be no terms document, or a code is unknown.
    """
    _check_may(tx, policies, "template.publish", caller, caller.organisation, now)
    identifier = "TPL-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(10))
    queries.insert_template(tx, identifier, caller.organisation)
    return _publish(tx, identifier, 1, wanted.template, caller, now, policies)


def publish_from(
    tx: Transaction, wanted: FromAgreementIn, *, caller: Caller, now: datetime, policies: Policies
) -> Published:
    """Publish a template made of an agreement that the caller may read in full.

    Raises:
        NoSuchAgreement, MayNot, InvalidFields: see `agreements.read` and `publish`.
    """
    found = agreements.read(tx, wanted.ref, None, caller=caller, now=now, policies=policies)
    if found.terms != json.loads(found.version.document):
        raise MayNot(action="template.publish")
    template = Template(
        schema="template/1",
        title=wanted.title,
        pattern=wanted.pattern,
        slots=[Slot(id=one.id, title=one.title, optional=one.optional) for one in wanted.slots],
        terms=emptied(found.terms, {one.organisation: one.id for one in wanted.slots}),
    )
    return publish(tx, TemplateIn(template=template), caller=caller, now=now, policies=policies)


def publish_version(
    tx: Transaction,
    identifier: str,
    wanted: TemplateIn,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Published:
    """Publish the next version; every agreement made from an earlier one is behind from then on.

    Raises:
        NoSuchTemplate: there is none.
        MayNot, InvalidFields: see `publish`.
    """
    newest = queries.lock(tx, identifier)
    _check_may(tx, policies, "template.publish", caller, newest.organisation, now)
    return _publish(tx, identifier, newest.latest + 1, wanted.template, caller, now, policies)


def localise(
    tx: Transaction,
    identifier: str,
    wanted: LocaliseIn,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Changed:
    """Make a draft from a template, with bodies in its places, that remembers where it came from.

    Raises:
        NoSuchTemplate: there is none.
        InvalidFields: a place is unknown or left empty; or see `agreements.create`.
        MayNot: the caller's roles do not allow a draft.
    """
    row = queries.get(tx, identifier, wanted.version)
    template = parse_template(row)
    _check_places(template, wanted.parties)
    days = wanted.starts_on, wanted.expires_on, wanted.review_on
    document = filled(template, wanted.parties, days)
    if wanted.title:
        document["title"] = json.loads(canonical(wanted.title))

    def remember(ref: str) -> None:
        queries.insert_localisation(tx, ref, identifier, row.number, dict(wanted.parties))

    return agreements.create(
        tx,
        _terms_in(document),
        caller=caller,
        now=now,
        policies=policies,
        made_from=row.hash,
        remember=remember,
    )


def follow(
    tx: Transaction, ref: str, wanted: FollowIn, *, caller: Caller, now: datetime, policies: Policies
) -> Published:
    """Say that an agreement has taken over what its template changed up to a version.

    Raises:
        NoSuchAgreement, MayNot: see `check_may`.
        NotLocalised: it was made from no template.
        NoSuchTemplate: the template has no such version.
    """
    version = lock_version(tx, ref)
    check_may(tx, policies, "agreement.edit", caller, version, now)
    row = queries.get(tx, queries.localisation(tx, ref).template, wanted.version)
    queries.move_localisation(tx, ref, row.number)
    index = append(
        tx,
        TemplateFollowed(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("template", row.template, row.number),
            evidence=row.hash,
            demo=caller.demo,
        ),
    )
    return Published(row.template, row.number, row.hash, index, index + 1)


def localisation(
    reading: Reading, ref: str, *, caller: Caller, now: datetime, policies: Policies
) -> Localised:
    """What an agreement made of its template. Its own parties may ask.

    Raises:
        NoSuchAgreement: the caller may not read it.
        NotLocalised: it was made from no template, or the caller's organisation is no party.
    """
    found = agreements.read(reading, ref, None, caller=caller, now=now, policies=policies)
    row = queries.localisation(reading, ref if caller.organisation in found.version.parties else "")
    followed, newest = (queries.get(reading, row.template, number) for number in (row.number, None))
    terms = found.version.terms
    days = terms.starts_on, terms.expires_on, terms.review_on
    primary = primaries(reading, frozenset(row.parties.values()))
    parties = {slot: primary.get(body, body) for slot, body in row.parties.items()}
    old, new = (terms_of(parse_template(one), parties, days) for one in (followed, newest))
    return Localised(found, row, newest.latest, differences(old, terms), differences(old, new))


def list_templates(
    reading: Reading, *, after: str, limit: int, caller: Caller, now: datetime, policies: Policies
) -> Sequence[Row[Any]]:
    """The library, in order of id.

    Raises:
        MayNot: the token has not the scope to read the register.
    """
    _check_may(reading, policies, "template.read", caller, "", now)
    return queries.list_newest(reading, after=after, limit=limit)


def read_template(
    reading: Reading,
    identifier: str,
    number: int | None,
    *,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> tuple[Row[Any], list[Row[Any]]]:
    """A version of a template, and the agreements made from it that the caller may read.

    Raises:
        MayNot: the token has not the scope to read the register.
        NoSuchTemplate: there is none.
    """
    _check_may(reading, policies, "template.read", caller, "", now)
    row = queries.get(reading, identifier, number)
    seen = [
        one
        for one in queries.localisations(reading, identifier)
        if may(reading, policies, "agreement.read", caller, get_version(reading, one.ref), now)
    ]
    return row, seen


def parse_template(row: Row[Any]) -> Template:
    """The template that published bytes say. They were checked before they were stored."""
    return Template.model_validate_json(row.document)


def _check_may(
    reading: Reading, policies: Policies, action: str, caller: Caller, owner: str, now: datetime
) -> None:
    facts = principal(reading, caller, now)
    if not policies.access.allows(action, principal=facts, resource={"owner_organisation": owner}).allowed:
        raise MayNot(action=action)


def _publish(
    tx: Transaction,
    identifier: str,
    number: int,
    given: Template,
    caller: Caller,
    now: datetime,
    policies: Policies,
) -> Published:
    _check_terms(tx, given, policies)
    template = salted(given)
    document = canonical(template)
    hash_ = digest(document)
    queries.insert_version(tx, identifier, number, template, document=document, hash_=hash_, now=now)
    index = append(
        tx,
        TemplatePublished(
            at=now,
            org=caller.organisation,
            actor=conceal(tx, caller),
            subject=Subject("template", identifier, number, hash_),
            demo=caller.demo,
        ),
    )
    return Published(identifier, number, hash_, index, log_size(tx))


def _check_terms(reading: Reading, template: Template, policies: Policies) -> None:
    """Refuse a template that could never become terms.

    Raises:
        InvalidFields: with every fault.
    """
    days: dict[str, date] = dict(zip(("starts_on", "expires_on", "review_on"), EXAMPLE_DAYS, strict=True))
    own = [name for name in (*days, "salt") if name in template.terms]
    faults = [field_error(f"/template/terms/{name}", "unknown") for name in own]
    try:
        terms = _terms_in(
            filled(template, {slot.id: f"slot:{slot.id}" for slot in template.slots}, EXAMPLE_DAYS)
        )
    except InvalidFields as invalid:
        raise InvalidFields(errors=_below(invalid.errors)) from None
    known = primaries(reading, mentioned(terms.terms))
    places = {f"slot:{slot.id}" for slot in template.slots}
    faults += _below(unknown_codes(terms.terms, policies.law, known.keys() | places))
    if faults:
        raise InvalidFields(errors=tuple(faults))


def _below(errors: Collection[FieldError]) -> tuple[FieldError, ...]:
    """Faults of the terms as faults of the template that holds them."""
    return tuple(replace(error, pointer=f"/template{error.pointer}") for error in errors)


def _terms_in(document: dict[str, Any]) -> TermsIn:
    return parse(json.dumps({"terms": document}).encode(), TermsIn)


def _check_places(template: Template, parties: Collection[str]) -> None:
    """Refuse bodies for places that are not there, and places that may not stay empty.

    Raises:
        InvalidFields: with every fault.
    """
    known = {slot.id for slot in template.slots}
    unknown = [field_error(f"/parties/{slot}", "unknown-slot", slot=slot) for slot in set(parties) - known]
    missing = [
        field_error("/parties", "slot-missing", slot=slot.id)
        for slot in template.slots
        if not slot.optional and slot.id not in parties
    ]
    if unknown or missing:
        raise InvalidFields(errors=(*unknown, *missing))
