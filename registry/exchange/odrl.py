"""An agreement as an ODRL 2.2 policy with DPV 2.3 on it, in JSON-LD.

Each flow is a permission: assigner and assignee, what may be used, for which purposes, in which days, by
which recipient; its obligations are duties, and passing on what it does not allow is a prohibition. Lawful
bases are DPV's where it has them, our extension's where it has not.
"""

from collections.abc import Iterator

from registry.agreements.terms import Basis, Flow, Item, Terms
from registry.exchange.linked import CONTEXT, Node, Web, day, ref, texts
from registry.exchange.papers import Paper

PROCESSING = {
    "receive": "dpv:Obtain",
    "disclose": "dpv:Disclose",
    "onward_share": "dpv:Share",
    "match": "dpv:Match",
    "automated_use": "dpv:Use",
}
ROLES = {
    "controller": "dpv:hasDataController",
    "lead": "dpv:hasDataController",
    "competent-authority": "dpv:hasDataController",
    "joint-controller": "dpv:hasJointDataControllers",
    "processor": "dpv:hasDataProcessor",
    "sub-processor": "dpv:hasDataProcessor",
    "recipient": "dpv:hasRecipient",
}
WITHOUT_DPV_NAME = frozenset({"ea"})
"""Points of Article 6(1) that only the United Kingdom has."""


def odrl(paper: Paper, web: Web) -> Node:
    """The policy of one version."""
    terms = paper.terms
    policy = web.version(paper.ref, paper.number)
    return {
        "@context": CONTEXT,
        "@id": policy,
        "@type": "odrl:Agreement",
        "odrl:uid": ref(policy),
        "odrl:profile": ref(f"{web.base_url}/vocabulary"),
        "dct:identifier": paper.ref,
        "dct:hasVersion": str(paper.number),
        "dct:title": texts(terms.title),
        "dct:description": texts(terms.summary),
        "dct:type": web.code("agreement_kinds", terms.kind),
        "odrl:assigner": [web.body(one) for one in sorted({flow.from_ for flow in terms.flows})],
        "odrl:assignee": [web.body(one) for one in sorted({flow.to for flow in terms.flows})],
        "odrl:permission": [_permission(policy, terms, flow, web) for flow in terms.flows],
        "odrl:prohibition": [
            _no_onward(policy, terms, flow, web) for flow in terms.flows if not flow.onward_recipients
        ],
        **_parties(terms, web),
    }


def _parties(terms: Terms, web: Web) -> Node:
    said: dict[str, list[Node]] = {}
    for party in terms.parties:
        for role in sorted({ROLES[role] for role in party.roles}):
            said.setdefault(role, []).append(web.body(party.organisation))
    return said


def _permission(policy: str, terms: Terms, flow: Flow, web: Web) -> Node:
    items = terms.items_of(flow)
    return {
        "@id": f"{policy}#{flow.id}",
        "@type": "odrl:Permission",
        "odrl:assigner": web.body(flow.from_),
        "odrl:assignee": web.body(flow.to),
        "odrl:action": ref("odrl:use"),
        "dpv:hasProcessing": [ref(PROCESSING[action]) for action in flow.actions],
        "odrl:target": [_asset(policy, item, web) for item in items],
        "odrl:constraint": list(_constraints(terms, flow, web)),
        "odrl:duty": [_duty(one.code, one.params, web) for one in flow.obligations],
        "dpv:hasPurpose": web.codes("purposes", flow.purposes),
        "dpv:hasDataSubject": web.codes("subject_groups", flow.subject_groups),
        "dpv:hasLegalBasis": [one for basis in flow.bases for one in _bases(basis, web)],
        "dct:conformsTo": web.codes("gateways", flow.gateways),
    }


def _asset(policy: str, item: Item, web: Web) -> Node:
    return {
        "@id": f"{policy}#{item.id}",
        "@type": "odrl:Asset",
        "dct:identifier": item.code,
        "dct:title": item.name or item.code,
        "dpv:hasPersonalData": web.code("categories", item.category),
    }


def _constraints(terms: Terms, flow: Flow, web: Web) -> Iterator[Node]:
    yield _constraint("purpose", "isAnyOf", web.codes("purposes", flow.purposes))
    yield _constraint("dateTime", "gteq", day(terms.starts_on))
    yield _constraint("dateTime", "lteq", day(terms.expires_on))
    yield _constraint("recipient", "isAnyOf", [web.body(one) for one in (flow.to, *flow.onward_recipients)])


def _constraint(left: str, operator: str, right: Node | list[Node]) -> Node:
    return {
        "@type": "odrl:Constraint",
        "odrl:leftOperand": ref(f"odrl:{left}"),
        "odrl:operator": ref(f"odrl:{operator}"),
        "odrl:rightOperand": right,
    }


def _duty(code: str, params: dict[str, str], web: Web) -> Node:
    """An obligation; its parameters are refinements of the action."""
    obligation = web.code("obligations", code)
    return {
        "@type": "odrl:Duty",
        "odrl:action": {
            "rdf:value": obligation,
            "odrl:refinement": [
                {
                    "@type": "odrl:Constraint",
                    "odrl:leftOperand": ref(f"{obligation['@id']}#{name}"),
                    "odrl:operator": ref("odrl:eq"),
                    "odrl:rightOperand": value,
                }
                for name, value in sorted(params.items())
            ],
        }
        if params
        else obligation,
    }


def _no_onward(policy: str, terms: Terms, flow: Flow, web: Web) -> Node:
    """What is received is not passed on."""
    return {
        "@id": f"{policy}#{flow.id}-onward",
        "@type": "odrl:Prohibition",
        "odrl:assigner": web.body(flow.from_),
        "odrl:assignee": web.body(flow.to),
        "odrl:action": ref("odrl:distribute"),
        "odrl:target": [ref(f"{policy}#{item.id}") for item in terms.items_of(flow)],
    }


def _bases(basis: Basis, web: Web) -> Iterator[Node]:
    if basis.art6 in WITHOUT_DPV_NAME:
        yield web.code("art6", basis.art6)
    elif basis.art6:
        yield ref(f"eu-gdpr:A6-1-{basis.art6}")
    if basis.art9:
        yield ref(f"eu-gdpr:A9-2-{basis.art9}")
    yield from web.codes("schedule1", basis.sch1.split(",") if basis.sch1 else ())
    yield from web.codes("schedule8", basis.sch8)
    if basis.annex1:
        yield web.code("annex1", basis.annex1)
    if basis.s35:
        yield web.code("s35", basis.s35)
