"""Having the log cosigned by witnesses that are well, slow, broken, gone, or lie (LOG acceptance 7)."""

import threading
from functools import partial
from itertools import count

import pytest

from registry.auditlog import served
from registry.auditlog.witnessing import Witnesses
from registry.tlog.faults import Unproved
from registry.tlog.note import Note
from tests.auditlog_world import NOW, grow
from tests.integration.witness.conftest import Stage
from tests.witness_world import FakeWitness, History, Reply, cosigner, policy_of

ADD = "/w/add-checkpoint"
ALL = {"w1", "w2", "w3"}


def broken(_path: str, _body: bytes) -> Reply:
    return 500, "text/plain", "no\n"


def shows(stage: Stage, witnesses: Witnesses, wanted: tuple[int, set[str], bool]) -> bool:
    return stage.shown(witnesses) == wanted


def adding(fake: FakeWitness) -> int:
    """How often the witness was asked to cosign."""
    return fake.asked.count(ADD)


def test_every_checkpoint_is_served_under_the_lines_of_its_witnesses(stage: Stage) -> None:
    """LOG acceptance 7: quorum met."""
    witnesses = stage.asking(quorum="all")
    for size in (3, 6, 9):
        signed = stage.sign(3)
        assert stage.turn(witnesses) == (size, ALL, True)
        with stage.db.read() as reading:
            row = served.newest_served(reading)
        assert row is not None
        witnessed = policy_of(stage.fakes, quorum="all").check(row.note.encode())
        assert (witnessed.checkpoint, set(witnessed.cosigned)) == (signed, ALL)
    assert stage.states() == dict.fromkeys(ALL, (9, None, 0))
    assert [adding(fake) for fake in stage.fakes] == [3, 3, 3]


def test_what_is_not_cosigned_yet_is_not_served(stage: Stage) -> None:
    witnesses = stage.asking()
    stage.sign()
    stage.turn(witnesses)
    stage.sign()
    assert stage.shown(witnesses)[0] == 1


def test_a_witness_that_has_seen_another_size_is_asked_again_from_there(stage: Stage) -> None:
    """LOG acceptance 7: 409 resync."""
    witnesses = stage.asking()
    stage.sign(5)
    stage.turn(witnesses)
    with stage.db.write() as tx:
        served.remember_cosigned(tx, "w1", 2, stage.now)
    stage.sign(5)
    assert stage.turn(witnesses) == (10, ALL, True)
    assert [adding(fake) for fake in stage.fakes] == [3, 2, 2]


def test_who_always_names_another_size_is_given_up(stage: Stage) -> None:
    witnesses = stage.asking()
    stage.sign(5)
    numbers = count(1)
    stage.fakes[0].misbehave = lambda *_: (409, "text/x.tlog.size", f"{next(numbers)}\n")
    assert stage.turn(witnesses) == (5, {"w2", "w3"}, True)
    assert stage.states()["w1"] == (0, "busy", 1)


def test_a_witness_that_fails_every_second_call_cosigns_what_it_can(stage: Stage) -> None:
    """LOG acceptance 7: failing every second call."""
    witnesses = stage.asking(quorum="all")
    calls = count()
    stage.fakes[0].misbehave = lambda path, body: broken(path, body) if next(calls) % 2 else None
    lines = []
    for _ in range(4):
        stage.sign()
        lines.append(stage.turn(witnesses)[1])
        stage.later(seconds=2)
    assert lines == [ALL, ALL - {"w1"}] * 2
    assert stage.turn(witnesses) == (4, ALL, True)


def test_a_witness_that_fails_is_left_alone_for_longer_each_time(stage: Stage) -> None:
    witnesses = stage.asking()
    stage.fakes[0].misbehave = broken
    stage.sign()
    seconds = []
    for second in range(40):
        before = adding(stage.fakes[0])
        stage.turn(witnesses)
        if adding(stage.fakes[0]) > before:
            seconds.append(second)
        stage.later(seconds=1)
    assert seconds == [0, 1, 3, 7, 15, 31]
    assert [adding(fake) for fake in stage.fakes[1:]] == [1, 1]


