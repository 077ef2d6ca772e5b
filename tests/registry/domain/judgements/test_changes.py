"""Facts about what moved since the last dossier, and beside other versions."""

import pytest

from registry.domain.judgements import changes, wording
from registry.domain.judgements.changes import (
    PARTS,
    beside,
    elsewhere,
    moved,
    opened,
    references,
    settled,
)
from tests.factories.documents import criterion
from tests.factories.whole import make_bare_dossier, make_comparison, make_full_dossier

FULL, BARE = make_full_dossier(), make_bare_dossier()


def one_moved(before: object, after: object) -> changes.Moved:
    """Return a criterion that was judged otherwise."""
    entry = {"id": "discrimination", "by": {}, "finding": None, "before": before, "after": after}
    since = FULL["since_last"] | {"criteria": [entry]}
    (found,) = moved(make_full_dossier(since_last=since))
    return found


class TestSince:
    """Since the version's last dossier."""

    def test_first_dossier_says_so(self) -> None:
        """And nothing moved, closed or was voided."""
        assert changes.lede(BARE) == changes.FIRST
        assert (moved(BARE), settled(BARE)) == ((), ())

    def test_lede_names_parts(self) -> None:
        """In the words of a reader, for every part that a dossier can have."""
        assert changes.lede(FULL).endswith("changed: criteria as judged.")
        since = FULL["since_last"] | {"parts": ["in_use", "failure_reviews"]}
        text = changes.lede(make_full_dossier(since_last=since))
        assert text.endswith("changed: the version in use and failures looked at.")
        assert set(FULL) - {"schema", "number", "opened", "since_last"} <= set(PARTS)

    def test_nothing_changed(self) -> None:
        """A dossier that only has another number says so."""
        since = FULL["since_last"] | {"parts": []}
        assert changes.lede(make_full_dossier(since_last=since)).endswith("nothing but its number.")

    def test_before_and_after_with_intervals(self) -> None:
        """Those that are gone before those that are better."""
        found = moved(FULL)
        assert [one.way for one in found] == [
            "no longer judged",
            "same verdict, other figures",
            "better",
        ]
        assert found[2].before == "insufficient evidence, 0.830 (0.740–0.930)"
        assert found[2].after == "met, 0.886 (0.841–0.930)"

    def test_worse(self) -> None:
        """A verdict that fell is bad."""
        good, bad = criterion(), criterion(verdict="not met")
        assert (one_moved(good, bad).way, one_moved(good, bad).tone) == ("worse", "bad")

    def test_judged_for_the_first_time(self) -> None:
        """It takes the tone of its verdict."""
        found = one_moved(None, criterion(verdict="insufficient evidence", measured=None))
        assert (found.way, found.tone) == ("judged now, not before", "unsure")
        assert (found.before, found.after) == ("not judged", "insufficient evidence")

    def test_metric_of_what_is_no_longer_judged(self) -> None:
        """Its figures are printed as its protocol's metric is."""
        since = FULL["since_last"]
        dossier = make_full_dossier(criteria=[], since_last=since)
        shown = {one.name: one.before for one in moved(dossier)}
        assert shown["Specificity"] == "met, 90.0% (85.0%–95.0%)"

    def test_settled(self) -> None:
        """Conditions closed and sign-offs voided, or none."""
        assert [line.text for line in settled(FULL)] == [
            "Condition 1: Repeat calibration on 100 local patients.",
            "Ilona Kovács, clinical lead: support.",
        ]
        since = FULL["since_last"] | {"conditions_closed": [], "signoffs_voided": []}
        assert [line.text for line in settled(make_full_dossier(since_last=since))] == ["None."] * 2

    def test_opened_with_its_reason(self) -> None:
        """Why an unchanged version is reviewed again."""
        again = FULL["opened"] | {
            "reason": "the year is over",
            "unchanged_from": "sha256:" + "7" * 64,
        }
        assert opened(make_full_dossier(opened=again)).text.endswith(
            "Reviewed again because: The year is over. Nothing changed since sha256 77777777…7777."
        )
        assert opened(FULL).text == "Dossier 3, 23 Nov 2026, 09:30 UTC, by Dorka Bíró."


