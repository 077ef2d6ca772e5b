"""Tests of kin: what cannot be seen from outside, or only at a size that no test has."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.engines.kin import Kin, related
from validation.errors import TableError
from validation.tallies import Cells


def one_cell() -> Cells:
    """Return a single cell: scored positives."""
    zero = np.zeros(1, dtype=np.int32)
    return Cells(
        codes={"finding": zero, "partition": zero, "site": zero},
        label=np.ones(1, dtype=np.int8),
        score=np.full(1, 0.5),
        exams=np.ones(1, dtype=np.int64),
    )


LEVELS = {"finding": ("",), "partition": ("",), "site": ("",)}


class TestKin:
    """Rows on their way through memory and disk."""

    @given(
        patients=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1),
        held=st.integers(0, 4),
        at_once=st.integers(1, 7),
    )
    def test_parts_hold_whole_patients(self, patients: list[int], held: int, at_once: int) -> None:
        """Whatever is written to disk, each row comes back once and no patient stands in two."""
        kin = Kin(weighted=True, names_exams=True, at_once=held)
        numbers = np.arange(len(patients))
        for start in range(0, len(patients), at_once):
            chosen = slice(start, start + at_once)
            kin.add(
                np.array(patients[chosen], dtype=np.int64),
                numbers[chosen],
                weight=numbers[chosen] / 2,
                exam=-numbers[chosen],
            )
        parts = list(kin.parts())
        kin.close()
        rows = np.sort(np.concatenate(parts), order="key")
        assert rows["patient"].tolist() == patients
        assert rows["key"].tolist() == numbers.tolist()
        assert rows["weight"].tolist() == (numbers / 2).tolist()
        assert rows["exam"].tolist() == (-numbers).tolist()
        assert sum(len(set(part["patient"].tolist())) for part in parts) == len(set(patients))

    def test_nothing_stays_on_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What was written is gone when it is closed."""
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        kin = Kin(at_once=0)
        kin.add(np.arange(3), np.zeros(3, dtype=np.int64))
        assert list(tmp_path.iterdir())
        kin.close()
        assert not list(tmp_path.iterdir())

    def test_nobody(self) -> None:
        """No rows make no parts."""
        assert list(Kin().parts()) == []


class TestRelated:
    """Pairs and patients."""

    def test_nobody(self) -> None:
        """Without rows there are no pairs and no patients."""
        pairs, persons = related(Kin(), one_cell(), lambda key: key, LEVELS, [()])
        assert (pairs.count.size, persons) == (0, {})

    def test_a_patient_with_far_too_many_exams(self) -> None:
        """20,000 exams of one patient are 199,990,000 pairs, more than can be the truth."""
        kin = Kin()
        kin.add(np.zeros(20_000, dtype=np.int64), np.zeros(20_000, dtype=np.int64))
        with pytest.raises(TableError, match=r"20,000 exams, and there are 199,990,000 pairs"):
            related(kin, one_cell(), lambda key: key, LEVELS, [()])

    def test_many_exams(self) -> None:
        """1,000 exams of one patient are 499,500 pairs."""
        kin = Kin()
        kin.add(np.zeros(1000, dtype=np.int64), np.zeros(1000, dtype=np.int64))
        pairs, persons = related(kin, one_cell(), lambda key: key, LEVELS, [()])
        assert pairs.count.tolist() == [499_500]
        assert persons["", "", ()].repeated == 1

    def test_weights_whose_products_overflow(self) -> None:
        """Weights of a million give products that only few pairs can add up to."""
        kin = Kin(weighted=True)
        kin.add(np.zeros(9, dtype=np.int64), np.zeros(9, dtype=np.int64), weight=np.full(9, 1e6))
        with pytest.raises(TableError, match="Divide all weights"):
            related(kin, one_cell(), lambda key: key, LEVELS, [()])
