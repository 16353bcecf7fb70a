"""Tasks over JSON."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Row

from registry.db import Database
from registry.records.actions import Acting, tasks
from registry.records.api.frame import IfMatch, answer, provide_acting
from registry.records.schemas import RecordedOut, TaskOut, TasksOut
from registry.web.body import Nothing, StrictBody
from registry.web.etags import tag
from registry.web.idempotency import Attempt


class TasksApi(Controller):
    """What the roles of the caller's organisation have to do, and by when."""

    path = "/api/v1/tasks"
    tags = ("records",)
    dto = StrictBody
    return_dto = None
    dependencies = {"acting": Provide(provide_acting, sync_to_thread=False)}

    @get("/", sync_to_thread=True)
    def find(
        self,
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        mine: FromQuery[bool] = False,
        done: FromQuery[bool] = False,
    ) -> TasksOut:
        """List the tasks of the caller's organisation, or of the caller's roles, those overdue first."""
        with db.read() as reading:
            rows = tasks.find(reading, mine=mine, done=done, acting=acting)
        return TasksOut(results=[_task(row, acting) for row in rows])

    @get("/{identifier:str}", sync_to_thread=True)
    def read(
        self, identifier: FromPath[str], db: NamedDependency[Database], acting: NamedDependency[Acting]
    ) -> Response[TaskOut]:
        """Read a task."""
        with db.read() as reading:
            row = tasks.read(reading, identifier, acting=acting)
        return Response(_task(row, acting), headers={"etag": tag(row.revision)})

    @post("/{identifier:str}/done", status_code=200, sync_to_thread=True)
    def tick_off(
        self,
        identifier: FromPath[str],
        db: NamedDependency[Database],
        acting: NamedDependency[Acting],
        attempt: NamedDependency[Attempt],
        data: JSONBody[Nothing | None] = None,
        if_match: IfMatch = None,
    ) -> Response[RecordedOut]:
        """Say that a task is done which nothing but a person can say to be done."""
        with db.write() as tx:
            return answer(
                tx,
                acting,
                attempt,
                lambda: tasks.tick_off(tx, identifier, acting=acting, if_match=if_match),
            )


def _task(row: Row[tuple[object, ...]], acting: Acting) -> TaskOut:
    said = acting.policies.records.codes["task_kinds"][row.kind]
    overdue = row.done_at is None and row.due_on < acting.today
    return TaskOut.model_validate({**row._mapping, "en": said.en, "cy": said.cy, "overdue": overdue})
