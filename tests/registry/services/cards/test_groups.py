"""Facts about section 3: subgroups, crossed ones, and the gaps between them."""

from typing import Any

import pytest

from registry.domain.judgements.gaps import UNJUDGED
from registry.services.cards import groups
from reports.content import Fairness, Tone
from tests.factories.documents import (
    Json,
    Patient,
    assessment,
    criterion,
    make_dossier,
    make_evidence,
    make_gap,
)


def patients(sex: str, age: str, *, found: int, missed: int, spared: int) -> list[Patient]:
    """Return patients of one sex and age with the finding, found or missed, and others."""
    named = (("sex", sex), ("age_band", age))
    return [
        Patient(site="Hungary", groups=named, label=label, score=score)
        for label, score, number in ((1, 0.9, found), (1, 0.1, missed), (0, 0.2, spared))
        for _ in range(number)
    ]


# Old women: 6 of 12 found. Young women are 4, too few to judge.
PEOPLE = [
    *patients("F", "old", found=6, missed=6, spared=12),
    *patients("F", "young", found=1, missed=1, spared=2),
    *patients("M", "old", found=18, missed=2, spared=20),
    *patients("M", "young", found=19, missed=1, spared=20),
]


def page(
    people: list[Patient] = PEOPLE,
    *,
    fairness: list[Json] | None = None,
    **changes: Any,  # noqa: ANN401 - whatever a test needs
) -> Fairness:
    """Return section 3 of a dossier over these patients, sex and age crossed."""
    measured = assessment(people, crossed=True)
    if fairness is not None:
        measured["fairness"] = fairness
    told = {"criteria": [], "evidence": [make_evidence(measured)]} | changes
    return groups.page(make_dossier(people, **told))


def on_gap(**changes: Any) -> Json:  # noqa: ANN401 - whatever a test needs
    """Return a criterion on it."""
    return criterion(
        **{
            "id": "equity",
            "metric": "equal_opportunity_difference",
            "over": "overall",
            "attribute": "sex",
            "basis": "crude",
            "by": {},
            "verdict": "not met",
        }
        | changes
    )


class TestCrossedGroups:
    """Sex crossed with age."""

    def test_stand_below_the_groups_they_are_made_of(self) -> None:
        """Four groups, and then the crossed ones with their figures."""
        rows = page().groups
        assert [(row.attribute, row.level) for row in rows[4:]] == [
            ("Sex × age band", "F × old"),
            ("Sex × age band", "M × old"),
            ("Sex × age band", "M × young"),
        ]
        assert rows[4].sensitivity.value == 0.5

    def test_those_too_small_are_named_and_not_judged(self) -> None:
        """They take no row, whatever their figures."""
        found = page()
        assert "sex F, age band young (2 with, 2 without)" in found.too_small.replace("Sex", "sex")
        assert all(row.level != "F × young" for row in found.groups)

    def test_the_lowest_is_named(self) -> None:
        """Of those that are large enough."""
        assert (
            "Worst of the crossed groups: sex F, age band old, sensitivity 50.0% (" in page().lede
        )

    def test_a_criterion_over_them_is_their_verdict(self) -> None:
        """As it is that of a plain group."""
        judged = criterion(over="every sex × age_band", by={"sex": "F", "age_band": "old"},
                           metric="sensitivity", verdict="not met")  # fmt: skip
        row = page(criteria=[judged]).groups[4]
        assert (row.verdict, row.tone) == ("not met", Tone.BAD)

    def test_without_any(self) -> None:
        """A protocol that crosses nothing has no word about it."""
        found = groups.page(make_dossier(PEOPLE, criteria=[]))
        assert len(found.groups) == 4
        assert "crossed" not in found.lede


class TestGaps:
    """What of the gaps is shown, and as what it was judged."""

    def test_not_judged(self) -> None:
        """A gap that no criterion names is described; where none has a verdict it is said once."""
        found = page(fairness=[make_gap()])
        assert found.gaps_note == UNJUDGED
        assert page(fairness=[]).gaps_note == ""
        (row,) = found.gaps
        assert (row.name, row.between, row.verdict) == (
            "Sensitivity gap", "F worse than M", "not judged",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "judged",
        [
            on_gap(),
            on_gap(basis=None),
            on_gap(attribute=None, over="difference by sex"),
            on_gap(attribute=None, over="difference by sex", metric="sensitivity"),
        ],
    )
    def test_judged(self, judged: Json) -> None:
        """By whichever words a criterion rests on it."""
        found = page(fairness=[make_gap()], criteria=[judged])
        assert found.gaps_note == ""
        (row,) = found.gaps
        assert (row.verdict, row.tone) == ("not met", Tone.BAD)

    @pytest.mark.parametrize(
        "other",
        [
            on_gap(attribute="age_band"),
            on_gap(metric="auroc_difference"),
            on_gap(by={"site": "Hungary"}),
            on_gap(finding="effusion"),
            on_gap(basis="site-standardised"),
        ],
    )
    def test_judged_on_another(self, other: Json) -> None:
        """A verdict on another gap says nothing of this one."""
        assert page(fairness=[make_gap()], criteria=[other]).gaps[0].verdict == "not judged"

    def test_within_sites_where_a_criterion_rests_on_it(self) -> None:
        """It says so, and goes before the gaps that nothing rests on."""
        both = [make_gap(), make_gap(basis="site-standardised", value=0.1)]
        assert len(page(fairness=both).gaps) == 1
        rows = page(fairness=both, criteria=[on_gap(basis="site-standardised")]).gaps
        assert [(row.name, row.verdict) for row in rows] == [
            ("Sensitivity gap, within sites", "not met"),
            ("Sensitivity gap", "not judged"),
        ]

    def test_undefined(self) -> None:
        """A gap that does not exist is shown where a criterion waits for it, with the reason."""
        none = make_gap(value=None, low=None, high=None, worst=None, undefined="too few levels")
        assert page(fairness=[none]).gaps == ()
        row = page(fairness=[none], criteria=[on_gap(verdict="insufficient evidence")]).gaps[0]
        assert (row.measure.value, row.between) == (None, "too few levels")

    def test_all_of_them(self) -> None:
        """The section runs on as long as there are gaps."""
        assert len(page(fairness=[make_gap() for _ in range(15)]).gaps) == 15
