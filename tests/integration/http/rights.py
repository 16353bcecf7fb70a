"""Who may do what, written from CONTRACT and DOMAIN 3.6 - not from the policies, which are held to it.

A role counts at the organisation it is held at. `own` is the organisation that wrote or owns the thing,
`party` another that is named in it; whoever is at neither is a stranger.
"""

from dataclasses import dataclass

from tests.integration.http.page_rights import PAGES
from tests.samples.agreements import ROLES

EVERY_ROLE = frozenset(ROLES)
NOBODY: frozenset[str] = frozenset()
WRITERS = frozenset({"ig_officer", "asset_owner"})
GUARDIANS = frozenset({"dpo", "siro", "caldicott_guardian"})
CALLERS = frozenset({"ig_officer", "dpo", "siro"})
STEWARDS = GUARDIANS | {"ig_officer"}
ANSWERING = frozenset({"dpo", "ig_officer"})


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
    elsewhere: int | None = None
    """The answer at every other body, of what belongs to one body alone."""

    is_told: bool = True
    """Whether somebody of its own body is told that it is there; else nobody is who may not do this."""

    def denied_at(self, place: str) -> int:
        """The answer to a person at a place who may not do this."""
        if not self.is_told:
            return 404
        if place != "own" and self.elsewhere is not None:
            return self.elsewhere
        return self.hidden if place == "stranger" else 403


def anywhere(*roles: str, scopes: frozenset[str] = NOBODY, advises: bool = False) -> Right:
    """Something that belongs to no organisation: nothing is hidden, at most denied."""
    found = frozenset(roles) or EVERY_ROLE
    return Right(own=found, party=found, stranger=found, scopes=scopes, advises=advises, hidden=403)


def with_a_person(*roles: str) -> Right:
    """Something an organisation does with any person there is: each for itself."""
    found = frozenset(roles)
    return Right("person", own=found, party=found, stranger=found, hidden=403)


def webhook(stage: str) -> Right:
    """Something with a webhook of one's own body."""
    return Right(stage, own=KEEPING, scopes=WRITING, hidden=403, elsewhere=404)


