"""A deployment's own entries of law count from the second person's approval on, and not before."""

from pathlib import Path

import pytest

from registry import clock
from registry.auditlog import history
from registry.callers import Caller
from registry.db import Database
from registry.policy import Policies, overlay_digest
from registry.settings import ROOT
from registry.vocabulary import actions
from registry.vocabulary.actions import Changed, Folders
from registry.vocabulary.rules import (
    MayNotChangeLaw,
    NoOverlay,
    OverlayApproved,
    OverlayDiffers,
    OverlayNotProposed,
    OverlayProposed,
    ProposedBySame,
)
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, Cast, furnish

NEW = """cy_status: translator
reviewed_on: 2026-11-22
review_due: 2027-11-22
mark: own
entries:
  - {code: flood-rescue, en: Rescue from floods, cy: Achub rhag llifogydd}
"""
POLICIES = Policies.load(ROOT / "policies")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    path = tmp_path / "overlay" / "law" / "purposes.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(NEW, encoding="utf-8")
    return Folders(ROOT / "policies", tmp_path / "overlay")


@pytest.fixture
def cast(database: Database) -> Cast:
    return furnish(database)


def do(database: Database, folders: Folders, act: str, caller: Caller, digest: str = "") -> Changed:
    lying = digest or overlay_digest(folders.overlay or Path())
    with database.write() as tx:
        changed: Changed = getattr(actions, act)(
            tx, lying, folders=folders, policies=POLICIES, caller=caller, now=clock.now()
        )
    return changed


def in_force(database: Database, folders: Folders) -> Policies:
    with database.read() as reading:
        return actions.policies_in_force(reading, folders)


def test_two_people_make_the_entries_count(database: Database, folders: Folders, cast: Cast) -> None:
    admin, operator = cast(LANCASHIRE, "admin"), cast(BLACKPOOL, "operator")
    assert in_force(database, folders).digest == POLICIES.digest
    proposed = do(database, folders, "propose", admin)
    assert in_force(database, folders).digest == POLICIES.digest
    approved = do(database, folders, "approve", operator)

    laid = in_force(database, folders)
    assert laid.overlay == proposed.digest == approved.digest
    assert laid.law.purposes["flood-rescue"].en == "Rescue from floods"
    assert laid.digest != POLICIES.digest


def test_the_log_tells_both_acts_with_the_digest(database: Database, folders: Folders, cast: Cast) -> None:
    digest = do(database, folders, "propose", cast(LANCASHIRE, "admin")).digest
    do(database, folders, "approve", cast(BLACKPOOL, "operator"))
    with database.read() as reading:
        told = history(reading, "law", digest)
    assert [(one.type, one.org, one.members["subject"]["digest"]) for one in told] == [
        ("law.overlay_approved", BLACKPOOL, digest),
        ("law.overlay_proposed", LANCASHIRE, digest),
    ]


def test_changed_entries_count_no_more(database: Database, folders: Folders, cast: Cast) -> None:
    do(database, folders, "propose", cast(LANCASHIRE, "admin"))
    do(database, folders, "approve", cast(BLACKPOOL, "operator"))
    assert folders.overlay is not None
    (folders.overlay / "law" / "purposes.yaml").write_text(NEW.replace("floods", "fire"), encoding="utf-8")
    assert in_force(database, folders).overlay is None


def test_nobody_approves_alone(database: Database, folders: Folders, cast: Cast) -> None:
    admin = cast(LANCASHIRE, "admin")
    with pytest.raises(OverlayNotProposed):
        do(database, folders, "approve", admin)
    do(database, folders, "propose", admin)
    with pytest.raises(ProposedBySame):
        do(database, folders, "approve", admin)
    with pytest.raises(OverlayProposed):
        do(database, folders, "propose", cast(BLACKPOOL, "operator"))


def test_what_was_approved_is_not_approved_again(database: Database, folders: Folders, cast: Cast) -> None:
    do(database, folders, "propose", cast(LANCASHIRE, "admin"))
    do(database, folders, "approve", cast(BLACKPOOL, "operator"))
    for act in ("propose", "approve"):
        with pytest.raises(OverlayApproved):
            do(database, folders, act, cast(BLACKPOOL, "admin"))


@pytest.mark.parametrize("act", ["propose", "approve"])
@pytest.mark.parametrize("role", ["ig_officer", "siro", "dpo", "auditor"])
def test_other_roles_decide_nothing(
    database: Database, folders: Folders, cast: Cast, act: str, role: str
) -> None:
    with pytest.raises(MayNotChangeLaw):
        do(database, folders, act, cast(LANCASHIRE, role))


def test_another_digest_is_not_proposed(database: Database, folders: Folders, cast: Cast) -> None:
    with pytest.raises(OverlayDiffers):
        do(database, folders, "propose", cast(LANCASHIRE, "admin"), digest="sha256:" + "0" * 64)
    with pytest.raises(NoOverlay):
        do(database, Folders(ROOT / "policies", None), "propose", cast(LANCASHIRE, "admin"), digest="x")


def test_everyone_may_read_what_differs_and_how_far_it_is(
    database: Database, folders: Folders, cast: Cast
) -> None:
    seen = []
    for act, caller in (
        ("", None),
        ("propose", cast(LANCASHIRE, "admin")),
        ("approve", cast(BLACKPOOL, "admin")),
    ):
        if caller:
            do(database, folders, act, caller)
        with database.read() as reading:
            found = actions.read(reading, folders)
        assert found.overlay is not None
        assert [(one.list, one.code, one.change) for one in found.overlay.differences] == [
            ("purposes", "flood-rescue", "added")
        ]
        seen.append(found.status)
    assert seen == ["found", "proposed", "approved"]
