"""Issuing: asking for a card, rendering it in a job, and reading what was issued."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from registry.domain.digests import canonical, digest_of
from registry.domain.errors import ConflictError, NotFoundError
from registry.domain.jobs import Job
from registry.domain.people import Action
from registry.domain.standings import State
from registry.domain.trail import Act
from registry.services.cards.documents import CardDocuments
from registry.services.cards.gathering import bundle_of, documents_of
from registry.services.work import Work, Workshop
from registry.store import cards, jobs, versions
from registry.store.cards import CardRow
from registry.store.jobs import JobRow
from registry.store.versions import VersionRow
from reports.content import CardContent

JOB = cards.JOB

_READ, _PRINTED = 0.1, 0.9


class StaleCardError(ConflictError):
    """The newest card no longer says what the registry holds."""

    code = "card-stale"


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A card with what is said of it: its version, and whether it still says what is recorded."""

    row: CardRow
    version: str
    current: bool


def issue(work: Work, version: str) -> JobRow:
    """Ask for a version's card; the job that renders it is returned at once.

    Where the newest card already says what the registry holds, that is the job that made it.

    Parameters
    ----------
    work : Work
        By somebody who may issue cards.
    version : str
        Such as ``heart-cad/2``.

    Raises
    ------
    WaitingError
        When no review of the version was ever opened: a card renders a dossier.
    """
    actor = work.require(Action.CARD_ISSUE)
    row = versions.named(work.session, version)
    work.require(Action.CARD_ISSUE, state=row.stage)
    documents, last = documents_of(work, row), cards.newest(work.session, row.id)
    if last is not None and last.documents_digest == _digest(documents):
        done = cards.made(work.session, row.id)
        if done is not None:
            return done
    return cards.ask(work.session, row.id, asked_by=actor.id, now=work.now(), job_id=work.new_id())


def render(workshop: Workshop, job: Job, report: Callable[[str, float], None]) -> None:
    """Render a card and record it; one that says the same in the same bytes is not issued twice.

    Raises
    ------
    LostJobError
        When another worker has taken the job over; nothing was recorded.
    """
    from registry.services.cards import printing

    report("reading the dossier", 0.0)
    with workshop.begin(None, reads=True) as work:
        row = versions.by_id(work.session, UUID(job.args["version"]))
        documents = documents_of(work, row)
        bundle = bundle_of(work, documents)
    report("drawing", _READ)
    content, pdf = printing.printed(documents, workshop.settings.templates, bundle)
    report("keeping", _PRINTED)
    kept = workshop.artifacts.put_bytes(pdf)
    with workshop.begin(None) as work:
        card = _record(work, row, documents, content, job, (kept.digest, kept.size))
        result = {"card": str(card.id), "number": card.number, "pdf": card.pdf_digest}
        jobs.finish(work.session, job, now=work.now(), result=result)


def abandon(work: Work, job: Job, error: str) -> None:
    """Leave things as they were: a card that could not be made changes no record."""
    del work, job, error


def asked_by(work: Work, job: JobRow) -> UUID | None:
    """Return who asked for a card; None where a decision did."""
    del work
    found = job.args["asked_by"]
    return None if found is None else UUID(found)


def cancelled(work: Work, job: JobRow, why: str) -> None:
    """Leave things as they were: a card that nobody wants changes no record."""
    del work, job, why


def leave(held: Work | Workshop, job: JobRow) -> None:
    """Leave things as they are: a card can always be made again, and leaves nothing behind."""
    del held, job


def tidy(workshop: Workshop) -> None:
    """Leave nothing behind: rendering keeps no file but the finished one."""
    del workshop


def listed(work: Work, version: str) -> list[Issued]:
    """Return every card of a version, oldest first."""
    work.require(Action.RECORD_READ)
    row = versions.named(work.session, version)
    rows = cards.of_version(work.session, row.id)
    if not rows:
        return []
    now = _digest(documents_of(work, row))
    last = rows[-1].id
    return [
        Issued(
            row=card,
            version=version,
            current=card.id == last and card.documents_digest == now,
        )
        for card in rows
    ]


def newest(work: Work, version: str) -> tuple[CardRow, Iterator[bytes]]:
    """Return a version's card with its bytes, only while it says what the registry holds.

    Raises
    ------
    NotFoundError
        When no card was issued yet.
    StaleCardError
        When something it renders has changed since: a standing, a sign-off, a condition.
    """
    work.require(Action.RECORD_READ)
    row = versions.named(work.session, version)
    card = cards.newest(work.session, row.id)
    if card is None:
        raise NotFoundError(
            f"{version} has no card yet; issue one with `cmr card issue {version}`."
        )
    if card.documents_digest != _digest(documents_of(work, row)):
        raise StaleCardError(
            f"The record of {version} has changed since its card {card.number} was issued; "
            f"issue it anew with `cmr card issue {version}`. "
            "The old one can still be read by its number."
        )
    return card, work.artifacts.open(card.pdf_digest)


def figures_page(work: Work, version: str) -> str:
    """Return the figures of a card issued now, as one interactive HTML page.

    Raises
    ------
    WaitingError
        When no review of the version was ever opened: figures render a dossier.
    """
    from registry.services.cards import pages

    work.require(Action.RECORD_READ)
    row = versions.named(work.session, version)
    return pages.of_card(documents_of(work, row), work.settings.templates)


def numbered(work: Work, version: str, number: int) -> tuple[CardRow, Iterator[bytes]]:
    """Return any card that was ever issued, with its bytes, old ones too."""
    work.require(Action.RECORD_READ)
    card = cards.get(work.session, versions.named(work.session, version), number)
    return card, work.artifacts.open(card.pdf_digest)


def _digest(documents: CardDocuments) -> str:
    """Return the digest of what a card renders; the policy follows from the dossier."""
    rendered = asdict(documents)
    del rendered["policy"]
    return digest_of(canonical(rendered))


def _record(
    work: Work,
    row: VersionRow,
    documents: CardDocuments,
    content: CardContent,
    job: Job,
    pdf: tuple[str, int],
) -> CardRow:
    """Keep the card, or return the newest one where it is the same."""
    rendered, (pdf_digest, size) = _digest(documents), pdf
    last = cards.newest(work.session, row.id)
    if last is not None and (last.pdf_digest, last.documents_digest) == (pdf_digest, rendered):
        return last
    asked_by: Any = job.args["asked_by"]
    standing = documents.standing
    card = CardRow(
        id=work.new_id(),
        version_id=row.id,
        number=cards.next_number(work.session, row.id),
        dossier=documents.digest,
        state=State.DRAFT if standing is None else State(standing["state"]),
        banner=content.banner,
        headline=content.headline.text,
        documents_digest=rendered,
        pdf_digest=pdf_digest,
        size=size,
        issued_by=None if asked_by is None else UUID(asked_by),
        issued_at=work.now(),
    )
    work.session.add(card)
    work.session.flush()
    work.record(
        Act.CARD_ISSUED,
        subject=f"version {versions.name_of(work.session, row)}",
        after={
            "card": card.number,
            "dossier": card.dossier,
            "pdf": pdf_digest,
            "asked_by": asked_by,
        },
    )
    return card
