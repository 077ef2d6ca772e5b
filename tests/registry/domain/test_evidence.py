"""Evidence: custody, exploratory protocols, and what can be a table at all."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from registry.domain.errors import BadInputError, RuleBrokenError
from registry.domain.evidence import (
    CLAIMED_BY,
    Custody,
    ScoresFrom,
    Seen,
    discounted_because,
    exploratory_because,
    require_custody,
    require_table,
)
from registry.domain.people import PERMISSIONS, Action, Role


class TestCustody:
    """The grades and their order."""

    def test_order(self) -> None:
        """Each grade reaches itself and those before it, and none after it."""
        reached = [sum(a.reaches(b) for b in Custody) for a in Custody]
        assert reached == [1, 2, 3, 4]
        assert not Custody.CLAIMED.reaches(Custody.AUTHOR)

    def test_nobody_chooses_to_claim_only(self) -> None:
        """The registry finds it of a tally; nobody says it of a table."""
        with pytest.raises(BadInputError, match="custody"):
            require_custody(Custody.CLAIMED, roles=set(Role), is_author=False)

    def test_better_grades_are_vouched_for_by_fewer(self) -> None:
        """The better a grade, the fewer roles may claim it."""
        assert all(CLAIMED_BY[b] < CLAIMED_BY[a] for a, b in pairwise(CLAIMED_BY))

    @pytest.mark.parametrize("custody", list(CLAIMED_BY))
    def test_somebody_can_claim_it(self, custody: Custody) -> None:
        """Every grade can be claimed by a role that may hand tables in."""
        assert any(Action.EVIDENCE_ATTACH in PERMISSIONS[role] for role in CLAIMED_BY[custody])


class TestRequireCustody:
    """Who may claim which grade."""

    def test_author_claims_the_weakest(self) -> None:
        """The version's author may hand in what is said to come from the author."""
        require_custody(Custody.AUTHOR, roles={Role.ML_ENGINEER}, is_author=True)

    def test_author_cannot_claim_more(self) -> None:
        """The version's author cannot be the independent party, whatever the role."""
        with pytest.raises(RuleBrokenError, match="Another person must hand it in"):
            require_custody(Custody.INDEPENDENT, roles={Role.INDEPENDENT_VALIDATOR}, is_author=True)

    def test_steward_joins_labels(self) -> None:
        """The data steward vouches for labels held by the data steward."""
        require_custody(Custody.STEWARD, roles={Role.DATA_STEWARD}, is_author=False)

    def test_engineer_cannot_vouch(self) -> None:
        """An engineer cannot; the sentence says who can."""
        with pytest.raises(RuleBrokenError, match="data steward or independent validator"):
            require_custody(Custody.STEWARD, roles={Role.ML_ENGINEER}, is_author=False)


def moment(day: int) -> datetime:
    """Return a day of one month."""
    return datetime(2026, 11, day, tzinfo=UTC)


def plan(
    *, floor: float = 0.8, purpose: str = "external testing", partition: str | None = "split"
) -> dict[str, Any]:
    """Return a protocol's document in the parts that matter here."""
    return {
        "purpose": purpose,
        "columns": {"partition": partition},
        "criteria": [{"id": "discrimination", "at_least": floor}],
    }


def seen(day: int, protocol: dict[str, Any]) -> list[Seen]:
    """Return one piece of earlier evidence."""
    return [Seen(number=4, version="heart-cad/1", submitted_at=moment(day), protocol=protocol)]


class TestExploratoryBecause:
    """A protocol signed after a look at the data is exploratory in what it adds."""

    def test_signed_before(self) -> None:
        """A protocol in force before the other evidence came was specified before."""
        found = exploratory_because(plan(), in_force_at=moment(1), seen=seen(2, plan(floor=0.9)))
        assert found is None

    def test_signed_after_with_a_lower_floor(self) -> None:
        """One that lowers a floor after the look says so, naming evidence and part."""
        found = exploratory_because(
            plan(floor=0.7), in_force_at=moment(3), seen=seen(2, plan(floor=0.8))
        )
        assert found == (
            "Exploratory: the protocol was signed on 2026-11-03, after evidence 4 of heart-cad/1 "
            "from the same data; it differs from that protocol in criteria."
        )

    def test_signed_after_but_judging_alike(self) -> None:
        """One that judges exactly as the earlier did adds nothing."""
        assert exploratory_because(plan(), in_force_at=moment(3), seen=seen(2, plan())) is None

    def test_other_partition_was_not_looked_at(self) -> None:
        """Development evidence from the same table shows nothing of the external rows."""
        earlier = plan(floor=0.5, purpose="development")
        assert exploratory_because(plan(), in_force_at=moment(3), seen=seen(2, earlier)) is None

    def test_without_partitions_everything_was_looked_at(self) -> None:
        """Where the earlier protocol kept no partitions apart, all rows were shown."""
        earlier = plan(floor=0.5, purpose="development", partition=None)
        found = exploratory_because(plan(), in_force_at=moment(3), seen=seen(2, earlier))
        assert found is not None
        assert found.endswith("in purpose and criteria.")


class TestDiscountedBecause:
    """What can satisfy no gate."""

    def test_refits(self) -> None:
        """Refits are named before anything else."""
        found = discounted_because(ScoresFrom.REFITS, "Exploratory: …")
        assert found is not None
        assert "refits" in found

    def test_exploratory(self) -> None:
        """Exploratory evidence of the artifact does not count either."""
        assert discounted_because(ScoresFrom.ARTIFACT, "Exploratory: …") == "Exploratory: …"

    def test_counts(self) -> None:
        """Pre-specified evidence of the artifact counts."""
        assert discounted_because(ScoresFrom.ARTIFACT, None) is None


class TestRequireTable:
    """What the first bytes say."""

    def test_parquet(self) -> None:
        """Parquet is known by its magic."""
        assert require_table(b"PAR1\x15\x04") == "parquet"

    def test_csv(self) -> None:
        """Text is taken for CSV."""
        assert require_table(b"exam_id,label,score\n") == "csv"

    @pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
    def test_utf_16(self, mark: bytes) -> None:
        """Text in UTF-16, as Excel writes it, is text for all its zero bytes."""
        encoding = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
        assert require_table(mark + "exam_id,label".encode(encoding)) == "csv"

    @pytest.mark.parametrize(
        ("head", "said"),
        [
            (b"", "empty"),
            (b"PK\x03\x04rest", "Excel"),
            (b"\x1f\x8b\x08", "gzip"),
            (b"\x80\x04\x95", "pickle"),
            (b"a\x00b\x00", "neither text nor Parquet"),
        ],
    )
    def test_refused(self, head: bytes, said: str) -> None:
        """What is no table is named, with the remedy."""
        with pytest.raises(BadInputError, match=said) as refused:
            require_table(head)
        assert "CSV" in str(refused.value)
        assert refused.value.field == "table"
