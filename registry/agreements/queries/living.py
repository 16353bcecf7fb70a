"""Agreements as records look them up (`records.register.AgreementRegister`)."""

from datetime import date

from sqlalchemy import select

from registry.agreements.queries import reminders
from registry.agreements.queries.acts import SUSPENSION
from registry.agreements.queries.versions import FLOW, VERSION, StoredVersion, get, list_in_force
from registry.agreements.rules import NoSuchAgreement
from registry.agreements.terms import Party
from registry.db import Reading
from registry.policy import RecordKeeping
from registry.records.register import AgreementSeen, BodyContacts, Ended, FlowSeen, RightsContacts
from registry.records.rules import Wanted

OVER = ("expired", "terminated")
"""By what a flow ended whose recipient has to return or destroy what it received."""


class LivingRegister:
    """The register of agreements, for the records of what happens while they live."""

    def agreement(self, reading: Reading, ref: str) -> AgreementSeen | None:
        """The parties and flows of the versions in force, or of the newest; None where there is none."""
        try:
            versions = list_in_force(reading, ref) or [get(reading, ref)]
        except NoSuchAgreement:
            return None
        hours = [version.terms.incidents.notify_hours for version in versions]
        return AgreementSeen(
            ref=ref,
            parties=frozenset().union(*(version.parties for version in versions)),
            flows=tuple(
                FlowSeen(flow.id, flow.from_, flow.to) for version in versions for flow in version.terms.flows
            ),
            notify_hours=min((one for one in hours if one is not None), default=None),
        )

    def contacts(self, reading: Reading, ref: str) -> RightsContacts | None:
        """The contacts of the newest version that has been in force, unless it is withheld."""
        newest = (
            select(VERSION.c.number)
            .where(VERSION.c.ref == ref, VERSION.c.first_live_at.is_not(None))
            .order_by(VERSION.c.number.desc())
            .limit(1)
        )
        number = reading.scalar(newest)
        version = get(reading, ref, number) if number is not None else None
        if version is None or version.publication == "withheld":
            return None
        rights = version.terms.rights
        return RightsContacts(
            subject_access=rights.subject_access,
            complaints=rights.complaints,
            complaints_acknowledged_days=rights.complaints_acknowledged_days,
            bodies=tuple(_contacts(version, party) for party in version.terms.parties),
        )

    def suspended_for(self, reading: Reading, incident: str) -> list[str]:
        """The flows that somebody holds suspended because of an incident, each once."""
        statement = select(SUSPENSION.c.flow).where(
            SUSPENSION.c.incident == incident, SUSPENSION.c.lifted_at.is_(None)
        )
        return sorted({flow for (flow,) in reading.all(statement)})

    def ended(self, reading: Reading) -> list[Ended]:
        """Every recipient for which a flow was live and ended, and none of the agreement runs any more."""
        other = FLOW.alias("other")
        running = select(other.c.flow).where(
            other.c.ref == FLOW.c.ref,
            other.c.recipient == FLOW.c.recipient,
            other.c.state.in_(("live", "suspended")),
        )
        statement = (
            select(FLOW.c.ref, FLOW.c.recipient, VERSION.c.ended_on)
            .join(VERSION, VERSION.c.id == FLOW.c.version_id)
            .where(FLOW.c.live_at.is_not(None), FLOW.c.ended_by.in_(OVER), ~running.exists())
            .order_by(VERSION.c.number)
        )
        newest = {(row.ref, row.recipient): row.ended_on for row in reading.all(statement)}
        return [Ended(ref, recipient, on) for (ref, recipient), on in newest.items()]

    def wanted(self, reading: Reading, today: date, periods: RecordKeeping) -> list[Wanted]:
        """The tasks that agreements, assessments, assurances and trainings call for."""
        return [one for look in reminders.LOOKS for one in look(reading, today, periods)]


def _contacts(version: StoredVersion, party: Party) -> BodyContacts:
    return BodyContacts(
        organisation=party.organisation,
        rights=party.contacts.rights,
        complaints=party.contacts.complaints,
        foi=version.terms.transparency.foi_lead,
        ig=party.contacts.ig,
    )
