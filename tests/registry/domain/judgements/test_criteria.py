"""Facts about criteria on a card."""

import pytest

from registry.domain import scopes
from registry.domain.judgements.criteria import table, verdict_of, whole
from tests.factories.documents import criterion, make_dossier
from tests.factories.whole import make_full_dossier


class TestTable:
    """Every criterion in every stratum."""

    def test_in_scope_first_then_worst_first(self) -> None:
        """What lies outside the scope stands last, and says so."""
        entries = [
            criterion(in_scope=False, verdict="not met"),
            criterion(),
            criterion(id="cost", verdict="not met", gates=False),
        ]
        found = table(make_dossier(criteria=entries))
        assert [(one.verdict, one.bearing) for one in found] == [
            ("not met", "does not gate this rung"),
            ("met", "gates"),
            ("not met", "outside the scope"),
        ]

    def test_many_outside_the_scope_share_a_row(self) -> None:
        """Each is named beside it; what was measured is that of the worst."""
        values = {"A": 0.7, "B": 0.6, "C": 0.9, "D": None}
        far = [
            criterion(in_scope=False, by={"site": site}, verdict="not met", measured=value)
            for site, value in values.items()
        ]
        here, together = table(make_dossier(criteria=[*far, criterion()]))
        assert here.where == "Hungary"
        assert (together.where, together.names) == ("4 strata, named below", "A, B, C and D")
        assert together.measured == "0.600 (0.860–0.930)"
        assert together.because == "The worst, B: The interval lies above 0.800."
        assert (together.verdict, together.bearing) == ("not met", "outside the scope")

    def test_worst_is_the_highest_where_least_is_asked(self) -> None:
        """And without a number nothing was measured."""
        far = [
            criterion(in_scope=False, by={"site": site}, comparison="at most", measured=value)
            for site, value in (("A", 0.1), ("B", 0.3), ("C", 0.2), ("D", 0.1))
        ]
        (together,) = table(make_dossier(criteria=far))
        assert together.because.startswith("The worst, B:")
        (absent,) = table(make_dossier(criteria=[one | {"measured": None} for one in far]))
        assert (absent.measured, absent.because) == ("not measured", "")

    def test_required_measured_and_why(self) -> None:
        """With its interval."""
        (one,) = table(make_dossier(criteria=[criterion(finding="effusion")]))
        assert (one.name, one.metric) == ("Discrimination", "AUROC, effusion")
        assert (one.required, one.measured) == ("at least 0.800", "0.900 (0.860–0.930)")
        assert (one.where, one.evidence) == ("Hungary", "evidence 1")

    def test_a_name_that_says_the_metric_is_not_said_again(self) -> None:
        """Only the finding is left to say; without one nothing is."""
        same = criterion(id="sensitivity", metric="sensitivity")
        found = table(make_dossier(criteria=[same | {"finding": "effusion"}, same]))
        assert [(one.name, one.metric) for one in found] == [
            ("Sensitivity", "effusion"),
            ("Sensitivity", ""),
        ]

    def test_not_assessed_is_not_measured(self) -> None:
        """An absent stratum has no number, and none is invented."""
        absent = criterion(verdict="not assessed", measured=None, low=None, high=None)
        (one,) = table(make_dossier(criteria=[absent]))
        assert (one.measured, one.tone) == ("not measured", "unsure")

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"over": "difference by sex", "by": {}}, "Between groups by sex"),
            (
                {"over": "difference by sex", "basis": "site-standardised"},
                "Between groups by sex, within the same sites, Hungary",
            ),
            ({"over": "pooled external", "by": {}}, "The external sites pooled"),
            ({"by": {}}, "All exams together"),
        ],
    )
    def test_in_whom(self, changes: dict[str, object], words: str) -> None:
        """Gaps, pooled sites, everybody."""
        (one,) = table(make_dossier(criteria=[criterion(**changes)]))
        assert one.where == words


class TestWhole:
    """One criterion over its strata."""

    @pytest.mark.parametrize("needs", ["all", "any"])
    @pytest.mark.parametrize("second", ["met", "not met", "insufficient evidence"])
    def test_blocks_just_when_scopes_let_it(self, needs: str, second: str) -> None:
        """A criterion is met here exactly when it blocks nowhere."""
        entries = [criterion(needs=needs), criterion(needs=needs, verdict=second, by={"site": "X"})]
        assert (verdict_of(entries) == "met") is (scopes.unmet(entries) == [])

    def test_sentences(self) -> None:
        """What is asked over whom, and in how many strata it is met."""
        entries = [
            criterion(),
            criterion(by={"site": "X"}, verdict="not met"),
            criterion(id="gap", metric="auroc_difference", over="difference by sex", by={}),
            criterion(in_scope=False, by={"site": "Y"}),
        ]
        found = dict(whole(make_dossier(criteria=entries)))
        assert list(found.values()) == ["not met", "met"]
        first, second = found
        assert first == (
            "Discrimination: AUROC over every site, at least 0.800: not met (1 of 2 strata met)."
        )
        assert "difference by sex, at least 0.800: met." in second

    def test_by_consideration(self) -> None:
        """Only those that a protocol assigns to it."""
        assert len(list(whole(make_full_dossier(), "generalization"))) == 2
        assert list(whole(make_full_dossier(), "costs")) == []
