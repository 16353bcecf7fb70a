"""A deployment's own entries beside the shipped lists, and what they change.

An overlay is a folder `law` of files named and shaped like the shipped ones. Its entries are added to the
lists, or stand in the place of shipped entries of the same code; nothing can be taken away, because texts
that were signed with a code keep it. Its digest names these very bytes: people approve it, not a folder.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from registry.policy.cedar import BadPolicyFile
from registry.policy.digest import overlay_digest
from registry.policy.law import Law


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that an overlay adds or changes, as it is said without and with it."""

    list: str
    code: str
    change: Literal["added", "changed"]
    before: dict[str, Any] | None
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What lies in an overlay folder: its digest, and how it differs from the shipped lists."""

    digest: str
    differences: tuple[Difference, ...]


def read_overlay(root: Path, overlay: Path) -> Overlay:
    """Read an overlay against the policies it lies over.

    Raises:
        BadPolicyFile: it holds anything but lists of law, or the lists do not hold together with it.
    """
    check_overlay(overlay)
    shipped, changed = Law.load(root / "law"), Law.load(root / "law", overlay / "law")
    return Overlay(overlay_digest(overlay), tuple(differences(shipped, changed)))


def check_overlay(overlay: Path) -> None:
    """Refuse a folder that holds anything but `law/<list>.yaml`.

    Raises:
        BadPolicyFile: naming what does not belong there.
    """
    lists = {f"{name.replace('_', '-')}.yaml" for name in Law.model_fields}
    for path in sorted(overlay.rglob("*")):
        belongs = path == overlay / "law" or (path.parent == overlay / "law" and path.name in lists)
        if not belongs:
            raise BadPolicyFile(f"no part of an overlay: {path.relative_to(overlay)}")


def differences(before: Law, after: Law) -> Iterator[Difference]:
    """Every entry that one law has and another has not, or says otherwise."""
    shipped = before.lists()
    for name, entries in after.lists().items():
        for code, entry in entries.items():
            old = shipped[name].get(code)
            if old != entry:
                yield Difference(
                    list=name,
                    code=code,
                    change="changed" if old else "added",
                    before=old.model_dump(mode="json") if old else None,
                    after=entry.model_dump(mode="json"),
                )
