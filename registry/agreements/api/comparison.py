"""How differences and likenesses are told: sentences in both languages, values in, wire models out."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from registry.agreements.differences import Difference
from registry.agreements.queries import Alike
from registry.agreements.schemas import AlikeOut, DifferenceOut, WarningOut, WordsOut
from registry.errors import FieldError

SAID = {
    "added": ("“{place}” was added.", "Ychwanegwyd “{place}”."),
    "removed": ("“{place}” was removed.", "Dilëwyd “{place}”."),
    "changed": ("“{place}” was changed.", "Newidiwyd “{place}”."),
    "text": ("Words of “{place}” were changed.", "Newidiwyd geiriau yn “{place}”."),
}
"""What is said of a difference, in English and Welsh, by its kind; `text` where words were compared."""


def differing(found: Sequence[Difference]) -> list[DifferenceOut]:
    """Differences as they go over the wire."""
    return [_difference(one) for one in found]


def alike(found: Iterable[Alike]) -> list[AlikeOut]:
    """Agreements like the one meant."""
    return [
        AlikeOut(
            ref=one.row.ref,
            version=one.row.number,
            status=one.row.status,
            title={"en": one.row.title_en, "cy": one.row.title_cy},
            parties=list(one.parties),
            purposes=list(one.purposes),
            categories=list(one.categories),
        )
        for one in found
    ]


def warned(found: Iterable[FieldError]) -> list[WarningOut]:
    """What whoever drafts should know."""
    return [WarningOut.model_validate(asdict(one)) for one in found]


def _difference(one: Difference) -> DifferenceOut:
    place = " / ".join(one.path)
    en, cy = (said.format(place=place) for said in SAID["text" if one.words else one.kind])
    return DifferenceOut(
        pointer=one.pointer,
        place=place,
        kind=one.kind,
        before=one.before,
        after=one.after,
        words=[WordsOut(kind=run.kind, text=run.text) for run in one.words],
        en=en,
        cy=cy,
    )