def test_a_slow_witness_is_waited_for_no_longer_than_the_grace_and_its_line_is_added_later(
    stage: Stage,
) -> None:
    """LOG acceptance 7: slow."""
    witnesses = stage.asking(grace_seconds=0.05)
    may_answer = threading.Event()
    stage.fakes[0].misbehave = lambda *_: None if may_answer.wait(10) else broken("", b"")
    stage.sign()
    assert stage.turn(witnesses) == (1, {"w2", "w3"}, True)
    assert stage.turn(witnesses) == (1, {"w2", "w3"}, True)
    may_answer.set()
    stage.until(lambda: stage.turn(witnesses) == (1, ALL, True))
    assert adding(stage.fakes[0]) == 1


def test_a_witness_that_was_restarted_goes_on_from_what_it_had_seen(stage: Stage) -> None:
    """LOG acceptance 7: restarted."""
    witnesses = stage.asking()
    stage.sign(3)
    stage.turn(witnesses)
    stage.fakes[0].stop()
    stage.sign(3)
    assert stage.turn(witnesses) == (6, ALL - {"w1"}, True)
    assert stage.states()["w1"] == (3, "unreachable", 1)
    stage.fakes[0].start()
    stage.later(seconds=2)
    assert stage.turn(witnesses) == (6, ALL, True)
    assert stage.states()["w1"] == (6, None, 1)


def test_too_few_witnesses_are_served_and_counted_where_a_quorum_is_wanted(stage: Stage) -> None:
    """LOG acceptance 7: quorum not met, fail-open."""
    witnesses = stage.asking()
    stage.fakes[0].misbehave = stage.fakes[1].misbehave = broken
    stage.sign()
    assert stage.turn(witnesses) == (1, {"w3"}, False)
    with stage.db.read() as reading:
        assert served.served_without_quorum(reading) == 1
    assert witnesses.rounds_short == 1

    stage.fakes[0].misbehave = lambda *_: None
    stage.later(seconds=2)
    assert stage.turn(witnesses) == (1, {"w1", "w3"}, True)
    with stage.db.read() as reading:
        assert served.served_without_quorum(reading) == 0


def test_too_few_witnesses_hold_a_checkpoint_back_where_a_quorum_is_required(stage: Stage) -> None:
    """LOG acceptance 7: quorum not met, fail-closed."""
    witnesses = stage.asking(is_required=True)
    stage.sign()
    stage.turn(witnesses)
    stage.fakes[0].misbehave = stage.fakes[1].misbehave = broken
    stage.sign()
    assert stage.turn(witnesses) == (1, ALL, True)
    assert witnesses.rounds_short == 1

    stage.fakes[0].misbehave = lambda *_: None
    stage.later(seconds=2)
    assert stage.turn(witnesses) == (2, {"w1", "w3"}, True)
    assert adding(stage.fakes[2]) == 2  # what it gave was kept, and not asked for again


LIES: dict[str, Reply] = {
    "a forged line": (200, "text/plain", f"— {cosigner(1).name} {'A' * 104}\n"),
    "a line over something else": (
        200,
        "text/plain",
        cosigner(1).cosign(History("another").checkpoint(1).text(), NOW).line() + "\n",
    ),
    "another witness's line": (
        200,
        "text/plain",
        cosigner(9).cosign(History("another").checkpoint(1).text(), NOW).line() + "\n",
    ),
    "no line": (200, "text/plain", ""),
    "no text": (200, "text/plain", "\x00\x01"),
    "a size in words": (409, "text/x.tlog.size", "many\n"),
    "a size of another media type": (409, "text/plain", "1\n"),
    "a redirect": (302, "text/plain", ""),
}


