"""Proofs: hashes, keys and bundles with which others check the trail without trusting us."""

import base64
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from registry.domain.merkle import leaf_hash
from registry.faces.http.dependencies import ReadDep, WorkshopDep
from registry.faces.http.problems import problem_responses
from registry.services import audit
from registry.services.audit import Consistency, Inclusion
from registry.shapes.as_of import AsOfOut
from registry.shapes.audit import ConsistencyOut, InclusionOut, KeyOut

router = APIRouter(prefix="/audit", tags=["trail"])
ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
Size = Annotated[
    int | None,
    Query(ge=1, description="Over how many entries; the newest checkpoint's.", examples=[42]),
]
Later = Annotated[
    int | None,
    Query(alias="to", ge=1, description="Entries of the longer trail; now.", examples=[42]),
]


@router.get("/keys", responses=problem_responses())
def public_key(workshop: WorkshopDep) -> KeyOut:
    """Return the key by which checkpoints hold; nobody needs to sign in for it."""
    key = audit.public_key(workshop)
    packed = base64.b64encode(key.raw).decode()
    return KeyOut(name=key.name, public_key=packed, verifier_key=key.text())


@router.get("/as-of", responses=problem_responses(404, 422))
def recall_approvals(
    work: ReadDep,
    site: Annotated[str, Query(max_length=120, description="The site.", examples=["Hungary"])],
    on: Annotated[date, Query(description="The day, there.", examples=["2026-11-25"])],
) -> AsOfOut:
    """Return what was approved at a site on a day, by whom, and on what evidence."""
    return AsOfOut.model_validate(audit.recall(work, site=site, on=on))


@router.get("/proofs/inclusion", responses=problem_responses(422))
def prove_inclusion(
    work: ReadDep,
    seq: Annotated[int, Query(ge=0, description="The entry's place.", examples=[41])],
    size: Size = None,
) -> InclusionOut:
    """Return the proof that an entry is on the trail."""
    return _inclusion_out(audit.inclusion(work, seq, size=size))


@router.get("/proofs/consistency", responses=problem_responses(422))
def prove_consistency(
    work: ReadDep,
    old: Annotated[
        int, Query(alias="from", ge=1, description="Entries of the shorter trail.", examples=[30])
    ],
    new: Later = None,
) -> ConsistencyOut:
    """Return the proof that the trail begins as it did when it was shorter."""
    return _consistency_out(audit.consistency(work, old, new=new))


@router.get(
    "/bundle",
    response_class=StreamingResponse,
    responses={200: {"content": ZIP}, **problem_responses(404, 409, 422)},
)
def export_bundle(
    work: ReadDep,
    subject: Annotated[
        str | None,
        Query(max_length=200, description="What it is about; all.", examples=["heart-cad/2"]),
    ] = None,
) -> StreamingResponse:
    """Return the trail, or what concerns one subject, as a zip that proves itself."""
    headers = {"Content-Disposition": 'attachment; filename="trail.zip"'}
    pieces = audit.export(work, subject=subject)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _inclusion_out(found: Inclusion) -> InclusionOut:
    """Return the proof of an entry as it travels."""
    return InclusionOut(
        seq=found.seq,
        size=found.size,
        body=found.body.decode(),
        leaf=leaf_hash(found.body).hex(),
        hashes=[one.hex() for one in found.hashes],
        root=found.root.hex(),
        note=found.note,
    )


def _consistency_out(found: Consistency) -> ConsistencyOut:
    """Return the proof between two sizes as it travels."""
    document = {
        "from": found.old,
        "to": found.new,
        "hashes": [one.hex() for one in found.hashes],
        "from_root": found.old_root.hex(),
        "to_root": found.new_root.hex(),
    }
    return ConsistencyOut.model_validate(document)
