"""The permission check's own part of the API description: no framework writes it (OpenAPI 3.1)."""

from typing import Any

from registry.decisions.batch import MAX_ITEMS, STOPS_AFTER
from registry.decisions.endpoint import ADVICE, EVALUATION, EVALUATIONS, METADATA, metadata
from registry.decisions.question import INITIATORS, LISTS, TEXTS
from registry.decisions.rules import Outcome

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
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
                {"anyOf": [_object({"evaluations": _list(_decision())}), _decision()]},
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
            **dict.fromkeys(("400", "401", "403", "405", "500"), problem),
        },
    }


def _metadata() -> Schema:
    members = dict.fromkeys(metadata(""), TEXT)
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
        "initiated_by": {"type": "string", "enum": list(INITIATORS)},
        "at": {"type": "string", "format": "date-time"},
        "known_at": {"type": "string", "format": "date-time"},
        "min_log_size": {"type": "integer", "minimum": 0},
        "emergency": {},
    }
    entity = _object({"type": TEXT, "id": TEXT, "properties": {"type": "object"}}, required=["type", "id"])
    members = {
        "subject": entity,
        "action": _object({"name": TEXT, "properties": {"type": "object"}}, required=["name"]),
        "resource": entity,
        "context": _object(context, required=[]),
    }
    return _object(members, required=["subject", "action", "resource"])


def _batch() -> Schema:
    question = _question()
    options = _object({"evaluations_semantic": {"type": "string", "enum": list(STOPS_AFTER)}}, required=[])
    items = {**_list({**question, "required": []}), "maxItems": MAX_ITEMS}
    return _object({**question["properties"], "evaluations": items, "options": options}, required=[])


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
        "reasons": _list(_object({"code": TEXT, **TEXTS_OF_BOTH, "cite": TEXT})),
        "obligations": _list(_object({"code": TEXT, "params": {"type": "object"}, **TEXTS_OF_BOTH})),
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
        "overlay": {
            **TEXT,
            "description": "The digest of this registry's own entries of law, where they count.",
        },
        "duty": _object({"code": TEXT, "gateway": TEXT, **TEXTS_OF_BOTH, "cite": TEXT}),
        "allowed_items": _list(TEXT),
        "missing": _list(TEXT),
        "warnings": _list(_object({"code": TEXT, **TEXTS_OF_BOTH, "cite": TEXT})),
    }
    return _object(members | sometimes, required=list(members))


def _problem() -> Schema:
    error = _object({"pointer": TEXT, "code": TEXT, **TEXTS_OF_BOTH})
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
    return _object({**members, "errors": _list(error)}, required=list(members))


def _object(members: Schema, required: list[str] | None = None) -> Schema:
    """An object, all of whose members are required unless said otherwise."""
    return {
        "type": "object",
        "properties": members,
        "required": list(members) if required is None else required,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
