"""An agreement as catalogues of data know it: a DCAT 3 dataset under a policy (DOMAIN 8).

DCAT has no word for an agreement. What flows under one is the dataset; the agreement is its `odrl:hasPolicy`.
"""

from registry.exchange.linked import CONTEXT, Node, Web, day, ref, texts
from registry.exchange.papers import Paper
from registry.exchange.rules import MEDIA_TYPES

FILES = ("odrl", "pdf", "docx", "terms.json")
"""The forms that are distributions of the dataset."""

RESTRICTED = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
"""What flows under an agreement is for its parties alone, whatever its protective marking."""
IANA = "https://www.iana.org/assignments/media-types/"


def dcat(paper: Paper, web: Web) -> Node:
    """The dataset that one version describes."""
    terms = paper.terms
    policy = web.version(paper.ref, paper.number)
    flows = terms.flows
    return {
        "@context": CONTEXT,
        "@id": f"{policy}/dcat",
        "@type": "dcat:Dataset",
        "dct:identifier": paper.ref,
        "dct:title": texts(terms.title),
        "dct:description": texts(terms.summary),
        "dct:type": web.code("agreement_kinds", terms.kind),
        "dct:issued": day(terms.starts_on),
        "dct:accessRights": ref(RESTRICTED),
        "dcat:version": str(paper.number),
        "dcat:theme": web.codes("purposes", (one for flow in flows for one in flow.purposes)),
        "dct:accrualPeriodicity": web.codes("frequencies", (flow.frequency for flow in flows)),
        "dct:publisher": [_publisher(one, paper, web) for one in sorted({flow.from_ for flow in flows})],
        "dcat:contactPoint": [
            {"@type": "vcard:Kind", "vcard:hasEmail": ref(f"mailto:{party.contacts.ig}")}
            for party in terms.parties
            if "@" in party.contacts.ig
        ],
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:accessURL": ref(web.version(paper.ref, paper.number, form)),
                "dcat:mediaType": ref(IANA + MEDIA_TYPES[form]),
            }
            for form in FILES
        ],
        "odrl:hasPolicy": ref(policy),
    }


def _publisher(organisation: str, paper: Paper, web: Web) -> Node:
    named = paper.names.get(organisation)
    known = [("en", named.en), ("cy", named.cy)] if named else []
    names = [{"@value": name, "@language": language} for language, name in known if name]
    return {**web.body(organisation), "@type": "foaf:Agent", "foaf:name": names or organisation}
