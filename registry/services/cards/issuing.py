"""Issuing: asking for a card, rendering it in a job, and reading what was issued."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from registry.domain.digests import digest_of
from registry.domain.errors import BusyError, ConflictError, NotFoundError
from registry.domain.jobs import Job
from registry.domain.people import Action, Actor
from registry.domain.standings import State
from registry.domain.trail import Act
from registry.services.cards import press
from registry.services.cards.documents import CardDocuments
from registry.services.cards.gathering import bundle_of, documents_of
from registry.services.work import Work, Workshop
from registry.store import cards, jobs, people, versions
from registry.store.cards import CardRow, CardSignatureRow
from registry.store.jobs import JobRow
from registry.store.versions import VersionRow
from reports.content import CardContent

if TYPE_CHECKING:
    from registry.services.sealing import Sealed

JOB = cards.JOB

_READ, _PRINTED = 0.1, 0.9


class StaleCardError(ConflictError):
    """The newest card no longer says what the registry holds."""

    code = "card-stale"


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A card with what is said of it.

    Attributes
    ----------
    row : CardRow
    version : str
    current : bool
        Whether it is the newest and says what is recorded.
    file : tuple of str and int
        Digest and size of its file as it is handed out.
    signatures : sequence of tuple of CardSignatureRow and str
        What people have added by their own certificates, and their names.
    """

    row: CardRow
    version: str
    current: bool
    file: tuple[str, int]
    signatures: Sequence[tuple[CardSignatureRow, str]] = ()


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
    if last is not None and last.documents_digest == documents.whole_digest and _sealed(work, last):
        done = cards.made(work.session, row.id)
        if done is not None:
            return done
    return cards.ask(work.session, row.id, asked_by=actor.id, now=work.now(), job_id=work.new_id())


def render(workshop: Workshop, job: Job, report: Callable[[str, float], None]) -> None:
    """Render a card and record it; one that would say the same as the newest is not drawn again.

    Raises
    ------
    LostJobError
        When another worker has taken the job over; nothing was recorded.
    SealError
        When the key that seals is not in order; nothing was drawn.
    """
    report("reading the dossier", 0.0)
    with workshop.begin(None, reads=True) as work:
        row = versions.by_id(work.session, UUID(job.args["version"]))
        documents = documents_of(work, row)
        bundle = bundle_of(work, documents)
        last = cards.newest(work.session, row.id)
        if last is None or last.documents_digest != documents.whole_digest:
            done = None
        else:
            done = last if _sealed(work, last) else None
    if done is not None:
        with workshop.begin(None) as work:
            jobs.finish(work.session, job, now=work.now(), result=_result(done))
        return
    _require_key(workshop)
    report("drawing", _READ)
    content, pdf = workshop.drawn(press.printed, documents, workshop.settings.templates, bundle)
    report("sealing", _PRINTED)
    seal = _put_under_seal(workshop, row, documents, pdf)
    if seal is not None or workshop.settings.seal is None:
        workshop.artifacts.put_bytes(pdf if seal is None else seal.content)
    made = _Made(documents=documents, content=content, pdf=pdf, seal=seal)
    with workshop.begin(None) as work:
        card = _record(work, row, made, job)
        jobs.finish(work.session, job, now=work.now(), result=_result(card))


def _result(card: CardRow) -> dict[str, Any]:
    """Return what a job says of the card that it made, or found made."""
    return {"card": str(card.id), "number": card.number, "pdf": cards.file_of(card)[0]}


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
    now = documents_of(work, row).whole_digest
    last = rows[-1].id
    return [
        Issued(
            row=card,
            version=version,
            current=card.id == last and card.documents_digest == now,
            file=cards.newest_file(work.session, card),
            signatures=[
                (one, people.name_of(work.session, one.person_id))
                for one in cards.signatures(work.session, card.id)
            ],
        )
        for card in rows
    ]


