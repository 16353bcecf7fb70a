"""Why an opening is erased, and what is refused."""

from enum import StrEnum

from registry.errors import Conflict, NotFound


class Reason(StrEnum):
    """Why an opening is erased (UK GDPR Article 17(1) where a letter is given)."""

    NO_LONGER_NEEDED = "no-longer-needed"
    """Its purpose is over (a)."""

    OBJECTION = "objection"
    """The person objected and nothing overrides it (c)."""

    UNLAWFUL = "unlawful"
    """It should not have been recorded (d)."""

    LEGAL_OBLIGATION = "legal-obligation"
    """A court or the regulator ordered it (e)."""


class NoSuchErasure(NotFound):
    """There is no erasure under this id, or none that the caller may know of."""

    code = "no-such-erasure"


class ErasureAskedFor(Conflict):
    """Somebody has asked for this erasure; a second person confirms it under the id given."""

    code = "erasure-asked-for"


class ErasureDone(Conflict):
    """The opening has been erased."""

    code = "erasure-done"


class SignatureHeld(Conflict):
    """A version that is not over stands on this signature or refusal: until then, the log says it."""

    code = "signature-held"


class ActorInOffice(Conflict):
    """The person who acted still holds a role: until that ends, the log keeps who they are."""

    code = "actor-in-office"
