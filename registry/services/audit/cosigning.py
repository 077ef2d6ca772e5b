"""Co-signing: keeping the lines by which witnesses vouch for checkpoints."""

from registry.domain import notes, witnessing
from registry.domain.errors import BadInputError, NotFoundError
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import audit
from registry.store.audit import CosignatureRow


def keep_cosignature(work: Work, *, size: int, witness: str, line: str) -> str:
    """Keep a witness's line over a checkpoint and return the note with all of its lines.

    Whose word the key is, the registry cannot say: that is for whoever checks.

    Raises
    ------
    NotFoundError
        When no checkpoint of this size was signed.
    BadInputError
        When the line does not hold over it under the key.
    """
    work.require(Action.TRAIL_COSIGN)
    row = audit.checkpoint_of(work.session, size)
    if row is None:
        raise NotFoundError(f"No checkpoint over {size} entries was signed.")
    try:
        key = notes.public_key(witness)
        witnessing.check_line(row.note, line, key)
    except ValueError as error:
        raise BadInputError(f"{error}.", field="line") from None
    if any(one.witness == witness for one in audit.cosignatures(work.session, size)):
        return audit.cosigned(work.session, row)
    work.session.add(CosignatureRow(size=size, witness=witness, line=line, received_at=work.now()))
    work.session.flush()
    work.record(Act.CHECKPOINT_COSIGNED, subject="trail", after={"size": size, "witness": witness})
    return audit.cosigned(work.session, row)