def newest(work: Work, version: str, *, rendered: bool = False) -> tuple[CardRow, Iterator[bytes]]:
    """Return a version's card with its bytes, only while it says what the registry holds.

    Those are of its file with seal and signatures, or as it was `rendered`, before any.

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
    if card.documents_digest != documents_of(work, row).whole_digest:
        raise StaleCardError(
            f"The record of {version} has changed since its card {card.number} was issued; "
            f"issue it anew with `cmr card issue {version}`. "
            "The old one can still be read by its number."
        )
    return card, _file(work, card, rendered=rendered)


def figures_page(workshop: Workshop, actor: Actor | None, version: str) -> str:
    """Return the figures of a card issued now, as one interactive HTML page.

    It is made where cards are drawn, and no transaction waits for it.

    Raises
    ------
    WaitingError
        When no review of the version was ever opened: figures render a dossier.
    """
    with workshop.begin(actor, reads=True) as work:
        work.require(Action.RECORD_READ)
        documents = documents_of(work, versions.named(work.session, version))
    return workshop.drawn(press.figured, documents, workshop.settings.templates)


def numbered(
    work: Work, version: str, number: int, *, rendered: bool = False
) -> tuple[CardRow, Iterator[bytes]]:
    """Return any card that was ever issued, with its bytes, old ones too."""
    work.require(Action.RECORD_READ)
    card = cards.get(work.session, versions.named(work.session, version), number)
    return card, _file(work, card, rendered=rendered)


def _file(work: Work, card: CardRow, *, rendered: bool) -> Iterator[bytes]:
    """Yield a card's file: with every signature, or as it was rendered."""
    digest, _ = cards.newest_file(work.session, card)
    if not rendered:
        return work.artifacts.open(digest)
    return iter([work.artifacts.read(digest)[: card.size]])


def _sealed(work: Work, card: CardRow) -> bool:
    """Tell whether a card bears a seal, or none is to be had."""
    return card.sealed_digest is not None or work.settings.seal is None


def _same(work: Work, row: VersionRow, documents: CardDocuments, rendered: str) -> CardRow | None:
    """Return the newest card where it is of the same documents and bytes, under a seal if any."""
    last = cards.newest(work.session, row.id)
    if last is None or not _sealed(work, last):
        return None
    same = (last.pdf_digest, last.documents_digest) == (rendered, documents.whole_digest)
    return last if same else None


def _require_key(workshop: Workshop) -> None:
    """Refuse to draw a card that could not be sealed."""
    if workshop.settings.seal is not None:
        from registry.services import sealing

        sealing.usable(workshop)


def _put_under_seal(
    workshop: Workshop, row: VersionRow, documents: CardDocuments, pdf: bytes
) -> "Sealed | None":
    """Return a card under the seal; None where there is none, or this card is there already.

    A timestamp server may take its time; no transaction waits for it.
    """
    if workshop.settings.seal is None:
        return None
    from registry.services import sealing

    with workshop.begin(None, reads=True) as work:
        if _same(work, row, documents, digest_of(pdf)) is not None:
            return None
    return sealing.sealed(pdf, workshop.settings.seal, at=workshop.clock())


@dataclass(frozen=True, kw_only=True)
class _Made:
    """A card that is to be recorded: what it says, what was rendered, and its seal."""

    documents: CardDocuments
    content: CardContent
    pdf: bytes
    seal: "Sealed | None"


def _record(work: Work, row: VersionRow, made: _Made, job: Job) -> CardRow:
    """Record the card, or return the newest one where it is the same."""
    documents, rendered = made.documents, digest_of(made.pdf)
    last = _same(work, row, documents, rendered)
    if last is not None:
        return last
    if made.seal is None and work.settings.seal is not None:
        raise BusyError("Another card was issued meanwhile; this one is made again.")
    asked_by: Any = job.args["asked_by"]
    standing = documents.standing
    card = CardRow(
        id=work.new_id(),
        version_id=row.id,
        number=cards.next_number(work.session, row.id),
        dossier=documents.digest,
        state=State.DRAFT if standing is None else State(standing["state"]),
        banner=made.content.banner,
        headline=made.content.headline.text,
        documents_digest=documents.whole_digest,
        pdf_digest=rendered,
        size=len(made.pdf),
        code=documents.code,
        issued_by=None if asked_by is None else UUID(asked_by),
        issued_at=work.now(),
    )
    if made.seal is not None:
        _note_seal(card, made.seal)
    work.session.add(card)
    work.session.flush()
    work.record(
        Act.CARD_ISSUED,
        subject=f"version {versions.name_of(work.session, row)}",
        after={
            "card": card.number,
            "dossier": card.dossier,
            "pdf": rendered,
            "asked_by": asked_by,
            **({} if made.seal is None else {"sealed": card.sealed_digest}),
            **({} if made.seal is None else {"certificate": card.seal_certificate}),
        },
    )
    return card


def _note_seal(card: CardRow, seal: "Sealed") -> None:
    """Note on a card whose seal it bears."""
    card.sealed_digest, card.sealed_size = digest_of(seal.content), len(seal.content)
    card.seal_method, card.seal_name = seal.method, seal.certificate.name
    card.seal_certificate, card.sealed_at = seal.certificate.fingerprint, seal.at
    card.seal_timestamped = seal.timestamped
