"""What an approver signs, and the evidence of it afterwards, over JSON."""

from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from registry.auditlog import Subject
from registry.db import Database
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING
from registry.passkeys.actions import approving
from registry.passkeys.ceremonies import Ceremony, Deciding
from registry.passkeys.schemas import ApprovalOut, StatementOut
from registry.verification.spelling import digest
from registry.web.body import StrictBody

Kind = Annotated[Literal["agreement", "dpia", "ethics-assessment", "roster"], QueryParameter()]
Identifier = Annotated[str, QueryParameter(name="id", pattern=r"^[A-Za-z0-9][A-Za-z0-9._:~-]{0,127}$")]
Version = Annotated[int, QueryParameter(ge=1, le=2**31 - 1)]
Digest = Annotated[str, QueryParameter(name="digest", pattern=r"^sha256:[0-9a-f]{64}$")]
Code = Annotated[str, QueryParameter(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
By = Annotated[Literal["passkey", "organisation-key"], QueryParameter()]


class ApprovalsApi(Controller):
    """Approvals that carry a signature of the approver's own."""

    path = "/api/v1/approvals"
    tags = ("passkeys",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/statement", sync_to_thread=True)
    def statement(
        self,
        kind: Kind,
        identifier: Identifier,
        version: Version,
        content: Digest,
        decision: Code,
        role: Code,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
        by: By = "passkey",
    ) -> StatementOut:
        """Write the statement of one approval, with the options for the caller's passkey.

        It lasts ten minutes. It goes back as `assertion` of the approval itself, with what signed it.
        """
        deciding = Deciding(Subject(kind, identifier, version, content), decision, role)
        with db.read() as reading:
            statement, options = approving.begin(
                reading, deciding, by_key=by == "organisation-key", acting=acting, ceremony=ceremony
            )
        octets = statement.octets()
        return StatementOut(statement=octets.decode(), digest=digest(octets), strength=by, options=options)

    @get("/{index:int}", sync_to_thread=True)
    def evidence(
        self, index: FromPath[int], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> ApprovalOut:
        """Read the evidence of an approval by the caller's organisation: the approver's own receipt."""
        with db.read() as reading:
            found = approving.read(reading, index, acting=acting)
        return ApprovalOut(log_index=index, evidence=found.decode())
