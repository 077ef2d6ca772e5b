"""Webhooks: addresses that are told of acts, over the API."""

from fastapi import APIRouter, status

from registry.domain.notices import Kind
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import WebhookName
from registry.faces.http.problems import problem_responses
from registry.services import notices, webhooks
from registry.services.work import Work
from registry.shapes.jobs import JobOut
from registry.shapes.webhooks import NewWebhookOut, WebhookIn, WebhookOut, WebhookReasonIn
from registry.store.webhooks import WebhookRow

router = APIRouter(tags=["notices"])


def _new(work: Work, made: tuple[WebhookRow, str]) -> NewWebhookOut:
    """Return a webhook with its secret."""
    row, secret = made
    return NewWebhookOut.model_validate({**webhooks.described(work, row), "secret": secret})


@router.get("/webhooks", responses=problem_responses())
def list_webhooks(work: ReadDep) -> list[WebhookOut]:
    """Return the webhooks in use, by name."""
    found = webhooks.listed(work)
    return [WebhookOut.model_validate(webhooks.described(work, row)) for row in found]


@router.post(
    "/webhooks", status_code=status.HTTP_201_CREATED, responses=problem_responses(409, 422)
)
def add_webhook(work: WorkDep, body: WebhookIn) -> NewWebhookOut:
    """Add an address that is told of acts; its secret is shown this once."""
    kinds = [Kind(word) for word in body.kinds]
    return _new(work, webhooks.add(work, body.name, url=body.url, kinds=kinds))


@router.post("/webhooks/{name}/rotation", responses=problem_responses(404, 422))
def rotate_webhook(work: WorkDep, name: WebhookName, body: WebhookReasonIn) -> NewWebhookOut:
    """Give a webhook a new secret, shown this once; the former one signs a day longer."""
    return _new(work, webhooks.rotate(work, name, why=body.why))


@router.post("/webhooks/{name}/removal", responses=problem_responses(404, 422))
def remove_webhook(work: WorkDep, name: WebhookName, body: WebhookReasonIn) -> WebhookOut:
    """Tell an address nothing any more; what waits to be sent to it is given up."""
    row = webhooks.remove(work, name, why=body.why)
    return WebhookOut.model_validate(webhooks.described(work, row))


@router.post(
    "/webhooks/{name}/test",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problem_responses(404, 422),
)
def try_webhook(work: WorkDep, name: WebhookName) -> JobOut:
    """Send a webhook one notice, to see that it arrives."""
    return JobOut.model_validate(notices.try_webhook(work, name))
