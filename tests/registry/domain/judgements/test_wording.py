"""Facts about numbers, counts and lists inside sentences."""

import pytest

from registry.domain.judgements import wording
from reports import formatting
from reports.content import Measure, Unit


class TestFigures:
    """Numbers inside sentences."""

    @pytest.mark.parametrize(
        ("value", "metric", "unit"),
        [
            (0.9094, "auroc", Unit.SCORE),
            (0.785, "sensitivity", Unit.PERCENT),
            (1.454, "observed_expected", Unit.RATIO),
            (-0.031, "calibration_intercept", Unit.RATIO),
            (0.99971, "auroc", Unit.SCORE),
            (0.99971, "sensitivity", Unit.PERCENT),
            (0.00021, "sensitivity", Unit.PERCENT),
            (1.0, "sensitivity", Unit.PERCENT),
        ],
    )
    def test_sentences_and_tables_print_alike(self, value: float, metric: str, unit: Unit) -> None:
        """The same number is printed in the same way in both wings of the house."""
        measure = Measure(value=value, low=value, high=value, unit=unit)
        entry = {"value": value, "low": value, "high": value}
        assert wording.with_interval(entry, metric) == formatting.both(measure)

    def test_undefined_says_why(self) -> None:
        """Undefined is undefined with its reason."""
        entry = {"value": None, "undefined": "no positives"}
        assert wording.with_interval(entry, "auroc") == "undefined (no positives)"
        assert wording.with_interval({"value": None}, "auroc") == "undefined"

    def test_value_without_interval(self) -> None:
        """No empty brackets."""
        assert wording.with_interval({"value": 0.5}, "auroc") == "0.500"

    @pytest.mark.parametrize(
        ("value", "metric", "printed"),
        [
            (0.0, "auroc", "0.000"),
            (-1e-17, "auroc", "0.000"),
            (0.0004, "auroc", "<0.001"),
            (-0.0004, "auroc", ">−0.001"),
            (0.9996, "auroc", ">0.999"),
            (1.0, "auroc", "1.000"),
            (0.0004, "sensitivity", "<0.1%"),
            (0.9996, "sensitivity", ">99.9%"),
            (1.0, "sensitivity", "100.0%"),
        ],
    )
    def test_rounding_makes_neither_nothing_nor_all(
        self, value: float, metric: str, printed: str
    ) -> None:
        """Only what is nothing is printed as 0, only what is all as 1."""
        assert wording.figure(value, metric) == printed

    @pytest.mark.parametrize(
        ("value", "printed"), [(0.0172, "p = 0.017"), (2e-7, "p < 0.001"), (0.9998, "p > 0.999")]
    )
    def test_p_value(self, value: float, printed: str) -> None:
        """No p-value is 0."""
        assert wording.p_value(value) == printed


class TestLabels:
    """Names of metrics and strata."""

    def test_abbreviations_keep_their_capitals(self) -> None:
        """AUROC stays AUROC, Sensitivity becomes sensitivity."""
        words = [wording.inside(w) for w in ("AUROC", "Sensitivity", "F1", "PPV gap", "")]
        assert words == ["AUROC", "sensitivity", "f1", "PPV gap", ""]

    def test_unknown_key_stands_for_itself(self) -> None:
        """A metric that nobody knows is printed as words."""
        assert wording.label("some_new_metric") == "some new metric"

    @pytest.mark.parametrize(
        ("by", "words"),
        [
            ({}, "all exams together"),
            ({"site": "Hungary"}, "Hungary"),
            ({"sex": "F", "age_band": "45 to <55"}, "sex F, age band 45 to <55"),
        ],
    )
    def test_stratum(self, by: dict[str, str], words: str) -> None:
        """A site is named, a group with its attribute."""
        assert wording.stratum(by) == words


class TestLists:
    """Enumerations."""

    def test_listed(self) -> None:
        """One, two and three items."""
        assert [wording.listed(list("abc")[:n]) for n in range(4)] == [
            "",
            "a",
            "a and b",
            "a, b and c",
        ]

    def test_shortened_counts_the_rest(self) -> None:
        """What is not named is counted."""
        assert wording.shortened(["a", "b", "c", "d"], 2, "site") == "a, b and 2 more sites"
        assert wording.shortened(["a", "b", "c"], 2, "site") == "a, b and 1 more site"

    def test_counted(self) -> None:
        """One has no plural; thousands are set apart."""
        assert [wording.counted(n, "exam") for n in (1, 1200)] == ["1 exam", "1,200 exams"]


class TestLengths:
    """Texts that must fit."""

    def test_short_text_is_left_alone(self) -> None:
        """Nothing is added to what fits."""
        assert wording.clipped("two words", 20) == "two words"

    def test_cut_between_words(self) -> None:
        """A cut text ends in an ellipsis, at a word's end, and fits."""
        cut = wording.clipped("the quick brown fox, jumps", 22)
        assert cut == "the quick brown fox…"
        assert len(cut) <= 22

    def test_one_long_word_is_cut_anyway(self) -> None:
        """A word without blanks cannot push a page over."""
        assert wording.clipped("x" * 50, 10) == "x" * 9 + "…"

    def test_names_are_cut_in_the_middle(self) -> None:
        """Hospitals of a trust begin alike."""
        squeezed = wording.squeezed("University Hospital North 12", 15)
        assert squeezed.endswith("orth 12")
        assert len(squeezed) <= 15
        assert wording.squeezed("short", 15) == "short"

    def test_sentence(self) -> None:
        """A capital first, one full stop last."""
        texts = ["eight negatives", "Done.", "", "why?"]
        assert [wording.sentence(t) for t in texts] == [
            "Eight negatives.",
            "Done.",
            "",
            "why?".capitalize(),
        ]


class TestTimes:
    """Days and moments."""

    def test_day_and_moment(self) -> None:
        """Days without a clock, moments in UTC."""
        assert wording.day("2027-01-31") == "31 Jan 2027"
        assert wording.moment("2026-11-23T09:30:00Z") == "23 Nov 2026, 09:30 UTC"

    def test_short_digest(self) -> None:
        """A digest's ends; anything else as it is."""
        assert wording.short("sha256:" + "ab" * 32) == "sha256 abababab…abab"
        assert wording.short("none") == "none"
