"""What an action refused, as the error summary of the page that asked: nothing typed is lost."""

from registry.agreements.rules import GatesUnmet
from registry.errors import Refusal
from registry.web.catalogue import catalogue, fill
from registry.web.pages import FieldFault, Language

ACT = "act"
"""The id of the part of a page with the form: where the error summary leads when no field is at fault."""


def faults_of(refusal: Refusal, language: Language) -> tuple[FieldFault, ...]:
    """Every reason of a refusal in the reader's language."""
    if isinstance(refusal, GatesUnmet):
        blocking = [one for one in refusal.unmet if one.severity == "block"]
        said = [
            f"{one.cy} {one.fix_cy}" if language == "cy" else f"{one.en} {one.fix_en}" for one in blocking
        ]
        return tuple(FieldFault(ACT, sentence.strip()) for sentence in said)
    if refusal.errors:
        return tuple(FieldFault(ACT, one.cy if language == "cy" else one.en) for one in refusal.errors)
    message = catalogue()[refusal.code]
    return (FieldFault(ACT, fill(message.cy if language == "cy" else message.en, refusal.facts)),)
