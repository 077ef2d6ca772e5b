"""Files: asking for the PDF of a case, making it in a job, and bringing it home."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from registry.domain import proving
from registry.domain.digests import canonical, digest_of
from registry.domain.errors import ConflictError, NotFoundError
from registry.domain.jobs import Job, JobStatus
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.safety_cases import press
from registry.services.safety_cases.documents import CaseDocuments
from registry.services.work import Work, Workshop
from registry.store import jobs, safety_cases
from registry.store.jobs import JobRow
from registry.store.safety_cases import SafetyCaseFileRow, SafetyCaseRow

if TYPE_CHECKING:
    from registry.services.sealing import Sealed

JOB = safety_cases.JOB

_READ, _PRINTED = 0.1, 0.9
_OPEN = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})


class StaleCaseFileError(ConflictError):
    """The newest PDF of a case no longer says how it stands."""

    code = "case-file-stale"


def ask(work: Work, case_id: UUID) -> JobRow:
    """Ask for the PDF of a case as it stands; the job that makes it is returned at once.

    Where the newest PDF already says so, that is the job that made it. Whoever may read a case may
    have it set in type: nothing is decided by it.
    """
    actor = work.require(Action.RECORD_READ)
    row = safety_cases.get(work.session, case_id)
    rendered = _digest(documents(work, row))
    key = f"{JOB}:{row.id}:{rendered}"
    known, last = jobs.by_key(work.session, key), safety_cases.newest_file(work.session, row.id)
    if known is not None and (known.status in _OPEN or _made(known, last, rendered)):
        return known
    job_id = work.new_id()
    args = {"case": str(row.id), "asked_by": str(actor.id)}
    key = key if known is None else f"{key}:{job_id}"
    return jobs.enqueue(work.session, JOB, args, key, work.now(), job_id)


def _made(known: JobRow, last: SafetyCaseFileRow | None, rendered: str) -> bool:
    """Tell whether a job made the newest file, and that still says how the case stands."""
    fresh = last is not None and last.documents_digest == rendered
    return known.status is JobStatus.DONE and fresh


def render(workshop: Workshop, job: Job, report: Callable[[str, float], None]) -> None:
    """Set a case in type, seal it where a seal is set, and keep the file.

    Raises
    ------
    LostJobError
        When another worker has taken the job over; nothing was recorded.
    SealError
        When the key that seals is not in order.
    """
    report("reading the case", 0.0)
    with workshop.begin(None, reads=True) as work:
        row = safety_cases.get(work.session, UUID(job.args["case"]))
        found = documents(work, row)
    report("drawing", _READ)
    content, pdf = workshop.drawn(press.printed, found, workshop.settings.templates)
    report("sealing", _PRINTED)
    seal = _put_under_seal(workshop, pdf)
    workshop.artifacts.put_bytes(pdf if seal is None else seal.content)
    made = _Made(documents=found, banner=content.banner, pdf=pdf, seal=seal)
    with workshop.begin(None) as work:
        file = _record(work, row, made)
        result = {"case": str(row.id), "file": file.number, "pdf": file.pdf_digest}
        jobs.finish(work.session, job, now=work.now(), result=result)


@dataclass(frozen=True, kw_only=True)
class _Made:
    """A file that is to be recorded: what it renders, what was rendered, and its seal."""

    documents: CaseDocuments
    banner: str | None
    pdf: bytes
    seal: "Sealed | None"


def _put_under_seal(workshop: Workshop, pdf: bytes) -> "Sealed | None":
    """Return a file under the seal, or None where none is set; no transaction waits for it."""
    if workshop.settings.seal is None:
        return None
    from registry.services import sealing

    return sealing.sealed(pdf, workshop.settings.seal, at=workshop.clock())


def abandon(work: Work, job: Job, error: str) -> None:
    """Leave things as they were: a file that could not be made changes no record."""
    del work, job, error


def asked_by(work: Work, job: JobRow) -> UUID | None:
    """Return who asked for the file."""
    del work
    return UUID(job.args["asked_by"])


def cancelled(work: Work, job: JobRow, why: str) -> None:
    """Leave things as they were: a file that nobody wants changes no record."""
    del work, job, why


def leave(held: Work | Workshop, job: JobRow) -> None:
    """Leave things as they are: a file can always be made again, and leaves nothing behind."""
    del held, job


def tidy(workshop: Workshop) -> None:
    """Leave nothing behind: rendering keeps no file but the finished one."""
    del workshop


def newest(work: Work, case_id: UUID) -> tuple[SafetyCaseRow, SafetyCaseFileRow, Iterator[bytes]]:
    """Return the PDF of a case with its bytes, only while it says how the case stands.

    Raises
    ------
    NotFoundError
        When none was made yet.
    StaleCaseFileError
        When the case was signed, superseded or left behind since.
    """
    work.require(Action.RECORD_READ)
    row = safety_cases.get(work.session, case_id)
    file = safety_cases.newest_file(work.session, row.id)
    if file is None:
        raise NotFoundError(
            f"No PDF of this case was made yet; `cmr safety-case get {row.subject.split()[0]}` "
            "makes one."
        )
    if file.documents_digest != _digest(documents(work, row)):
        raise StaleCaseFileError(
            "The case stands otherwise than when its newest PDF was made: it was signed, "
            "superseded, or left behind by the records. Ask for the file anew."
        )
    return row, file, work.artifacts.open(file.pdf_digest)


def documents(work: Work, row: SafetyCaseRow) -> CaseDocuments:
    """Return what the report of a case renders now."""
    case = safety_cases.document_of(work.artifacts, row)
    standing = safety_cases.standing(work.session, work.artifacts, row)
    parts = case["generated"]
    log = parts["configuration"]["hazard_log"]
    signed = safety_cases.signed_described(work.session, row.digest)
    site = parts.get("site")
    return CaseDocuments(
        case=case,
        digest=row.digest,
        dossier=_read(work, parts["configuration"]["dossier"]),
        log=None if log is None else _read(work, log),
        state=standing.state,
        stale=standing.stale,
        signed=signed,
        signatures=None if signed is None else _bundle(work, signed),
        site_dossier=None if site is None else _read(work, site["digest"]),
    )


def _read(work: Work, digest: str) -> dict[str, Any]:
    """Return a document that is kept, its bytes checked against its digest."""
    found: dict[str, Any] = json.loads(work.artifacts.read(digest))
    return found


def _bundle(work: Work, signed: dict[str, Any]) -> dict[str, Any]:
    """Return the signature over a case with all that proves it."""
    return proving.bundle(
        list(proving.found_in(signed)),
        origin=work.settings.origin,
        public=work.keys.public(),
        assertion=lambda digest: _read(work, digest),
    )


def _digest(found: CaseDocuments) -> str:
    """Return the digest of all that a report renders."""
    return digest_of(canonical(asdict(found)))


def _record(work: Work, row: SafetyCaseRow, made: _Made) -> SafetyCaseFileRow:
    """Keep the file, or return the newest one where it renders the same.

    The trail says what was rendered, so that whoever renders it again finds those bytes before
    the seal.
    """
    rendered = _digest(made.documents)
    last = safety_cases.newest_file(work.session, row.id)
    if last is not None and last.documents_digest == rendered:
        return last
    content = made.pdf if made.seal is None else made.seal.content
    file = SafetyCaseFileRow(
        id=work.new_id(),
        case_id=row.id,
        number=1 if last is None else last.number + 1,
        banner=made.banner,
        documents_digest=rendered,
        pdf_digest=digest_of(content),
        size=len(content),
        made_at=work.now(),
    )
    work.session.add(file)
    work.session.flush()
    sealed = {} if made.seal is None else {"seal": made.seal.certificate.name}
    work.record(
        Act.SAFETY_CASE_PRINTED,
        subject=f"version {made.documents.case['version']}",
        after={
            "case": row.number,
            "safety_case": str(row.id),
            "site": made.documents.case["site"],
            "banner": made.banner,
            "pdf": file.pdf_digest,
            "rendered": digest_of(made.pdf),
            "rendered_size": len(made.pdf),
            **sealed,
        },
        by_system=True,
    )
    return file
