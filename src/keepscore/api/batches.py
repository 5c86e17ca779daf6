"""Files on their way in: sent, looked at, answered, imported, undone. The worker does the work; every step answers how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from keepscore.api.auth import actor_in, scoped
from keepscore.api.inputs import AnswersIn, ImportIn
from keepscore.api.paging import Cursor, Limit, page_of
from keepscore.api.problems import Refused
from keepscore.api.schemas import BatchFull, BatchOut, Page, SourceOut
from keepscore.intake import access, files, operations
from keepscore.intake.forms import ImportForm
from keepscore.intake.models import Batch, Source, State
from keepscore.users.roles import May
from keepscore.web import clock

router = Router(tags=["Import"])
Name = Annotated[str, Field(max_length=200)]
GONE = (State.CANCELLED, State.UNDONE)
CHUNK = 256 * 1024
_ONE = "/batches/{int:pk}"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {"schema": {"type": "object", "required": ["file"], "properties": {"file": _BINARY["schema"]}}}
_SENT = {"required": True, "content": {"text/csv": _BINARY, "application/octet-stream": _BINARY, "multipart/form-data": _FORM}}
_YAML = {"required": True, "content": {"application/yaml": {"schema": {"type": "string"}}}}
_FILE = {"responses": {200: {"description": "The file", "content": {"application/octet-stream": _BINARY}}}}
_ASKED: dict[str, Any] = {"response": {202: BatchFull}}


@router.get("/sources", response=list[SourceOut], summary="List sources with how far each is complete", **scoped("import"))
def list_sources(request: HttpRequest) -> list[SourceOut]:
    found = access.sources_for(actor_in(request, may=May.IMPORT)).order_by("name")
    return [
        SourceOut(name=row.name, records=row.records, complete_to=row.complete_to, has_columns=bool(row.mapping)) for row in found
    ]  # fmt: skip


@router.get("/batches", response=Page[BatchOut], summary="List batches, the newest first", **scoped("import"))
def list_batches(request: HttpRequest, source: Name = "", limit: Limit = 50, cursor: Cursor = "") -> Page[BatchOut]:
    found = access.batches_for(actor_in(request, may=May.IMPORT)).defer(*access.HEAVY)
    found = found.filter(source__name=source) if source else found
    rows, after = page_of(found, name="batches", limit=limit, cursor=cursor, by=("-pk",))
    return Page(items=[BatchOut(**_batch(row)) for row in rows], next=after)


@router.get(_ONE, response=BatchFull, summary="Read a batch: how it stands and what it needs", **scoped("import"))
def read_batch(request: HttpRequest, pk: int) -> BatchFull:
    return _full(_found(request, pk))


@router.post("/batches", response={200: BatchFull, 202: BatchFull}, summary="Send a file", **scoped("import", requestBody=_SENT))
def send_file(request: HttpRequest, response: HttpResponse, source: Name = "", name: Name = "records.csv") -> Any:
    """The file is the body, or the field `file` of a form. Its rows are checked, and nothing is imported before that is asked for.
    The same content again answers the same batch, with 200."""
    actor = actor_in(request, may=May.IMPORT)
    named = _source(access.sources_for(actor), source)
    chunks, name = _sent(request, name)
    kept = files.keep(chunks, name=name)
    with transaction.atomic():
        same = access.batches_for(actor).filter(sha256=kept.sha256).exclude(state__in=GONE)
        before = (same.filter(source=named) if named else same).first()
        batch = before or operations.receive(kept=kept, by=actor, at=clock.now(), source=named)
    if before and before.path != kept.path:
        files.discard(kept.path)
    return _answer(batch, response, 200 if before else 202)


@router.post(f"{_ONE}/columns", summary="Declare its columns by a mapping", **_ASKED, **scoped("import", requestBody=_YAML))
def declare_columns(request: HttpRequest, pk: int, response: HttpResponse) -> Any:
    """The mapping is remembered for later files of its source."""
    batch = _found(request, pk)
    text = request.body.decode("utf-8", errors="replace")
    return _answer(operations.declare(batch=batch, text=text, by=actor_in(request), at=clock.now()), response)


@router.post(f"{_ONE}/answers", summary="Answer its errors: known values, corrected cells, rows to leave out", **_ASKED, **scoped("import"))
def answer_errors(request: HttpRequest, pk: int, response: HttpResponse, said: AnswersIn) -> Any:
    batch = operations.answer(
        batch=_found(request, pk), by=actor_in(request), at=clock.now(), values=said.values, cells=said.cells, left_out=said.left_out,
        remember=said.remember,
    )  # fmt: skip
    return _answer(batch, response)


@router.post(f"{_ONE}/import", summary="Import the rows that are ready", **_ASKED, **scoped("import"))
def import_rows(request: HttpRequest, pk: int, response: HttpResponse, said: ImportIn | None = None) -> Any:
    """Rows that need a decision are left out, and the batch remembers them."""
    batch, said = _found(request, pk), said or ImportIn(complete_to=None, allow_older=False)
    form = ImportForm(now=clock.now())
    form.cleaned_data = {"complete_to": said.complete_to}
    try:
        complete_to = form.clean_complete_to()
    except ValidationError as wrong:
        raise Refused(422, " ".join(wrong.messages)) from None
    batch = operations.ask_import(
        batch=batch, by=actor_in(request), at=clock.now(), complete_to=complete_to, allow_older=said.allow_older
    )  # fmt: skip
    return _answer(batch, response)


@router.post(f"{_ONE}/look-again", summary="Check its rows again, after a client or contract was added", **_ASKED, **scoped("import"))
def look_again(request: HttpRequest, pk: int, response: HttpResponse) -> Any:
    return _answer(operations.look_again(batch=_found(request, pk), by=actor_in(request), at=clock.now()), response)


@router.post(f"{_ONE}/cancel", response=BatchFull, summary="Give it up before it is imported", **scoped("import"))
def cancel(request: HttpRequest, pk: int) -> BatchFull:
    return _full(operations.cancel(batch=_found(request, pk), by=actor_in(request), at=clock.now()))


@router.post(f"{_ONE}/undo", summary="Undo it, where it is the last one imported", **_ASKED, **scoped("import"))
def undo(request: HttpRequest, pk: int, response: HttpResponse) -> Any:
    return _answer(operations.ask_undo(batch=_found(request, pk), by=actor_in(request), at=clock.now()), response)


@router.get(f"{_ONE}/original", summary="Download the file as it was sent", **scoped("import", **_FILE))
def original(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _found(request, pk)
    return _file(batch.path, batch.file_name)


@router.get(f"{_ONE}/rejected", summary="Download the rows that are left out, each with its reason", **scoped("import", **_FILE))
def rejected(request: HttpRequest, pk: int) -> HttpResponse:
    return _file(_found(request, pk).rejected, "rejected.csv")


def _found(request: HttpRequest, pk: int) -> Batch:
    return access.batch_for(actor_in(request, may=May.IMPORT), pk)


def _source(sources: Any, name: str) -> Source | None:
    found: Source | None = sources.filter(name=name).first() if name else None
    if name and found is None:
        raise Refused(404, "There is no source of this name. Leave it out for a new one; its columns are asked for then.")
    return found


def _sent(request: HttpRequest, name: str) -> tuple[Iterable[bytes], str]:
    if request.content_type != "multipart/form-data":
        return iter(lambda: request.read(CHUNK), b""), name
    file = request.FILES.get("file")
    if file is None:
        raise Refused(422, "The form has no file in its field file.")
    return file.chunks(), file.name or name


def _file(path: str, name: str) -> HttpResponse:
    if not path or not files.place(path).is_file():
        raise Http404
    return FileResponse(files.place(path).open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


def _answer(batch: Batch, response: HttpResponse, status: int = 202) -> Any:
    response["Location"] = f"/api/v1/batches/{batch.pk}"
    return Status(status, _full(batch))


def _full(batch: Batch) -> BatchFull:
    return BatchFull(**_batch(batch), groups=batch.groups, moves=batch.moves)


def _batch(row: Batch) -> dict[str, Any]:
    same = (
        "state", "file_name", "size", "sha256", "ready", "errors", "left_out", "inserted", "updated", "unchanged", "newest", "complete_to",
        "problem", "is_repeat", "received_at", "imported_at", "undone_at",
    )  # fmt: skip
    named = {"id": row.pk, "source": row.source.name if row.source else None, "rows": row.total}
    return named | {name: getattr(row, name) for name in same}
