"""Reuse: the how-manieth version on the same patients, and thresholds found where they judge."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.domain import reuse
from registry.domain.overlap import Patients
from registry.domain.reuse import Look

START = datetime(2026, 11, 1, tzinfo=UTC)
UNKNOWN = Patients(unknown_because="The table names no patients.")


def patients(*names: str) -> Patients:
    """Return patients whose keys are all known."""
    return Patients(keys=frozenset(name.encode() for name in names), coverage=1.0)


def look(version: int, day: int, **changes: Any) -> Look:  # noqa: ANN401 -- any field
    """Return a test of a version on a day, of its own table and patients."""
    whole: dict[str, Any] = {
        "version": f"heart-cad/{version}",
        "at": START + timedelta(days=day),
        "dataset": None,
        "table": f"sha256:{version}-{day}",
        "patients": patients(f"{version}-{day}"),
    }
    return Look(**whole | changes)


class TestTested:
    """Distinct versions, tables, and what cannot be checked."""

    def test_first(self) -> None:
        """Of the first version on its patients nothing is to be said."""
        assert reuse.tested(look(1, 0), []) is None
        assert reuse.tested(look(2, 1), [look(1, 0)]) is None

    @pytest.mark.parametrize(
        "same", [{"dataset": "hungary/1"}, {"table": "sha256:t"}, {"patients": patients("a", "b")}]
    )
    def test_second(self, same: dict[str, Any]) -> None:
        """The same dataset, the same bytes, or patients in common."""
        found = reuse.tested(look(2, 1, **same), [look(1, 0, **same)])
        assert found == {"version": 2, "test": 2, "earlier": ["heart-cad/1"], "unchecked": 0}

    def test_one_patient_in_common(self) -> None:
        """Whoever shares a patient has looked at that patient."""
        others = [look(1, 0, patients=patients("a", "b"))]
        found = reuse.tested(look(2, 1, patients=patients("b", "c")), others)
        assert found is not None
        assert found["version"] == 2

    def test_later_ones_change_nothing(self) -> None:
        """What was said of a test stays true however often the patients are used again."""
        later = look(3, 9, dataset="hungary/1")
        mine = look(2, 1, dataset="hungary/1")
        assert reuse.tested(mine, [later]) is None

    def test_again_by_the_same_version(self) -> None:
        """A re-test is another table of no further version."""
        same = {"dataset": "hungary/1"}
        others = [look(1, 0, **same), look(2, 1, **same)]
        found = reuse.tested(look(2, 2, **same), others)
        assert found is not None
        assert (found["version"], found["test"]) == (2, 3)

    def test_what_cannot_be_checked_is_said(self) -> None:
        """Where no patient is known, the table counts for nothing and is mentioned."""
        found = reuse.tested(look(2, 1), [look(1, 0, patients=UNKNOWN)])
        assert found == {"version": 1, "test": 1, "earlier": [], "unchecked": 1}
        assert "whether 1 earlier table held them cannot be checked" in reuse.words(found)


def test_words() -> None:
    """What page 1 says."""
    found = {"version": 3, "test": 5, "earlier": ["a/1", "a/2"], "unchecked": 0}
    assert reuse.words(found) == "3rd version tested on these patients, 5th table"
    assert reuse.words(None) == ""


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_ordinal(number: int, said: str) -> None:
    """As people count."""
    assert reuse.ordinal(number) == said


def test_budget() -> None:
    """Up to the budget nothing; beyond it the reason names those before."""
    found = {"version": 2, "test": 2, "earlier": ["heart-cad/1"], "unchecked": 0}
    assert reuse.over_budget(found, None) == ""
    assert reuse.over_budget(found, 2) == ""
    assert reuse.over_budget(None, 1) == ""
    assert "2nd version tested on these patients, after heart-cad/1" in reuse.over_budget(found, 1)


class TestFoundOn:
    """A threshold must come from other patients than those that judge it."""

    def outcome(self, cited: Patients) -> tuple[str, str]:
        """Compare the patients of a cited table with those of the one that is judged."""
        found = reuse.found_on(cited, patients("a", "b"), name="evidence 1 of heart-cad/1")
        return found["outcome"], found["because"]

    def test_three_outcomes(self) -> None:
        """Found, none, or not to be checked; the last is never taken for none."""
        assert self.outcome(patients("b", "c")) == (
            "found",
            "1 of the patients that judge it is among those of evidence 1 of heart-cad/1.",
        )
        assert self.outcome(patients("c"))[0] == "none"
        assert self.outcome(UNKNOWN) == ("cannot be checked", "The table names no patients.")
