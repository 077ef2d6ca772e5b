"""Signing: checkpoints that somebody asks for."""

from registry.domain import checkpoints
from registry.domain.checkpoints import Checkpoint
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import audit


def sign_checkpoint(work: Work) -> str:
    """Sign the trail as it stands, keep the note, and return it.

    The note covers every entry before this act; the act itself is on the next one.
    """
    work.require(Action.TRAIL_CHECKPOINT)
    size, root = audit.locked_head(work.session)
    known = audit.checkpoint_of(work.session, size)
    if known is not None:
        return known.note
    note = checkpoints.sign(
        Checkpoint(origin=work.settings.origin, size=size, root=root), work.keys.signing()
    )
    audit.add_checkpoint(work.session, size=size, note=note, at=work.now())
    work.record(Act.CHECKPOINT_SIGNED, subject="trail", after={"size": size, "root": root.hex()})
    return note


def newest_checkpoint(work: Work) -> str | None:
    """Return the newest signed note with the lines of its witnesses, if there is one."""
    work.require(Action.TRAIL_READ)
    kept = audit.newest_checkpoint(work.session)
    return None if kept is None else audit.cosigned(work.session, kept)
