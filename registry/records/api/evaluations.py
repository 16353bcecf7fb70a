"""What was recorded after one answer of the permission check."""

from litestar import Controller, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from registry.db import Database
from registry.records.actions import Acting, evaluations
from registry.records.api.emergencies import emergency_out, stub_out
from registry.records.api.frame import provide_acting
from registry.records.schemas import DisclosureOut, EvaluationRecordsOut


class EvaluationsApi(Controller):
    """Evaluations, by the `evaluation_id` of an answer."""

    path = "/api/v1/evaluations"
    tags = ("records",)
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}

    @get("/{identifier:str}/records", sync_to_thread=True)
    def read_records(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
    ) -> EvaluationRecordsOut:
        """Read what the caller's organisation disclosed and decided after one answer."""
        with db.read() as reading:
            found = evaluations.find_records(reading, identifier, acting=acting)
        return EvaluationRecordsOut(
            evaluation_id=identifier,
            disclosures=[DisclosureOut.model_validate(dict(row._mapping)) for row in found.disclosures],
            emergencies=None if found.emergencies is None else list(map(emergency_out, found.emergencies)),
            awaited=None if found.awaited is None else list(map(stub_out, found.awaited)),
        )
