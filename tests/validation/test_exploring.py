"""Exploring: exploratory criteria among all that were tried."""

from dataclasses import replace

import pytest

from tests.factories.tallies import make_tally
from tests.validation.test_judging import PROTOCOL, ROWS, SWISS, criterion, group
from validation.criteria import CriterionVerdict, Verdict
from validation.judging import judge_all
from validation.multiplicity import benjamini_hochberg, looked_at
from validation.protocols.shape import Criterion
from validation.strata import Strata


def judge(*criteria: Criterion, rows: list[dict[str, object]] = ROWS) -> list[CriterionVerdict]:
    """Return the verdicts of some criteria."""
    named = tuple(replace(one, id=str(i)) for i, one in enumerate(criteria))
    protocol = replace(PROTOCOL, criteria=named)
    return list(judge_all(Strata(make_tally(rows, protocol), protocol), protocol))


EASY = criterion("sensitivity", at_least=0.6, exploratory=True)
CLOSE = criterion("sensitivity", at_least=0.85, exploratory=True)
HARD = criterion("sensitivity", at_least=0.95, exploratory=True)


class TestExplore:
    """Three hospitals, sensitivities of 0.85 to 0.92."""

    def test_all_tried_are_counted(self) -> None:
        """The q of three p values, the hopeless one among them."""
        found = judge(EASY, CLOSE, HARD)
        ps = [one.p for one in found if one.p is not None]
        assert [one.q for one in found] == pytest.approx(benjamini_hochberg(ps))
        assert ps[2] == 1
        assert found[1].adjusted == "Benjamini-Hochberg over 3 exploratory criteria"

    def test_the_sentence_says_so(self) -> None:
        """Nobody reads it as planned."""
        (found,) = judge(CLOSE)
        assert found.because.endswith(f"Exploratory; q = {found.q:.2g}")
        assert found.adjusted == "Benjamini-Hochberg over 1 exploratory criterion"

    def test_planned_ones_have_none(self) -> None:
        """Nor are they counted."""
        planned, tried = judge(criterion("sensitivity", at_least=0.6), EASY)
        assert (planned.p, planned.q) == (None, None)
        assert tried.q == tried.p

    def test_all_strata_must_hold(self) -> None:
        """The p value over sites is the largest of them."""
        (found,) = judge(
            criterion("sensitivity", at_least=0.8, over="every site", exploratory=True)
        )
        ps = [one.p for one in found.strata if one.p is not None]
        assert found.p == max(ps)
        assert [one.q for one in found.strata] == pytest.approx(benjamini_hochberg(ps))

    def test_p_and_the_verdict_agree(self) -> None:
        """Met at 95 % exactly where p is at most 2.5 %."""
        for bound in (0.80, 0.84, 0.86, 0.88):
            (found,) = judge(criterion("sensitivity", at_least=bound, exploratory=True))
            assert found.p is not None
            assert (found.verdict is Verdict.MET) == (found.p <= 0.025)

    def test_too_few_are_never_met(self) -> None:
        """Eight negatives of ten required have no p but 1."""
        (found,) = judge(criterion("specificity", at_least=0.2, exploratory=True), rows=list(SWISS))
        assert found.p == 1

    def test_what_is_absent_was_not_tried(self) -> None:
        """A site that the table lacks is not counted."""
        absent, tried = judge(
            criterion("sensitivity", at_least=0.5, at={"site": "Lund"}, exploratory=True), EASY
        )
        assert (absent.verdict, absent.p, absent.q) == (Verdict.NOT_ASSESSED, None, None)
        assert tried.q == tried.p

    def test_a_gap_has_one_too(self) -> None:
        """Of draws: at least one in 2,001."""
        rows = [*group(90, 10, 10, 90, sex="F"), *group(88, 12, 12, 88, sex="M")]
        (found,) = judge(
            criterion("sensitivity", at_most=0.3, over="difference by sex", exploratory=True),
            rows=rows,
        )
        assert found.p is not None
        assert 1 / 2001 <= found.p < 0.025

    def test_a_reader_is_told_how_many(self) -> None:
        """Two of three criteria are exploratory."""
        found = judge(criterion("sensitivity", at_least=0.6), EASY, CLOSE)
        note = looked_at(found, strata=1, groups=0, gaps=0, level=0.95).note
        assert note.endswith("2 of 3 criteria are exploratory; q counts them all.")
