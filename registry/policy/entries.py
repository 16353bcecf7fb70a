"""The shapes of the entries in `policies/law`: bilingual, dated, marked with where they come from."""

import string
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$")]
GatewayCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9/-]*[A-Z0-9]$")]
Mark: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(own|announced|S\d+[a-z]?(, ?S\d+[a-z]?)*)$")]
Nation: TypeAlias = Literal["E", "W", "S", "NI"]
Nations: TypeAlias = Annotated[tuple[Nation, ...], Field(min_length=1)]
Codes: TypeAlias = tuple[Code, ...]
Source: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9.-]+(/[A-Za-z0-9./-]*)?$")]
Named: TypeAlias = tuple[str, Collection[str]]
WelshStatus: TypeAlias = Literal["official", "translator", "draft"]

UNITED_KINGDOM: tuple[Nation, ...] = ("E", "W", "S", "NI")


class Model(BaseModel):
    """A frozen part of a law file; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sentence(Model):
    """The same thing said in English and in Welsh."""

    en: Text
    cy: Text


class Entry(Sentence):
    """One code of a list.

    `mark` says where the fact comes from: `own` (unverified), `announced` (start not confirmed), or the
    keys of its sources (`docs/policies.md`). `cy_status` says who answers for the Welsh. An entry that was
    not looked at again by `review_due` is overdue: answers that rest on it say so. `extent`: the nations it
    speaks for, all of them where it does not say.
    """

    code: Code
    mark: Mark
    cy_status: WelshStatus
    reviewed_on: date
    review_due: date
    extent: Nations = UNITED_KINGDOM
    in_force_from: date | None = None
    in_force_until: date | None = None

    def is_in_force(self, on: date) -> bool:
        """Say whether the entry holds on a London day, both ends included."""
        started = self.in_force_from is None or self.in_force_from <= on
        return started and (self.in_force_until is None or on <= self.in_force_until)

    def is_overdue(self, on: date) -> bool:
        """Say whether its review was due before a London day."""
        return self.review_due < on

    def named(self) -> Iterator[Named]:
        """The codes of other lists that it names, list by list."""
        yield from ()

    @model_validator(mode="after")
    def _is_reviewed_before_due(self) -> Self:
        if self.review_due <= self.reviewed_on:
            raise ValueError("the next review must be due after the last one")
        return self


class NamedEntry(Entry):
    """A code that is also a name on the wire (a role, an action), spelt with underscores."""

    code: Name


class NationEntry(Entry):
    """A nation of the United Kingdom, by the letter that terms and extents use.

    Where its law is not `catalogued`, no question about sharing there is decided.
    """

    code: Nation
    catalogued: bool = True


class Purpose(Entry):
    """Why information is shared."""

    law_enforcement: bool = False
    protective: bool = False
    statistics: bool = False
    opt_out: bool = False


class SubjectGroup(Entry):
    """Whom the information is about."""

    vulnerable: bool = False


class Category(Entry):
    """What kind of information it is: special (UK GDPR Article 9) or criminal (Article 10)."""

    special: bool = False
    criminal: bool = False
    opt_out: bool = False


class Obligation(Entry):
    """What a permit demands: sentences whose `{placeholders}` are the obligation's parameters."""

    @model_validator(mode="after")
    def _languages_agree(self) -> Self:
        if _placeholders(self.en) != _placeholders(self.cy):
            raise ValueError("the English and Welsh sentences have different placeholders")
        return self

    @property
    def params(self) -> frozenset[str]:
        """The names of the parameters that the sentence needs."""
        return _placeholders(self.en)

    def say(self, params: Mapping[str, str]) -> Sentence:
        """Return both sentences with the parameters filled in.

        Raises:
            KeyError: a parameter is missing.
        """
        return Sentence(en=self.en.format_map(params), cy=self.cy.format_map(params))


class Limit(Entry):
    """What a gateway asks for or leaves out; `checked_by` names the gate that holds it."""

    checked_by: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]{2}$")] | None = None


class Objective(Entry):
    """A public service objective: the kinds of body listed for it, and the purposes that serve it."""

    purposes: Codes = ()
    kinds: Annotated[Codes, Field(min_length=1)]

    def named(self) -> Iterator[Named]:
        """Purposes and kinds of body."""
        yield "purposes", self.purposes
        yield "organisation_kinds", self.kinds


