"""Who gives authority to whom: two people for what approves, limits on what is lent, no work lost."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from registry.agreements.queries import AgreementEstate
from registry.auditlog import read_events
from registry.callers import Caller
from registry.db import Database
from registry.organisations import actions, queries
from registry.organisations.actions import Acting
from registry.organisations.estates import Estates
from registry.organisations.rules import (
    AdministratorsDoNotApprove,
    AnotherPersonNeeded,
    AuthorityNotShared,
    BadHandOver,
    DaysOutOfOrder,
    DelegationNotOpen,
    NoSuchDelegation,
    NotAuthorised,
    RoleAlreadyHeld,
    RoleNotHeld,
    SharedWithItself,
    UnknownKind,
    UnknownPerson,
    WouldBeOrphaned,
)
from registry.organisations.schemas import AssuranceIn, DelegationIn, SharedAuthorityIn, TrainingIn
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, TODAY, TRUST, Cast, furnish
from tests.samples.assessments import POLICIES
from tests.samples.desk import Desk

DELAY = timedelta(hours=24)
WEEK = timedelta(days=7)
ESTATES = Estates((AgreementEstate(),))


@pytest.fixture
def cast(database: Database) -> Cast:
    return furnish(database)


def acting(caller: Caller, **changes: object) -> Acting:
    values: dict[str, object] = {"now": NOW, "delay": DELAY, "estates": ESTATES} | changes
    return Acting(caller=caller, policies=POLICIES, **values)  # type: ignore[arg-type]


def person_of(caller: Caller) -> str:
    assert caller.person is not None
    return caller.person


def lending(**changes: object) -> DelegationIn:
    values = {"role": "signatory", "max_risk": "medium", "starts_on": TODAY, "ends_on": TODAY + WEEK}
    return DelegationIn.model_validate(values | changes)


def refused(kind: type[Exception], db: Database, do: Callable[..., object], *given: object) -> None:
    *arguments, by = given
    with pytest.raises(kind), db.write() as tx:
        do(tx, *arguments, acting=by)


def roles_of(db: Database, person: str, *, after: timedelta = timedelta()) -> frozenset[str]:
    with db.read() as reading:
        return queries.current_roles(reading, person, LANCASHIRE, NOW + after)


def test_two_people_grant_a_role_that_approves_and_it_counts_after_the_delay(
    database: Database, cast: Cast
) -> None:
    officer = person_of(cast(LANCASHIRE, "ig_officer"))
    with database.write() as tx:
        asked = actions.give_role(tx, officer, "signatory", acting=acting(cast(LANCASHIRE, "admin")))
    assert asked.pending == "second-person"
    assert roles_of(database, officer, after=DELAY) == {"ig_officer"}
    with database.write() as tx:
        given = actions.give_role(tx, officer, "signatory", acting=acting(cast(LANCASHIRE, "siro")))
    assert (given.pending, given.counts_from) == (None, NOW + DELAY)
    assert roles_of(database, officer) == {"ig_officer"}
    assert roles_of(database, officer, after=DELAY) == {"ig_officer", "signatory"}
    with database.read() as reading:
        told = queries.notices(reading, officer)
        events = [event.type for event in read_events(reading, 1)]
    assert {notice.about for notice in told} == {"role-proposed", "role-granted"}
    assert {notice.counts_from for notice in told if notice.role == "signatory"} == {NOW + DELAY, None}
    assert events == ["role.proposed", "role.granted"]


def test_one_person_is_never_two(database: Database, cast: Cast) -> None:
    officer, admin = person_of(cast(LANCASHIRE, "ig_officer")), acting(cast(LANCASHIRE, "admin"))
    with database.write() as tx:
        actions.give_role(tx, officer, "signatory", acting=admin)
        actions.give_role(tx, person_of(cast(LANCASHIRE, "siro")), "dpo", acting=admin)
    refused(AnotherPersonNeeded, database, actions.give_role, officer, "signatory", admin)
    siro = acting(cast(LANCASHIRE, "siro"))
    refused(AnotherPersonNeeded, database, actions.give_role, person_of(siro.caller), "dpo", siro)


def test_an_administrator_gives_what_does_not_approve_alone_and_never_approves(
    database: Database, cast: Cast
) -> None:
    siro, admin = person_of(cast(LANCASHIRE, "siro")), acting(cast(LANCASHIRE, "admin"))
    with database.write() as tx:
        actions.give_role(tx, siro, "auditor", acting=admin)
    assert roles_of(database, siro) == {"siro", "auditor"}
    refused(RoleAlreadyHeld, database, actions.give_role, siro, "auditor", admin)
    refused(AdministratorsDoNotApprove, database, actions.give_role, siro, "admin", admin)
    second = person_of(cast(LANCASHIRE, "admin", second=True))
    refused(AdministratorsDoNotApprove, database, actions.give_role, second, "signatory", admin)
    refused(UnknownPerson, database, actions.give_role, "nobody", "auditor", admin)
    with database.write() as tx:
        actions.take_role(tx, siro, "auditor", acting=admin)
    assert roles_of(database, siro) == {"siro"}
    refused(RoleNotHeld, database, actions.take_role, siro, "auditor", admin)


def test_only_those_who_look_after_a_body_give_roles_there(database: Database, cast: Cast) -> None:
    officer = person_of(cast(LANCASHIRE, "ig_officer"))
    refused(NotAuthorised, database, actions.give_role, officer, "auditor", acting(cast(LANCASHIRE, "siro")))
    with database.write() as tx:
        actions.give_role(tx, officer, "auditor", acting=acting(cast(BLACKPOOL, "admin")))
        assert queries.current_roles(tx, officer, BLACKPOOL, NOW) == {"auditor"}
    assert roles_of(database, officer) == {"ig_officer"}


def test_whoever_holds_a_role_lends_it_for_some_days_and_within_limits(
    database: Database, cast: Cast
) -> None:
    deputy = person_of(cast(LANCASHIRE, "ig_officer"))
    with database.write() as tx:
        lent = actions.delegate(
            tx, deputy, lending(kinds=["dda"]), acting=acting(cast(LANCASHIRE, "signatory"))
        )
    assert lent.pending is None
    assert roles_of(database, deputy) == {"ig_officer", "signatory"}
    assert roles_of(database, deputy, after=-timedelta(days=1)) == {"ig_officer"}
    assert roles_of(database, deputy, after=WEEK + timedelta(days=1)) == {"ig_officer"}
    with database.read() as reading:
        mandate = queries.delegation_of(reading, deputy, LANCASHIRE, TODAY)
        row = queries.find_delegation(reading, lent.id)
    assert mandate.covers(kind="dda", risk="medium")
    assert not mandate.covers(kind="isp", risk="low")
    assert not mandate.covers(kind="dda", risk="high")
    assert row is not None
    assert row.digest.startswith("sha256:")
    assert deputy not in row.document.decode(), "auditors of other bodies are handed it"


def test_what_nobody_there_lends_of_their_own_takes_two_people(database: Database, cast: Cast) -> None:
    deputy, siro = person_of(cast(LANCASHIRE, "ig_officer")), acting(cast(LANCASHIRE, "siro"))
    with database.write() as tx:
        asked = actions.delegate(tx, deputy, lending(), acting=siro)
    assert asked.pending == "second-person"
    assert roles_of(database, deputy) == {"ig_officer"}
    refused(AnotherPersonNeeded, database, actions.agree, asked.id, siro)
    refused(NotAuthorised, database, actions.agree, asked.id, acting(cast(BLACKPOOL, "siro")))
    refused(NoSuchDelegation, database, actions.agree, "no-such", acting(cast(LANCASHIRE, "admin")))
    with database.write() as tx:
        actions.agree(tx, asked.id, acting=acting(cast(LANCASHIRE, "admin")))
    assert roles_of(database, deputy) == {"ig_officer", "signatory"}
    refused(DelegationNotOpen, database, actions.agree, asked.id, acting(cast(LANCASHIRE, "admin")))
    with database.write() as tx:
        actions.end(tx, asked.id, acting=siro)
    assert roles_of(database, deputy) == {"ig_officer"}
    refused(DelegationNotOpen, database, actions.end, asked.id, siro)


def test_what_cannot_be_lent_is_refused(database: Database, cast: Cast) -> None:
    deputy, signatory = person_of(cast(LANCASHIRE, "ig_officer")), acting(cast(LANCASHIRE, "signatory"))
    admin = person_of(cast(LANCASHIRE, "admin"))
    past = {"starts_on": TODAY - WEEK, "ends_on": TODAY - timedelta(days=1)}
    refused(DaysOutOfOrder, database, actions.delegate, deputy, lending(**past), signatory)
    refused(UnknownKind, database, actions.delegate, deputy, lending(kinds=["treaty"]), signatory)
    refused(AdministratorsDoNotApprove, database, actions.delegate, admin, lending(), signatory)
    refused(AnotherPersonNeeded, database, actions.delegate, signatory.person, lending(), signatory)
    refused(NotAuthorised, database, actions.delegate, deputy, lending(role="dpo"), signatory)


def test_authority_is_shared_once_both_bodies_say_so(database: Database, cast: Cast) -> None:
    signatory = person_of(cast(LANCASHIRE, "signatory"))

    def share(body: str, other: str) -> str | None:
        with database.write() as tx:
            wanted = SharedAuthorityIn(organisation=other)
            return actions.share_authority(tx, signatory, wanted, acting=acting(cast(body, "admin"))).pending

    def is_shared() -> bool:
        with database.read() as reading:
            return queries.shared_authority(reading, signatory, (LANCASHIRE, BLACKPOOL))

    assert share(LANCASHIRE, BLACKPOOL) == "second-organisation"
    assert not is_shared()
    assert share(BLACKPOOL, LANCASHIRE) is None
    assert is_shared()

    ending = (signatory, SharedAuthorityIn(organisation=BLACKPOOL), acting(cast(LANCASHIRE, "admin")))
    with database.write() as tx:
        ended = actions.end_authority(tx, *ending[:2], acting=ending[2])
    assert not is_shared()
    with database.read() as reading:
        assert read_events(reading, ended.log_index)[0].type == "authority.ended"
    refused(AuthorityNotShared, database, actions.end_authority, *ending)
    assert share(LANCASHIRE, BLACKPOOL) is None
    assert is_shared()
    itself = SharedAuthorityIn(organisation="orgid:GB-LAE-LAN")
    administrator = acting(cast(LANCASHIRE, "admin"))
    refused(SharedWithItself, database, actions.share_authority, signatory, itself, administrator)


def course(completed_on: date, expires_on: date) -> TrainingIn:
    return TrainingIn(role="siro", course="siro-awareness", completed_on=completed_on, expires_on=expires_on)


def test_training_counts_for_its_role_until_its_last_day(database: Database, cast: Cast) -> None:
    siro, dpo = person_of(cast(LANCASHIRE, "siro")), acting(cast(LANCASHIRE, "dpo"))

    def is_current(role: str, day: date) -> bool:
        with database.read() as reading:
            return queries.training_current(reading, siro, LANCASHIRE, role, day)

    assert not is_current("siro", TODAY)
    with database.write() as tx:
        actions.record_training(tx, siro, course(TODAY, TODAY + WEEK), acting=dpo)
    assert is_current("siro", TODAY + WEEK)
    assert not is_current("siro", TODAY + WEEK + timedelta(days=1))
    assert not is_current("dpo", TODAY)
    with database.read() as reading:
        untrained = queries.list_untrained(reading, LANCASHIRE, today=TODAY, now=NOW)
        seen = actions.read_person(reading, siro, acting=dpo)
    assert (siro, "siro") not in {tuple(row) for row in untrained}
    assert (seen.roles, seen.untrained, len(seen.training)) == (["siro"], [], 1)
    refused(DaysOutOfOrder, database, actions.record_training, siro, course(TODAY + WEEK, TODAY + WEEK), dpo)


def test_the_assurance_that_counts_longest_is_the_one_that_counts(database: Database, cast: Cast) -> None:
    def show(expires_on: date, level: str) -> None:
        wanted = AssuranceIn.model_validate(
            {
                "kind": "dspt",
                "level": level,
                "reference": "8A123",
                "evidence": "The toolkit's register",
                "expires_on": expires_on,
            }
        )
        with database.write() as tx:
            officer = acting(cast(LANCASHIRE, "ig_officer"))
            actions.record_assurance(tx, "orgid:GB-LAE-LAN", wanted, acting=officer)

    show(TODAY + WEEK, "standards-met")
    show(TODAY - WEEK, "standards-exceeded")
    with database.read() as reading:
        found = queries.assurances(reading, (LANCASHIRE, BLACKPOOL), TODAY)
        due = queries.assurances_due(reading, TODAY, within=WEEK)
        none_due = queries.assurances_due(reading, TODAY, within=timedelta(days=1))
    assert found[BLACKPOOL] == {}
    assert found[LANCASHIRE]["dspt"].level == "standards-met"
    assert found[LANCASHIRE]["dspt"].is_current(TODAY + WEEK)
    assert not found[LANCASHIRE]["dspt"].is_current(TODAY + WEEK + timedelta(days=1))
    assert [tuple(row) for row in due] == [(LANCASHIRE, "dspt", TODAY + WEEK)]
    assert none_due == []


def test_nobody_leaves_work_to_nobody(database: Database, cast: Cast) -> None:
    desk = Desk(database, cast)
    draft = desk.create()
    in_force = desk.create()
    desk.submit(in_force.ref)
    desk.review(in_force.ref)
    for body in (LANCASHIRE, BLACKPOOL):
        desk.sign(in_force, body)
    admin, officer = acting(cast(LANCASHIRE, "admin")), person_of(cast(LANCASHIRE, "ig_officer"))
    colleague = person_of(cast(LANCASHIRE, "ig_officer", second=True))

    with pytest.raises(WouldBeOrphaned) as refusal, database.write() as tx:
        actions.leave(tx, officer, hand_over_to=None, acting=admin)
    assert refusal.value.facts == {"roles": "", "unfinished": draft.ref}
    with pytest.raises(BadHandOver), database.write() as tx:
        actions.leave(tx, officer, hand_over_to=officer, acting=admin)
    with database.write() as tx:
        left = actions.leave(tx, officer, hand_over_to=colleague, acting=admin)
    assert (left.roles, left.unfinished) == (("ig_officer",), (draft.ref,))
    with database.read() as reading:
        assert next(notice.unfinished for notice in queries.notices(reading, colleague)) == [draft.ref]
        assert (officer, LANCASHIRE) in queries.list_departed(reading, NOW, since=NOW)

    with pytest.raises(WouldBeOrphaned) as refusal, database.write() as tx:
        actions.leave(tx, colleague, hand_over_to=None, acting=admin)
    assert refusal.value.facts["roles"] == "ig_officer"
    successor = person_of(cast(LANCASHIRE, "asset_owner"))
    with database.write() as tx:
        actions.leave(tx, colleague, hand_over_to=successor, acting=admin)
    assert roles_of(database, successor) == {"asset_owner", "ig_officer"}


def test_a_role_that_approves_is_not_handed_over_but_granted_by_two(database: Database, cast: Cast) -> None:
    desk = Desk(database, cast)
    made = desk.create()
    desk.submit(made.ref)
    desk.review(made.ref)
    for body in (LANCASHIRE, BLACKPOOL):
        desk.sign(made, body)
    admin, siro = acting(cast(LANCASHIRE, "admin")), acting(cast(LANCASHIRE, "siro"))
    first, last = (person_of(cast(LANCASHIRE, "signatory", second=second)) for second in (True, False))
    officer = person_of(cast(LANCASHIRE, "ig_officer"))
    with database.write() as tx:
        actions.delegate(tx, officer, lending(), acting=acting(cast(LANCASHIRE, "signatory", second=True)))
        actions.leave(tx, first, hand_over_to=None, acting=admin)
    assert roles_of(database, officer) == {"ig_officer"}
    with pytest.raises(WouldBeOrphaned), database.write() as tx:
        actions.leave(tx, last, hand_over_to=officer, acting=admin)
    with database.write() as tx:
        actions.give_role(tx, officer, "signatory", acting=admin)
        actions.give_role(tx, officer, "signatory", acting=siro)
        actions.leave(tx, last, hand_over_to=officer, acting=admin)
    assert roles_of(database, last) == frozenset()
    assert roles_of(database, officer, after=DELAY) == {"ig_officer", "signatory"}


def test_whoever_leaves_signs_for_nobody_beside_the_body_left(database: Database, cast: Cast) -> None:
    left, other = acting(cast(LANCASHIRE, "admin")), acting(cast(BLACKPOOL, "admin"))
    person = person_of(cast(LANCASHIRE, "signatory"))
    with database.write() as tx:
        for body, by in ((BLACKPOOL, left), (TRUST, left), (LANCASHIRE, other), (TRUST, other)):
            actions.share_authority(tx, person, SharedAuthorityIn(organisation=body), acting=by)
        actions.share_authority(
            tx, person, SharedAuthorityIn(organisation=BLACKPOOL), acting=acting(cast(TRUST, "admin"))
        )
        actions.leave(tx, person, hand_over_to=None, acting=left)
    with database.read() as reading:
        for body in (BLACKPOOL, TRUST):
            assert not queries.shared_authority(reading, person, (LANCASHIRE, body))
        assert queries.shared_authority(reading, person, (BLACKPOOL, TRUST))
        ended = [event for event in read_events(reading, 0) if event.type == "authority.ended"]
    # Both words of the body that was left, and the one that another gave about it.
    assert sorted(event.members["party"] for event in ended) == sorted([BLACKPOOL, TRUST, LANCASHIRE])


def test_a_request_and_a_loan_end_with_the_person_even_where_they_hold_nothing(
    database: Database, cast: Cast
) -> None:
    admin, siro = acting(cast(LANCASHIRE, "admin")), acting(cast(LANCASHIRE, "siro"))
    borrower = person_of(cast(BLACKPOOL, "ig_officer"))
    with database.write() as tx:
        actions.delegate(tx, borrower, lending(), acting=acting(cast(LANCASHIRE, "signatory")))
        actions.give_role(tx, borrower, "dpo", acting=admin)
    assert roles_of(database, borrower) == {"signatory"}
    with database.write() as tx:
        assert actions.leave(tx, borrower, hand_over_to=None, acting=admin).roles == ()
    assert roles_of(database, borrower) == frozenset()
    with database.write() as tx:
        # The request is closed: who agrees to it now asks anew.
        assert actions.give_role(tx, borrower, "dpo", acting=admin).pending == "second-person"
        actions.give_role(tx, borrower, "dpo", acting=siro)
        actions.leave(tx, borrower, hand_over_to=None, acting=admin)
    with pytest.raises(RoleNotHeld), database.write() as tx:
        actions.leave(tx, borrower, hand_over_to=None, acting=admin)
