"""What identifiers meant after some entries about bodies."""

from registry.history.names import Names
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, POLICE, TRUST
from tests.unit.history.telling import bodies, registered, succeeded

ALIAS = "orgid:GB-LAE-BPL"


def shared(body: str, ref: str, party: str) -> tuple[str, str, dict[str, str]]:
    return "organisation.share_succeeded", body, {"agreement": ref, "party": party}


def test_an_alias_means_the_body_that_registered_it() -> None:
    names = bodies(registered(BLACKPOOL, aliases=ALIAS))
    assert names.primary(ALIAS) == BLACKPOOL
    assert names.primary("gss:E06000099") == "gss:E06000099"
    assert {one.id: known for one, known in names.answering()} == {BLACKPOOL: (BLACKPOOL, ALIAS)}


def test_an_heir_answers_to_every_identifier_of_its_predecessors() -> None:
    names = bodies(
        registered(BLACKPOOL, aliases=ALIAS),
        registered(LANCASHIRE),
        registered(POLICE),
        succeeded(BLACKPOOL, LANCASHIRE),
        succeeded(LANCASHIRE, POLICE),
    )
    assert names.primary(ALIAS) == POLICE
    assert names.successors(BLACKPOOL) == {BLACKPOOL, LANCASHIRE, POLICE}
    assert [one.id for one, _ in names.answering()] == [POLICE]


def test_an_agreement_shared_out_goes_to_its_own_successor() -> None:
    names = bodies(
        registered(BLACKPOOL),
        registered(LANCASHIRE),
        registered(TRUST),
        shared(BLACKPOOL, "ISA-1", TRUST),
        succeeded(BLACKPOOL, LANCASHIRE, "split"),
    )
    assert [names.primary(BLACKPOOL, ref) for ref in ("ISA-1", "ISA-2")] == [TRUST, LANCASHIRE]
    assert names.is_sure(BLACKPOOL)


def test_an_older_split_does_not_say_who_got_what() -> None:
    names = bodies(registered(BLACKPOOL), registered(POLICE), succeeded(BLACKPOOL, LANCASHIRE, "split"))
    assert not names.is_sure(BLACKPOOL)
    assert names.is_sure(POLICE)


def test_aliases_kept_beside_the_log_count_while_nobody_has_succeeded_anybody() -> None:
    assert Names([], {ALIAS: BLACKPOOL}).is_sure(ALIAS)
    events = bodies(registered(BLACKPOOL), succeeded(BLACKPOOL, POLICE))
    assert not events.is_sure(ALIAS)
