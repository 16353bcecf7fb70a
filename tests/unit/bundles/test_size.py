"""A bundle is small, however different its agreements are."""

from collections.abc import Collection
from pathlib import Path
from random import Random

from registry.agreements.sharing import SharedItem, SharingFlow
from registry.bundles.evaluate import Bundle
from tests.unit.bundles.taking import content, key_in
from tests.unit.decisions.making import COUNCIL, TRUST, flow, policies

MEGABYTE = 1_000_000


def unlike(chance: Random, number: int) -> SharingFlow:
    """A flow whose terms are like no other's."""
    law = policies().law

    def some(codes: Collection[str], most: int) -> tuple[str, ...]:
        return tuple(chance.sample(sorted(codes), chance.randint(1, most)))

    return flow(
        ref=f"ISA-{number:06}",
        hash=f"sha256:{chance.randbytes(32).hex()}",
        holder=chance.choice((COUNCIL, TRUST)),
        recipient=TRUST,
        items=tuple(SharedItem(f"{code}-{number}", code, "identifiable") for code in some(law.categories, 4)),
        purposes=some(law.purposes, 3),
        subject_groups=some(law.subject_groups, 3),
        methods=some(law.methods, 3),
        gateways=some(law.gateways, 3),
        obligations=(("retain-max", {"period": f"P{number}D"}),),
    )


def test_a_thousand_agreements_both_ways_are_well_below_a_megabyte(tmp_path: Path) -> None:
    chance, key = Random(3), key_in(tmp_path)  # noqa: S311 - repeatable, not secret
    flows = [unlike(chance, number) for number in range(1000) for _ in ("there", "back")]
    text = key.sign(content(flows))
    assert len(Bundle(text, {"keys": [key.public]}, TRUST).content["terms"]) == 2000
    assert len(text) < MEGABYTE / 2
