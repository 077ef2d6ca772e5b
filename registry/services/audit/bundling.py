"""Bundling: the trail, or what concerns one subject, as files that anybody can check."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from registry.domain import bundles, merkle, notes, trail
from registry.domain.errors import ConflictError, NotFoundError
from registry.domain.people import Action
from registry.domain.trail import instant_text
from registry.services.work import Work
from registry.store import audit
from registry.store import bundles as written
from registry.store.audit import CheckpointRow

AT_ONCE = 500


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
    yield bundles.ENTRIES, (_line(body) for _, body, _ in audit.entries(work.session))
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
    wanted = set(bundles.concerning(_readable(work, newest.size), subject))
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
    yield bundles.ENTRIES, _bodies(work, wanted)
    yield bundles.PROOFS, _proofs(work, places, newest.size)
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


def _readable(work: Work, size: int) -> Iterator[dict[str, Any]]:
    """Yield the events of the first entries; what cannot be read concerns nobody."""
    for _, body, _ in audit.entries(work.session, limit=size):
        try:
            yield trail.read_body(_bytes(body))
        except ValueError:
            continue


def _bodies(work: Work, wanted: set[int]) -> Iterator[bytes]:
    """Yield the lines of some entries."""
    for seq, body, _ in audit.entries(work.session):
        if seq in wanted:
            yield _line(body)


def _proofs(work: Work, places: Sequence[int], size: int) -> Iterator[bytes]:
    """Yield the lines of the proofs of some entries; a hash that is gone leaves a wrong proof."""
    for start in range(0, len(places), AT_ONCE):
        part = places[start : start + AT_ONCE]
        walks = [(seq, _walk(seq, size)) for seq in part]
        known = audit.nodes(work.session, {one for _, w in walks for one in merkle.needed(w)})
        for seq in part:
            hashes = merkle.inclusion_proof(_known(known), seq, size)
            yield bundles.proof_line(seq, hashes)


def _walk(seq: int, size: int) -> merkle.Walk:
    """Return the making of one proof."""
    return lambda node_at: merkle.inclusion_proof(node_at, seq, size)


def _known(known: Mapping[tuple[int, int], bytes]) -> merkle.NodeAt:
    """Return the hashes at hand; a wrong one in place of each that is gone."""
    return lambda level, index: known.get((level, index), merkle.EMPTY_ROOT)


def _line(body: object) -> bytes:
    """Return the line of an entry."""
    return _bytes(body) + b"\n"


def _bytes(body: object) -> bytes:
    """Return what is stored as an entry as bytes, whatever it has become."""
    return bytes(body) if isinstance(body, bytes | memoryview) else str(body).encode()
