"""Reading: partitions beside each other, and sites beside the rest."""

import math
from dataclasses import replace
from typing import Any

import pytest

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.assessment import assess, document, from_document
from validation.casemix.reading import CaseMix, Shift, case_mix, shared_days
from validation.protocols.shape import Columns, Protocol, ScoreKind
from validation.strata import Strata
from validation.tallies import Period, Tally

TESTING, DEVELOPMENT = "external testing", "development"


def protocol_of(**changes: Any) -> Protocol:  # noqa: ANN401  # a test may change anything
    """Return a protocol with partitions, sites and sex."""
    columns = Columns(site="site", exam="exam", partition="partition")
    return make_protocol(**{"columns": columns, "subgroups": subgroups("sex")} | changes)


def row(partition: str, site: str, sex: str, label: int | None, score: float | None,
        n: int = 1) -> dict[str, Any]:  # fmt: skip
    """Return n exams alike."""
    return {
        "partition": partition, "site": site, "sex": sex, "label": label, "score": score, "n": n,
    }  # fmt: skip


ROWS = [
    row(DEVELOPMENT, "A", "F", 1, 0.8, 10),
    row(DEVELOPMENT, "A", "M", 0, 0.2, 30),
    row(TESTING, "A", "F", 0, 0.2, 10),
    row(TESTING, "B", "M", 1, 0.8, 5),
    row(TESTING, "B", "M", 0, 0.5, 4),
    row(TESTING, "B", "M", None, None, 1),
]


def mixed(rows: list[dict[str, Any]], protocol: Protocol) -> tuple[CaseMix, ...]:
    """Return every entry."""
    return case_mix(Strata(make_tally(rows, protocol), protocol), protocol)


def shift(entry: CaseMix, of: str) -> Shift:
    """Return the shift of one thing."""
    return next(one for one in entry.shifts if one.of == of)


