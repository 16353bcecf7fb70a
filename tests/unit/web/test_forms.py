"""Forms: what was typed stays, what is wrong is said in the page's words, one tick is read like many."""

from datetime import date
from urllib.parse import urlencode

import pytest
from pydantic import BaseModel

from registry.web.pages import FieldFault, filled, lazy, read_form
from registry.web.pages.environment import environment
from registry.web.pages.forms import MAX_FIELDS, NotAForm, typed_values

WORDS = {"review_on": lazy("Enter the review date"), "kinds": lazy("Choose a kind")}


class Review(BaseModel):
    review_on: date
    kinds: list[str]
    note: str = ""


def sent(*fields: tuple[str, str]) -> bytes:
    return urlencode(fields).encode()


def test_a_form_that_is_right_gives_its_model() -> None:
    form = read_form(Review, sent(("review_on", " 2026-11-22 "), ("kinds", "a"), ("kinds", "b")), WORDS)
    assert form.model == Review(review_on=date(2026, 11, 22), kinds=["a", "b"])
    assert form.faults == ()


def test_one_tick_is_a_list_as_well() -> None:
    form = read_form(Review, sent(("review_on", "2026-11-22"), ("kinds", "a")), WORDS)
    assert form.model
    assert form.model.kinds == ["a"]


def test_a_form_that_is_wrong_keeps_what_was_typed_and_names_each_field_once() -> None:
    form = read_form(Review, sent(("review_on", "soon"), ("kinds", ""), ("note", "<b>")), WORDS)
    assert form.model is None
    assert [fault.field for fault in form.faults] == ["review_on", "kinds"]
    assert form.faults[0].sentence == lazy("Enter the review date")
    assert (form.value("review_on"), form.value("note"), form.value("other")) == ("soon", "<b>", "")


def test_further_faults_are_added_to_those_of_the_model() -> None:
    fault = FieldFault("note", "Too long")
    assert read_form(Review, b"", WORDS).refused(fault).faults[-1] == fault


@pytest.mark.parametrize(
    "body", [b"a=\xff", b"a=%ff", b"a=1%00", b"%00=1", b"&".join([b"a=1"] * (MAX_FIELDS + 1))]
)
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(NotAForm):
        typed_values(body)


def test_a_field_shows_what_was_typed_its_fault_and_its_options() -> None:
    source = (
        '{% from "kit.html" import long_field, radio_field, select_field, text_field, tick_field %}'
        '{{ text_field(form, "review_on", "Day", hint="Why") }}{{ long_field(form, "note", "Note") }}'
        '{{ tick_field(form, "kinds", "Kinds", options) }}{{ radio_field(form, "one", "One", options) }}'
        '{{ select_field(form, "of", "Of", options) }}'
    )
    body = sent(("review_on", "soon"), ("kinds", "a"), ("one", "b"), ("of", "a"), ("note", "<b>"))
    options = [("a", lazy("Register")), ("b", {"en": "B", "cy": "Bî"})]
    shown = environment("cy").from_string(source).render(form=read_form(Review, body, WORDS), options=options)
    assert 'value="soon"' in shown
    assert 'aria-describedby="review_on-hint review_on-error"' in shown
    assert "&lt;b&gt;</textarea>" in shown
    assert 'value="a" checked' in shown
    assert 'value="b" checked' in shown
    assert 'value="a" selected' in shown
    assert "Cofrestr" in shown


def test_a_form_is_first_shown_with_what_is_known() -> None:
    assert filled(note="from the link").value("note") == "from the link"
