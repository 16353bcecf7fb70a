"""The permission check's own part of the API description: no framework writes it (OpenAPI 3.1)."""

from typing import Any

from registry.decisions.question import INITIATORS, LISTS, OPT_OUT_STATES, TEXTS
from registry.decisions.rules import Outcome
from registry.decisions.searches.paging import MAX_LIMIT
from registry.decisions.searches.searching import Searched
from registry.decisions.wire.batch import MAX_ITEMS, STOPS_AFTER
from registry.decisions.wire.discovery import metadata
from registry.decisions.wire.endpoint import ADVICE, EVALUATION, EVALUATIONS, METADATA
from registry.decisions.words.wording import explanations

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
INSTANT: Schema = {**TEXT, "format": "date-time", "pattern": "^(19|[2-8][0-9])[0-9]{2}-"}
TEXTS_OF_BOTH: Schema = {"en": TEXT, "cy": TEXT}


def openapi_paths() -> dict[str, Any]:
    """The path items of the permission check."""
    return {
        EVALUATION: {
            "post": _operation(
                "evaluate",
                "May this be shared now? A partner system's question (AuthZEN 1.0).",
                _question(),
                _decision(),
            )
        },
        EVALUATIONS: {
            "post": _operation(
                "evaluate_all",
                f"Up to {MAX_ITEMS} questions at once (AuthZEN 1.0).",
                _batch(),
                {"anyOf": [_object({"evaluations": _list(_item())}), _decision()]},
            )
        },
        ADVICE: {
            "post": _operation(
                "advise",
                "The same question where a person decides: advice, and no boolean.",
                _question(),
                _object({"context": _context()}),
            )
        },
        **{searched.path: {"post": _search(searched)} for searched in Searched},
        METADATA: {"get": _metadata()},
    }


