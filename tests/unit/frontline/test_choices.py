"""What was chosen: codes alone, in an address and in the question that is asked."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.decisions.question import read_question
from registry.frontline.choices import LISTS, NOT_LISTED, REQUIRED, USES, Choices, read_choices
from tests.unit.decisions.making import CHARITY, COUNCIL, POLICE, TRUST, flow, index_of, policies

LAW = policies().law
INDEX = index_of(flow())
WHOLE = {
    "held_by": "us",
    "other": TRUST,
    "subject_group": "child",
    "category": "safeguarding-flag",
    "purpose": "child-safeguarding",
    "volume": "one",
}


def read(*pairs: tuple[str, str], ours: str = COUNCIL) -> Choices:
    return read_choices(pairs, ours=ours, law=LAW, index=INDEX)


def whole(**changes: str) -> Choices:
    return read(*(WHOLE | changes).items())


facts = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from([*getattr(LAW, LISTS[name])]) for name in LISTS}
)


@given(
    facts,
    st.sampled_from(["", "us", "them"]),
    st.sampled_from(["", TRUST, POLICE, CHARITY]),
    st.sampled_from(["", *USES]),
    st.sets(st.sampled_from(["child-protection-plan", NOT_LISTED])),
    st.booleans(),
)
def test_choices_come_back_from_their_address_as_they_were(
    said: dict[str, str], held_by: str, other: str, use: str, items: set[str], urgent: bool
) -> None:
    chosen = Choices(
        held_by, other, use, tuple((n, said[n]) for n in LISTS if n in said), tuple(sorted(items)), urgent
    )
    assert read(*parse_qsl(chosen.query())) == chosen


@given(
    st.lists(
        st.tuples(st.sampled_from([*REQUIRED, *LISTS, "items", "use", "urgent", "q"]), st.text(max_size=30))
    )
)
def test_nothing_that_is_no_code_comes_into_an_address(pairs: list[tuple[str, str]]) -> None:
    known = {code for listed in LISTS.values() for code in getattr(LAW, listed)}
    known |= {"us", "them", "yes", NOT_LISTED, "child-protection-plan", *USES, *INDEX.bodies}
    assert {value for _, value in parse_qsl(read(*pairs).query())} <= known


def test_the_body_of_who_asks_is_not_the_other_one_by_any_of_its_names() -> None:
    assert read(("other", "gss:E99999999")).other == ""
    assert read(("other", "gss:E99999999"), ours=TRUST).other == COUNCIL


def test_what_is_left_to_choose_is_told_in_the_order_of_the_page() -> None:
    assert read().missing() == REQUIRED
    assert read(*WHOLE.items()).missing() == ()
    assert whole(purpose="curiosity").missing() == ("purpose",)


def test_who_holds_it_asks_to_disclose_and_who_does_not_asks_to_receive() -> None:
    given_away, asked_for = whole().question(COUNCIL), whole(held_by="them").question(COUNCIL)
    assert (given_away["subject"]["id"], given_away["action"]["name"]) == (COUNCIL, "disclose")
    assert given_away["resource"]["id"] == f"{COUNCIL}~safeguarding-flag"
    assert given_away["context"]["recipient"] == TRUST
    assert (asked_for["subject"]["id"], asked_for["action"]["name"]) == (COUNCIL, "receive")
    assert asked_for["resource"]["id"] == f"{TRUST}~safeguarding-flag"
    assert "recipient" not in asked_for["context"]


@pytest.mark.parametrize("held_by", ["us", "them"])
@pytest.mark.parametrize("use", ["", *USES])
def test_every_whole_choice_is_a_question_by_a_person_that_its_body_may_ask(held_by: str, use: str) -> None:
    question = read_question(whole(held_by=held_by, use=use).question(COUNCIL), INDEX)
    assert question.fault is None
    assert question.ends is not None
    assert COUNCIL in question.ends
    assert question.pair == ((COUNCIL, TRUST) if held_by == "us" else (TRUST, COUNCIL))
    assert question.is_by_person


def test_an_item_that_no_agreement_has_is_asked_for_as_something_else_and_never_left_out() -> None:
    chosen = read(*WHOLE.items(), ("items", "child-protection-plan"), ("items", "943 476 5919"))
    assert chosen.question(COUNCIL)["context"]["items"] == ["child-protection-plan", NOT_LISTED]


def test_an_emergency_is_told_only_where_it_was_ticked() -> None:
    assert "emergency" not in whole().question(COUNCIL)["context"]
    assert whole(urgent="yes").question(COUNCIL)["context"]["emergency"] is True