class TestBeside:
    """Beside other ways of scoring the same exams."""

    def test_named_by_version_with_interval_and_number(self) -> None:
        """A comparator that its protocol names is a version."""
        first = beside(FULL)[0]
        assert (first.against, first.metric) == ("heart-cad/1", "AUROC")
        assert (first.difference, first.number) == ("+0.020 (+0.008 to +0.032)", "616")
        assert (first.better, first.tone) == ("better", "good")

    def test_undefined_keeps_its_reason(self) -> None:
        """And nothing is said of which is better."""
        last = beside(FULL)[2]
        assert (last.difference, last.defined) == ("undefined", False)
        assert (last.better, last.where) == ("one class only", "Switzerland")

    @pytest.mark.parametrize(
        ("metric", "low", "high", "words"),
        [
            ("auroc", -0.1, -0.01, "worse"),
            ("auroc", -0.1, 0.01, "not told apart"),
            ("brier", -0.1, -0.01, "better"),
            ("brier", 0.01, 0.1, "worse"),
            ("ppv_ratio", 1.1, 1.2, "better"),
            ("ppv_ratio", 0.9, 1.2, "not told apart"),
            ("flag_rate", 0.1, 0.2, "higher"),
            ("unheard_of", -0.2, -0.1, "lower"),
        ],
    )
    def test_only_what_the_interval_allows(
        self, metric: str, low: float, high: float, words: str
    ) -> None:
        """By the side on which the metric is good; a metric without one only differs."""
        dossier = make_full_dossier()
        entry = make_comparison(metric=metric, difference=(low + high) / 2, low=low, high=high)
        dossier["evidence"][0]["assessment"]["comparisons"] = [entry]
        (found,) = beside(dossier)
        assert found.better == words

    def test_comparator_without_a_version(self) -> None:
        """Is named as its column is."""
        dossier = make_full_dossier()
        dossier["evidence"][0]["assessment"]["comparisons"] = [make_comparison(comparator="by_eye")]
        (found,) = beside(dossier)
        assert found.against == "by eye"

    def test_ratio_has_no_sign(self) -> None:
        """A quotient is no difference: 1 is alike."""
        entry = make_comparison(metric="ppv_ratio", difference=1.04, low=0.99, high=1.1)
        assert wording.difference(entry) == "1.040 (0.990 to 1.100)"

    def test_sites_outside_the_scope_together(self) -> None:
        """Named where the interval tells something, counted where it does not."""
        dossier = make_full_dossier()
        dossier["evidence"][0]["assessment"]["comparisons"] = [
            make_comparison(by={"site": "Hungary"}),
            make_comparison(by={"site": "A"}),
            make_comparison(by={"site": "B"}, low=-0.01),
            make_comparison(by={"site": "C"}, difference=None, undefined="one class only"),
        ]
        (found,) = elsewhere(beside(dossier))
        assert found.better == "A +0.020 (+0.008 to +0.032)"
        assert (found.worse, found.alike, found.undefined) == ("nowhere", 1, 1)

    def test_references(self) -> None:
        """Which version is in use, which was first, and what policy asks beside them."""
        told = {
            "id": "compared.in-use",
            "text": "Compared with the version in use",
            "status": "missing",
            "because": "No counting evidence sets a criterion.",
        }
        lines = references(make_full_dossier(requirements=[told]))
        assert [line.label for line in lines] == ["In use now", "Approved first", "Asked by policy"]
        assert lines[2].text == (
            "Compared with the version in use: missing. No counting evidence sets a criterion."
        )
        assert [line.text for line in references(BARE)] == ["None in this scope."]
