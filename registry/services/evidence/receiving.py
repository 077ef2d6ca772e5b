"""Receiving: a table streams into staging, and the job that measures it is asked for."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.domain import evidence as rules
from registry.domain.errors import BadInputError, ConflictError, RegistryError, RuleBrokenError
from registry.domain.evidence import Custody, EvidenceState, ScoresFrom, Seen
from registry.domain.people import Action, Actor
from registry.domain.protocols import require_in_force
from registry.domain.trail import Act
from registry.services.evidence import disposal
from registry.services.work import Work, Workshop
from registry.store import datasets, evidence, jobs, protocols, versions
from registry.store.datasets import DatasetRow
from registry.store.evidence import EvidenceRow
from registry.store.protocols import ProtocolRow
from registry.store.versions import VersionRow

_HEAD_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What the person who hands a table in says about it.

    Attributes
    ----------
    model, number : str, int
        The version that is measured.
    protocol : str
        Digest of the protocol by which it is measured.
    scores_from, custody : ScoresFrom, Custody
    dataset : str or None
        The dataset version that the table comes from, as name/number.
    custodian, location : str
        Who keeps the table, and where it can be asked for.
    retained_until : date or None
        Until when it is kept there.
    """

    model: str
    number: int
    protocol: str
    scores_from: ScoresFrom
    custody: Custody
    custodian: str
    location: str
    dataset: str | None = None
    retained_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class _Named:
    """The records that a claim names."""

    version: VersionRow
    protocol: ProtocolRow
    dataset: DatasetRow | None


