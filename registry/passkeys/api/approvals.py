"""What an approver signs, and the evidence of it afterwards, over JSON."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody

from registry.auditlog import Subject
from registry.db import Database
from registry.organisations.actions import Acting
from registry.organisations.api.frame import ACTING
from registry.passkeys.actions import approving
from registry.passkeys.ceremonies import Ceremony, Deciding
from registry.passkeys.schemas import ApprovalOut, ApprovalsOut, StatementIn, StatementOut
from registry.verification.spelling import digest
from registry.web.body import StrictBody


class ApprovalsApi(Controller):
    """Approvals that carry a signature of the approver's own."""

    path = "/api/v1/approvals"
    tags = ("passkeys",)
    dto = StrictBody
    return_dto = None
    dependencies = ACTING

    @get("/", sync_to_thread=True)
    def list_approvals(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        log_index: FromQuery[int | None] = None,
    ) -> ApprovalsOut:
        """List the evidence of approvals by the caller's organisation: the approvers' own receipts."""
        with db.read() as reading:
            rows = approving.list_evidence(reading, log_index, acting=acting)
        return ApprovalsOut(
            results=[
                ApprovalOut(log_index=row.log_index, evidence=bytes(row.document).decode()) for row in rows
            ]
        )

    @post("/statement", status_code=200, sync_to_thread=True)
    def statement(
        self,
        data: JSONBody[StatementIn],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        ceremony: NamedDependency[Ceremony],
    ) -> StatementOut:
        """Write the statement of one approval, with the options for the caller's passkey. Nothing is stored.

        It lasts ten minutes. It goes back as `assertion` of the approval itself, with what signed it.
        """
        subject = Subject(data.kind, data.id, data.version, data.digest)
        deciding, by_key = Deciding(subject, data.decision, data.role), data.by == "organisation-key"
        with db.read() as reading:
            statement, options = approving.begin(
                reading, deciding, by_key=by_key, acting=acting, ceremony=ceremony
            )
        octets = statement.octets()
        return StatementOut(
            statement=octets.decode(), digest=digest(octets), strength=data.by, options=options
        )
