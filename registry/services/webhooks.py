"""Webhooks: adding an address that is told, turning its secret, removing and trying it."""

from collections.abc import Sequence
from typing import Any

from registry.domain.errors import BadInputError, ConflictError
from registry.domain.notices import Kind, check_url
from registry.domain.notices.webhooks import secret_of, secret_text
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import people, webhooks
from registry.store.webhooks import WebhookRow


def add(work: Work, name: str, *, url: str, kinds: Sequence[Kind]) -> tuple[WebhookRow, str]:
    """Add an address that is told of acts, and return it with its secret, shown this once.

    Raises
    ------
    BadInputError
        When notices may not be sent to such an address.
    ConflictError
        When the name is taken; names are not used again.
    """
    by = work.require(Action.NOTICE_MANAGE)
    check_url(url)
    if webhooks.find(work.session, name) is not None:
        raise ConflictError(f"There is, or was, a webhook “{name}”; take another name.")
    row = WebhookRow(
        id=work.new_id(),
        name=name,
        url=url,
        kinds=sorted({kind.value for kind in kinds}),
        added_by=by.id,
        added_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.WEBHOOK_ADDED, subject=f"webhook {name}", after={"url": url, "kinds": row.kinds}
    )
    return row, _secret(work, row)


def rotate(work: Work, name: str, *, why: str) -> tuple[WebhookRow, str]:
    """Give a webhook a new secret and return it, shown this once; the old one signs a day more."""
    work.require(Action.NOTICE_MANAGE)
    row = webhooks.locked(work.session, name)
    _require_reason(why)
    row.generation += 1
    row.rotated_at = work.now()
    work.session.add(row)
    work.record(
        Act.WEBHOOK_ROTATED,
        subject=f"webhook {name}",
        why=why,
        after={"generation": row.generation},
    )
    return row, _secret(work, row)


def remove(work: Work, name: str, *, why: str) -> WebhookRow:
    """Tell an address nothing any more; what waits to be sent to it is given up."""
    work.require(Action.NOTICE_MANAGE)
    row = webhooks.locked(work.session, name)
    _require_reason(why)
    row.removed_at = work.now()
    work.session.add(row)
    work.record(Act.WEBHOOK_REMOVED, subject=f"webhook {name}", why=why, before={"url": row.url})
    return row


def get(work: Work, name: str) -> WebhookRow:
    """Return a webhook in use."""
    work.require(Action.NOTICE_MANAGE)
    return webhooks.locked(work.session, name)


def listed(work: Work) -> list[WebhookRow]:
    """Return the webhooks in use, by name."""
    work.require(Action.NOTICE_MANAGE)
    return list(webhooks.in_use(work.session))


def described(work: Work, row: WebhookRow) -> dict[str, Any]:
    """Return a webhook as administrators see it: without its secret."""
    return {
        **row.model_dump(include={"name", "url", "kinds", "added_at", "rotated_at", "removed_at"}),
        "added_by": people.name_of(work.session, row.added_by),
    }


def _secret(work: Work, row: WebhookRow) -> str:
    """Return the secret of a webhook as it is shown."""
    return secret_text(secret_of(work.keys.webhooks(), str(row.id), row.generation))


def _require_reason(why: str) -> None:
    """Refuse an act without a reason."""
    if not why.strip():
        raise BadInputError("say why, in a sentence.", field="why")
