"""Facts about where a model was not shown to work, and about who fares worst."""

from typing import Any

from registry.domain.judgements import exhibits
from registry.domain.judgements.gaps import (
    never_shown,
    not_shown,
    too_small,
    worst_crossing,
    worst_subgroup,
)
from tests.factories.documents import (
    Json,
    Patient,
    assessment,
    criterion,
    make_dossier,
    make_evidence,
)


def patients(site: str, sex: str, found: int, missed: int, spared: int) -> list[Patient]:
    """Return patients with the finding, found or missed, and others that are not flagged."""
    named = (("sex", sex),)
    return [
        Patient(site=site, groups=named, label=label, score=score)
        for label, score, number in ((1, 0.9, found), (1, 0.1, missed), (0, 0.2, spared))
        for _ in range(number)
    ]


# Women: 6 of 12 found. Men: 18 of 20. Unknown: 0 of 2, too few to judge.
PEOPLE = [
    *patients("Hungary", "F", 6, 6, 12),
    *patients("Hungary", "M", 18, 2, 20),
    *patients("Hungary", "not recorded", 0, 2, 3),
]


def dossier(people: list[Patient], **changes: Any) -> Json:  # noqa: ANN401 - any part of a dossier
    """Return a dossier over these patients, without criteria unless given."""
    return make_dossier(people, **({"criteria": []} | changes))


class TestWorstSubgroup:
    """The group that fares worst."""

    def test_is_the_lowest_that_is_large_enough(self) -> None:
        """Women at 50 percent, not the two whose sex is unknown at 0."""
        worst = worst_subgroup(dossier(PEOPLE))
        assert worst.exhibit is not None
        assert worst.exhibit.by == {"sex": "F"}
        assert worst.exhibit.value("sensitivity") == 0.5
        assert worst.enough

    def test_says_how_far_below_all(self) -> None:
        """24 of 34 are found in all: 70.6 against 50.0 percent."""
        assert "20.6 points below all exams" in worst_subgroup(dossier(PEOPLE)).note

    def test_small_groups_are_said_to_be_small(self) -> None:
        """Where no group is large enough, the lowest is shown as such."""
        few = [*patients("Hungary", "F", 1, 2, 3), *patients("Hungary", "M", 3, 1, 3)]
        worst = worst_subgroup(dossier(few))
        assert not worst.enough
        assert "Every group is too small to judge." in worst.note

    def test_verdict_of_its_criterion_stands_beside(self) -> None:
        """A floor that was set for the group is named with its verdict."""
        judged = criterion(metric="sensitivity", by={"sex": "F"}, verdict="not met", required=0.8)
        worst = worst_subgroup(dossier(PEOPLE, criteria=[judged]))
        assert worst.below
        assert "At least 80.0% required: not met." in worst.note

    def test_none_declared(self) -> None:
        """No subgroup is said so, not shown as perfect."""
        alone = [Patient(site="Hungary", groups=(), label=1, score=0.9)]
        measured = assessment(alone)
        worst = worst_subgroup(make_dossier(evidence=[make_evidence(measured)], criteria=[]))
        assert worst.exhibit is None
        assert worst.subject == "No group has a defined sensitivity."

    def test_equal_groups_are_like_all(self) -> None:
        """No difference is not printed as 0.0 points."""
        same = [*patients("Hungary", "F", 9, 3, 10), *patients("Hungary", "M", 9, 3, 10)]
        assert "Like all exams" in worst_subgroup(dossier(same)).note

    def test_without_a_whole_it_is_compared_with_nobody(self) -> None:
        """An evidence of groups alone gives no figure for all exams."""
        whole = dossier(PEOPLE)
        strata = whole["evidence"][0]["assessment"]["strata"]
        strata[:] = [stratum for stratum in strata if stratum["by"]]
        note = worst_subgroup(whole).note
        assert "12 with the finding. Lower, of too few to judge: sex not recorded" in note


