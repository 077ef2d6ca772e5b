"""Checks: may a version be used, and how it stands, over the API."""

from typing import Annotated

from fastapi import APIRouter, Query

from registry.domain.policies import Rung
from registry.faces.http.dependencies import ReadDep
from registry.faces.http.parameters import ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import checks
from registry.services.checks import Check
from registry.shapes.checks import CheckOut
from registry.shapes.reviews import MissingOut, RungWord

router = APIRouter(tags=["checks"])


@router.get("/models/{name}/versions/{number}/check", responses=problem_responses(404))
def check_version(
    work: ReadDep,
    name: ModelName,
    number: VersionNumber,
    site: Annotated[
        list[str] | None,
        Query(description="Hospitals; may be given more than once.", examples=[["Hungary"]]),
    ] = None,
    rung: Annotated[
        RungWord | None, Query(description="How far it would go.", examples=["pilot"])
    ] = None,
) -> CheckOut:
    """Say whether a version may be used, what is missing if not, and for whom that waits."""
    asked = None if rung is None else Rung(rung)
    return _out(checks.check(work, name, number, sites_asked=site or (), rung=asked))


def _out(found: Check) -> CheckOut:
    """Shape the answer of a check."""
    return CheckOut(
        version=found.version,
        answer=found.answer.value,
        basis=found.basis,
        review=None if found.review is None else found.review.id,
        scope=found.scope,
        missing=[
            MissingOut(kind=one.kind.value, what=one.what, waits_for=one.waits_for)
            for one in found.missing
        ],
        criteria=found.criteria,
        standing=found.standing,
    )
