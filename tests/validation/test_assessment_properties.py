"""Tests of what holds of every assessment, whatever the rows: over all metrics at once."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.tables import HEAD
from tests.factories.tallies import make_protocol, make_tally, subgroups
from validation.assessment import Assessment, assess, document
from validation.engines.duckdb import tally_table
from validation.errors import TableError
from validation.federation.merging import merge
from validation.protocols import read
from validation.protocols.shape import Columns, Grid, Intervals, OperatingPoint, Protocol, ScoreKind
from validation.tallies import INDETERMINATE

Row = dict[str, Any]

FEW = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
QUICK = Intervals(replicates=200)
COLUMNS = Columns(exam="exam", site="site", patient="patient")
# Sixteenths, so that 1 - score is exact and no sum is rounded.
SCORES = st.one_of(st.none(), *[st.integers(0, 16).map(lambda n: n / 16)] * 4)
ROW = st.fixed_dictionaries(
    {
        "label": st.sampled_from([0, 0, 1, 1, None, INDETERMINATE]),
        "score": SCORES,
        "site": st.sampled_from(["North", "South"]),
        "sex": st.sampled_from(["F", "M"]),
        "patient": st.integers(0, 20).map(str),
    }
)
# All kinds of exams are there once, so that most metrics are defined.
SOME = [
    {"label": label, "score": score, "site": site, "sex": sex, "patient": f"{site}{sex}{label}"}
    for label, score in ((0, 0.25), (1, 0.75), (0, 0.625), (1, 0.375))
    for site in ("North", "South")
    for sex in ("F", "M")
]
ROWS = st.lists(ROW, max_size=20).map(lambda rows: [*SOME, *rows])
ANY_ROWS = st.lists(ROW, min_size=1, max_size=6)


def planned(**changes: Any) -> Protocol:  # noqa: ANN401  (whatever a test changes)
    """Return a protocol with sites, patients and groups, whose scores are kept exactly."""
    plain: dict[str, Any] = {
        "columns": COLUMNS, "subgroups": subgroups("sex"), "intervals": QUICK, "grid": Grid.EXACT,
    }  # fmt: skip
    return make_protocol(**(plain | changes))


def assessed(rows: Sequence[Row], protocol: Protocol) -> Assessment:
    """Return the assessment of rows."""
    return assess(make_tally(rows, protocol), protocol)


def values(found: Assessment) -> dict[tuple[str, ...], dict[str, float | None]]:
    """Return the value of every estimate of every stratum."""
    return {
        tuple(stratum.by.values()): {key: one.value for key, one in stratum.estimates.items()}
        for stratum in found.strata
    }


def alike(one: Mapping[str, float | None], other: Mapping[str, float | None], *keys: str) -> bool:
    """Tell whether some estimates agree; all of them unless some are named."""
    names = keys or tuple(one)
    return all(_same(one[name], other[name]) for name in names)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == pytest.approx(other, rel=1e-6, abs=1e-9)


def numbers(found: object) -> list[float]:
    """Return every number of a document."""
    if isinstance(found, dict):
        return [n for value in found.values() for n in numbers(value)]
    if isinstance(found, list):
        return [n for value in found for n in numbers(value)]
    return [float(found)] if isinstance(found, int | float) else []


class TestAnyRows:
    """Tables of whatever few exams."""

    @settings(FEW, max_examples=25)
    @given(rows=ANY_ROWS)
    def test_nothing_breaks(self, rows: list[Row]) -> None:
        """What cannot be said is undefined with a reason; no number is infinite or none."""
        found = document(assessed(rows, planned()))
        assert all(map(math.isfinite, numbers(found)))
        for stratum in found["strata"]:
            for estimate in stratum["estimates"].values():
                assert (estimate["value"] is None) == bool(estimate.get("undefined"))
        json.dumps(found, allow_nan=False)

    @pytest.mark.parametrize("labels", [(0, 1), (0,), (1,), (INDETERMINATE, 1)])
    @pytest.mark.parametrize("score", [None, 0.0, 0.5, 1.0])
    @pytest.mark.parametrize("patient", ["{}", "everybody"])
    def test_all_alike(self, labels: tuple[int, ...], score: float | None, patient: str) -> None:
        """Exams with one score, of one patient or with one label break nothing either."""
        rows = [
            {"label": label, "score": score, "site": "N", "sex": "F", "patient": patient.format(i)}
            for i, label in enumerate(labels * 8)
        ]
        found = document(assessed(rows, planned()))
        assert all(map(math.isfinite, numbers(found)))


PLAN = """\
[columns]
exam = "exam"
patient = "patient"
site = "site"
[operating_point]
threshold = 0.5
[subgroups]
sex = "sex"
[intervals]
replicates = 200
"""
NAMES = ("exam", "patient", "site", "sex", "label", "score")


def written(path: Path, rows: Sequence[Row]) -> Path:
    """Return the path of a table of rows; exams are numbered unless they say which they are."""
    lines = [",".join(NAMES)]
    for i, row in enumerate(rows):
        fields = {"exam": str(i), **row}
        lines.append(",".join("" if fields[name] is None else str(fields[name]) for name in NAMES))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class TestRowsOfTables:
    """Whole assessments of tables that hold the same rows."""

    def whole(self, path: Path) -> dict[str, Any]:
        """Return the assessment of a table without what says which file it was."""
        plan = read(HEAD + PLAN)
        found = document(assess(tally_table(path, plan), plan))
        return {**found, "table_digest": None}

    @FEW
    @given(rows=ROWS, data=st.data())
    def test_their_order(self, tmp_path: Path, rows: list[Row], data: st.DataObject) -> None:
        """In whichever order the rows stand, every figure, interval and verdict is the same."""
        rows = [row | {"label": None if row["label"] == INDETERMINATE else row["label"]}
                for row in rows]  # fmt: skip
        other = data.draw(st.permutations(rows))
        one = self.whole(written(tmp_path / "a.csv", rows))
        assert self.whole(written(tmp_path / "b.csv", other)) == one

    @FEW
    @given(rows=ROWS)
    def test_split_and_merged(self, tmp_path: Path, rows: list[Row]) -> None:
        """Tallied site by site and merged, every figure is that of all rows together."""
        plan = read(HEAD + PLAN)
        rows = [
            {**row, "exam": str(i), "patient": f"{row['site']}{row['patient']}",
             "label": None if row["label"] == INDETERMINATE else row["label"]}
            for i, row in enumerate(rows)
        ]  # fmt: skip
        whole = tally_table(written(tmp_path / "all.csv", rows), plan)
        parts = []
        for site in ("South", "North"):
            some = [row for row in rows if row["site"] == site]
            parts.append((site, tally_table(written(tmp_path / f"{site}.csv", some), plan)))
        one, other = (document(assess(tally, plan)) for tally in (whole, merge(parts)))
        assert {**other, "table_digest": one["table_digest"]} == one


class TestTransformations:
    """What becomes of every figure when the rows change in a way that is known."""

    @FEW
    @given(rows=ROWS, power=st.sampled_from([0.5, 3.0]))
    def test_monotone(self, rows: list[Row], power: float) -> None:
        """Where scores only rank, any scale that keeps their order gives the same estimates."""
        plain = planned(score_kind=ScoreKind.RANK)
        bent = planned(
            score_kind=ScoreKind.RANK, operating_point=OperatingPoint(threshold=0.5**power * 9 - 4)
        )
        others = [
            row | {"score": None if row["score"] is None else row["score"] ** power * 9 - 4}
            for row in rows
        ]
        one, other = assessed(rows, plain), assessed(others, bent)
        for here, there in zip(one.strata, other.strata, strict=True):
            for key, estimate in here.estimates.items():
                if key == "cost_optimal_threshold":  # it is told on the scale of the scores
                    continue
                for bound in ("value", "low", "high"):
                    assert _same(getattr(estimate, bound), getattr(there.estimates[key], bound))

    @FEW
    @given(rows=ROWS)
    def test_labels_turned_round(self, rows: list[Row]) -> None:
        """With classes and scores turned round, each figure becomes that of the other class."""
        turned = {0: 1, 1: 0}
        others = [
            row | {
                "label": turned.get(row["label"], row["label"]),
                "score": None if row["score"] is None else 1 - row["score"],
            }
            for row in rows
        ]  # fmt: skip
        dual = planned(
            operating_point=OperatingPoint(threshold=0.5, positive_when=">", unscored="positive")
        )
        one, other = values(assessed(rows, planned())), values(assessed(others, dual))
        for stratum, found in one.items():
            there = other[stratum]
            assert alike(
                found, there, "auroc", "accuracy", "balanced_accuracy", "mcc", "youden", "brier",
                "scaled_brier", "log_loss", "calibration_slope", "ece",
            )  # fmt: skip
            for key, dual_key in (
                ("sensitivity", "specificity"), ("specificity", "sensitivity"),
                ("ppv", "npv"), ("npv", "ppv"),
            ):  # fmt: skip
                assert _same(found[key], there[dual_key])
            for key in ("prevalence", "flag_rate"):
                mine, others_ = found[key], there[key]
                assert _same(mine, None if others_ is None else 1 - others_)

    @FEW
    @given(rows=ROWS, data=st.data())
    def test_weights_are_repetition(self, rows: list[Row], data: st.DataObject) -> None:
        """An exam that weighs 3 counts in every estimate like three exams."""
        times = data.draw(st.lists(st.integers(1, 3), min_size=len(rows), max_size=len(rows)))
        pairs = list(zip(rows, times, strict=True))
        columns = Columns(exam="exam", site="site", weight="weight")
        plain = planned(columns=Columns(exam="exam", site="site"))
        once = assessed([row | {"weight": n} for row, n in pairs], planned(columns=columns))
        often = assessed([row for row, n in pairs for _ in range(n)], plain)
        counted = values(often)
        for stratum, found in values(once).items():
            # Those taken apart by bins are debiased by how many exams there are.
            debiased = {"ece", "brier_reliability", "brier_resolution", "brier_uncertainty"}
            assert alike(found, counted[stratum], *(set(found) - debiased))


class TestExtremes:
    """A model that is always right, and one that says nothing."""

    labels = np.array([0, 1] * 10)

    def estimates(self, scores: Sequence[float]) -> dict[str, float | None]:
        """Return the overall estimates of twenty exams with these scores."""
        rows = [
            {"label": int(label), "score": score, "site": "N", "sex": "F", "patient": str(i)}
            for i, (label, score) in enumerate(zip(self.labels, scores, strict=True))
        ]
        return values(assessed(rows, planned()))[()]

    def test_perfect(self) -> None:
        """Nothing is missed, no alarm is false, nothing is lost, and risks are the outcomes."""
        found = self.estimates([float(label) for label in self.labels])
        ones = (
            "auroc", "average_precision", "sensitivity", "specificity", "ppv", "npv", "accuracy",
            "balanced_accuracy", "f1", "mcc", "youden", "scaled_brier", "observed_expected",
            "standardized_net_benefit",
        )  # fmt: skip
        assert {key: found[key] for key in ones} == pytest.approx(dict.fromkeys(ones, 1))
        zeros = ("brier", "expected_cost", "normalized_expected_cost")
        assert {key: found[key] for key in zeros} == pytest.approx(dict.fromkeys(zeros, 0))
        assert found["net_benefit"] == found["prevalence"] == found["flag_rate"] == 0.5

    def test_useless(self) -> None:
        """One risk for all is worth what calling everybody positive is worth."""
        found = self.estimates([0.5] * 20)
        assert (found["auroc"], found["youden"], found["scaled_brier"]) == (0.5, 0, 0)
        assert (found["brier"], found["observed_expected"]) == (0.25, 1)
        assert found["average_precision"] == found["prevalence"] == found["ppv"] == 0.5
        assert (found["sensitivity"], found["specificity"], found["flag_rate"]) == (1, 0, 1)
        assert found["net_benefit"] == 0  # 0.5 - 0.5 · 1
        assert (found["npv"], found["calibration_slope"]) == (None, None)


def test_a_table_of_nobody(tmp_path: Path) -> None:
    """Where no row has a label the table is refused in words, before anything is measured."""
    rows = [row | {"label": None} for row in SOME]
    with pytest.raises(TableError, match="no row has a label"):
        tally_table(written(tmp_path / "a.csv", rows), read(HEAD + PLAN))
