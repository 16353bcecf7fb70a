"""Trust policies: the file, its groups, and what a checkpoint needs under it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.cosignature import Cosigner
from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Note
from registry.tlog.policy import MAX_OCTETS, Group, Log, Policy, Witness, Witnessed
from registry.tlog.signing import Signers
from tests.unit.tlog.golden import (
    CHECKPOINT,
    COSIGNED_AT,
    KEY,
    LATTICE,
    LATTICE_WITNESS,
    ORIGIN,
    OTHER,
    SIGNER,
    TEXT,
    VKEY,
    WITNESS,
    WITNESS_VKEY,
)

HOSTILE = yaml.safe_load((Path(__file__).parent / "hostile" / "policies.yaml").read_text(encoding="utf-8"))
STATED = Checkpoint.parse(TEXT)


def cosigner(number: int) -> Cosigner:
    seed = number.to_bytes(2) * 16
    return Cosigner(f"witness.example/{number}", Ed25519PrivateKey.from_private_bytes(seed))


COSIGNERS = [cosigner(number) for number in range(32)]
SECOND = COSIGNERS[2].key
PLACEHOLDERS = {
    "W1-RENAMED": VerifierKey("witness.example/renamed", WITNESS.key.kind, WITNESS.key.public_key).text(),
    "LOG": VKEY,
    "W1": WITNESS_VKEY,
    "W2": SECOND.text(),
    "M1": LATTICE_WITNESS.key.text(),
}
TWO_LEVELS = Policy(
    (Log(KEY, "https://registry.example/log"),),
    tuple(
        Witness(f"{body}{number}", COSIGNERS[place * 3 + number].key)
        for place, body in enumerate("XY")
        for number in range(3)
    ),
    (
        Group("X-witnesses", 2, ("X0", "X1", "X2")),
        Group("Y-witnesses", 1, ("Y0", "Y1", "Y2")),
        Group("X-and-Y", 2, ("X-witnesses", "Y-witnesses")),
    ),
    "X-and-Y",
)


def spelt(template: str) -> bytes:
    """A policy with its placeholders filled in, word by word."""
    lines = template.split("\n")
    return "\n".join(
        " ".join(word if at == 0 else PLACEHOLDERS.get(word, word) for at, word in enumerate(line.split(" ")))
        for line in lines
    ).encode()


def cosigned(*cosigners: Cosigner, text: str = TEXT) -> bytes:
    """The golden checkpoint under the log's key and these witnesses'."""
    lines = (*SIGNER.sign(text), *(one.cosign(text, COSIGNED_AT) for one in cosigners))
    return Note(text, lines).text().encode()


def by(*places: int) -> Sequence[Cosigner]:
    return [COSIGNERS[place] for place in places]


@pytest.mark.spec("c2sp.org/tlog-policy", "Example policy")
def test_a_policy_of_two_levels_is_read() -> None:
    written = (
        TWO_LEVELS.text().replace("X-and-Y 2", "X-and-Y all").replace("Y-witnesses 1", "Y-witnesses any")
    )
    spaced = written.replace(" ", " \t ").replace("\n", "\t\n\n  # quorum none\n")
    assert Policy.parse(spaced.encode()) == Policy.parse(written.encode()) == TWO_LEVELS


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["name"])
def test_what_is_not_a_policy(case: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        Policy.parse(spelt(case["policy"]))


def test_the_placeholders_of_the_hostile_file_are_good_keys() -> None:
    good = "log LOG https://log.example\nwitness a W1 https://w.example\nwitness b W2\nwitness m M1\n"
    policy = Policy.parse(spelt(f"{good}group g all a b\nquorum g\n"))
    assert policy.groups == (Group("g", 2, ("a", "b")),)
    assert Policy.parse(spelt("witness b W1-RENAMED\nquorum b\n")).quorum == "b"


def test_names_and_comments_are_opaque_octets() -> None:
    octets = b"# \xff\xfe\nwitness \xff " + WITNESS_VKEY.encode() + b" https://\xe9.example\nquorum \xff\n"
    policy = Policy.parse(octets)
    assert policy.text().encode(errors="surrogateescape") == octets.partition(b"\n")[2]
    with pytest.raises(Malformed):
        Policy.parse(octets.replace(b"quorum \xff", b"quorum \xfe"))


def test_a_key_name_that_is_not_utf_8_is_no_key() -> None:
    with pytest.raises(Malformed):
        Policy.parse(VKEY.encode().join([b"log \xff", b"\nquorum none\n"]))


def test_a_file_without_end_is_not_read() -> None:
    with pytest.raises(Malformed):
        Policy.parse(b"#" * MAX_OCTETS + b"\nquorum none\n")


def test_thirty_two_logs_witnesses_and_groups_are_read() -> None:
    keys = [VerifierKey(f"log.example/{number}", KEY.kind, bytes([number] * 32)) for number in range(32)]
    nested = (Group(f"g{number}", 2, (f"w{number}", f"g{number - 1}")) for number in range(1, 32))
    witnesses = tuple(Witness(f"w{place}", one.key) for place, one in enumerate(COSIGNERS))
    policy = Policy(tuple(map(Log, keys)), witnesses, (Group("g0", 1, ("w0",)), *nested), "g31")
    assert Policy.parse(policy.text().encode()) == policy
    assert policy.is_met_by({one.name for one in witnesses})
    assert not policy.is_met_by({one.name for one in witnesses[1:]})


@given(st.data())
def test_what_is_written_is_read_back_and_counts_as_its_definition(data: st.DataObject) -> None:
    """Groups are built from what no group holds yet, and counted by recursion."""
    witnesses = tuple(Witness(f"w{place}", one.key) for place, one in enumerate(COSIGNERS[:8]))
    free, groups = [one.name for one in witnesses], list[Group]()
    for number in range(data.draw(st.integers(0, 4))):
        if not free:
            break
        members = data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        groups.append(Group(f"g{number}", data.draw(st.integers(1, len(members))), tuple(members)))
        free = [*(name for name in free if name not in members), groups[-1].name]
    quorum = data.draw(st.sampled_from(["none", *free]))
    policy = Policy((Log(KEY),), witnesses, tuple(groups), quorum)
    present = data.draw(st.sets(st.sampled_from([one.name for one in witnesses])))
    defined = {group.name: group for group in groups}

    def witnesses_it(name: str) -> bool:
        group = defined.get(name)
        return name in present if group is None else sum(map(witnesses_it, group.members)) >= group.threshold

    assert Policy.parse(policy.text().encode()) == policy
    assert policy.is_met_by(present) is (quorum == "none" or witnesses_it(quorum))


@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda tail: b"quorum none\n" + tail + b"\n"))
def test_any_octets_are_a_policy_or_malformed(octets: bytes) -> None:
    try:
        policy = Policy.parse(octets)
    except Malformed:
        return
    assert Policy.parse(policy.text().encode(errors="surrogateescape")) == policy


@pytest.mark.parametrize("places", [(0, 1, 3), (1, 2, 5), (0, 1, 2, 3, 4, 5)])
def test_a_witnessed_checkpoint_says_who_and_when(places: tuple[int, ...]) -> None:
    found = TWO_LEVELS.check(cosigned(*by(*places)), ORIGIN)
    names = {TWO_LEVELS.witnesses[place].name for place in places}
    assert found == Witnessed(STATED, dict.fromkeys(names, COSIGNED_AT))


@pytest.mark.parametrize("places", [(), (0,), (0, 1), (0, 1, 2), (0, 3, 4, 5), (6, 7, 8)])
def test_too_few_witnesses_prove_nothing(places: tuple[int, ...]) -> None:
    with pytest.raises(Unproved, match="X-and-Y"):
        TWO_LEVELS.check(cosigned(*by(*places)), ORIGIN)


def test_the_example_is_witnessed_by_its_own_policy() -> None:
    policy = Policy.parse(spelt("log LOG\nwitness w1 W1\nquorum w1\n"))
    assert policy.check(CHECKPOINT.encode()) == Witnessed(STATED, {"w1": COSIGNED_AT})


def test_witnesses_cannot_stand_in_for_the_log() -> None:
    alone = Note(TEXT, tuple(one.cosign(TEXT, COSIGNED_AT) for one in COSIGNERS)).text().encode()
    with pytest.raises(Unproved, match="no signature"):
        TWO_LEVELS.check(alone, ORIGIN)


def test_a_bad_line_of_a_witness_spoils_the_checkpoint() -> None:
    bad = COSIGNERS[5].cosign(TEXT.replace("\n8\n", "\n9\n"), COSIGNED_AT)
    lines = (*SIGNER.sign(TEXT), *(one.cosign(TEXT, COSIGNED_AT) for one in by(0, 1, 3)), bad)
    with pytest.raises(Unproved, match="not of this text"):
        TWO_LEVELS.check(Note(TEXT, lines).text().encode(), ORIGIN)


def test_of_two_cosignatures_the_later_counts() -> None:
    policy = Policy.parse(spelt("log LOG\nwitness w1 W1\nquorum w1\n"))
    later = COSIGNED_AT + timedelta(minutes=5)
    lines = (*SIGNER.sign(TEXT), WITNESS.cosign(TEXT, later), WITNESS.cosign(TEXT, COSIGNED_AT))
    assert policy.check(Note(TEXT, lines).text().encode()).cosigned == {"w1": later}


def test_another_log_of_the_policy_is_not_the_one_asked_for() -> None:
    policy = Policy((Log(KEY), Log(OTHER.key)))
    theirs = Checkpoint(OTHER.name, 8, STATED.root).signed(OTHER).encode()
    assert policy.check(theirs).checkpoint.origin == policy.check(theirs, OTHER.name).checkpoint.origin
    with pytest.raises(Unproved):
        policy.check(theirs, ORIGIN)


def test_a_policy_without_logs_believes_none() -> None:
    with pytest.raises(Unproved):
        Policy(()).check(CHECKPOINT.encode())


def test_either_kind_of_key_of_log_and_witness_will_do() -> None:
    policy = Policy((Log(KEY), Log(LATTICE.key)), (Witness("w", LATTICE_WITNESS.key),), (), "w")
    assert Policy.parse(policy.text().encode()) == policy
    for signer in (SIGNER, LATTICE, Signers((SIGNER, LATTICE))):
        lines = (*signer.sign(TEXT), LATTICE_WITNESS.cosign(TEXT, COSIGNED_AT))
        assert policy.check(Note(TEXT, lines).text().encode()).cosigned == {"w": COSIGNED_AT}
