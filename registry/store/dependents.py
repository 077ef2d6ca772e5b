"""Dependents: which versions rest on a dataset: trained or measured on it, or grown from such."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from registry.domain.lineage import ancestors
from registry.store import datasets, evidence, models, versions
from registry.store.datasets import DatasetRow
from registry.store.versions import VersionRow

TRAINING: Final = "training"
EVIDENCE: Final = "evidence"


@dataclass(frozen=True, kw_only=True)
class Resting:
    """One way in which a version rests on a dataset.

    Attributes
    ----------
    version : str
        Such as ``heart-cad/2``.
    stage : str
        Where it stands.
    dataset : str
        Such as ``hungary-angiography/1``.
    rests : str
        ``training`` (also tuning, and all that it came from), or ``evidence``.
    how : str
        In words: ``trained on it``, ``came from heart-cad/1, which was trained on it``.
    withdrawn_at : datetime or None
    why : str
        Why the dataset was withdrawn; empty while it was not.
    """

    version: str
    stage: str
    dataset: str
    rests: str
    how: str
    withdrawn_at: datetime | None
    why: str

    @property
    def sentence(self) -> str:
        """Say what the withdrawal means for the version."""
        why = f": {self.why.strip().rstrip('.')}" if self.why else ""
        return f"The dataset {self.dataset} was withdrawn{why}; {self.version} {self.how}."


def resting_on(session: Session, dataset: DatasetRow) -> list[Resting]:
    """Return every way in which any version rests on a dataset, by model and number."""
    found = []
    for model in models.all_models(session):
        for version in versions.of_model(session, model.id):
            found += [one for row, one in _rests(session, version) if row.id == dataset.id]
    return found


def withdrawn_under(session: Session, version: VersionRow, *, since: datetime) -> list[Resting]:
    """Return the datasets under a version that were withdrawn after a moment, and how it rests."""
    return [
        one
        for row, one in _rests(session, version)
        if row.withdrawn_at is not None and row.withdrawn_at > since
    ]


def _rests(session: Session, version: VersionRow) -> Iterator[tuple[DatasetRow, Resting]]:
    """Yield every dataset under a version with how it rests on it, the nearest first."""
    for row, use in versions.datasets_of(session, version.id):
        if use == "testing":
            yield row, _resting(session, version, row, EVIDENCE, "names it as testing data")
        else:
            word = "was trained on it" if use == "training" else "was tuned on it"
            yield row, _resting(session, version, row, TRAINING, word)
    for item in evidence.attached_to(session, version.id):
        if item.dataset_id is not None:
            row = datasets.by_id(session, item.dataset_id)
            how = f"rests on it by evidence {item.number}"
            yield row, _resting(session, version, row, EVIDENCE, how)
    for parent in _ancestors(session, version):
        name = versions.name_of(session, parent)
        for row, use in versions.datasets_of(session, parent.id):
            if use != "testing":
                how = (
                    f"came from {name}, which was {'trained' if use == TRAINING else 'tuned'} on it"
                )
                yield row, _resting(session, version, row, TRAINING, how)


def _ancestors(session: Session, version: VersionRow) -> list[VersionRow]:
    """Return everything that a version came from, itself left out, by name."""
    known: dict[UUID, VersionRow] = {version.id: version}

    def parents(one: UUID) -> list[UUID]:
        found: Mapping[UUID, VersionRow] = {
            parent.id: parent for parent, _ in versions.parents_of(session, one)
        }
        known.update(found)
        return list(found)

    ids = ancestors([version.id], parents) - {version.id}
    return sorted((known[one] for one in ids), key=lambda one: versions.name_of(session, one))


def _resting(
    session: Session, version: VersionRow, dataset: DatasetRow, rests: str, how: str
) -> Resting:
    """Return one way in which a version rests on a dataset."""
    return Resting(
        version=versions.name_of(session, version),
        stage=version.stage.value,
        dataset=f"{dataset.name}/{dataset.number}",
        rests=rests,
        how=how,
        withdrawn_at=dataset.withdrawn_at,
        why=dataset.withdrawn_why or "",
    )
