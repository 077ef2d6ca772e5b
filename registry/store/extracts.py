"""Extracts: some entries of the trail as lines, with the proofs that lead each to a checkpoint."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from registry.domain import bundles, merkle, trail
from registry.store import audit

AT_ONCE = 500


def readable(session: Session, size: int) -> Iterator[dict[str, Any]]:
    """Yield the events of the first entries; what cannot be read concerns nobody."""
    for _, body, _ in audit.entries(session, limit=size):
        try:
            yield trail.read_body(plain(body))
        except ValueError:
            continue


def bodies(session: Session, wanted: set[int]) -> Iterator[bytes]:
    """Yield the lines of some entries."""
    for seq, body, _ in audit.entries(session):
        if seq in wanted:
            yield line(body)


def proofs(session: Session, places: Sequence[int], size: int) -> Iterator[bytes]:
    """Yield the lines of the proofs of some entries; a hash that is gone leaves a wrong proof."""
    for start in range(0, len(places), AT_ONCE):
        part = places[start : start + AT_ONCE]
        walks = [(seq, _walk(seq, size)) for seq in part]
        known = audit.nodes(session, {one for _, w in walks for one in merkle.needed(w)})
        for seq in part:
            hashes = merkle.inclusion_proof(_known(known), seq, size)
            yield bundles.proof_line(seq, hashes)


def _walk(seq: int, size: int) -> merkle.Walk:
    """Return the making of one proof."""
    return lambda node_at: merkle.inclusion_proof(node_at, seq, size)


def _known(known: Mapping[tuple[int, int], bytes]) -> merkle.NodeAt:
    """Return the hashes at hand; a wrong one in place of each that is gone."""
    return lambda level, index: known.get((level, index), merkle.EMPTY_ROOT)


def line(body: object) -> bytes:
    """Return the line of an entry."""
    return plain(body) + b"\n"


def plain(body: object) -> bytes:
    """Return what is stored as an entry as bytes, whatever it has become."""
    return bytes(body) if isinstance(body, bytes | memoryview) else str(body).encode()