@dataclass(kw_only=True)
class _Arrival:
    """What is learnt of a table while it streams by."""

    hashed: Any = field(default_factory=hashlib.sha256)
    size: int = 0
    format: str = ""

    @property
    def digest(self) -> str:
        """The digest of the bytes seen so far."""
        return f"sha256:{self.hashed.hexdigest()}"

    def watch(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass a stream on; refuse at its first bytes what cannot be a table."""
        head = b""
        for chunk in chunks:
            self.hashed.update(chunk)
            self.size += len(chunk)
            if not self.format:
                head += chunk[:_HEAD_BYTES]
                if len(head) >= _HEAD_BYTES:
                    self.format = rules.require_table(head)
            yield chunk
        self.format = self.format or rules.require_table(head)


def hand_in(
    workshop: Workshop, actor: Actor | None, claim: Claim, chunks: Iterable[bytes]
) -> dict[str, Any]:
    """Stage a table and ask for its assessment; the answer is the evidence, still waiting.

    What can be refused without the rows is refused before they are read, and no transaction is
    open while they stream in.

    Raises
    ------
    WaitingError
        When the protocol is not in force; names who must sign.
    RuleBrokenError
        When the protocol is another model's, or the custody is not the person's to claim.
    ConflictError
        When the same bytes were handed in by the same protocol; names that evidence.
    """
    with workshop.begin(actor, reads=True) as work:
        _allowed(work, claim)
    arrival = _Arrival()
    token = workshop.staging.receive(arrival.watch(chunks))
    try:
        with workshop.begin(actor) as work:
            row = _receive(work, claim, arrival, token)
            return evidence.described(work.session, row)
    except BaseException as error:
        workshop.staging.delete(token)
        if isinstance(error, RegistryError):
            disposal.tell_refused_upload(workshop, actor, table=arrival.digest)
        raise


def _allowed(work: Work, claim: Claim) -> _Named:
    """Return what a claim names, once every rule that needs no rows has been asked."""
    actor = work.require(Action.EVIDENCE_ATTACH)
    version = versions.get(work.session, claim.model, claim.number)
    work.require(Action.EVIDENCE_ATTACH, state=version.stage)
    protocol = protocols.get(work.session, claim.protocol)
    if protocol.model_id != version.model_id:
        raise RuleBrokenError(
            f"The protocol “{protocol.name}” was registered for another model than {claim.model}."
        )
    require_in_force(protocol.name, protocols.signed(work.session, protocol.id))
    rules.require_custody(
        claim.custody, roles=actor.roles, is_author=version.registered_by == actor.id
    )
    for name in ("custodian", "location"):
        if not getattr(claim, name).strip():
            raise BadInputError(
                "say who keeps the table and where, so that it can be asked for.", field=name
            )
    dataset = None if claim.dataset is None else _usable_dataset(work, claim.dataset)
    return _Named(version=version, protocol=protocol, dataset=dataset)


def _usable_dataset(work: Work, reference: str) -> DatasetRow:
    """Return the dataset version that text like ``hungary-1988/1`` names, unless withdrawn."""
    name, _, number = reference.rpartition("/")
    if not name or not number.isdecimal():
        raise BadInputError(f"“{reference}” is not a dataset; write name/number.", field="dataset")
    dataset = datasets.get(work.session, name, int(number))
    if dataset.withdrawn_at is not None:
        raise RuleBrokenError(f"The dataset {reference} was withdrawn: {dataset.withdrawn_why}")
    return dataset


def _receive(work: Work, claim: Claim, arrival: _Arrival, token: str) -> EvidenceRow:
    """Record a staged table and its job in one transaction."""
    named = _allowed(work, claim)
    evidence.lock_numbers(work.session, named.version.id)
    known = evidence.same_table(
        work.session,
        version_id=named.version.id,
        protocol_id=named.protocol.id,
        table_digest=arrival.digest,
    )
    if known is not None:
        raise ConflictError(
            f"This very table was measured by this protocol already: evidence {known.number} "
            f"of {claim.model}/{claim.number}, {known.id}."
        )
    exploratory = _exploratory(work, named, arrival.digest)
    new = work.new_id()
    job = jobs.enqueue(
        work.session,
        disposal.JOB,
        {"evidence": str(new)},
        f"{disposal.JOB}:{new}",
        work.now(),
        work.new_id(),
    )
    row = EvidenceRow(
        id=new,
        version_id=named.version.id,
        number=evidence.next_number(work.session, named.version.id),
        protocol_id=named.protocol.id,
        job_id=job.id,
        scores_from=claim.scores_from,
        custody=claim.custody,
        dataset_id=None if named.dataset is None else named.dataset.id,
        table_digest=arrival.digest,
        table_format=arrival.format,
        table_size=arrival.size,
        custodian=claim.custodian.strip(),
        location=claim.location.strip(),
        retained_until=claim.retained_until,
        submitted_by=work.require(Action.EVIDENCE_ATTACH).id,
        submitted_at=work.now(),
        exploratory_because=exploratory,
        discounted_because=rules.discounted_because(claim.scores_from, exploratory),
        staged=token,
        state=EvidenceState.WAITING,
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.TABLE_UPLOADED,
        subject=disposal.subject(row.id),
        after={
            "version": f"{claim.model}/{claim.number}",
            "protocol": named.protocol.digest,
            "table": arrival.digest,
            "bytes": arrival.size,
            "scores_from": claim.scores_from.value,
            "custody": claim.custody.value,
        },
    )
    return row


def _exploratory(work: Work, named: _Named, table_digest: str) -> str | None:
    """Return why evidence by this protocol from these data would be exploratory, or None."""
    numbered = versions.of_model(work.session, named.version.model_id)
    earlier = evidence.from_same_data(
        work.session,
        version_ids=[version.id for version in numbered],
        dataset_id=None if named.dataset is None else named.dataset.id,
        table_digest=table_digest,
        other_than=named.protocol.id,
    )
    names = {version.id: versions.name_of(work.session, version) for version in numbered}
    return rules.exploratory_because(
        named.protocol.document,
        in_force_at=require_in_force(
            named.protocol.name, protocols.signed(work.session, named.protocol.id)
        ),
        seen=[
            Seen(
                number=row.number,
                version=names[row.version_id],
                submitted_at=row.submitted_at,
                protocol=protocols.by_id(work.session, row.protocol_id).document,
            )
            for row in earlier
        ],
    )
