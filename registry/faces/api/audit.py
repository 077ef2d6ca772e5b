"""Trail: read it, check it, and take a signed checkpoint away."""

import base64
from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from registry.domain.errors import NotFoundError
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.problems import problem_responses
from registry.services import audit
from registry.services.work import Work
from registry.shapes.audit import (
    CheckpointOut,
    CosignatureIn,
    EventOut,
    RedactionIn,
    VerificationIn,
    VerificationOut,
)

router = APIRouter(tags=["trail"])
EntryNumber = Annotated[int, Path(ge=0, description="The entry's place.", examples=[41])]


@router.get("/trail", responses=problem_responses(422))
def read_trail(
    work: ReadDep,
    after: Annotated[int, Query(ge=0, description="First place wanted.", examples=[40])] = 0,
    limit: Annotated[
        int, Query(ge=1, le=1000, description="How many at most.", examples=[100])
    ] = 100,
) -> list[EventOut]:
    """Return acts in their order."""
    return [EventOut.model_validate(event) for event in audit.read(work, start=after, limit=limit)]


@router.post("/trail/{seq}/redactions", responses=problem_responses(404, 409, 422))
def redact_entry(work: WorkDep, seq: EntryNumber, body: RedactionIn) -> EventOut:
    """Take words out of an entry for good; its bytes and every proof stay."""
    return EventOut.model_validate(audit.redact(work, seq, path=body.path, why=body.why))


@router.post(
    "/trail/checkpoints", status_code=status.HTTP_201_CREATED, responses=problem_responses()
)
def sign_checkpoint(work: WorkDep) -> CheckpointOut:
    """Sign the trail as it stands; keep the note outside the registry."""
    return _note_out(work, audit.sign_checkpoint(work))


@router.get("/trail/checkpoint", responses=problem_responses(404))
def newest_checkpoint(work: ReadDep) -> CheckpointOut:
    """Return the newest signed note."""
    note = audit.newest_checkpoint(work)
    if note is None:
        raise NotFoundError("No checkpoint was signed yet; ask for one with POST.")
    return _note_out(work, note)


@router.post(
    "/trail/cosignatures",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 422),
)
def keep_cosignature(work: WorkDep, body: CosignatureIn) -> CheckpointOut:
    """Keep a witness's line over a checkpoint; the answer is the note with all its lines."""
    note = audit.keep_cosignature(work, size=body.size, witness=body.witness, line=body.line)
    return _note_out(work, note)


@router.post("/trail/verification", responses=problem_responses(422))
def verify_trail(work: ReadDep, body: VerificationIn) -> VerificationOut:
    """Check every entry, and the whole against checkpoints, those sent along included."""
    found = audit.verify(work, notes=body.notes)
    return VerificationOut(
        intact=found.intact,
        entries=found.entries,
        root=found.root,
        checkpoints=found.checkpoints,
        findings=list(found.findings),
    )


def _note_out(work: Work, note: str) -> CheckpointOut:
    """Return a note with the key that checks it."""
    return CheckpointOut(note=note, public_key=base64.b64encode(work.keys.public()).decode())
