"""The pages that anyone may open, and those that send to the sign-in first; each has its Welsh twin."""

SEE_OTHER, NOT_FOUND = 303, 404

IN_BOTH_LANGUAGES: dict[str, int] = {
    "GET /accessibility": 200,
    "GET /feedback": 200,
    "GET /register": 200,
    "GET /register.csv": 200,
    "GET /register.json": 200,
    "GET /register/{ref}": NOT_FOUND,
    "GET /register/{ref}/approvals": NOT_FOUND,
    "GET /register/{ref}/approvals/{index}/record.json": NOT_FOUND,
    "GET /register/{ref}/card": NOT_FOUND,
    "GET /bodies": 200,
    "GET /bodies/{identifier}": NOT_FOUND,
    "GET /matrix": 200,
    "GET /verify": 200,
    "GET /can-we-share": 200,
    "GET /can-we-share/answer": SEE_OTHER,
    "GET /can-we-share/record": 200,
    "POST /can-we-share": SEE_OTHER,
    "GET /home": SEE_OTHER,
    "GET /audit": SEE_OTHER,
    "GET /audit/export": SEE_OTHER,
    "POST /audit/export": SEE_OTHER,
    "GET /decide/{kind}/{identifier}": SEE_OTHER,
    "POST /decide/{kind}/{identifier}": SEE_OTHER,
    "POST /decide/{kind}/{identifier}/advice": SEE_OTHER,
    "POST /decide/{kind}/{identifier}/statement": SEE_OTHER,
    "GET /sign/{ref}/{number}": NOT_FOUND,
    "GET /sign/{ref}/{number}/changes": NOT_FOUND,
    "GET /sign/{ref}/{number}/receipt": NOT_FOUND,
    "POST /sign/{ref}/{number}": NOT_FOUND,
    "POST /sign/{ref}/{number}/questions": NOT_FOUND,
    "POST /sign/{ref}/{number}/questions/{question}": NOT_FOUND,
    "POST /sign/{ref}/{number}/review": NOT_FOUND,
    "POST /sign/{ref}/{number}/statement": NOT_FOUND,
}
"""What has a number in its address is asked for without one here, and is not there."""

FILES: dict[str, int] = {
    "GET /audit/population.csv": SEE_OTHER,
    "GET /audit/evidence/{index}/evidence.json": SEE_OTHER,
    "GET /audit/cases/{ref}/case.zip": SEE_OTHER,
    "GET /audit/export/log.zip": SEE_OTHER,
    "GET /audit/export/standing.json": SEE_OTHER,
    "GET /verify/check-entry.py": 200,
    "GET /verify/log.policy": 200,
    "GET /verify/log.vkey": 200,
    "GET /static/{name}": NOT_FOUND,
}

PAGES: dict[str, int] = {
    **IN_BOTH_LANGUAGES,
    **{route.replace(" /", " /cy/"): status for route, status in IN_BOTH_LANGUAGES.items()},
    **FILES,
}
"""What a program without a token is answered there."""