READING = frozenset({"register:read"})
SIRO = frozenset({"siro"})
AUDITING = frozenset({"auditor", "operator"})
KEEPERS = WRITERS | {"dpo", "siro"}
VOUCHING = frozenset({"admin", "dpo", "siro"})
OF_ONES_OWN = Right(own=EVERY_ROLE, party=EVERY_ROLE, stranger=EVERY_ROLE, hidden=403)
ASKING = frozenset({"decisions:ask"})
CONCERNED = frozenset({"admin", "siro"})
OFFICERS = frozenset({"ig_officer"})
KEEPING = frozenset({"ig_officer", "admin"})
WRITING = frozenset({"register:write"})
DRAFT, ACTIVE = "agreement draft", "agreement active"

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
    "POST /api/v1/agreements/{ref}/review-now": Right(DRAFT, own=CALLERS, party=CALLERS),
    "POST /api/v1/agreements/{ref}/accede": Right(DRAFT, own=WRITERS),
    "POST /api/v1/agreements/{ref}/archive": Right(DRAFT, own=frozenset({"asset_owner"})),
    "POST /api/v1/agreements/{ref}/clone": Right(DRAFT, own=WRITERS, party=WRITERS),
    "GET /api/v1/agreements/{ref}/versions/{number}/differences": Right(
        DRAFT, own=EVERY_ROLE, party=EVERY_ROLE
    ),
    "POST /api/v1/agreements/similar": anywhere(),
    # Templates: officers publish for their own body, every reader reads; what is made of one is a draft.
    "GET /api/v1/templates": anywhere(scopes=READING),
    "GET /api/v1/templates/{identifier}": Right(
        "template", own=EVERY_ROLE, party=EVERY_ROLE, stranger=EVERY_ROLE, scopes=READING, hidden=403
    ),
    "POST /api/v1/templates": Right(own=OFFICERS, party=OFFICERS, stranger=OFFICERS, hidden=403),
    "POST /api/v1/templates/from-agreement": Right(DRAFT, own=OFFICERS, party=OFFICERS),
    "POST /api/v1/templates/{identifier}/versions": Right("template", own=OFFICERS, hidden=403),
    "POST /api/v1/templates/{identifier}/localise": Right(
        "template", own=WRITERS, party=WRITERS, stranger=WRITERS, hidden=403
    ),
    "GET /api/v1/agreements/{ref}/localisation": Right(
        "agreement localised", own=EVERY_ROLE, party=EVERY_ROLE
    ),
    "POST /api/v1/agreements/{ref}/localisation": Right("agreement localised", own=WRITERS),
    "GET /api/v1/coverage": anywhere(scopes=READING),
    "GET /api/v1/coverage/askable": anywhere(scopes=READING),
    "POST /api/v1/coverage/check": anywhere(scopes=ASKING, advises=True),
    # Requests for access: what comes of a denial is a draft like any other.
    "POST /api/v1/access-requests": Right(own=WRITERS, party=WRITERS, stranger=WRITERS, hidden=403),
    "GET /api/v1/access-requests/{identifier}": Right(DRAFT, own=EVERY_ROLE, party=EVERY_ROLE),
    # Reports: about one's own organisation alone.
    "GET /api/v1/reports/approvals": anywhere("siro", "auditor"),
    "GET /api/v1/reports/time-to-sign": anywhere(*CALLERS, "auditor"),
    "GET /api/v1/reports/overdue": anywhere(*CALLERS, "auditor"),
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
    "GET /api/v1/dpias/{identifier}/versions": Right("dpia draft", own=EVERY_ROLE, party=EVERY_ROLE),
    "GET /api/v1/dpias/{identifier}/differences": Right("dpia revised", own=EVERY_ROLE, party=EVERY_ROLE),
    "GET /api/v1/dpias": OF_ONES_OWN,
    "GET /api/v1/ethics-assessments": OF_ONES_OWN,
    "GET /api/v1/dpias/screening": OF_ONES_OWN,
    "GET /api/v1/dpias/risk-matrix": OF_ONES_OWN,
    "POST /api/v1/dpias/risk-matrix": Right(own=SIRO, party=SIRO, stranger=SIRO, hidden=403),
    "POST /api/v1/dpias/revisions": Right("dpia approved", own=WRITERS),
    "POST /api/v1/dpias/{identifier}/regulator-extension": Right("dpia draft", own=frozenset({"dpo"})),
    "POST /api/v1/dpias/{identifier}/regulator-reply": Right("dpia draft", own=frozenset({"dpo"})),
    "POST /api/v1/dpias/{identifier}/advice-answer": Right(
        "dpia draft", own=frozenset({"siro", "asset_owner"})
    ),
    "POST /api/v1/dpias/{identifier}/confirm-review": Right(
        "dpia draft", own=frozenset({"siro", "asset_owner"})
    ),
    "POST /api/v1/dpias/{identifier}/condition-met": Right("dpia draft", own=KEEPERS),
    "POST /api/v1/dpias/{identifier}/call-review": Right("dpia draft", own=KEEPERS),
    # Data-ethics assessments: the ethics lead brings the panel's advice.
    "GET /api/v1/ethics-assessments/{identifier}/versions": Right(
        "ethics draft", own=EVERY_ROLE, party=EVERY_ROLE
    ),
    "GET /api/v1/ethics-assessments/{identifier}/differences": Right(
        "ethics revised", own=EVERY_ROLE, party=EVERY_ROLE
    ),
    "GET /api/v1/ethics-assessments/{identifier}/atrs": Right(
        "ethics draft", own=EVERY_ROLE, party=EVERY_ROLE
    ),
    "GET /api/v1/ethics-assessments/{identifier}/atrs.csv": Right(
        "ethics draft", own=EVERY_ROLE, party=EVERY_ROLE
    ),
    "POST /api/v1/ethics-assessments/revisions": Right("ethics approved", own=WRITERS),
    "POST /api/v1/ethics-assessments/{identifier}/advice-answer": Right(
        "ethics draft", own=frozenset({"ethics_lead", "siro"})
    ),
    **{
        f"POST /api/v1/ethics-assessments/{{identifier}}/{act}": Right(
            "ethics draft", own=KEEPERS | {"ethics_lead"}
        )
        for act in ("condition-met", "reopen", "roll-out", "effect")
    },
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
    # Records: those who answer for information write, every party reads what concerns it.
    "POST /api/v1/incidents": Right(ACTIVE, own=STEWARDS, party=STEWARDS),
    "GET /api/v1/incidents": anywhere(),
    "GET /api/v1/incidents/{identifier}": Right("incident open", own=EVERY_ROLE, party=EVERY_ROLE),
    "POST /api/v1/incidents/{identifier}/update": Right("incident closed", own=STEWARDS, party=STEWARDS),
    "POST /api/v1/incidents/{identifier}/close": Right("incident closed", own=STEWARDS, party=STEWARDS),
    "POST /api/v1/disclosures": Right(ACTIVE, scopes=ASKING, advises=True, hidden=403),
    "GET /api/v1/disclosures": anywhere(),
    "POST /api/v1/break-glass": anywhere(scopes=ASKING, advises=True),
    "GET /api/v1/break-glass": anywhere(*STEWARDS),
    "GET /api/v1/break-glass/awaited": anywhere(*STEWARDS),
    "GET /api/v1/evaluations/{identifier}/records": anywhere(),
    "GET /api/v1/break-glass/{identifier}": Right("emergency recorded", own=STEWARDS, elsewhere=404),
    "GET /api/v1/break-glass/{identifier}/words": Right("emergency recorded", own=GUARDIANS, elsewhere=404),
    "POST /api/v1/break-glass/{identifier}/erase": Right("emergency recorded", own=GUARDIANS, elsewhere=404),
    "POST /api/v1/break-glass/{identifier}/review": Right(
        "emergency reviewed", own=frozenset({"dpo", "caldicott_guardian"}), elsewhere=404
    ),
    "GET /api/v1/tasks": anywhere(),
    "GET /api/v1/tasks/{identifier}": Right("task open", own=EVERY_ROLE, elsewhere=404),
    "POST /api/v1/tasks/{identifier}/done": Right("task done", own=STEWARDS, elsewhere=404),
    "POST /api/v1/complaints": Right(ACTIVE, own=ANSWERING, party=ANSWERING),
    "GET /api/v1/complaints": anywhere(),
    "GET /api/v1/complaints/{identifier}": Right("complaint received", own=EVERY_ROLE, elsewhere=404),
    "POST /api/v1/complaints/{identifier}/acknowledge": Right(
        "complaint acknowledged", own=ANSWERING, elsewhere=404
    ),
    "POST /api/v1/complaints/{identifier}/close": Right("complaint received", own=ANSWERING, elsewhere=404),
    "GET /api/v1/exits": anywhere(),
    "GET /api/v1/exits/{identifier}": Right("exit due", own=EVERY_ROLE, party=EVERY_ROLE),
    "POST /api/v1/exits/{identifier}/evidence": Right("exit evidenced", party=WRITERS),
    # Organisations and code lists: every reader; bodies are registered from the command line.
    "GET /api/v1/organisations": anywhere(scopes=READING),
    "GET /api/v1/organisations/{identifier}": anywhere(scopes=READING),
    "GET /api/v1/people": anywhere(scopes=READING),
    "GET /api/v1/vocabulary": anywhere(scopes=READING),
    # The law: administrators and operators decide what counts here.
    "POST /api/v1/what-if": anywhere("ig_officer", "dpo", "auditor", "admin"),
    "POST /api/v1/what-if/questions": anywhere("ig_officer", "dpo", "auditor", "admin"),
    "GET /api/v1/what-if/questions": anywhere("ig_officer", "dpo", "auditor", "admin"),
    "POST /api/v1/vocabulary/overlay/propose": anywhere("admin", "operator"),
    "POST /api/v1/vocabulary/overlay/approve": anywhere("admin", "operator"),
    # Records of one's own body, and its days: every reader.
    "GET /api/v1/exports/{name}": anywhere(scopes=READING),
    "GET /api/v1/calendar.ics": anywhere(scopes=READING),
    "GET /api/v1/calendar-addresses": anywhere(),
    "POST /api/v1/calendar-addresses": anywhere(),
    "POST /api/v1/calendar-addresses/{identifier}/revoke": Right(
        "calendar revoked", own=OFFICERS, hidden=403, elsewhere=404
    ),
    # Being told of events: officers, administrators and systems look after their own body's webhooks.
    "GET /api/v1/webhooks": anywhere(*KEEPING, scopes=WRITING),
    "POST /api/v1/webhooks": anywhere(*KEEPING, scopes=WRITING),
    "GET /api/v1/webhooks/{identifier}": webhook("webhook"),
    "GET /api/v1/webhooks/{identifier}/secret": webhook("webhook"),
    "POST /api/v1/webhooks/{identifier}/prove": webhook("webhook ended"),
    "POST /api/v1/webhooks/{identifier}/rotate": webhook("webhook ended"),
    "POST /api/v1/webhooks/{identifier}/replay": webhook("webhook"),
    "POST /api/v1/webhooks/{identifier}/end": webhook("webhook ended"),
    "GET /api/v1/events": anywhere(scopes=READING),
    # The case of an agreement: whoever takes the log; strangers what is public of it.
    "GET /api/v1/log/cases/{ref}": Right(
        "agreement active",
        own=AUDITING,
        party=AUDITING,
        stranger=AUDITING,
        scopes=frozenset({"log:export"}),
        hidden=403,
    ),
    # Registers that come in: those who write, for their own body; as the second person also who signs.
    "POST /api/v1/imports": Right(own=WRITERS, party=WRITERS, stranger=WRITERS, hidden=403),
    "GET /api/v1/imports/{identifier}": Right("import sent", own=WRITERS, hidden=403, elsewhere=404),
    "POST /api/v1/imports/{identifier}/load": Right("import loaded", own=WRITERS, hidden=403, elsewhere=404),
    "POST /api/v1/imports/{identifier}/undo": Right("import sent", own=WRITERS, hidden=403, elsewhere=404),
    "POST /api/v1/imports/{identifier}/attest": Right(
        "import sent", own=frozenset({"ig_officer", "signatory", "siro", "dpo"}), hidden=403, elsewhere=404
    ),
    # People: a body's administrator looks after its own accounts and roles; whoever holds a role lends it.
    "POST /api/v1/people": anywhere("admin"),
    "GET /api/v1/people/me/notices": anywhere(scopes=READING),
    "GET /api/v1/people/{identifier}": Right("colleague", own=frozenset({"admin", "dpo"}), hidden=403),
    "POST /api/v1/people/{identifier}/roles": with_a_person("admin"),
    "POST /api/v1/people/{identifier}/roles/end": with_a_person("admin"),
    "POST /api/v1/people/{identifier}/delegations": with_a_person("admin", "siro", "signatory"),
    "POST /api/v1/people/{identifier}/shared-authority": with_a_person("admin"),
    "POST /api/v1/people/{identifier}/shared-authority/end": with_a_person("admin"),
    "POST /api/v1/people/{identifier}/training": with_a_person("admin", "dpo"),
    "POST /api/v1/people/{identifier}/leave": with_a_person("admin"),
    "GET /api/v1/delegations": anywhere(),
    "POST /api/v1/delegations/{identifier}/agree": Right(
        "delegation pending", own=frozenset({"admin", "siro", "dpo"}), hidden=403
    ),
    "POST /api/v1/delegations/{identifier}/end": Right(
        "delegation pending", own=EVERY_ROLE - {"auditor", "operator"}, hidden=403
    ),
    # Passkeys: one's own for everyone; what vouches for them is for those who look after the body.
    "GET /api/v1/passkeys": anywhere(),
    "GET /api/v1/passkeys/options": anywhere(),
    "POST /api/v1/passkeys": anywhere(),
    "POST /api/v1/passkeys/{identifier}/end": Right(
        "passkey", own=VOUCHING | {"ig_officer"}, hidden=403, elsewhere=404
    ),
    "GET /api/v1/rosters": anywhere(),
    "GET /api/v1/rosters/next": anywhere(),
    "POST /api/v1/rosters": anywhere(*VOUCHING),
    "GET /api/v1/organisation-keys": anywhere(scopes=READING),
    "POST /api/v1/organisation-keys": anywhere(*VOUCHING),
    "POST /api/v1/organisation-keys/{identifier}/countersign": Right(
        "key proposed", party=VOUCHING, stranger=VOUCHING, hidden=403
    ),
    "POST /api/v1/organisation-keys/{identifier}/register": Right(
        "key countersigned", own=VOUCHING, hidden=403, elsewhere=404
    ),
    "POST /api/v1/organisation-keys/{identifier}/withdraw": Right(
        "key proposed", own=VOUCHING, hidden=403, elsewhere=404
    ),
    "GET /api/v1/approvals": anywhere(),
    "POST /api/v1/approvals/statement": anywhere(),
    # What a body can show for itself, and which bodies succeed which: every reader.
    "GET /api/v1/organisations/{identifier}/assurances": anywhere(scopes=READING),
    "POST /api/v1/organisations/{identifier}/assurances": Right(
        "organisation", own=frozenset({"ig_officer", "dpo", "siro"}), hidden=403
    ),
    "GET /api/v1/successions": anywhere(scopes=READING),
    "POST /api/v1/successions": Right(own=CONCERNED, party=CONCERNED, hidden=403),
    "POST /api/v1/successions/{identifier}/confirm": Right(
        "order", own=CONCERNED, party=CONCERNED, hidden=403
    ),
    # Who may ask for whom: those who answer for information at the body that lets others ask.
    "GET /api/v1/asking-grants": anywhere(scopes=READING),
    "POST /api/v1/asking-grants": anywhere("ig_officer", "siro"),
    "POST /api/v1/asking-grants/{identifier}/end": Right(
        "grant ended", own=frozenset({"ig_officer", "siro"}), hidden=403, elsewhere=404
    ),
    # Openings of the log: two people of the body they belong to erase one; a receipt is its own person's.
    "GET /api/v1/log/receipts/{index}": Right(is_told=False),
    "GET /api/v1/log/erasures": anywhere("dpo", "siro"),
    "POST /api/v1/log/erasures": Right(DRAFT, own=frozenset({"dpo"}), is_told=False),
    "POST /api/v1/log/erasures/{identifier}/confirm": Right(
        "erasure asked for", own=frozenset({"dpo", "siro"}), is_told=False
    ),
    # The log of receipts: for people of every body, and for systems that ask.
    "GET /decisions/checkpoint": anywhere(scopes=ASKING, advises=True),
    "GET /decisions/tile/{coordinates}": Right(
        "receipt rooted", EVERY_ROLE, EVERY_ROLE, EVERY_ROLE, scopes=ASKING, advises=True, hidden=403
    ),
    "GET /decisions/proof/{digest}": Right(
        "receipt rooted", EVERY_ROLE, EVERY_ROLE, EVERY_ROLE, scopes=ASKING, advises=True, hidden=403
    ),
    "POST /decisions/receipts": anywhere(scopes=ASKING, advises=True),
    # Permission checks: machines get a decision, people and what asks for people get advice.
    "POST /access/v1/evaluation": Right(scopes=ASKING, hidden=403),
    "POST /access/v1/evaluations": Right(scopes=ASKING, hidden=403),
    "POST /access/v1/search/subject": Right(scopes=ASKING, hidden=403),
    "POST /access/v1/search/resource": Right(scopes=ASKING, hidden=403),
    "POST /access/v1/search/action": Right(scopes=ASKING, hidden=403),
    "GET /api/v1/bundles/{identifier}": Right(own=EVERY_ROLE, scopes=ASKING, advises=True, hidden=403),
    "POST /api/v1/advice": Right(own=EVERY_ROLE, party=EVERY_ROLE, scopes=ASKING, advises=True, hidden=403),
}

