"""Exports over HTTP: the case of one agreement, and proofs in the form of receipts."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from registry import clock
from registry.callers import Caller
from registry.db import Database
from registry.exports.actions import give_case, give_receipt
from registry.exports.receipt import MEDIA_TYPE
from registry.exports.trust import Trust
from registry.policy import Policies


class CasesApi(Controller):
    """What an auditor takes away about one agreement, to check it anywhere."""

    path = "/api/v1/log/cases"
    tags = ("log",)

    @get("/{ref:str}", media_type="application/zip", sync_to_thread=True)
    def read_case(
        self,
        ref: FromPath[str],
        db: NamedDependency[Database],
        trust: NamedDependency[Trust],
        policies: NamedDependency[Policies],
        caller: NamedDependency[Caller],
    ) -> Response[bytes]:
        """Read the case file of an agreement: texts, log entries with their proofs, evidence of approvals."""
        with db.read() as reading:
            made = give_case(reading, ref, trust=trust, caller=caller, now=clock.now(), policies=policies)
        headers = {"content-disposition": f'attachment; filename="{ref}.zip"'}
        return Response(made.octets, media_type="application/zip", headers=headers)


class ReceiptsApi(Controller):
    """Proofs in the form of COSE receipts (RFC 9942). No token is needed."""

    path = "/log/receipt"
    tags = ("log",)

    @get("/{index:int}", media_type=MEDIA_TYPE, sync_to_thread=True)
    def read_receipt(
        self, index: FromPath[int], db: NamedDependency[Database], trust: NamedDependency[Trust]
    ) -> Response[bytes]:
        """Read the COSE receipt that an entry is in the tree of the newest checkpoint."""
        with db.read() as reading:
            octets = give_receipt(reading, index, trust=trust, now=clock.now())
        return Response(octets, media_type=MEDIA_TYPE, headers={"cache-control": "public, max-age=1"})