@pytest.mark.parametrize("what", LIES)
def test_what_is_no_cosignature_poisons_nothing(stage: Stage, what: str) -> None:
    witnesses = stage.asking()
    stage.fakes[0].misbehave = lambda *_: LIES[what]
    stage.sign()
    assert stage.turn(witnesses) == (1, {"w2", "w3"}, True)
    assert stage.states()["w1"] == (0, "bad-answer", 1)
    stage.fakes[0].misbehave = lambda *_: None
    stage.later(seconds=2)
    assert stage.turn(witnesses) == (1, ALL, True)


def test_good_lines_among_planted_ones_count_and_the_planted_are_dropped(stage: Stage) -> None:
    witnesses = stage.asking()
    fake, planted = stage.fakes[0], f"— {cosigner(9).name} {'A' * 104}\n"
    fake.misbehave = lambda _, body: (200, "text/plain", planted + fake.role.add_checkpoint(body))
    stage.sign()
    assert stage.turn(witnesses) == (1, ALL, True)
    with stage.db.read() as reading:
        row = served.newest_served(reading)
    assert row is not None
    assert cosigner(9).name not in {line.name for line in Note.parse(row.note.encode()).signatures}


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "refused-request"), (403, "key-not-trusted"), (404, "log-unknown"), (422, "not-continued")],
)
def test_why_a_witness_does_not_cosign_is_told_apart(stage: Stage, status: int, code: str) -> None:
    witnesses = stage.asking()
    stage.fakes[0].misbehave = lambda *_: (status, "text/plain", "no\n")
    stage.sign()
    assert stage.turn(witnesses)[2]
    assert stage.states()["w1"] == (0, code, 1)


def test_an_unchanged_tree_is_cosigned_anew_after_an_hour_and_not_before(stage: Stage) -> None:
    witnesses = stage.asking()
    stage.sign()
    asked = []
    for _ in range(5):
        assert stage.turn(witnesses) == (1, ALL, True)
        asked.append([adding(fake) for fake in stage.fakes])
        stage.later(minutes=30)
    assert asked == [[1] * 3, [1] * 3, [2] * 3, [2] * 3, [3] * 3]


def test_no_transaction_is_open_while_a_witness_is_asked(stage: Stage) -> None:
    witnesses, open_connections = stage.asking(), []

    def look(_path: str, _body: bytes) -> None:
        open_connections.append(stage.db.engine.pool.checkedout())  # type: ignore[attr-defined]

    stage.fakes[0].misbehave = look
    stage.sign(3)
    stage.turn(witnesses)
    witnesses.hear(stage.now)
    assert open_connections == [0, 0]


def test_the_publisher_has_what_it_signs_cosigned(stage: Stage) -> None:
    witnesses = stage.asking(quorum="all", is_required=True)
    publisher = stage.publisher(witnesses)
    publisher.start()
    try:
        for _ in range(3):
            shown = grow(stage.db, 4).stop, ALL, True
            stage.until(partial(shows, stage, witnesses, shown))
    finally:
        publisher.stop()
    assert publisher.fault is None


def test_a_policy_of_more_witnesses_than_cosigned_refuses_the_note(stage: Stage) -> None:
    witnesses = stage.asking(quorum="any")
    stage.fakes[0].misbehave = broken
    stage.sign()
    stage.turn(witnesses)
    with stage.db.read() as reading:
        row = served.newest_served(reading)
    assert row is not None
    with pytest.raises(Unproved):
        policy_of(stage.fakes, quorum="all").check(row.note.encode())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_in_which_nothing_is_cosigned_any_more_does_not_count_as_running(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    witnesses = stage.asking()
    monkeypatch.setattr(witnesses, "turn", lambda *_: int("a bug"))
    publisher = stage.publisher(witnesses)
    publisher.start()
    stage.until(lambda: not publisher.is_running)
    publisher.stop()
