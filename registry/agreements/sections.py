"""The sections of the terms document, and the smaller parts of its parties and flows."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from registry.web.body import WireModel
from registry.web.documents import Code, Day, Line, OrganisationId, Text

Period = Annotated[
    str,
    StringConstraints(
        pattern=r"^(P([0-9]{1,3}W|[0-9]{1,3}Y([0-9]{1,3}M)?([0-9]{1,4}D)?|[0-9]{1,3}M([0-9]{1,4}D)?|[0-9]{1,4}D))?$"
    ),
]
"""Empty, or an ISO 8601 period of whole days or more (ISO 8601-1 section 5.5.2): `P1Y6M`, `P12W`."""


class Contacts(WireModel):
    """Role mailboxes and duty phones, never a person's own."""

    ig: Line = ""
    duty: Line = ""
    rights: Line = ""
    complaints: Line = ""
    incidents: Line = ""


class Confidentiality(WireModel):
    """The common-law side: by which route confidential information may be disclosed."""

    route: Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]{0,63})?$")] = ""
    caldicott_review: Line = ""
    cag_reference: Line = ""
    cag_expires_on: Day | None = None
    opt_out: Line = ""


class Retention(WireModel):
    """How long a recipient may keep what it receives (an ISO 8601 period), counted from what.

    `schedule` is the period of the retention schedule of the body that disposes of it.
    """

    period: Period = ""
    schedule: Period = ""
    trigger: Line = ""
    method: Line = ""


class Obligation(WireModel):
    """A duty that comes with every permit of the flow."""

    code: Code
    params: Annotated[dict[Code, Line], Field(max_length=10)] = {}


class DigitalEconomy(WireModel):
    """What Part 5 of the Digital Economy Act 2017 asks for: objective, pilot, register entry."""

    objective: Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]{0,63})?$")] = ""
    pilot_approval: Line = ""
    pilot_approved_on: Day | None = None
    register_entry: Line = ""
    register_entered_on: Day | None = None


class VictimsRequest(WireModel):
    """What is recorded when the police ask others about a victim (PCSC Act 2022 ss.44A-44F)."""

    necessity: Text = ""
    notice: Text = ""
    notice_exception: Text = ""
    counselling: Text = ""


class Model(WireModel):
    """The tool a flow uses, and where it is piloted; the ethics assessment approves exactly this."""

    name: Line = ""
    version: Line = ""
    pilot_area: Line = ""


class Security(WireModel):
    """How the data is protected on the way and at rest.

    `processor_contracts`: the Article 28 contract of each of `processors`. `disclosure_log`: how uses are
    logged for law enforcement (DPA 2018 s.62).
    """

    certifications: Annotated[list[Line], Field(max_length=20)] = []
    encryption: Text = ""
    access: Text = ""
    vetting: Text = ""
    logging: Text = ""
    hosting: Line = ""
    processors: Annotated[list[Line], Field(max_length=50)] = []
    processor_contracts: Annotated[dict[Line, Line], Field(max_length=50)] = {}
    disclosure_log: Text = ""


class Transparency(WireModel):
    """What people are told, and what is published."""

    privacy_notices: Annotated[dict[OrganisationId, Line], Field(max_length=100)] = {}
    exemption: Text = ""
    foi_lead: Line = ""
    foi_exemption: Line = ""
    withheld_reviewer: Line = ""
    equality: Text = ""


class Rights(WireModel):
    """Who answers people who use their rights, and complaints (DPA 2018 s.164A)."""

    subject_access: Text = ""
    rectification: Text = ""
    objection: Text = ""
    automated_decisions: Text = ""
    human_contact: Line = ""
    complaints: Line = ""
    complaints_acknowledged_days: Annotated[int, Field(ge=1, le=30)] | None = None


class Incidents(WireModel):
    """What happens after a breach (UK GDPR Article 33; DPA 2018 s.67)."""

    notify_hours: Annotated[int, Field(ge=1, le=72)] | None = None
    joint_investigation: Text = ""
    contacts_tested_on: Day | None = None


class International(WireModel):
    """Transfers outside the United Kingdom."""

    countries: Annotated[list[Line], Field(max_length=50)] = []
    mechanism: Line = ""
    risk_assessment: Line = ""


class Onward(WireModel):
    """Whether a recipient may pass on what it received."""

    rule: Literal["prohibited", "originator-consent", "listed"] = "prohibited"
    conditions: Text = ""


class AssessmentReferences(WireModel):
    """References to papers outside the registry; what covers what is said by `covers` alone."""

    equality: Line = ""
    child_rights: Line = ""
    legitimate_interests: Line = ""
    transfer_risk: Line = ""
    algorithmic_transparency: Line = ""
    biometrics_commissioner: Text = ""


class JointControllers(WireModel):
    """The arrangement of joint controllers (UK GDPR Article 26; DPA 2018 s.58).

    `essence`: where its essence is published. `contact_point`: whom people turn to (s.58(3)).
    """

    arrangement: Text = ""
    essence: Line = ""
    contact_point: Line = ""


class Governance(WireModel):
    """How the agreement is kept alive and how it ends."""

    narrative: Text = ""
    benefits: Text = ""
    alternatives: Text = ""
    notice_period: Period = ""
    termination: Text = ""
    exit: Text = ""
    disputes: Text = ""
    liability: Text = ""
    training: Text = ""
    joint_controller_lead: OrganisationId | Literal[""] = ""
    joint_controllers: JointControllers = JointControllers()
