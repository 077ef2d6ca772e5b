"""Notices: what was told, its deliveries and mail addresses over the API."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, status

from registry.domain.jobs import JobStatus
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import DeliveryId
from registry.faces.http.problems import problem_responses
from registry.services import notices
from registry.shapes.jobs import JobOut
from registry.shapes.notices import AddressIn, AddressOut, DeliveryOut, NoticeOut

router = APIRouter(tags=["notices"])

StateWord = Literal["any", "waiting", "failed", "delivered"]
STATES: Final[Mapping[str, tuple[JobStatus, ...]]] = MappingProxyType(
    {
        "any": tuple(JobStatus),
        "waiting": (JobStatus.QUEUED, JobStatus.RUNNING),
        "failed": (JobStatus.DEAD,),
        "delivered": (JobStatus.DONE,),
    }
)
LimitQuery = Annotated[int, Query(ge=1, le=500, description="At most so many.", examples=[50])]
StateQuery = Annotated[
    StateWord, Query(description="Only those that stand so.", examples=["failed"])
]


@router.get("/notices", responses=problem_responses(422))
def list_notices(work: ReadDep, limit: LimitQuery = 50) -> list[NoticeOut]:
    """Return the newest notices to the person who asks, newest first."""
    return [NoticeOut.model_validate(one) for one in notices.mine(work, limit=limit)]


@router.get("/notices/deliveries", responses=problem_responses(422))
def list_deliveries(
    work: ReadDep, state: StateQuery = "any", limit: LimitQuery = 50
) -> list[DeliveryOut]:
    """Return the newest deliveries to mailboxes and webhooks, newest first."""
    found = notices.deliveries(work, limit=limit, states=STATES[state])
    return [DeliveryOut.model_validate(one) for one in found]


@router.post("/notices/deliveries/{delivery_id}/retry", responses=problem_responses(404, 409, 422))
def retry_delivery(work: WorkDep, delivery_id: DeliveryId) -> DeliveryOut:
    """Send a notice at once that was given up, or that waits after a failure."""
    return DeliveryOut.model_validate(notices.retry(work, delivery_id))


@router.get("/notices/addresses", responses=problem_responses())
def list_addresses(work: ReadDep) -> list[AddressOut]:
    """Return where everybody gets mail, by login."""
    return [AddressOut.model_validate(one) for one in notices.reachable(work)]


@router.post("/notices/addresses", responses=problem_responses(404, 422))
def set_address(work: WorkDep, body: AddressIn) -> AddressOut:
    """Set where a person gets mail; the trail says that it changed, not what it is."""
    return AddressOut.model_validate(notices.set_address(work, body.login, body.address))


@router.post(
    "/notices/test", status_code=status.HTTP_202_ACCEPTED, responses=problem_responses(422)
)
def try_mail(work: WorkDep) -> JobOut:
    """Send the person who asks one mail, to see that mail arrives."""
    return JobOut.model_validate(notices.try_mail(work))