class Gateway(Entry):
    """A statutory power or duty to share, and what is none but could be taken for one.

    `requires_agreement` is true where the law itself demands one. No `from_kinds` or `to_kinds`: not fixed.
    """

    code: GatewayCode
    citation: Text
    extent: Nations
    kind: Literal[
        "power",
        "duty",
        "duty-on-request",
        "personal-duty",
        "function",
        "general-power",
        "limit",
        "guidance",
        "caution",
    ]
    source: Source
    limits: Codes = ()
    note: Sentence | None = None
    from_kinds: Codes = ()
    to_kinds: Codes = ()
    objectives: tuple[Objective, ...] = ()
    commenced: bool = True
    replaced_by: GatewayCode | None = None
    caution: bool = False
    requires_agreement: bool = False

    @property
    def is_duty(self) -> bool:
        """Whether it obliges the body to share unasked, so that a missing paper only warns (CF-02, DP-01)."""
        return self.kind == "duty"

    def is_in_force(self, on: date) -> bool:
        """Say whether it holds on a London day: commenced, and within its days."""
        return self.commenced and super().is_in_force(on)

    def named(self) -> Iterator[Named]:
        """Limits, kinds of body, what its objectives name, and what took its place."""
        yield "limits", self.limits
        yield "organisation_kinds", (*self.from_kinds, *self.to_kinds)
        yield "gateways", (self.replaced_by,) if self.replaced_by else ()
        for objective in self.objectives:
            yield from objective.named()


class Bar(Entry):
    """What the law forbids to disclose whatever an agreement says; an empty list matches anything."""

    citation: Text
    extent: Nations
    source: Source
    categories: Codes = ()
    subject_groups: Codes = ()

    def named(self) -> Iterator[Named]:
        """Categories and subject groups."""
        yield "categories", self.categories
        yield "subject_groups", self.subject_groups

    def may_touch(
        self, *, categories: Collection[str], subject_groups: Collection[str], nations: Collection[str]
    ) -> bool:
        """Say whether sharing these could meet the bar. It never says that the bar applies (BAR-01)."""
        return (
            not set(nations).isdisjoint(self.extent)
            and (not self.categories or not set(categories).isdisjoint(self.categories))
            and (not self.subject_groups or not set(subject_groups).isdisjoint(self.subject_groups))
        )


class PersonDuty(Entry):
    """A duty that binds a person, not a body: who must tell whom. The gateway of that code gives the rest.

    No subject groups: it may be about anyone.
    """

    code: GatewayCode
    who: Sentence
    tell: Sentence
    purposes: Annotated[Codes, Field(min_length=1)]
    subject_groups: Codes = ()
    to_kinds: Annotated[Codes, Field(min_length=1)]

    def named(self) -> Iterator[Named]:
        """Its gateway, and whom, why and whom to tell."""
        yield "gateways", (self.code,)
        yield "purposes", self.purposes
        yield "subject_groups", self.subject_groups
        yield "organisation_kinds", self.to_kinds


class Article9(Entry):
    """An Article 9(2) condition and the part of Schedule 1 whose paragraph it needs (DPA 2018 s.10)."""

    schedule1_part: Literal[1, 2] | None = None


class Schedule1(Entry):
    """A paragraph of Schedule 1 to the DPA 2018; `policy_document` where Part 4 applies."""

    part: Literal[1, 2, 3]
    policy_document: bool = False


class Identifiability(Entry):
    """How closely an item points at a person; `personal` while data protection law applies to it."""

    personal: bool


class OrganisationKind(Entry):
    """A kind of body; a `health_or_care` one has a Caldicott Guardian.

    Where a `location_protected` one is may not be found out: pages that anyone reads name the kind alone.
    """

    health_or_care: bool = False
    public_authority: bool = True
    location_protected: bool = False


class Duty(Entry):
    """A duty to share that may apply where no agreement covers a question (outcome DUTY_TO_SHARE)."""

    gateway: GatewayCode
    nations: Nations
    subject_groups: Annotated[Codes, Field(min_length=1)]
    purposes: Annotated[Codes, Field(min_length=1)]
    from_kinds: Annotated[Codes, Field(min_length=1)]
    to_kinds: Annotated[Codes, Field(min_length=1)]

    def named(self) -> Iterator[Named]:
        """Its gateway, and whom, why and between whom."""
        yield "gateways", (self.gateway,)
        yield "subject_groups", self.subject_groups
        yield "purposes", self.purposes
        yield "organisation_kinds", (*self.from_kinds, *self.to_kinds)