def _operation(name: str, summary: str, asked: Schema, answered: Schema) -> Schema:
    problem = {
        "description": "A problem document that carries the emergency sentence.",
        "content": {"application/problem+json": {"schema": _problem()}},
    }
    return {
        "tags": ["Permission check"],
        "operationId": name,
        "summary": summary,
        "parameters": [{"name": "X-Request-ID", "in": "header", "required": False, "schema": TEXT}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
        "responses": {
            "200": {"description": "The answer.", "content": {"application/json": {"schema": answered}}},
            **dict.fromkeys(("400", "401", "403", "405", "429", "500"), problem),
        },
    }


def _metadata() -> Schema:
    lists = dict.fromkeys(("capabilities", "supported_obligations"), _list(TEXT))
    modes = {"client_modes": _object(dict.fromkeys(("enforce", "advise"), _object(TEXTS_OF_BOTH)))}
    members = dict.fromkeys((*metadata("", ()), "signed_metadata"), TEXT) | lists | modes
    return {
        "tags": ["Permission check"],
        "operationId": "authzen_configuration",
        "summary": "Where the permission check is (AuthZEN 1.0).",
        "security": [],
        "responses": {
            "200": {
                "description": "The metadata.",
                "content": {"application/json": {"schema": _object(members)}},
            }
        },
    }


def _question() -> Schema:
    context = {
        **dict.fromkeys(TEXTS, TEXT),
        **dict.fromkeys(LISTS, _list(TEXT)),
        "initiated_by": {"type": "string", "examples": list(INITIATORS)},
        "at": {**INSTANT, "description": "The instant that the question is about; without it, now."},
        "known_at": {
            **INSTANT,
            "description": "An instant that is over: what was known then is answered, and about then unless "
            "`at` says otherwise.",
        },
        "opt_out_state": {"type": "string", "examples": list(OPT_OUT_STATES)},
        "min_log_size": {"type": "integer", "minimum": 0},
        "emergency": {},
        "receipt": {"type": "boolean", "description": "Whether the answer is to carry a decision receipt."},
    }
    entity = _object({"type": NAME, "id": NAME, "properties": {"type": "object"}}, required=["type", "id"])
    members = {
        "subject": entity,
        "action": _object({"name": NAME, "properties": {"type": "object"}}, required=["name"]),
        "resource": entity,
        "context": _object(context, required=[]),
    }
    return _object(members, required=["subject", "action", "resource"])


SUMMARIES = {
    Searched.SUBJECT: "Who may receive this? Of what the caller's organisation may ask (AuthZEN 1.0).",
    Searched.RESOURCE: "What may we receive? Of what the caller's organisation may ask (AuthZEN 1.0).",
    Searched.ACTION: "What may be done with it? Of what the caller's organisation may ask (AuthZEN 1.0).",
}


def _search(searched: Searched) -> Schema:
    return _operation(f"search_{searched}", SUMMARIES[searched], _searched(searched), _results(searched))


def _searched(searched: Searched) -> Schema:
    """A question without the name of what is searched for."""
    question = _question()
    members = question["properties"]
    limit = {"type": "integer", "minimum": 0, "description": f"At most {MAX_LIMIT} are given at once."}
    page = {"token": TEXT, "limit": limit, "properties": {"type": "object"}}
    required = [name for name in question["required"] if name != "action" or searched is not Searched.ACTION]
    if searched is Searched.ACTION:
        members.pop("action")
    else:
        members[searched.value] = _object({"type": NAME, "properties": {"type": "object"}}, required=["type"])
    return _object({**members, "page": _object(page, required=[])}, required=required)


def _results(searched: Searched) -> Schema:
    named = {"name": TEXT} if searched is Searched.ACTION else {"type": TEXT, "id": TEXT}
    page = {"next_token": TEXT, "count": {"type": "integer"}, "total": {"type": "integer"}}
    context = {
        "log_size": {"type": "integer"},
        "valid_until": {"type": "string", "format": "date-time"},
        "policy_digest": TEXT,
        "reasons": _list(_reason()),
        "advice": _object(TEXTS_OF_BOTH),
    }
    result = _object({**named, "obligations": _list(_obligation())}, required=list(named))
    return _object({"page": _object(page), "context": _object(context), "results": _list(result)})


def _reason() -> Schema:
    return _object({"code": TEXT, **TEXTS_OF_BOTH, "cite": TEXT})


def _offer() -> Schema:
    """What a denial carries that a request for access can take up."""
    expiry = {"type": "string", "format": "date-time"}
    members = {"endpoint": TEXT, "template": TEXT, "display": _object(TEXTS_OF_BOTH)}
    return _object({**members, "expires_at": expiry, "binding_token": TEXT})


def _obligation() -> Schema:
    own = {"code": TEXT, "params": {"type": "object"}, **TEXTS_OF_BOTH}
    return _object({"id": TEXT, "type": TEXT, "properties": {"type": "object"}, **own})


def _batch() -> Schema:
    question = _question()
    options = _object({"evaluations_semantic": {"type": "string", "enum": list(STOPS_AFTER)}}, required=[])
    items = {**_list({**question, "required": []}), "maxItems": MAX_ITEMS}
    return _object({**question["properties"], "evaluations": items, "options": options}, required=[])


def _item() -> Schema:
    """The answer to one item of a batch: a refused one is denied alone."""
    error = {"status": {"type": "integer"}, "code": TEXT, "message": TEXT, "cy": TEXT}
    named = _object({**error, "errors": _list(_field_error())}, required=list(error))
    refused = _object({"error": named, "advice": _object(TEXTS_OF_BOTH)})
    context = {"anyOf": [_context(), refused]}
    return _object({"decision": {"type": "boolean"}, "context": context})


def _decision() -> Schema:
    return _object({"decision": {"type": "boolean"}, "context": _context()})


def _context() -> Schema:
    agreement = _object({"ref": TEXT, "version": {"type": "integer"}, "hash": TEXT, "flow": TEXT})
    body = _object({"organisation": TEXT, "name_en": TEXT, "name_cy": TEXT, "ig": TEXT, "duty": TEXT})
    contact = {"anyOf": [body, {"type": "null"}]}
    duties = _list(_object({"code": TEXT, **TEXTS_OF_BOTH, "cite": TEXT}))
    judgement = {"may_proceed_on_professional_judgement": {"type": "boolean"}}
    members = {
        "outcome": {"type": "string", "enum": [outcome.value for outcome in Outcome]},
        "agreement": {"anyOf": [agreement, {"type": "null"}]},
        "gateways": _list(TEXT),
        "reasons": _list(_reason()),
        "obligations": _list(_obligation()),
        "valid_until": {"type": "string", "format": "date-time"},
        "log_size": {"type": "integer"},
        "policy_digest": TEXT,
        "evaluation_id": TEXT,
        "contacts": _object({"holder": contact, "recipient": contact}),
        "advice": _object(
            {**TEXTS_OF_BOTH, **judgement, "record_url": TEXT, "person_duties": duties},
            required=[*TEXTS_OF_BOTH, *judgement, "record_url"],
        ),
    }
    sometimes = {
        "access_request": _offer(),
        "overlay": {
            **TEXT,
            "description": "The digest of this registry's own entries of law, where they count.",
        },
        "duty": _object({"code": TEXT, "gateway": TEXT, **TEXTS_OF_BOTH, "cite": TEXT}),
        "allowed_items": _list(TEXT),
        "missing": _list(TEXT),
        "ends_first": _ends_first(),
        "nearest": _nearest(agreement),
        "receipt": {**TEXT, "description": "A compact JWS, where one was asked for (docs/receipts.md)."},
        "receipt_salt": {**TEXT, "description": "What its request hash is salted with; told this once."},
        "break_glass": {
            **_object({"code": TEXT, **TEXTS_OF_BOTH, "cite": TEXT}),
            "description": "Where an emergency got no yes: a record of what becomes of it is awaited.",
        },
        "warnings": _list(_object({"code": TEXT, **TEXTS_OF_BOTH, "cite": TEXT})),
    }
    return _object(members | sometimes, required=list(members))


def _ends_first() -> Schema:
    clauses = {"type": "string", "enum": list(explanations().endings)}
    return {
        **_object(
            {
                "last_day": {"type": "string", "format": "date"},
                "clause": clauses,
                **TEXTS_OF_BOTH,
                "cite": TEXT,
            }
        ),
        "description": "On every yes: what ends it first if nobody acts before.",
    }


def _nearest(agreement: Schema) -> Schema:
    who = {"type": "string", "enum": ["question", "agreement", "registry"]}
    change = _object({"of": who, "fact": TEXT, "to": _list(TEXT), **TEXTS_OF_BOTH})
    members = {"agreement": {"anyOf": [agreement, {"type": "null"}]}, "changes": _list(change)}
    return {
        **_object(members | TEXTS_OF_BOTH),
        "description": "On everything else: the smallest change after which it would be a yes.",
    }


def _problem() -> Schema:
    members = {
        "type": TEXT,
        "title": TEXT,
        "title_cy": TEXT,
        "status": {"type": "integer"},
        "code": TEXT,
        "detail": TEXT,
        "detail_cy": TEXT,
        "advice": _object(TEXTS_OF_BOTH),
    }
    return _object({**members, "errors": _list(_field_error())}, required=list(members))


def _field_error() -> Schema:
    return _object({"pointer": TEXT, "code": TEXT, **TEXTS_OF_BOTH})


def _object(members: Schema, required: list[str] | None = None) -> Schema:
    """An object, all of whose members are required unless said otherwise."""
    return {
        "type": "object",
        "properties": members,
        "required": list(members) if required is None else required,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
