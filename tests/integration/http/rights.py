"""Who may do what, written from CONTRACT and DOMAIN 3.6 - not from the policies, which are held to it.

A role counts at the organisation it is held at. `own` is the organisation that wrote or owns the thing,
`party` another that is named in it; whoever is at neither is a stranger.
"""

from dataclasses import dataclass

from tests.samples.agreements import ROLES

EVERY_ROLE = frozenset(ROLES)
NOBODY: frozenset[str] = frozenset()
WRITERS = frozenset({"ig_officer", "asset_owner"})
GUARDIANS = frozenset({"dpo", "siro", "caldicott_guardian"})


@dataclass(frozen=True)
class Right:
    """One route of the API: which roles at which organisation, which scopes of a partner system.

    `stage` is of the thing that is asked for, one in which the act is refused as untimely whoever does it.
    `denied` and `hidden` are the answers to a party that may read the thing and not do this, and to a
    stranger.
    """

    stage: str = "nothing"
    own: frozenset[str] = NOBODY
    party: frozenset[str] = NOBODY
    stranger: frozenset[str] = NOBODY
    scopes: frozenset[str] = NOBODY
    advises: bool = False
    hidden: int = 404


def anywhere(*roles: str, scopes: frozenset[str] = NOBODY, advises: bool = False) -> Right:
    """Something that belongs to no organisation: nothing is hidden, at most denied."""
    found = frozenset(roles) or EVERY_ROLE
    return Right(own=found, party=found, stranger=found, scopes=scopes, advises=advises, hidden=403)


READING = frozenset({"register:read"})
ASKING = frozenset({"decisions:ask"})
DRAFT = "agreement draft"

