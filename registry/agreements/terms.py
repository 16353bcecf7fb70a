"""The terms document, `terms/1`: what parties agree to, in the shape they sign (CONTRACT; DOMAIN 3.1).

It is kept as it was given (`web.documents`): the bytes that were frozen are stored, hashed and never written
again from this model.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from registry.agreements.sections import (
    AssessmentReferences,
    Confidentiality,
    Contacts,
    DigitalEconomy,
    Governance,
    Incidents,
    International,
    Model,
    Obligation,
    Onward,
    Retention,
    Rights,
    Security,
    Transparency,
    VictimsRequest,
)
from registry.web.body import WireModel
from registry.web.documents import Bilingual, Code, Day, Line, LocalId, OrganisationId, SaltedDocument, Text

GatewayId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/.-]{2,32}$")]
AFTER_SUCCESSION = object()
"""The validation context of a text in which bodies that merged have become one: it was checked before."""

Nation = Literal["E", "W", "S", "NI"]

Kind = Literal["isp", "dda", "jca", "dpa", "mou", "one-off", "internal"]
PartyRole = Literal[
    "controller", "joint-controller", "processor", "sub-processor", "recipient", "competent-authority", "lead"
]
Action = Literal["receive", "disclose", "onward_share", "match", "automated_use"]
Regime = Literal["uk-gdpr", "law-enforcement"]
Identifiability = Literal["identifiable", "pseudonymised", "de-personalised", "aggregate"]


class Party(WireModel):
    """A body that is party to the agreement, and as what.

    `processing_contract` is the contract under which a processor works (UK GDPR Article 28; DPA 2018 s.59).
    """

    organisation: OrganisationId
    roles: Annotated[list[PartyRole], Field(min_length=1, max_length=7)]
    contacts: Contacts = Contacts()
    processing_contract: Line = ""


class Item(WireModel):
    """One data item. `id` is local to the document, `code` is not.

    `cell_size`: figures about fewer people are left out. `grading`: the handling grade of intelligence.
    `fact_or_opinion`: each record says which it is (DPA 2018 s.38).
    """

    id: LocalId
    code: Code
    category: Code
    name: Line = ""
    necessity: Text = ""
    definition: Text = ""
    format: Line = ""
    source_system: Line = ""
    identifiability: Identifiability
    special: bool
    criminal: bool
    patient_information: bool
    quality: Text = ""
    marking: Line = ""
    cell_size: Annotated[int, Field(ge=1, le=1000)] | None = None
    grading: Line = ""
    fact_or_opinion: bool = False


class Basis(WireModel):
    """The lawful basis of one party for one flow (UK GDPR Arts 6, 9, 10; DPA 2018 ss.10, 35, Schs 1, 8).

    `request_record`: where the request is kept that states another body's public task (Annex 1 condition 1).
    """

    party: OrganisationId
    regime: Regime
    art6: Literal["", "a", "b", "c", "d", "e", "ea", "f"] = ""
    domestic_basis: Line = ""
    art9: Literal["", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] = ""
    sch1: Annotated[str, StringConstraints(pattern=r"^([0-9]{1,2}(,[0-9]{1,2})*)?$")] = ""
    art10: Line = ""
    annex1: Literal["", "1", "2", "3", "4", "5"] = ""
    s35: Literal["", "consent", "necessary"] = ""
    sch8: Annotated[list[Annotated[str, StringConstraints(pattern=r"^[1-9]$")]], Field(max_length=9)] = []
    strictly_necessary: Text = ""
    policy_document: Line = ""
    policy_document_reviewed_on: Day | None = None
    request_record: Text = ""

    @model_validator(mode="after")
    def _fits_regime(self) -> Self:
        if self.regime == "law-enforcement" and (self.art6 or self.art9):
            raise PydanticCustomError("basis-of-other-regime", "a Part 3 basis has no UK GDPR condition")
        if self.regime == "uk-gdpr" and (self.s35 or self.sch8):
            raise PydanticCustomError("basis-of-other-regime", "a UK GDPR basis has no Part 3 condition")
        return self


class Flow(WireModel):
    """One directed flow: the unit of every permission decision.

    `reuse_authorisation`: the law that allows another use of law-enforcement data (DPA 2018 s.36(4)).
    `minutes`: how what is said at a meeting is noted. `best_interests`: why it serves the children concerned.
    """

    id: LocalId
    from_: OrganisationId = Field(alias="from")
    to: OrganisationId
    actions: Annotated[list[Action], Field(min_length=1)]
    items: Annotated[list[LocalId], Field(min_length=1, max_length=200)]
    purposes: Annotated[list[Code], Field(min_length=1, max_length=30)]
    subject_groups: Annotated[list[Code], Field(min_length=1, max_length=20)]
    age_bands: Annotated[list[Code], Field(max_length=20)] = []
    volume: Literal["one", "bulk"]
    methods: Annotated[list[Code], Field(max_length=12)] = []
    frequency: Code
    matching_key: Line = ""
    protective: bool
    discloser_function: Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]{0,63})?$")] = ""
    automation: Literal["none", "matching", "decision-support", "automated-decision"]
    biometrics: Literal["none", "verification", "facial-retrospective", "facial-live", "other"]
    bases: Annotated[list[Basis], Field(max_length=20)] = []
    gateways: Annotated[list[GatewayId], Field(max_length=20)] = []
    confidentiality: Confidentiality = Confidentiality()
    retention: Retention = Retention()
    obligations: Annotated[list[Obligation], Field(max_length=30)] = []
    onward_recipients: Annotated[list[OrganisationId], Field(max_length=100)] = []
    reuse_authorisation: Text = ""
    minutes: Text = ""
    best_interests: Text = ""
    digital_economy: DigitalEconomy = DigitalEconomy()
    victims_request: VictimsRequest = VictimsRequest()
    model: Model = Model()


class Terms(SaltedDocument):
    """The whole document. Sections a later release adds never reshape what is here."""

    schema_: Literal["terms/1"] = Field(alias="schema")
    title: Bilingual
    kind: Kind
    parent: Annotated[str, StringConstraints(max_length=64)] | None = None
    publication: Literal["full", "summary", "withheld"]
    marking: Literal["OFFICIAL", "OFFICIAL-SENSITIVE"]
    jurisdictions: Annotated[list[Nation], Field(min_length=1, max_length=4)]
    starts_on: Day
    expires_on: Day
    review_on: Day
    summary: Bilingual
    parties: Annotated[list[Party], Field(min_length=2, max_length=200)]
    items: Annotated[list[Item], Field(min_length=1, max_length=500)]
    flows: Annotated[list[Flow], Field(min_length=1, max_length=500)]
    security: Security = Security()
    transparency: Transparency = Transparency()
    rights: Rights = Rights()
    incidents: Incidents = Incidents()
    international: International = International()
    onward: Onward = Onward()
    assessments: AssessmentReferences = AssessmentReferences()
    governance: Governance = Governance()

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.expires_on < self.starts_on:
            raise PydanticCustomError("expires-before-start", "the agreement expires before it starts")
        if not self.starts_on <= self.review_on <= self.expires_on:
            raise PydanticCustomError("review-outside-term", "the review date lies outside the term")
        return self

    @model_validator(mode="after")
    def _references_resolve(self, info: ValidationInfo) -> Self:
        if info.context is AFTER_SUCCESSION:
            return self
        parties = [party.organisation for party in self.parties]
        items = [item.id for item in self.items]
        flows = [flow.id for flow in self.flows]
        for ids in (parties, items, flows):
            if len(set(ids)) != len(ids):
                raise PydanticCustomError("repeated-id", "an id is used twice in one list")
        controllers = set(self.controllers())
        for flow in self.flows:
            if not {flow.from_, flow.to} <= set(parties) or flow.from_ == flow.to:
                raise PydanticCustomError("flow-ends", "a flow runs between two different parties")
            if not controllers & {flow.from_, flow.to}:
                raise PydanticCustomError("flow-no-controller", "nobody at a flow's ends decides about it")
            if not set(flow.items) <= set(items) or len(set(flow.items)) != len(flow.items):
                raise PydanticCustomError("flow-items", "a flow lists items of this document, each once")
            if not {basis.party for basis in flow.bases} <= {flow.from_, flow.to}:
                raise PydanticCustomError("basis-party", "a basis is that of an end of the flow")
        return self

    def item(self, local_id: str) -> Item:
        """The item with a local id."""
        return next(item for item in self.items if item.id == local_id)

    def items_of(self, flow: Flow) -> list[Item]:
        """The items a flow lists, in its order."""
        return [self.item(local_id) for local_id in flow.items]

    def controllers(self) -> tuple[str, ...]:
        """The organisations that decide purposes and means: they sign, and each answers for its DPIA."""
        deciding = {"controller", "joint-controller", "competent-authority", "lead"}
        return tuple(party.organisation for party in self.parties if deciding & set(party.roles))


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document. What it cannot say, as days in order, is also checked."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$id": "/schemas/terms-1.json", **Terms.model_json_schema()}