SIGN_IN_PAGES: dict[str, int] = {
    f"{route[0]} {prefix}{route[1]}": status
    for prefix in ("", "/cy")
    for route, status in {
        ("GET", "/login"): 200,
        ("POST", "/login"): 403,
        ("POST", "/login/passkey"): 403,
        ("GET", "/login/demo"): 200,
        ("POST", "/login/demo"): 403,
        ("GET", "/login/step"): 302,
        ("POST", "/login/step"): 303,
        ("POST", "/logout"): 403,
        ("GET", "/account"): 303,
        ("POST", "/account/organisation"): 303,
        ("GET", "/account/sessions"): 303,
        ("POST", "/account/sessions/end"): 303,
        ("GET", "/account/sign-in"): 303,
        ("GET", "/account/sign-in/passkey"): 303,
        ("POST", "/account/sign-in/passkey"): 303,
        ("POST", "/account/sign-in/passkey/end"): 303,
        ("GET", "/account/sign-in/app"): 303,
        ("POST", "/account/sign-in/app"): 303,
        ("POST", "/account/sign-in/app/end"): 303,
        ("POST", "/account/sign-in/recovery-codes"): 303,
    }.items()
}
"""What the pages of sign-in answer a stranger: who has to sign in first is sent to do so."""

OPEN: dict[str, int] = {
    "GET /": 200,
    "GET /bundles/keys": 200,
    "GET /bundles/evaluate.py": 200,
    "GET /bundles/evaluate.mjs": 200,
    "GET /agreements/{ref}/contacts": 404,
    "GET /calendars/{identifier}/{name}": 404,
    "GET /break-glass/new": 200,
    "GET /cy": 200,
    **SIGN_IN_PAGES,
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
    "GET /cy/docs": 200,
    "GET /docs/openapi.json": 200,
    "GET /docs/{path}": 404,
    "GET /schemas/law-1.json": 200,
    "GET /schemas/terms-1.json": 200,
    "GET /vocabulary": 200,
    "GET /vocabulary/overlay": 200,
    "GET /vocabulary/{name}": 404,
    "GET /vocabulary/{name}/{code}": 404,
    **PAGES,
    "GET /health/live": 200,
    "GET /health/ready": 200,
    "GET /decisions/jwks": 200,
    "GET /log/checkpoint": 200,
    "GET /log/tile/{coordinates}": 404,
    "GET /log/proof/{index}": 200,
    "GET /log/receipt/{index}": 200,
    "GET /log/consistency/{size}": 200,
    "GET /log/opening/{index}": 404,
}
"""What needs no token, and its answer to a bare request: a token changes nothing about it."""

LOOKED_AT = frozenset({"GET /log/opening/{index}"})
"""Where a token is looked at all the same: those it entitles are told more."""
