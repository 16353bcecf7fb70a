"""The partner systems of the demo, and the program that officers sign in with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey

from registry.callers import Caller, Mode
from registry.db import Transaction
from registry.oauth.actions import register_client
from registry.oauth.rules import SCOPES, Algorithm, NewOfficerClient, NewPartner

OFFICER_CLIENT = "registry-demo"
REDIRECT_URI = "http://127.0.0.1/callback"
ASKS = "decisions:ask register:read"


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A partner system: whom it speaks for, whether machines or people act on its answers, how it signs."""

    client_id: str
    name: str
    organisation: str
    mode: Mode = "enforce"
    alg: Algorithm = "ES256"
    scope: str = ASKS
    nhs_legacy: bool = False

    def new_key(self) -> dict[str, Any]:
        """A fresh private key as a JWK, named by its thumbprint (RFC 7638)."""
        match self.alg:
            case "ES256":
                key: ECKey | OKPKey | RSAKey = ECKey.generate_key("P-256", auto_kid=True)
            case "Ed25519":
                key = OKPKey.generate_key("Ed25519", auto_kid=True)
            case "RS512":
                key = RSAKey.generate_key(2048, auto_kid=True)
        return {**key.as_dict(private=True), "use": "sig"}

    def registration(self, private_jwk: dict[str, Any]) -> NewPartner:
        """What is registered of it: the public half of its key."""
        public = {name: private_jwk[name] for name in PUBLIC_MEMBERS if name in private_jwk}
        return NewPartner(
            client_id=self.client_id,
            name=self.name,
            organisation=self.organisation,
            mode=self.mode,
            scopes=frozenset(self.scope.split()),
            alg=self.alg,
            jwks={"keys": [public]},
            nhs_legacy=self.nhs_legacy,
            demo=True,
        )


PUBLIC_MEMBERS = ("kty", "crv", "x", "y", "n", "e", "kid", "use")
"""The members of a JWK that are not secret, of every kind of key used here (RFC 7518 section 6)."""

CLIENTS: tuple[DemoClient, ...] = (
    DemoClient(
        "lancashire-casework",
        "Children's social care case management",
        "gss:E10000017",
        scope=f"{ASKS} log:export",
    ),
    DemoClient(
        "morecambe-bay-records",
        "Electronic patient record",
        "ods:RTX",
        alg="RS512",
        nhs_legacy=True,
    ),
    DemoClient("lothian-discharge", "Discharge hub", "gss:S08000024", alg="Ed25519"),
    DemoClient("met-violence-panel", "Violence panel case system", "police:metropolitan"),
    DemoClient("cardiff-children", "Systemau gwasanaethau plant", "gss:W06000015"),
    DemoClient("somerset-families", "Supporting families case system", "gss:E06000066"),
    DemoClient("manchester-neighbourhoods", "Neighbourhood teams' worklist", "gss:E08000003"),
    DemoClient("glasgow-housing", "Housing management", "gss:S12000049"),
    DemoClient("lancashire-police-desktop", "Officers' desktop", "police:lancashire", mode="advise"),
    DemoClient("westmorland-social-work", "Social workers' desktop", "gss:E06000064", mode="advise"),
)


def register_clients(tx: Transaction, keys: dict[str, dict[str, Any]], now: datetime) -> None:
    """Register every partner system with the public half of its key, and the officers' program."""
    caller = Caller(organisation="", demo=True)
    for client in CLIENTS:
        register_client(tx, client.registration(keys[client.client_id]), caller=caller, now=now)
    officers = NewOfficerClient(
        client_id=OFFICER_CLIENT,
        name="The registry's own sign-in",
        scopes=frozenset(SCOPES),
        redirect_uris=(REDIRECT_URI,),
        demo=True,
    )
    register_client(tx, officers, caller=caller, now=now)
