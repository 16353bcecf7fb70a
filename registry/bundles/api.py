"""Bundles over HTTP: one's own with a token; the keys and the evaluators are open to everyone."""

from pathlib import Path
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from registry import clock
from registry.bundles.actions import Maker, give_bundle
from registry.bundles.signing import MEDIA_TYPE
from registry.callers import Caller
from registry.db import Database
from registry.policy import Policies

HERE = Path(__file__).parent
EVALUATORS = {"evaluate.py": "text/x-python; charset=utf-8", "evaluate.mjs": "text/javascript; charset=utf-8"}
FOR_AN_HOUR = {"cache-control": "public, max-age=3600"}


class BundlesApi(Controller):
    """What an organisation answers its own questions from while the registry is out of reach."""

    path = "/api/v1/bundles"
    tags = ("decisions",)

    @get("/{identifier:str}", media_type=MEDIA_TYPE, sync_to_thread=True)
    def take_bundle(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        policies: NamedDependency[Policies],
        bundles: NamedDependency[Maker],
        caller: NamedDependency[Caller],
    ) -> Response[str]:
        """Take the signed bundle of the caller's own organisation (compact JWS), good for some hours."""
        with db.read() as reading:
            made = give_bundle(
                reading, identifier, caller=caller, now=clock.now(), policies=policies, maker=bundles
            )
        return Response(made, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})


class EvaluatorsApi(Controller):
    """What checks and asks a bundle. No token is needed: fetch these before they are needed."""

    path = "/bundles"
    tags = ("decisions",)

    @get("/keys", sync_to_thread=True)
    def read_bundle_keys(self, bundles: NamedDependency[Maker]) -> Response[dict[str, Any]]:
        """Read the public key that bundles are signed with, as a JWK set."""
        return Response({"keys": [bundles.key.public]}, headers=FOR_AN_HOUR)

    @get("/evaluate.py", media_type="text/x-python", sync_to_thread=True)
    def read_python_evaluator(self) -> Response[bytes]:
        """Read the evaluator for Python: one file, which needs `cryptography`."""
        return _file("evaluate.py")

    @get("/evaluate.mjs", media_type="text/javascript", sync_to_thread=True)
    def read_javascript_evaluator(self) -> Response[bytes]:
        """Read the evaluator for browsers and Node: one module, which needs nothing."""
        return _file("evaluate.mjs")


def _file(name: str) -> Response[bytes]:
    return Response((HERE / name).read_bytes(), media_type=EVALUATORS[name], headers=FOR_AN_HOUR)
