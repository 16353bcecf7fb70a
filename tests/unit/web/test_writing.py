"""Days, pairs of texts and alphabetical order in both languages."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from registry.web.pages import lazy
from registry.web.pages.languages import Language
from registry.web.pages.writing import day, instant, paragraphs, sort_key, tongue

ALPHABET = "a,b,c,ch,d,dd,e,f,ff,g,ng,h,i,j,k,l,ll,m,n,o,p,ph,q,r,rh,s,t,th,u,v,w,x,y,z"


def test_days_are_written_as_people_write_them() -> None:
    assert day(date(2026, 11, 22), "en") == "22 November 2026"
    assert day(date(2026, 11, 22), "cy") == "22 Tachwedd 2026"


def test_instants_are_told_by_the_london_clock() -> None:
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert instant(summer, "en") == "2 July 2026, 00:30"
    assert instant(summer, "cy") == "2 Gorffennaf 2026, 00:30"


def test_a_text_in_the_other_language_only_is_marked() -> None:
    assert tongue({"en": "Health", "cy": "Iechyd"}, "cy") == "Iechyd"
    assert tongue({"en": "<Health>", "cy": ""}, "cy") == '<span lang="en">&lt;Health&gt;</span>'
    assert tongue({"en": "", "cy": ""}, "cy") == ""
    assert tongue(lazy("Register"), "cy") == "Cofrestr"
    assert tongue("E10000017", "cy") == "E10000017"


def test_plain_text_becomes_paragraphs_and_nothing_more() -> None:
    assert paragraphs("a <b>\n\n\n\nc") == (
        '<p class="govuk-body">a &lt;b&gt;</p>\n<p class="govuk-body">c</p>'
    )


def test_welsh_letters_of_two_signs_have_their_own_place() -> None:
    words = [letter + "a" for letter in ALPHABET.split(",")]
    assert sorted(set(words), key=lambda word: sort_key(word, "cy")) == words
    names = ["Llandudno", "Lyn", "Lon", "Caerdydd", "Chwilog", "Cymru", "Ceredigion"]
    assert sorted(names, key=lambda name: sort_key(name, "cy")) == [
        *("Caerdydd", "Ceredigion", "Cymru", "Chwilog", "Lon", "Lyn", "Llandudno")
    ]
    assert sorted(names, key=lambda name: sort_key(name, "en"))[:4] == [
        *("Caerdydd", "Ceredigion", "Chwilog", "Cymru")
    ]


def test_accents_and_case_do_not_matter_to_the_order() -> None:
    names = ["Ŵyl", "wâl", "Wen"]
    assert sorted(names, key=lambda name: sort_key(name, "cy")) == ["wâl", "Wen", "Ŵyl"]


@given(st.lists(st.text(max_size=8)), st.sampled_from(["en", "cy"]))
def test_any_names_can_be_put_in_order(names: list[str], language: Language) -> None:
    in_order = sorted(set(names), key=lambda name: sort_key(name, language))
    assert sorted(set(in_order), key=lambda name: sort_key(name, language)) == in_order
    assert len(in_order) == len(set(names))
