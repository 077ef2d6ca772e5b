"""Overlap: whether patients of the training data are also in a table that tests the model."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class OverlapOutcome(StrEnum):
    """What comparing patients can come to; “cannot be checked” is never “none”."""

    FOUND = "found"
    NONE = "none"
    UNKNOWN = "cannot be checked"


@dataclass(frozen=True, kw_only=True)
class Patients:
    """One side of a comparison.

    Attributes
    ----------
    keys : collection of bytes
        The patients' HMAC keys; none where nobody is known.
    coverage : float
        Share of this side's patients (or exams) whose key is known, in [0, 1].
    unknown_because : str or None
        A sentence that says why no key is known.
    """

    keys: Collection[bytes] = frozenset()
    coverage: float = 0.0
    unknown_because: str | None = None


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """What a comparison came to.

    Attributes
    ----------
    outcome : OverlapOutcome
    shared : int
        Patients on both sides.
    comparable : float
        Share of all pairs of a training and a testing patient that could be compared, in [0, 1].
    because : str
        One sentence for people.
    """

    outcome: OverlapOutcome
    shared: int
    comparable: float
    because: str


def overlap(training: Patients, testing: Patients) -> Overlap:
    """Compare the patients of two sides; absence of keys is never taken for absence of overlap."""
    for side in (training, testing):
        if not side.keys:
            return Overlap(
                outcome=OverlapOutcome.UNKNOWN,
                shared=0,
                comparable=0.0,
                because=side.unknown_because or "No patient's key is known on one side.",
            )
    shared = len(frozenset(training.keys) & frozenset(testing.keys))
    comparable = min(1.0, training.coverage) * min(1.0, testing.coverage)
    if shared:
        whom = "One patient is" if shared == 1 else f"{shared:,} patients are"
        because = f"{whom} in the training data and in the table that tests the model."
        return Overlap(
            outcome=OverlapOutcome.FOUND, shared=shared, comparable=comparable, because=because
        )
    return Overlap(
        outcome=OverlapOutcome.NONE,
        shared=0,
        comparable=comparable,
        because=(
            f"None of the {len(testing.keys):,} patients of the table is among the "
            f"{len(training.keys):,} of the training data; "
            f"{_percent(comparable)} of the pairs could be compared."
        ),
    )


def _percent(share: float) -> str:
    """Return a share in percent, never rounded up to all."""
    return "all" if share == 1.0 else f"{int(share * 1000) / 10:g} %"


def training_partitions(kept: Sequence[str]) -> list[str]:
    """Return which partitions of a training dataset were trained on.

    A dataset may hold its own testing patients beside those of development; only where none is
    called development does every partition count as trained on.
    """
    development = [name for name in kept if name == "development"]
    return development or list(kept)


def coverage_of(known: int, declared: Iterable[int]) -> float:
    """Return the share of a dataset's patients whose key is known, in [0, 1].

    Parameters
    ----------
    known : int
        Keys at hand over the partitions that were trained on.
    declared : iterable of int
        How many patients each of these partitions holds, as its provenance states.
    """
    stated = sum(declared)
    return min(1.0, known / stated) if stated else 0.0
