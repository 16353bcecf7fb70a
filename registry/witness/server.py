"""The witness role: an application that cosigns the logs of others."""

from litestar import Controller, Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, RawBody

from registry import clock
from registry.tlog.cosignature import Cosigner
from registry.tlog.note import Note
from registry.witness.request import TREE_SIZE, log_id
from registry.witness.rules import NotCosigned, OtherSize, TrustedLogs, check_growth
from registry.witness.store import Store

MAX_REQUEST_BYTES = 1 << 18


class Witness:
    """A key, the logs it cosigns for, and what it has seen of them."""

    def __init__(self, cosigner: Cosigner, logs: TrustedLogs, store: Store) -> None:
        self._cosigner, self._logs, self._store = cosigner, logs, store
        self._origins = {log_id(origin): origin for origin in logs}

    def add_checkpoint(self, body: bytes) -> str:
        """The line that cosigns the checkpoint in a request. What it says is stored before it is told.

        Raises:
            NotCosigned: see `rules.check_growth`.
        """
        before, checkpoint, note = check_growth(body, self._logs, self._store.seen)
        cosignature = self._cosigner.cosign(note.body, clock.now())
        cosigned = Note(note.body, (*note.signatures, cosignature))
        if not self._store.advance(before, checkpoint, cosigned.text()):
            raise OtherSize(self._store.seen(checkpoint.origin).size)
        return f"{cosignature.line()}\n"

    @property
    def key(self) -> str:
        """The public key, as policies name it."""
        return self._cosigner.key.text()

    def newest_note(self, identifier: str) -> str | None:
        """The largest checkpoint cosigned of the log with this identifier (see `log_id`)."""
        origin = self._origins.get(identifier)
        return self._store.seen(origin).note if origin else None


class WitnessApi(Controller):
    """What logs and monitors ask a witness. No token is needed: signatures speak for themselves."""

    path = "/"

    @get("/", media_type=MediaType.TEXT, sync_to_thread=False)
    def read_key(self, witness: NamedDependency[Witness]) -> str:
        """Read the witness's public key. Whoever pins it should have it from elsewhere, too."""
        return f"{witness.key}\n"

    @post("/add-checkpoint", status_code=200, sync_to_thread=True)
    def add_checkpoint(self, body: RawBody, witness: NamedDependency[Witness]) -> Response[str]:
        """Cosign a checkpoint that continues what was seen of its log."""
        return Response(witness.add_checkpoint(body), media_type=MediaType.TEXT)

    @get("/{log:str}/checkpoint", sync_to_thread=True)
    def read_checkpoint(self, log: FromPath[str], witness: NamedDependency[Witness]) -> Response[str]:
        """Read the largest checkpoint cosigned of a log."""
        note = witness.newest_note(log)
        if note is None:
            raise NotFoundException(detail="nothing has been cosigned of this log")
        return Response(note, media_type=MediaType.TEXT)


def create_witness(cosigner: Cosigner, logs: TrustedLogs, store: Store) -> Litestar:
    """The application of a witness."""
    witness = Witness(cosigner, logs, store)
    return Litestar(
        route_handlers=[WitnessApi],
        dependencies={"witness": Provide(lambda: witness, sync_to_thread=False, use_cache=True)},
        exception_handlers={NotCosigned: _refuse},
        request_max_body_size=MAX_REQUEST_BYTES,
        openapi_config=None,
        debug=False,
    )


def _refuse(_: Request[object, object, State], refusal: NotCosigned) -> Response[str]:
    media_type = TREE_SIZE if isinstance(refusal, OtherSize) else MediaType.TEXT
    return Response(f"{refusal}\n", status_code=refusal.status, media_type=media_type)