class TestCaseMix:
    """All entries of a tally."""

    def test_who(self) -> None:
        """External testing beside development, then each of its sites beside the others."""
        found = mixed(ROWS, protocol_of())
        assert [one.by for one in found] == [{}, {"site": "A"}, {"site": "B"}]
        assert [(one.between, one.group, one.against) for one in found] == [
            ("partitions", TESTING, DEVELOPMENT),
            ("sites", "A", "the other sites"),
            ("sites", "B", "the other sites"),
        ]

    def test_sides(self) -> None:
        """20 exams of which 19 are labelled and scored; log-odds of 0.2 and 0.8 are ∓1.386."""
        entry = mixed(ROWS, protocol_of())[0]
        own, others = entry.of_group, entry.of_against
        assert (own.exams, own.unscored, others.exams, others.unscored) == (20, 1, 40, 0)
        assert own.prevalence == pytest.approx(5 / 19)
        assert others.mean == pytest.approx((10 - 30) / 40 * math.log(4))
        variance = math.log(4) ** 2 * (1 - 0.25) * 40 / 39
        assert others.deviation == pytest.approx(math.sqrt(variance))
        assert own.mean == pytest.approx((5 - 10) / 19 * math.log(4))

    def test_sex(self) -> None:
        """Half women against a quarter: 0.25 over the root of (0.25 + 0.1875) / 2."""
        found = shift(mixed(ROWS, protocol_of())[0], "sex")
        assert found.standardized_difference == pytest.approx(0.25 / math.sqrt(0.21875))
        assert found.psi == pytest.approx(
            (10.5 / 21 - 10.5 / 41) * math.log((10.5 / 21) / (10.5 / 41))
            + (10.5 / 21 - 30.5 / 41) * math.log((10.5 / 21) / (30.5 / 41))
        )

    def test_score(self) -> None:
        """10 of 19 at the lowest score against 30 of 40: 0.224 apart, and no further."""
        found = shift(mixed(ROWS, protocol_of())[0], "score")
        assert found.ks == pytest.approx(30 / 40 - 10 / 19)
        assert found.psi is not None
        assert found.standardized_difference is not None
        assert found.standardized_difference > 0

    def test_label(self) -> None:
        """5 of 19 positive against 10 of 40: hardly a difference."""
        found = shift(mixed(ROWS, protocol_of())[0], "label")
        assert found.standardized_difference == pytest.approx(0.03, abs=0.001)

    def test_site_against_the_rest(self) -> None:
        """Site A has women alone and B men alone: membership is certain, the spread undefined."""
        entry = mixed(ROWS, protocol_of())[1]
        assert entry.membership_auroc == 1
        assert "common spread" in str(shift(entry, "sex").undefined)
        assert shift(entry, "score").ks == 1
        assert entry.of_against.exams == 10

    def test_two_sites_mirror_each_other(self) -> None:
        """With two sites, what one is to the other, the other is to the one."""
        _, first, second = mixed(ROWS, protocol_of())
        assert first.of_group == second.of_against
        assert first.membership_auroc == second.membership_auroc
        assert shift(first, "score").psi == pytest.approx(shift(second, "score").psi)

    def test_alike(self) -> None:
        """Partitions of the same make-up differ in nothing."""
        rows = [
            row(partition, "A", sex, label, score, 10)
            for partition in (DEVELOPMENT, TESTING)
            for sex, label, score in (("F", 1, 0.7), ("M", 0, 0.2), ("F", 0, 0.3))
        ]
        entry = mixed(rows, protocol_of())[0]
        assert entry.membership_auroc == 0.5
        assert [(one.psi, one.standardized_difference) for one in entry.shifts] == [(0, 0)] * 3

    def test_merged_scores_and_ranks(self) -> None:
        """On a grid the mean of each cell counts; ranks, and scores of 0, are not made log-odds."""
        protocol = protocol_of()
        tally = make_tally(ROWS, protocol, grid="dyadic-704")
        merged = case_mix(Strata(tally, protocol), protocol)[0]
        exact = mixed(ROWS, protocol)[0]
        assert merged.of_against.mean == pytest.approx(exact.of_against.mean, abs=1e-8)
        ranks = mixed(ROWS, protocol_of(score_kind=ScoreKind.RANK))[0]
        assert (ranks.predictor, exact.predictor) == ("score", "log-odds")
        assert ranks.of_against.mean == pytest.approx(0.35)
        edge = mixed([*ROWS, row(DEVELOPMENT, "A", "M", 0, 0.0)], protocol)[0]
        assert edge.predictor == "score"

    def test_without_scores_or_labels(self) -> None:
        """What rests on scores is undefined where a partition has none, with the reason."""
        rows = [*ROWS[2:], row(DEVELOPMENT, "A", "F", None, None, 3)]
        entry = mixed(rows, protocol_of())[0]
        assert "no two scored exams" in str(shift(entry, "score").undefined)
        assert "no exam" in str(shift(entry, "label").undefined)
        assert "no exam" in str(entry.membership_undefined)
        assert (entry.of_against.prevalence, entry.of_against.mean) == (None, None)

    def test_no_score_anywhere(self) -> None:
        """Nothing breaks where no exam at all has a score."""
        rows = [row(DEVELOPMENT, "A", "F", 1, None), row(TESTING, "B", "M", 0, None)]
        entry = mixed(rows, protocol_of())[0]
        assert entry.membership_auroc is None
        assert shift(entry, "sex").psi is not None

    def test_shared_sites(self) -> None:
        """Both partitions have exams of A; where a table has no sites none is shared."""
        assert mixed(ROWS, protocol_of())[0].shared_sites == ("A",)
        (entry,) = mixed(ROWS, protocol_of(columns=Columns(partition="partition")))
        assert entry.shared_sites == ()

    def test_nothing_to_compare(self) -> None:
        """One partition with one site gives no entry, nor does a partition that is not there."""
        assert mixed([row(TESTING, "A", "F", 1, 0.5)], protocol_of()) == ()
        assert mixed([row(DEVELOPMENT, "A", "F", 1, 0.5)], protocol_of()) == ()

    def test_hidden(self) -> None:
        """That exams are hidden is said."""
        protocol = protocol_of()
        tally = replace(
            make_tally(ROWS, protocol),
            hidden={("", TESTING, ()): ("unlabelled",)},
            minimum_cell=2,
        )
        for entry in case_mix(Strata(tally, protocol), protocol):
            assert "hidden" in str(entry.note)

    def test_in_the_assessment(self) -> None:
        """The document gives the entries back."""
        protocol = protocol_of()
        found = assess(make_tally(ROWS, protocol), protocol)
        assert [one.group for one in from_document(document(found)).case_mix] == [TESTING, "A", "B"]


def tally_of(*periods: tuple[str, str, str]) -> Tally:
    """Return a tally with periods: partition, first and last."""
    found = tuple(
        Period(partition=one, site="A", first=first, last=last) for one, first, last in periods
    )
    return replace(make_tally(ROWS, protocol_of()), periods=found)


class TestSharedDays:
    """The overlap in time."""

    def test_by_hand(self) -> None:
        """From the 20th to the 31st of January are twelve days."""
        tally = tally_of(
            (DEVELOPMENT, "2024-01-01", "2024-01-25"),
            (DEVELOPMENT, "2024-01-03", "2024-01-31"),
            (TESTING, "2024-01-20", "2024-03-01"),
        )
        assert shared_days(tally, TESTING, DEVELOPMENT) == 12

    def test_apart(self) -> None:
        """One after the other share no day."""
        tally = tally_of(
            (DEVELOPMENT, "2024-01-01", "2024-01-25"), (TESTING, "2024-02-01", "2024-03-01")
        )
        assert shared_days(tally, TESTING, DEVELOPMENT) == 0

    def test_unknown(self) -> None:
        """Where the times of one are not known, nothing is said."""
        tally = tally_of((DEVELOPMENT, "2024-01-01", "2024-01-25"))
        assert shared_days(tally, TESTING, DEVELOPMENT) is None