class Criterion(Entry):
    """One screening question; `plus_wp248` counts only together with another list's criterion."""

    plus_wp248: bool = False


class ScreeningList(Entry):
    """A list of screening criteria: so many of them, and a DPIA is required."""

    cite: Text
    threshold: Annotated[int, Field(ge=1)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]

    def count(self, criteria: Collection[str], *, wp248: bool) -> int:
        """Return how many of this list's criteria count, given whether any WP248 criterion applies."""
        return sum(
            criterion.code in criteria and (wp248 or not criterion.plus_wp248) for criterion in self.criteria
        )


class Question(Entry):
    """One question of the ethics assessment; a critical one must reach the pass score.

    `when` names triggers: the question is critical only if one of them was answered yes; none means always.
    """

    critical: bool = False
    when: tuple[Code, ...] = ()


class Dimension(Entry):
    """One of the nine dimensions of the ethics assessment."""

    questions: Annotated[tuple[Question, ...], Field(min_length=4, max_length=6)]


class RiskMatrix(Model):
    """Likelihood times severity gives the level of a risk; a body may tighten the table, never loosen it."""

    likelihoods: tuple[Entry, ...]
    severities: tuple[Entry, ...]
    levels: tuple[Entry, ...]
    overall: Mapping[Code, Mapping[Code, Code]]

    @model_validator(mode="after")
    def _every_cell_has_a_level(self) -> Self:
        cells = {(row, column) for row, columns in self.overall.items() for column in columns}
        if cells != {(row.code, column.code) for row in self.severities for column in self.likelihoods}:
            raise ValueError("the table must have one cell for each severity and likelihood")
        named = {level for columns in self.overall.values() for level in columns.values()}
        if not named <= {level.code for level in self.levels}:
            raise ValueError("the table names a level that does not exist")
        return self

    def level(self, *, likelihood: str, severity: str) -> str:
        """Return the overall level of a risk.

        Raises:
            KeyError: there is no such likelihood or severity.
        """
        return self.overall[severity][likelihood]

    def tightened(self, cells: Mapping[str, Mapping[str, str]]) -> "RiskMatrix":
        """Return this matrix with other levels in some cells: a body's own (DOMAIN 4.3).

        Raises:
            ValueError: a cell or a level does not exist, or a level is lower than it was.
        """
        order = [level.code for level in self.levels]
        for severity, columns in cells.items():
            for likelihood, level in columns.items():
                before = self.overall.get(severity, {}).get(likelihood)
                if before is None or level not in order or order.index(level) < order.index(before):
                    raise ValueError(f"{severity}/{likelihood}")
        overall = {row: {**columns, **cells.get(row, {})} for row, columns in self.overall.items()}
        return self.model_copy(update={"overall": overall})


class Ethics(Model):
    """The data-ethics assessment: what triggers it, its nine dimensions, its scale and its pass score."""

    polarity: Literal["higher-is-better"]
    pass_score: Annotated[int, Field(ge=0, le=5)]
    scale: Annotated[tuple[Entry, ...], Field(min_length=6, max_length=6)]
    triggers: tuple[Entry, ...]
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=9, max_length=9)]

    @model_validator(mode="after")
    def _codes_are_unique_and_known(self) -> Self:
        triggers = {trigger.code for trigger in self.triggers}
        questions = {question.code for question in self.questions}
        if len(triggers) < len(self.triggers) or len(questions) < len(self.questions):
            raise ValueError("a trigger or a question is there twice")
        if not all(triggers.issuperset(question.when) for question in self.questions):
            raise ValueError("a question names a trigger that does not exist")
        return self

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of all dimensions, in order."""
        return tuple(question for dimension in self.dimensions for question in dimension.questions)

    def critical(self, triggers: Collection[str]) -> tuple[Question, ...]:
        """Return the questions that must reach the pass score when these triggers apply."""
        return tuple(
            question
            for question in self.questions
            if question.critical and (not question.when or any(code in triggers for code in question.when))
        )


def _placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
