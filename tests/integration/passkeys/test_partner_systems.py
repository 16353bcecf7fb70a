"""Approvals over the API with an organisation's own key (DSSE): what is asked for, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from registry.agreements.actions.change import Changed
from registry.agreements.rules import AlreadySigned, NoSuchAgreement
from registry.callers import Caller
from registry.organisations.rules import NotAuthorised
from registry.passkeys.actions import approving
from registry.passkeys.rules import BadAssertion, NotRostered, StatementExpired
from registry.tlog.faults import Unproved
from registry.verification.approvals import ApprovalCase, check_approval
from registry.verification.dsse import APPROVAL, Envelope
from registry.verification.spelling import digest, read_json, write_json
from tests.integration.passkeys.test_strength import by_key, sign
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, NOW, POLICE
from tests.samples.desk import Desk
from tests.samples.passkeys import CEREMONY, LOG, Vouching, gather, logged, signing, site

CLIENT = Caller(
    BLACKPOOL,
    client="casework",
    roles=frozenset({"signatory"}),
    scopes=frozenset({"register:read", "register:write", "approve"}),
    mode="enforce",
)
"""A partner's system with a token of its own, whatever that says of roles."""


@pytest.fixture
def desk(settled: Vouching) -> Desk:
    return Desk(settled.db, settled.cast)


def sent(
    vouching: Vouching, made: Changed, *, key: str = BLACKPOOL, signer: str = BLACKPOOL, **changes: Any
) -> dict[str, Any]:
    """Blackpool's statement that names the key of one body, signed with that of another."""
    named = digest(vouching.private[key].public_key().public_bytes_raw())
    deciding = signing(made, **changes)
    statement = CEREMONY.state(deciding, organisation=BLACKPOOL, credential=named, now=vouching.now)
    envelope = Envelope.sign(APPROVAL, statement.octets(), vouching.private[signer])
    return {"statement": statement.octets().decode(), "envelope": envelope.members()}


def test_a_system_alone_approves_nothing_whatever_it_has_signed(settled: Vouching, desk: Desk) -> None:
    """DESIGN 2.6: an approval is a person's; the organisation's key proves it, and stands for nobody."""
    made = desk.accepted()
    with pytest.raises(NoSuchAgreement):
        sign(settled, made, CLIENT, sent(settled, made))
    with pytest.raises(NotAuthorised), settled.db.read() as reading:
        approving.begin(reading, signing(made), by_key=True, acting=settled.acting(CLIENT), ceremony=CEREMONY)
    assert desk.status(made.ref) == "ready_to_sign"
    person = settled.cast(BLACKPOOL, "signatory")
    assert sign(settled, made, person, sent(settled, made)).status == "part_signed"


def test_the_key_of_another_organisation_approves_nothing(settled: Vouching, desk: Desk) -> None:
    made, person = desk.accepted(), settled.cast(BLACKPOOL, "signatory")
    with pytest.raises(NotRostered):
        sign(settled, made, person, sent(settled, made, key=LANCASHIRE, signer=LANCASHIRE))
    with pytest.raises(BadAssertion):
        sign(settled, made, person, sent(settled, made, signer=LANCASHIRE))
    with pytest.raises(BadAssertion):
        sign(settled, made, settled.cast(LANCASHIRE, "signatory"), sent(settled, made))


def test_an_envelope_that_has_served_serves_no_more(settled: Vouching, desk: Desk) -> None:
    made, person = desk.accepted(), settled.cast(BLACKPOOL, "signatory")
    envelope = by_key(settled, made, person)
    sign(settled, made, person, envelope)
    with pytest.raises(AlreadySigned):
        sign(settled, made, person, envelope)
    with pytest.raises(AlreadySigned):
        sign(settled, made, settled.cast(BLACKPOOL, "signatory", second=True), envelope)
    with pytest.raises(BadAssertion):
        sign(settled, desk.accepted(), person, envelope)


def test_an_envelope_about_something_else_or_of_yesterday_approves_nothing(
    settled: Vouching, desk: Desk
) -> None:
    made, person = desk.accepted(), settled.cast(BLACKPOOL, "signatory")
    for changes in ({"decision": "refuse"}, {"role": "siro"}, {"version": 2}):
        with pytest.raises(BadAssertion):
            sign(settled, made, person, sent(settled, made, **changes))
    statement = sent(settled, made)
    other = sent(settled, made) | {"envelope": statement["envelope"]}
    with pytest.raises(BadAssertion):
        sign(settled, made, person, other)
    settled.now = NOW - timedelta(days=1)
    yesterday = sent(settled, made)
    settled.now = NOW
    with pytest.raises(StatementExpired):
        sign(settled, made, person, yesterday)


def test_a_body_without_a_key_in_force_approves_by_no_key(vouching: Vouching) -> None:
    made, person = Desk(vouching.db, vouching.cast).accepted(), vouching.cast(BLACKPOOL, "signatory")
    with pytest.raises(NotRostered):
        by_key(vouching, made, person)
    vouching.propose(BLACKPOOL)  # nobody has countersigned it
    with pytest.raises(NotRostered):
        sign(vouching, made, person, sent(vouching, made))


def test_a_key_that_was_replaced_approves_nothing_any_more(vouching: Vouching) -> None:
    """LOG B9b."""
    made = vouching.give_keys()
    old, reset = vouching.private[BLACKPOOL], vouching.propose(BLACKPOOL)
    new = vouching.private[BLACKPOOL]
    for partner in (LANCASHIRE, POLICE):
        vouching.countersign(reset, partner, made[partner])
    vouching.register(reset, BLACKPOOL, now=NOW + timedelta(days=7))
    agreement, person = Desk(vouching.db, vouching.cast).accepted(), vouching.cast(BLACKPOOL, "signatory")
    vouching.private[BLACKPOOL] = old
    with pytest.raises(NotRostered):
        sign(vouching, agreement, person, sent(vouching, agreement))
    vouching.private[BLACKPOOL] = new
    assert sign(vouching, agreement, person, sent(vouching, agreement)).status == "part_signed"


def test_an_operator_who_puts_another_envelope_under_an_approval_is_found_out(
    settled: Vouching, desk: Desk
) -> None:
    """LOG B7, operator forges an approval: with the log's key, but without the body's."""
    made, person = desk.accepted(), settled.cast(BLACKPOOL, "signatory")
    index = sign(settled, made, person, by_key(settled, made, person)).log_index
    assert check_approval(rewritten(settled, index), log=LOG, site=site()).strength == "organisation-key"
    forged = sent(settled, made, signer=LANCASHIRE)
    with pytest.raises(Unproved):
        check_approval(rewritten(settled, index, **forged), log=LOG, site=site())


def rewritten(vouching: Vouching, index: int, **forged: Any) -> ApprovalCase:
    """The case of an approval whose evidence, and the entry that names it, somebody wrote anew."""
    with vouching.db.read() as reading:
        case = gather(reading, index, logged(reading))
        assert case is not None
        evidence = write_json(read_json(case.evidence) | forged)
        entry = read_json(opened(case)) | {"evidence": digest(evidence)}
        found = gather(reading, index, logged(reading, {index: write_json(entry)}))
    assert found is not None
    return ApprovalCase(approval=found.approval, evidence=evidence, rosters=found.rosters, keys=found.keys)


def opened(case: ApprovalCase) -> bytes:
    """What the entry of the approval says, which is sealed until the agreement is in force."""
    opening = getattr(case.approval, "opening", None)
    assert opening is not None
    return str(opening.value).encode()
