"""Batches whose items are left as bytes until they have to be read."""

import json

import pytest

from registry.decisions.wire.batch import BadBatch, evaluate_all, read_batch
from registry.decisions.wire.endpoint import EVALUATIONS
from registry.decisions.words.rendering import encode
from registry.errors import Refusal
from registry.web.body import MalformedJson
from tests.unit.decisions.calling import call, point
from tests.unit.decisions.making import question

LIMIT = 1_048_576
ITEMS = [{"subject": {"id": "a"}}, {"context": {"purpose": "p"}}, 7]


def text_of(separators: tuple[str, str] = (", ", ": "), **members: object) -> bytes:
    return json.dumps({"action": {"name": "receive"}, **members}, separators=separators).encode()


def test_what_an_item_is_told_apart_by_is_no_question_of_its_own() -> None:
    app, defaults = point(), question()
    item = encode({"context": defaults.pop("context")})
    sent = encode(defaults)[:-1] + b',"evaluations":[%s]}' % item
    (answer,) = call(app, sent, path=EVALUATIONS).json["evaluations"]
    assert answer["decision"]
    assert call(app, json.dumps(defaults).encode() + item).status == 400


@pytest.mark.parametrize("separators", [(", ", ": "), (",", ":")])
def test_items_are_not_read_before_they_have_to_be(separators: tuple[str, str]) -> None:
    batch = read_batch(text_of(separators, evaluations=ITEMS), LIMIT)
    assert [body for _, body in batch.items] == [None, None, None]
    assert [json.loads(text) for text, _ in batch.items] == ITEMS
    assert batch.members["action"] == {"name": "receive"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"evaluations":[{}],"evaluations":[{"a":1}]}',
        b'{"action":{"name":"a"},"evaluations":[{}],"action":{"name":"b"}}',
        b'{"action":{"name":"a"}, "action" :{"name":"b"}, "evaluations":[{}]}',
        b'{"action":{"name":"a","name":"b"},"evaluations":[{}]}',
        b'{"a\\":":1,"x" :2,"x":3,"evaluations":[{}]}',
        b'{"evaluations":[{}],"context":{"x":NaN}}',
        b'{"evaluations":[{}]} {}',
        b'{"evaluations":[{}],"\xff":1}',
        b"[]{",
    ],
)
def test_what_could_be_understood_in_two_ways_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedJson):
        read_batch(body, LIMIT)


@pytest.mark.parametrize(
    "item", [b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":"\\u0000"}', b'{"a":"\xff"}', b"[" * 31 + b"]" * 31]
)
def test_an_item_that_is_no_strict_json_ends_the_batch(item: bytes) -> None:
    with pytest.raises(MalformedJson):
        answers(b'{"evaluations":[{},%s]}' % item)


def test_where_a_semantic_stops_early_everything_is_read_first() -> None:
    options = b'"options":{"evaluations_semantic":"deny_on_first_deny"}'
    with pytest.raises(MalformedJson):
        read_batch(b'{%s,"evaluations":[{},{"a":1,"a":2}]}' % options, LIMIT)


@pytest.mark.parametrize("body", [text_of(evaluations={}), text_of(evaluations=[{}], options=[])])
def test_a_batch_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(BadBatch):
        read_batch(body, LIMIT)


def test_a_name_like_text_makes_no_member() -> None:
    odd = [{"a": 'x":y'}, {'b":': 'z" : '}]
    batch = read_batch(text_of(evaluations=odd, context={'k":': 'v":'}), LIMIT)
    assert [body or json.loads(text) for text, body in batch.items] == odd


@pytest.mark.parametrize(
    "body",
    [
        b'{"context":{"items":[{"a":1}]},"evaluations":[{"a":1}]}',
        b'{"x [{\\"a\\":1}]":1,"x":[{"a":1}],"evaluations":[{"a":1}]}',
        b'{"[]":2,"evaluations":[]}',
    ],
)
def test_items_that_stand_somewhere_else_too_are_told_apart(body: bytes) -> None:
    batch, read = read_batch(body, LIMIT), json.loads(body)
    assert [item or json.loads(text) for text, item in batch.items] == read.pop("evaluations")
    assert {name: value for name, value in batch.members.items() if name != "evaluations"} == read


def test_items_are_told_apart_by_their_bytes_and_their_defaults() -> None:
    item = b'{"evaluations":[{"x":1}]}'
    texts = {
        answers(item)[0],
        answers(b'{"context":{"a":1},' + item[1:])[0],
        answers(item.replace(b"1", b"2"))[0],
    }
    assert len(texts) == 3


def test_an_answer_that_is_known_spares_reading_the_item() -> None:
    batch = read_batch(b'{"evaluations":[{"a":1,"a":2}]}', LIMIT)
    pieces = evaluate_all(batch, lambda _text: (True, (b"{", b"}")), _never)
    assert b"".join(pieces) == b'[{"decision":true,"context":{}}]'


def answers(body: bytes) -> list[bytes]:
    """The texts by which the items of a batch are told apart."""
    texts: list[bytes] = []

    def evaluate(_question: object, text: bytes) -> tuple[bool, bytes]:
        texts.append(text)
        return True, b"{}"

    evaluate_all(read_batch(body, LIMIT), lambda _text: None, evaluate)
    return texts


def _never(_question: object, _text: bytes) -> tuple[bool, bytes]:
    raise Refusal
