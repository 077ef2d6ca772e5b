"""Bundling: the trail, or what concerns one subject, as files that anybody can check."""

from collections.abc import Iterable, Iterator

from registry.domain import bundles, notes
from registry.domain.errors import ConflictError, NotFoundError
from registry.domain.people import Action
from registry.domain.trail import instant_text
from registry.services.work import Work
from registry.store import audit, extracts
from registry.store import bundles as written
from registry.store.audit import CheckpointRow


def export(work: Work, *, subject: str | None = None) -> Iterator[bytes]:
    """Yield a bundle, zipped: of the whole trail, or of the entries that concern a subject.

    A subject's entries come with the proofs that lead them to the newest checkpoint; those that
    came later are not in it.

    Raises
    ------
    ConflictError
        When nothing was signed yet.
    NotFoundError
        When no entry under the newest checkpoint concerns the subject.
    """
    work.require(Action.TRAIL_READ)
    newest = audit.newest_checkpoint(work.session)
    if newest is None:
        raise ConflictError(
            "No checkpoint was signed yet, so that nothing could be proved; an administrator "
            "signs one with `cmr audit checkpoint`."
        )
    made = _whole(work) if subject is None else _of_subject(work, subject, newest)
    return written.pieces(written.write(made))


def _whole(work: Work) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the files of a bundle of everything."""
    size = audit.size_of(work.session)
    yield bundles.MANIFEST, [_manifest(work, subject=None, entries=size, size=size)]
    yield bundles.README, [bundles.explained(work.settings.origin, None)]
    yield bundles.ENTRIES, (extracts.line(body) for _, body, _ in audit.entries(work.session))
    yield bundles.TEXTS, (bundles.text_line(*row) for row in audit.texts(work.session))
    yield (
        bundles.CHECKPOINTS,
        (
            f"{audit.cosigned(work.session, row)}\n".encode()
            for row in audit.checkpoints(work.session)
        ),
    )


def _of_subject(
    work: Work, subject: str, newest: CheckpointRow
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the files of a bundle on one subject."""
    wanted = set(bundles.concerning(extracts.readable(work.session, newest.size), subject))
    if not wanted:
        raise NotFoundError(
            f"No entry under the newest checkpoint concerns “{subject}”; write it as the trail "
            "does, such as heart-cad/2 or dataset cleveland-1988/1."
        )
    places = sorted(wanted)
    yield (
        bundles.MANIFEST,
        [_manifest(work, subject=subject, entries=len(places), size=newest.size)],
    )
    yield bundles.README, [bundles.explained(work.settings.origin, subject)]
    yield bundles.ENTRIES, extracts.bodies(work.session, wanted)
    yield bundles.PROOFS, extracts.proofs(work.session, places, newest.size)
    texts = (row for row in audit.texts(work.session, stop=newest.size) if row[0] in wanted)
    yield bundles.TEXTS, (bundles.text_line(*row) for row in texts)
    yield bundles.CHECKPOINTS, [audit.cosigned(work.session, newest).encode()]


def _manifest(work: Work, *, subject: str | None, entries: int, size: int) -> bytes:
    """Return what a bundle says of itself."""
    key = notes.PublicKey(name=work.settings.origin, raw=work.keys.public())
    return bundles.manifest(
        key=key.text(),
        witnesses=audit.witnesses(work.session),
        subject=subject,
        entries=entries,
        size=size,
        made_at=instant_text(work.now()),
    )
