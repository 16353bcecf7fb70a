"""Who may see which version of an agreement, and what of it: the one place where that is decided."""

from dataclasses import dataclass
from datetime import datetime

from registry import clock
from registry.agreements import queries as agreements
from registry.agreements.actions.change import may
from registry.agreements.projections import mentioned
from registry.agreements.queries import StoredVersion
from registry.agreements.rules import OVER, NoSuchAgreement
from registry.callers import Caller
from registry.db import Reading
from registry.organisations.naming import public_names
from registry.policy import Policies
from registry.public import queries
from registry.public.showing import (
    Names,
    Shown,
    contacts_of,
    edition_of,
    rights_of,
    sharings_of,
)
from registry.public.words import STATUSES, pair, word_of, words_of


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks: someone signed in for an organisation, or anyone."""

    caller: Caller | None
    policies: Policies
    now: datetime

    def may_read(self, reading: Reading, version: StoredVersion) -> bool:
        """Whether the access rules let this person read a version that is not public."""
        return self.caller is not None and may(
            reading, self.policies, "agreement.read", self.caller, version, self.now
        )

    def is_party(self, version: StoredVersion) -> bool:
        """Whether the viewer acts for one of the parties."""
        return self.caller is not None and self.caller.organisation in version.parties


@dataclass(frozen=True, slots=True)
class Seen:
    """A version as it is stored, the numbers of all that the viewer may see, and how much of it."""

    version: StoredVersion
    numbers: tuple[int, ...]
    is_public: bool
    is_whole: bool


def see(reading: Reading, ref: str, number: int | None, viewer: Viewer) -> Seen:
    """A version by its number, or the newest one that the viewer may see.

    Raises:
        NoSuchAgreement: there is none that the viewer may see; a withheld one, or a draft, is none.
    """
    public = set(queries.public_numbers(reading, ref))
    versions = {
        one: version
        for one in agreements.numbers(reading, ref)
        if (one in public or viewer.caller is not None)
        and (version := agreements.get(reading, ref, one))
        and (one in public or viewer.may_read(reading, version))
    }
    wanted = number if number is not None else next(iter(versions), 0)
    if wanted not in versions:
        raise NoSuchAgreement(ref=ref)
    version = versions[wanted]
    is_whole = version.publication == "full" or viewer.is_party(version)
    return Seen(version, tuple(versions), wanted in public, is_whole)


def names_for(reading: Reading, seen: Seen, viewer: Viewer) -> Names:
    """What the bodies of a version are called: by their names to its parties, else as anyone may know."""
    named = mentioned(seen.version.terms)
    if viewer.is_party(seen.version):
        return queries.true_names(reading, named)
    return public_names(reading, viewer.policies.law, named)


def show(reading: Reading, seen: Seen, viewer: Viewer) -> Shown:
    """A version in plain words, as far as the viewer may see it."""
    version, law = seen.version, viewer.policies.law
    terms, names = version.terms, names_for(reading, seen, viewer)
    began = version.first_live_at
    return Shown(
        ref=version.ref,
        number=version.number,
        title=pair(terms.title),
        summary=pair(terms.summary),
        kind=word_of(law.agreement_kinds, terms.kind),
        nations=words_of(law.nations, terms.jurisdictions),
        tag=STATUSES[version.status],
        starts_on=version.starts_on,
        expires_on=version.expires_on,
        review_on=version.review_on,
        is_over=version.status in OVER,
        is_public=seen.is_public,
        is_whole=seen.is_whole,
        reviewed_on=queries.last_reviewed(reading, version.id),
        agreed_on=clock.london_day(began) if began else None,
        sharings=sharings_of(version, names, law) if seen.is_whole else (),
        contacts=contacts_of(terms, names, law) if seen.is_whole else (),
        rights=rights_of(terms) if seen.is_whole else (),
        notices=[
            (pair(names[body]), address)
            for body, address in terms.transparency.privacy_notices.items()
            if seen.is_whole and body in names and names[body].is_named
        ],
        editions=[edition_of(row) for row in queries.editions(reading, version.ref, seen.numbers)],
    )
