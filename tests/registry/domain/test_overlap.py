"""Overlap: patients on both sides are found, and not knowing is never called none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.overlap import (
    OverlapOutcome,
    Patients,
    coverage_of,
    overlap,
    training_partitions,
)


def patients(*names: str, coverage: float = 1.0) -> Patients:
    """Return known patients."""
    return Patients(keys=frozenset(name.encode() for name in names), coverage=coverage)


UNKNOWN = Patients(unknown_because="No patients are recorded for cleveland/1.")


class TestOverlap:
    """The three outcomes."""

    def test_found(self) -> None:
        """Two patients on both sides are found and counted."""
        found = overlap(patients("a", "b", "c"), patients("b", "c", "d"))
        assert (found.outcome, found.shared) == (OverlapOutcome.FOUND, 2)
        assert found.because.startswith("2 patients are in the training data")

    def test_one_found(self) -> None:
        """One is said in the singular."""
        assert overlap(patients("a"), patients("a")).because.startswith("One patient is in")

    def test_none(self) -> None:
        """None is said with how much could be compared."""
        found = overlap(patients("a", "b"), patients("c"))
        assert found.outcome is OverlapOutcome.NONE
        assert found.because == (
            "None of the 1 patients of the table is among the 2 of the training data; "
            "all of the pairs could be compared."
        )

    def test_comparable_is_the_share_of_pairs(self) -> None:
        """Half of one side and nine tenths of the other leave 45 % of the pairs."""
        found = overlap(patients("a", coverage=0.5), patients("b", coverage=0.9))
        assert found.comparable == pytest.approx(0.45)
        assert "45 % of the pairs" in found.because

    def test_nearly_all_is_not_all(self) -> None:
        """A share just below one is never rounded up."""
        assert (
            "99.9 % of the pairs" in overlap(patients("a", coverage=0.99999), patients("b")).because
        )

    @pytest.mark.parametrize("sides", [(UNKNOWN, patients("a")), (patients("a"), UNKNOWN)])
    def test_cannot_be_checked(self, sides: tuple[Patients, Patients]) -> None:
        """Without keys on one side it cannot be checked, for that side's reason."""
        found = overlap(*sides)
        assert found.outcome is OverlapOutcome.UNKNOWN
        assert found.because == "No patients are recorded for cleveland/1."
        assert found.comparable == 0.0

    def test_cannot_be_checked_without_a_reason(self) -> None:
        """A side that gives no reason still gets a sentence."""
        assert overlap(Patients(), patients("a")).because

    @given(st.sets(st.binary(min_size=1, max_size=2)), st.sets(st.binary(min_size=1, max_size=2)))
    def test_is_symmetric_and_exact(self, one: set[bytes], other: set[bytes]) -> None:
        """What is shared is the intersection, whichever side is called training."""
        first, second = Patients(keys=one, coverage=1.0), Patients(keys=other, coverage=1.0)
        forth, back = overlap(first, second), overlap(second, first)
        assert forth.shared == back.shared == len(one & other)
        assert forth.outcome is back.outcome


class TestTrainingPartitions:
    """Which partitions were trained on."""

    def test_development_alone(self) -> None:
        """Where one is called development, its neighbours were kept for testing."""
        assert training_partitions(["development", "internal testing"]) == ["development"]

    def test_all_without_development(self) -> None:
        """Where none is, all count as trained on."""
        assert training_partitions(["external testing"]) == ["external testing"]


class TestCoverageOf:
    """The share of declared patients whose key is known."""

    def test_hand_worked(self) -> None:
        """75 keys of 60 and 40 patients cover three quarters."""
        assert coverage_of(75, [60, 40]) == pytest.approx(0.75)

    def test_never_above_one(self) -> None:
        """More keys than declared patients cover all, not more."""
        assert coverage_of(120, [100]) == 1.0

    def test_nothing_declared(self) -> None:
        """Where nobody is declared nothing is covered."""
        assert coverage_of(5, []) == 0.0
