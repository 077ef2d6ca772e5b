"""Tests of the comparison of two assessments: what is a difference, and what is none."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.assessment import assess, document
from validation.protocols.shape import Criterion, Source
from validation.recomputation import TOLERANCE, Change, Difference, differences

PLAN = make_protocol(
    subgroups=subgroups("sex"),
    criteria=(
        Criterion(
            id="floor", source=Source.ESTIMATE, metric="sensitivity", at_least=0.5, over="every sex"
        ),
    ),
)
ROWS = [
    {"site": site, "sex": sex, "label": label, "score": score, "n": n}
    for site in ("A", "B")
    for sex in ("F", "M")
    for label, score, n in ((1, 0.9, 20), (1, 0.2, 6), (0, 0.6, 5), (0, 0.1, 25))
]
DOCUMENT = document(assess(make_tally(ROWS, PLAN), PLAN))


def changed(*path: Any, to: object) -> dict[str, Any]:  # noqa: ANN401  # keys and indices
    """Return the document with one value changed."""
    copied = copy.deepcopy(DOCUMENT)
    place = copied
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return copied


class TestDifferences:
    """A whole assessment of two sites and two sexes against itself, changed."""

    def test_none(self) -> None:
        """An assessment is the same as itself, and as its entries in another order."""
        other = copy.deepcopy(DOCUMENT)
        for section in ("strata", "fairness", "sites", "criteria", "curves"):
            other[section].reverse()
        assert differences(DOCUMENT, DOCUMENT) == ()
        assert differences(DOCUMENT, other) == ()

    def test_shifts_in_another_order(self) -> None:
        """What a shift is of tells it apart: a protocol's canonical form has another order."""
        shifts = [{"of": "sex", "psi": 0.4}, {"of": "age_band", "psi": 1.3}]
        stored, now = (
            {"case_mix": [{"by": {"site": "A"}, "shifts": one}]} for one in (shifts, shifts[::-1])
        )
        assert differences(stored, now) == ()

    def test_one_figure(self) -> None:
        """One end of one interval of one stratum is named, with both values."""
        place = next(i for i, s in enumerate(DOCUMENT["strata"]) if s["by"] == {"site": "B"})
        stored = DOCUMENT["strata"][place]["estimates"]["auroc"]["low"]
        path = ("strata", place, "estimates", "auroc", "low")
        (found,) = differences(DOCUMENT, changed(*path, to=0.5))
        assert (found.section, found.key) == ("strata", "estimates.auroc.low")
        assert found.where["by"] == {"site": "B"}
        assert (found.stored, found.now, found.change) == (stored, 0.5, Change.CHANGED)
        assert not found.is_verdict

    @pytest.mark.parametrize(("by", "told"), [(0.9e-9, 0), (1.1e-9, 1)])
    def test_tolerance(self, by: float, told: int) -> None:
        """Below 1 a figure may be off by 1e-9, and no more."""
        assert len(differences({"strata": [{"by": {}, "x": 0.5}]}, {"strata": [
            {"by": {}, "x": 0.5 + by}]})) == told  # fmt: skip

    def test_large_figures(self) -> None:
        """Above 1 the tolerance grows with the figure."""
        assert differences({"rows": 1e6}, {"rows": 1e6 + 5e-4}) == ()
        assert differences({"rows": 1_000_000}, {"rows": 1_000_001}) != ()

    def test_verdict(self) -> None:
        """A verdict is compared to the letter, inside its criterion, and known for one."""
        found = differences(DOCUMENT, changed("criteria", 0, "verdict", to="not met"))
        assert [(one.where["id"], one.is_verdict) for one in found] == [("floor", True)]

    def test_sentences_are_not_figures(self) -> None:
        """Another wording, another warning or another engine's name changes no figure."""
        assert differences(DOCUMENT, changed("criteria", 0, "because", to="otherwise")) == ()
        assert differences(DOCUMENT, changed("warnings", to=["!"])) == ()
        assert differences(DOCUMENT, changed("engine", to="cmr-validation/2")) == ()

    def test_gone_and_new(self) -> None:
        """A figure that only one side has says on which."""
        without = copy.deepcopy(DOCUMENT)
        metrics = without["strata"][0]["estimates"]
        gone = metrics.pop("mcc")
        found = differences(DOCUMENT, without)
        assert {one.change for one in found} == {Change.GONE}
        assert {one.key for one in found} >= {"estimates.mcc.value", "estimates.mcc.method"}
        assert next(one.stored for one in found if one.key.endswith("value")) == gone["value"]
        assert {one.change for one in differences(without, DOCUMENT)} == {Change.NEW}

    def test_stratum_that_is_gone(self) -> None:
        """A stratum that is no longer there loses each of its figures, by its name."""
        without = copy.deepcopy(DOCUMENT)
        (lost,) = [one for one in without["strata"] if one["by"] == {"sex": "F"}]
        without["strata"].remove(lost)
        found = differences(DOCUMENT, without)
        assert {str(one.where["by"]) for one in found} == {"{'sex': 'F'}"}
        assert {one.change for one in found} == {Change.GONE}

    def test_value_becomes_undefined(self) -> None:
        """A value that turns to null is gone."""
        path = ("strata", 0, "estimates", "auroc", "value")
        (found,) = differences(DOCUMENT, changed(*path, to=None))
        assert found.change is Change.GONE

    def test_entries_that_nothing_tells_apart(self) -> None:
        """Where two entries have the same identity they are compared in their order."""
        twice = {"x": [{"id": 1, "v": 1}, {"id": 1, "v": 2}]}
        other = {"x": [{"id": 1, "v": 1}, {"id": 1, "v": 3}, {"id": 1, "v": 4}]}
        found = differences(twice, other)
        assert [(one.key, one.stored, one.now) for one in found] == [
            ("1.v", 2, 3),
            ("2.id", None, 1),
            ("2.v", None, 4),
        ]

    def test_lists_of_numbers(self) -> None:
        """Plain lists are compared in their order, and a shorter one loses its end."""
        found = differences({"x": [1.0, 2.0]}, {"x": [1.0]})
        assert [(one.key, one.change) for one in found] == [("1", Change.GONE)]

    @pytest.mark.parametrize(
        ("stored", "now", "told"),
        [
            (True, 1, (True, 1)),
            ([1], "a", ("a list", "a")),
            ({"a": 1}, 2.0, ("an entry", 2.0)),
            ("a", "b", ("a", "b")),
        ],
    )
    def test_other_kinds(self, stored: object, now: object, told: tuple[object, object]) -> None:
        """A value of another kind is a difference, whatever it says."""
        (found,) = differences({"x": stored}, {"x": now})
        assert (found.stored, found.now) == told

    @given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
    def test_symmetry(self, one: float, other: float) -> None:
        """Whether two numbers differ does not hang on which of them is stored."""
        there = differences({"x": one}, {"x": other})
        back = differences({"x": other}, {"x": one})
        assert (
            len(there)
            == len(back)
            == (abs(one - other) > TOLERANCE * max(1.0, abs(one), abs(other)))
        )

    def test_words(self) -> None:
        """A difference is a plain value."""
        (found,) = differences({"rows": 1}, {"rows": 2})
        assert found == Difference(section="rows", key="", change=Change.CHANGED, stored=1, now=2)