class TestNotShown:
    """One line: who was not shown to be well served."""

    def test_insufficient_with_its_reason(self) -> None:
        """A stratum that lacks evidence is named with the reason."""
        swiss = criterion(
            metric="specificity",
            verdict="insufficient evidence",
            by={"site": "Switzerland"},
            because="8 negatives, fewer than the 10 required; the interval straddles 0.80",
        )
        assert "Switzerland (specificity: 8 negatives, fewer than the 10 required)" in not_shown(
            dossier(PEOPLE, criteria=[swiss])
        )
        assert "Sw…nd (spec" in not_shown(dossier(PEOPLE, criteria=[swiss]), letters=5)

    def test_the_reason_is_the_one_that_keeps_it_open(self) -> None:
        """Where there are enough patients, their number is no reason: the interval is."""
        open_ = criterion(
            verdict="insufficient evidence",
            because="149 positives and 51 negatives; the interval 0.64 to 0.80 straddles 0.75",
        )
        line = not_shown(dossier(PEOPLE, criteria=[open_]))
        assert "Hungary (AUROC: the interval 0.64 to 0.80 straddles 0.75)" in line

    def test_only_open_criteria_of_a_stratum_are_named(self) -> None:
        """What is met, and what is judged over nobody in particular, names no stratum."""
        others = [
            criterion(),
            criterion(verdict="insufficient evidence", by={}, over="pooled external"),
        ]
        line = not_shown(dossier(PEOPLE, criteria=others))
        assert line == "Sex not recorded (5 exams)."

    def test_what_hangs_on_prevalence_is_said_so(self) -> None:
        """Its clauses lie within brackets and are not cut out of them."""
        open_ = criterion(
            verdict="insufficient evidence",
            because="depends on prevalence: not met as observed (149 positives and 51 negatives; "
            "the interval 1.5 to 4.1 misses at most 1.00), but met at prevalence 0.6",
        )
        assert "Hungary (AUROC: depends on prevalence)" in not_shown(
            dossier(PEOPLE, criteria=[open_])
        )

    def test_one_reason_of_several_metrics_is_said_once(self) -> None:
        """Eight negatives are too few for the area and for specificity alike."""
        few = "8 negatives, fewer than the 10 required"
        two = [
            criterion(verdict="insufficient evidence", because=few),
            criterion(verdict="insufficient evidence", because=few, metric="specificity"),
        ]
        line = not_shown(dossier(PEOPLE, criteria=two))
        assert f"Hungary (AUROC and specificity: {few})" in line

    def test_beyond_the_room_subjects_are_counted(self) -> None:
        """What is not named is not forgotten."""
        places = [
            criterion(verdict="not assessed", because="absent", by={"site": f"Site {n}"})
            for n in range(5)
        ]
        line = not_shown(dossier(PEOPLE, criteria=places), 2)
        assert line.endswith("and 4 more on page 2.")

    def test_two_reasons_of_one_site_stand_together(self) -> None:
        """A site is named once."""
        two = [
            criterion(verdict="insufficient evidence", because="wide"),
            criterion(verdict="not assessed", metric="sensitivity", because="no positives"),
        ]
        line = not_shown(dossier(PEOPLE, criteria=two))
        assert "Hungary (AUROC: wide; sensitivity: no positives)" in line

    def test_attribute_not_recorded(self) -> None:
        """Patients of whom nothing is known are not silently served."""
        assert "Sex not recorded (5 exams)" in not_shown(dossier(PEOPLE))

    def test_small_group_without_a_criterion(self) -> None:
        """A group below the protocol's minimum is named though nothing judges it."""
        few = [*PEOPLE, *patients("Hungary", "X", 2, 1, 20)]
        assert "Sex X (3 with, 20 without, too few)" in not_shown(dossier(few))

    def test_site_in_scope_without_evidence(self) -> None:
        """A hospital that was not tested cannot be forgotten."""
        whole = dossier(PEOPLE, scope_sites=["Hungary", "Basel"])
        assert "Basel (no evidence)" in not_shown(whole)

    def test_no_evidence_at_all(self) -> None:
        """Nothing measured means shown for nobody."""
        assert not_shown(make_dossier(evidence=[], criteria=[])).startswith("Anybody")

    def test_complete(self) -> None:
        """Even then the line does not say that it works for everybody."""
        full = [*patients("Hungary", "F", 12, 2, 12), *patients("Hungary", "M", 12, 2, 12)]
        assert "whoever was not declared was not tested" in not_shown(dossier(full))


class TestTooSmall:
    """Groups below the protocol's minimum."""

    def test_named_with_counts(self) -> None:
        """Each with how many it holds of both."""
        few = [*PEOPLE, *patients("Basel", "M", 3, 0, 4)]
        assert too_small(dossier(few)) == "Basel (3 with, 4 without)."

    def test_none(self) -> None:
        """Said in words, with the minimum."""
        assert (
            too_small(dossier(PEOPLE)) == "None: every group holds at least 10 with and 10 without."
        )

    def test_no_evidence(self) -> None:
        """Nothing measured is said so."""
        assert too_small(make_dossier(evidence=[], criteria=[])) == "The dossier holds no evidence."

    def test_both_classes_are_needed(self) -> None:
        """Ten with the finding and nine without are too few."""
        whole = dossier([*patients("Hungary", "F", 10, 0, 9), *patients("Basel", "M", 10, 0, 10)])
        sites = exhibits.sites(whole)
        assert not exhibits.enough(whole, sites["Hungary"])
        assert exhibits.enough(whole, sites["Basel"])


class TestCrossed:
    """Groups of several attributes crossed."""

    @staticmethod
    def crossed(*counts: tuple[int, int, int]) -> Json:
        """Return a dossier over patients of crossed groups: found, missed, spared of each."""
        people = [
            Patient(site="Hungary", groups=(("sex", "F"), ("age", str(i))), label=y, score=score)
            for i, (found, missed, spared) in enumerate(counts)
            for y, score, number in ((1, 0.9, found), (1, 0.1, missed), (0, 0.2, spared))
            for _ in range(number)
        ]
        measured = assessment(people, crossed=True)
        return dossier(people, evidence=[make_evidence(measured)])

    def test_the_worst_of_those_large_enough(self) -> None:
        """Eleven of twenty, not the two of which none was found."""
        worst = worst_crossing(self.crossed((11, 9, 20), (18, 2, 20), (0, 2, 20)))
        assert worst is not None
        assert worst.by == {"sex": "F", "age": "0"}

    def test_none_is_large_enough(self) -> None:
        """Then none is named as the worst."""
        assert worst_crossing(self.crossed((1, 1, 2), (0, 1, 2))) is None

    def test_page_one_counts_those_too_small(self) -> None:
        """They may be many; section 3 names them, and an export has the room."""
        few = self.crossed((11, 9, 20), (0, 2, 20), (1, 0, 20))
        assert "2 crossed groups (too few to judge, see section 3)" in not_shown(few)
        assert "crossed" not in not_shown(self.crossed((11, 9, 20)))
        whole = never_shown(few)
        assert "(2 with, 20 without, too few)" in whole
        assert "(1 with, 20 without, too few)" in whole
        assert "section" not in whole