RIGHTS: dict[str, Right] = {
    # Agreements: IG officers and asset owners write for their own body, every party reads.
    "GET /api/v1/agreements": anywhere(scopes=READING),
    "POST /api/v1/agreements": Right(own=WRITERS, party=WRITERS, stranger=WRITERS, hidden=403),
    "GET /api/v1/agreements/{ref}": Right(DRAFT, own=EVERY_ROLE, party=EVERY_ROLE),
    "GET /api/v1/agreements/{ref}/versions/{number}": Right(DRAFT, own=EVERY_ROLE, party=EVERY_ROLE),
    "GET /api/v1/agreements/{ref}/versions/{number}/{form}": Right(DRAFT, own=EVERY_ROLE, party=EVERY_ROLE),
    "PUT /api/v1/agreements/{ref}/draft": Right("agreement in_review", own=WRITERS),
    "POST /api/v1/agreements/{ref}/submit": Right("agreement in_review", own=WRITERS),
    "POST /api/v1/agreements/{ref}/amend": Right(DRAFT, own=WRITERS),
    "POST /api/v1/agreements/{ref}/withdraw": Right("agreement withdrawn", own=WRITERS),
    "POST /api/v1/agreements/{ref}/qa-review": Right(
        DRAFT, own=frozenset({"ig_officer"}), party=frozenset({"ig_officer"})
    ),
    "POST /api/v1/agreements/{ref}/sign": Right(DRAFT, own=frozenset({"signatory"})),
    "POST /api/v1/agreements/{ref}/suspend": Right(DRAFT, own=GUARDIANS, party=GUARDIANS),
    "POST /api/v1/agreements/{ref}/resume": Right(DRAFT, own=GUARDIANS, party=GUARDIANS),
    "POST /api/v1/agreements/{ref}/confirm": Right(
        DRAFT,
        own=frozenset({"ig_officer", "signatory", "siro"}),
        party=frozenset({"ig_officer", "signatory", "siro"}),
    ),
    "POST /api/v1/agreements/{ref}/terminate": Right(
        DRAFT, own=frozenset({"signatory", "siro"}), party=frozenset({"signatory", "siro"})
    ),
    "POST /api/v1/agreements/{ref}/attest": Right(
        "agreement in_review", own=frozenset({"ig_officer", "signatory", "siro", "dpo"})
    ),
    # DPIAs: the DPO advises and never decides; whoever accepts the risk decides; another controller adopts.
    "POST /api/v1/dpias": Right(own=WRITERS, party=WRITERS, stranger=WRITERS, hidden=403),
    "GET /api/v1/dpias/{identifier}": Right("dpia draft", own=EVERY_ROLE, party=EVERY_ROLE),
    "PUT /api/v1/dpias/{identifier}": Right("dpia approved", own=WRITERS),
    "POST /api/v1/dpias/{identifier}/submit": Right("dpia approved", own=WRITERS),
    "POST /api/v1/dpias/{identifier}/advice": Right("dpia draft", own=frozenset({"dpo"})),
    "POST /api/v1/dpias/{identifier}/regulator-consultation": Right("dpia draft", own=frozenset({"dpo"})),
    "POST /api/v1/dpias/{identifier}/decide": Right("dpia draft", own=frozenset({"siro", "asset_owner"})),
    "POST /api/v1/dpias/{identifier}/revoke": Right("dpia draft", own=frozenset({"siro", "asset_owner"})),
    "POST /api/v1/dpias/{identifier}/adopt": Right("dpia draft", party=frozenset({"dpo", "siro"})),
    # Data-ethics assessments: the ethics lead brings the panel's advice.
    "POST /api/v1/ethics-assessments": Right(own=WRITERS, party=WRITERS, stranger=WRITERS, hidden=403),
    "GET /api/v1/ethics-assessments/{identifier}": Right("ethics draft", own=EVERY_ROLE, party=EVERY_ROLE),
    "PUT /api/v1/ethics-assessments/{identifier}": Right("ethics approved", own=WRITERS),
    "POST /api/v1/ethics-assessments/{identifier}/submit": Right("ethics approved", own=WRITERS),
    "POST /api/v1/ethics-assessments/{identifier}/panel-advice": Right(
        "ethics draft", own=frozenset({"ethics_lead"})
    ),
    "POST /api/v1/ethics-assessments/{identifier}/decide": Right(
        "ethics draft", own=frozenset({"ethics_lead", "siro"})
    ),
    "POST /api/v1/ethics-assessments/{identifier}/revoke": Right(
        "ethics draft", own=frozenset({"ethics_lead", "siro"})
    ),
    "POST /api/v1/ethics-assessments/{identifier}/adopt": Right(
        "ethics draft", party=frozenset({"ethics_lead", "dpo", "siro"})
    ),
    # Organisations and code lists: every reader; bodies are registered from the command line.
    "GET /api/v1/organisations": anywhere(scopes=READING),
    "GET /api/v1/organisations/{identifier}": anywhere(scopes=READING),
    "GET /api/v1/people": anywhere(scopes=READING),
    "GET /api/v1/vocabulary": anywhere(scopes=READING),
    # The law: administrators and operators decide what counts here.
    "POST /api/v1/what-if": anywhere("ig_officer", "dpo", "auditor", "admin"),
    "POST /api/v1/vocabulary/overlay/propose": anywhere("admin", "operator"),
    "POST /api/v1/vocabulary/overlay/approve": anywhere("admin", "operator"),
    # Records of one's own body, and its days: every reader.
    "GET /api/v1/exports/{name}": anywhere(scopes=READING),
    "GET /api/v1/calendar.ics": anywhere(scopes=READING),
    # Permission checks: machines get a decision, people and what asks for people get advice.
    "POST /access/v1/evaluation": Right(scopes=ASKING, hidden=403),
    "POST /access/v1/evaluations": Right(scopes=ASKING, hidden=403),
    "POST /api/v1/advice": Right(own=EVERY_ROLE, party=EVERY_ROLE, scopes=ASKING, advises=True, hidden=403),
}

OPEN: dict[str, int] = {
    "GET /": 200,
    "GET /cy": 200,
    "GET /login": 200,
    "GET /cy/login": 200,
    "POST /login": 403,
    "POST /cy/login": 403,
    "GET /account": 302,
    "GET /cy/account": 302,
    "POST /logout": 403,
    "POST /cy/logout": 403,
    "GET /oauth/authorize": 400,
    "POST /oauth/token": 400,
    "GET /oauth/jwks": 200,
    "GET /.well-known/oauth-authorization-server": 200,
    "GET /.well-known/openid-configuration": 200,
    "GET /.well-known/oauth-protected-resource": 200,
    "GET /.well-known/authzen-configuration": 200,
    "GET /.well-known/security.txt": 200,
    "GET /openapi.json": 200,
    "GET /problems/{code}": 404,
    "GET /cy/problems/{code}": 404,
    "GET /docs": 200,
    "GET /docs/openapi.json": 200,
    "GET /docs/{path}": 404,
    "GET /schemas/terms-1.json": 200,
    "GET /vocabulary": 200,
    "GET /vocabulary/overlay": 200,
    "GET /vocabulary/{name}": 404,
    "GET /vocabulary/{name}/{code}": 404,
    "GET /static/{file_path}": 404,
    "GET /health/live": 200,
    "GET /health/ready": 200,
    "GET /log/checkpoint": 200,
    "GET /log/tile/{coordinates}": 404,
    "GET /log/proof/{index}": 200,
    "GET /log/opening/{index}": 404,
}
"""What needs no token, and its answer to a bare request: a token changes nothing about it."""
