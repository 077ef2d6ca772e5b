"""Tests of the tally that may leave a site."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.tallies import comparators, make_protocol, make_tally, subgroups
from tests.validation.federation.auditor import published, too_near, unions
from validation.assessment import assess
from validation.errors import TallyError
from validation.federation.hiding import hide, plan_of
from validation.protocols.shape import Columns, Protocol
from validation.tallies import Cells, LeftOut, Period, Tally
from validation.tallies.files import read, write
from validation.tallies.grids import COARSE

PROTOCOL = make_protocol(subgroups=subgroups("sex", "ward"), intersections=(("sex", "ward"),))
HEART = Path(__file__).parents[3] / "../shared/data/heart_4site/predictions.csv"

Rows = list[dict[str, Any]]


def random_rows(seed: int, size: int = 400) -> Rows:
    """Return rows of a table, some without a score or a label, wards partly within a sex."""
    rng = np.random.default_rng(seed)
    rows = []
    for score in rng.random(size).round(3):
        sex = str(rng.choice(["F", "M", "X"], p=[0.4, 0.57, 0.03]))
        wards = ["a", "b", "c"] if sex == "F" else ["a", "b"]
        rows.append(
            {
                "site": str(rng.choice(["S", "T"], p=[0.7, 0.3])),
                "sex": sex,
                "ward": str(rng.choice(wards)),
                "label": None if rng.random() < 0.02 else int(rng.random() < score),
                "score": None if rng.random() < 0.04 else float(score),
            }
        )
    return rows


def hidden(
    rows: Rows, *, minimum: int = 10, earlier: Sequence[Tally] = (), protocol: Protocol = PROTOCOL
) -> Tally:
    """Return what may leave of some rows."""
    return hide(make_tally(rows, protocol), plan_of(protocol, minimum=minimum), earlier=earlier)


def heart() -> Rows:
    """Return the rows of four hospitals."""
    if not HEART.exists():
        pytest.skip("the heart table is not here")
    with HEART.open(encoding="utf-8") as file:
        return [
            {
                "site": row["site"],
                "sex": row["sex"],
                "ward": row["age_band"],
                "label": int(row["label_disease"]),
                "score": float(row["score_v2_0_0"]),
            }
            for row in csv.DictReader(file)
        ]


def assert_silent(tally: Tally, rows: Rows) -> None:
    """Fail where an auditor finds a count below ten, told or found by subtraction."""
    sets = published(tally, rows)
    assert too_near([*sets, *unions(tally, rows)], minimum=10) == []


class TestNothingSmallIsTold:
    """What an auditor with all the rows finds."""

    @settings(max_examples=8, deadline=None)
    @given(seed=st.integers(0, 10_000), size=st.integers(1, 300))
    def test_of_random_tables(self, seed: int, size: int) -> None:
        """Neither a count nor a difference of two is 1 to 9, in any view."""
        rows = random_rows(seed, size)
        assert_silent(hidden(rows), rows)

    def test_of_four_hospitals(self) -> None:
        """The hearts of four hospitals, by sex and age."""
        rows = heart()
        assert_silent(hidden(rows), rows)

    def test_the_auditor_finds_what_is_there(self) -> None:
        """Of the plain tally it finds small counts: it can fail."""
        rows = [row for row in random_rows(1) if row["label"] is not None]
        assert too_near(published(hidden(rows, minimum=1), rows), minimum=10)

    def test_eight_negatives_of_a_hospital(self) -> None:
        """Switzerland's eight negatives are in no cell, and what rests on them is undefined."""
        rows = [row for row in heart() if row["site"] == "Switzerland"]
        tally = hidden(rows)
        assert all(bool((view.cells.label == 1).all()) for view in tally.views)
        assert tally.hidden["", "", (("site", "Switzerland"),)] == ("negatives",)
        assert tally.rows is None
        overall = assess(tally, PROTOCOL).strata[0]
        assert overall.estimates["specificity"].value is None
        assert overall.estimates["sensitivity"].value is not None


class TestTwoTallies:
    """A tally beside one that was sent earlier."""

    def test_a_few_exams_more_are_refused(self) -> None:
        """Three positives more could be told apart by whoever has both."""
        rows = random_rows(2)
        more = [{**rows[0], "label": 1, "score": 0.9} for _ in range(3)]
        with pytest.raises(TallyError, match="differ by fewer than 10 exams"):
            hidden([*rows, *more], earlier=[hidden(rows)])

    def test_the_same_again_may_leave(self) -> None:
        """No count differs from itself."""
        rows = random_rows(3)
        sent = hidden(rows)
        again = hidden(rows, earlier=[sent])
        assert len(again.views[0].cells)

    @settings(max_examples=8, deadline=None)
    @given(seed=st.integers(0, 10_000), fewer=st.integers(1, 150))
    def test_common_cells_differ_by_enough(self, seed: int, fewer: int) -> None:
        """Between edges that both tallies have, no count differs by 1 to 9."""
        rows = random_rows(seed, 500)
        sent = hidden(rows[fewer:])
        try:
            tally = hidden(rows, earlier=[sent])
        except TallyError:
            return
        assert_silent(tally, rows)
        for view in tally.views:
            for old in sent.views:
                if old.attributes == view.attributes:
                    _assert_apart(tally, view.cells, sent, old.cells, view.attributes)

    def test_a_class_that_was_told_exactly_before(self) -> None:
        """Nine negatives once told as they were, eight now hidden: nothing is told by sex."""
        rows: Rows = [
            {"site": "S", "sex": "FM"[n % 2], "ward": "a", "label": 1, "score": n / 60}
            for n in range(60)
        ]
        few = [{**row, "label": 0} for row in rows[:9]]
        sent = hidden([*rows, *few], minimum=1)
        told = hidden([*rows, *few[1:]], earlier=[sent])
        assert told.hidden["", "", (("site", "S"),)] == ("negatives",)
        assert [view.attributes for view in told.views] == [()]

    def test_levels_that_were_not_told_before(self) -> None:
        """Where the earlier tally told nothing by sex, levels are told beside it as they may be."""
        rows = random_rows(2, 500)
        sent = hidden([{**row, "sex": "F"} for row in rows])
        assert ("sex",) not in [view.attributes for view in sent.views]
        told = hidden(rows, earlier=[sent])
        assert_silent(told, rows)
        assert "X" not in told.levels["sex"]

    def test_beside_a_tally_that_hid_a_class(self) -> None:
        """Of the class hidden then nothing is known to subtract from."""
        rows = [row for row in random_rows(3, 300) if row["label"] == 1 and row["score"]]
        few: Rows = [{**rows[n], "label": 0} for n in range(8)]
        sent = hidden([*rows, *few])
        many: Rows = [{**row, "label": 0} for row in rows]
        told = hidden([*rows, *many], earlier=[sent])
        assert_silent(told, [*rows, *many])
        assert bool((told.views[0].cells.label == 0).any())

    def test_levels_that_are_gone(self) -> None:
        """Exams of a level that was told before and is not there now are among none."""
        protocol = make_protocol(subgroups=subgroups("sex"))
        rows: Rows = [
            {"site": "S", "sex": sex, "label": n % 2, "score": (n % 50) / 50}
            for sex in "FMX"
            for n in range(100)
        ]
        sent = hidden(rows, protocol=protocol)
        fewer = [row for row in rows if row["sex"] != "X"]
        told = hidden(fewer, protocol=protocol, earlier=[sent])
        assert {"F", "M"} <= set(told.levels["sex"])

    def test_another_plan_is_refused(self) -> None:
        """What both tell cannot be compared."""
        other = make_protocol()
        with pytest.raises(TallyError, match="another measured plan"):
            hidden(random_rows(4), earlier=[hidden(random_rows(4), protocol=other)])


def _assert_apart(
    tally: Tally, new: Cells, sent: Tally, old: Cells, attributes: tuple[str, ...]
) -> None:
    """Fail where a count between common edges differs by 1 to 9."""

    def counts(
        of: Tally, cells: Cells, cuts: list[float], site: str, label: int, key: tuple[str, ...]
    ) -> list[int]:
        at = (cells.label == label) & ~np.isnan(cells.score)
        at &= cells.codes["site"] == of.levels["site"].index(site)
        for name, level in zip(attributes, key, strict=True):
            at &= cells.codes[name] == (
                of.levels[name].index(level) if level in of.levels[name] else -1
            )
        place = np.maximum(np.searchsorted(cuts, cells.score[at], side="right") - 1, 0)
        found = np.bincount(place, weights=cells.exams[at], minlength=len(cuts))
        return [int(count) for count in found]

    for site in tally.levels["site"]:
        if site not in sent.levels["site"]:
            continue
        hide_words = {
            w
            for (_, _, by), ws in [*tally.hidden.items(), *sent.hidden.items()]
            for w in ws
            if ("site", site) in by
        }
        edges = [
            {
                float(s)
                for s in cells.score[cells.codes["site"] == of.levels["site"].index(site)]
                if not np.isnan(s)
            }
            for of, cells in ((tally, new), (sent, old))
        ]
        common = sorted(edges[0] & edges[1]) or [0.0]
        keys = (
            {()}
            if not attributes
            else {
                tuple(tally.levels[n][new.codes[n][i]] for n in attributes) for i in range(len(new))
            }
        )
        for key in keys:
            if "other" in key:
                continue
            for label, word in ((1, "positives"), (0, "negatives")):
                if word in hide_words:
                    continue
                a = counts(tally, new, common, site, label, key)
                b = counts(sent, old, common, site, label, key)
                assert all(x == y or abs(x - y) >= 10 for x, y in zip(a, b, strict=True)), (
                    attributes,
                    key,
                    a,
                    b,
                )


class TestWhatLeaves:
    """What else stands in the tally."""

    def test_a_minimum_of_one_keeps_everything(self) -> None:
        """The cells are those of the table."""
        rows = random_rows(5)
        plain, told = make_tally(rows, PROTOCOL), hidden(rows, minimum=1)
        assert replace(told, thresholds={}).digest == plain.digest

    def test_comparators_stay(self) -> None:
        """Scores that occurred together would tell exams apart."""
        protocol = make_protocol(comparators=comparators(old=0.5))
        rows = [{**row, "old": row["score"]} for row in random_rows(6)]
        tally = hidden(rows, protocol=protocol)
        assert not any(view.cells.comparators for view in tally.views)

    def test_a_rare_level_is_not_even_named(self) -> None:
        """The few of sex X are told with the fewest of the others."""
        assert "X" not in hidden(random_rows(7)).levels["sex"]

    def test_edges_are_nobodys_score(self) -> None:
        """No cell begins at a score of the table that is no registered threshold."""
        rows = [{**row, "score": row["score"] and row["score"] * 0.9991} for row in random_rows(8)]
        known = {row["score"] for row in rows}
        score = hidden(rows).views[0].cells.score
        assert not known & set(score[~np.isnan(score)])

    def test_comes_back_from_its_file(self) -> None:
        """With the same digest."""
        tally = hidden(random_rows(9))
        assert read(write(tally)).digest == tally.digest

    def test_days_become_years(self) -> None:
        """The first and the last day would be somebody's."""
        plain = make_tally(random_rows(10), PROTOCOL)
        periods = (Period(partition="", site="S", first="2024-03-05", last="2025-06-07"),)
        left = (
            LeftOut(finding="", partition="", site="S", because="twice", exams=3),
            LeftOut(finding="", partition="", site="S", because="excluded", exams=30),
        )
        told = hide(replace(plain, periods=periods, left_out=left), plan_of(PROTOCOL, minimum=10))
        assert (told.periods[0].first, told.periods[0].last) == ("2024-01-01", "2025-12-31")
        assert [one.because for one in told.left_out] == ["excluded"]
        assert told.rows is None

    def test_patients_are_told_where_many_repeat(self) -> None:
        """Two hundred patients with two exams each."""
        protocol = make_protocol(columns=Columns(patient="patient"))
        rows: Rows = [
            {"label": n % 2, "score": (n % 97) / 97, "patient": str(n % 200)} for n in range(400)
        ]
        told = hidden(rows, protocol=protocol)
        assert told.persons["", "", ()].patients == 200
        few = [{**row, "patient": str(n if n > 3 else 0)} for n, row in enumerate(rows)]
        assert hidden(few, protocol=protocol).persons == {}

    def test_patients_by_finding(self) -> None:
        """Those of one finding are measured against its own exams."""
        findings = tuple(
            replace(PROTOCOL.findings[0], name=name, label="label") for name in ("mass", "nodule")
        )
        protocol = make_protocol(columns=Columns(patient="patient"), findings=findings)
        rows: Rows = [
            {"label": n % 2, "score": (n % 97) / 97, "patient": str(n % 200), "finding": name}
            for name in ("mass", "nodule")
            for n in range(400)
        ]
        told = hidden(rows, protocol=protocol)
        assert told.persons["mass", "", ()].patients == 200

    def test_patients_of_whom_classes_were_not_counted(self) -> None:
        """They are told by their number alone."""
        protocol = make_protocol(columns=Columns(patient="patient"))
        rows: Rows = [
            {"label": n % 2, "score": (n % 97) / 97, "patient": str(n % 200)} for n in range(400)
        ]
        whole = make_tally(rows, protocol)
        persons = {
            place: replace(one, with_positives=None, with_negatives=None)
            for place, one in whole.persons.items()
        }
        told = hide(replace(whole, persons=persons), plan_of(protocol, minimum=10))
        assert told.persons["", "", ()].patients == 200

    def test_severities(self) -> None:
        """Positives by how grave they are; negatives, which have none, are never joined."""
        protocol = make_protocol(columns=Columns(severity="severity"))
        rows: Rows = [
            {"label": n % 2, "score": (n % 97) / 97, "severity": "mild" if n % 3 else "grave"}
            for n in range(400)
        ]
        told = hidden(rows, protocol=protocol)
        assert {"", "mild", "grave"} <= set(told.levels["severity"])
        assert [view.attributes for view in told.views] == [(), ("severity",)]

    def test_weights_leave_as_sums(self) -> None:
        """Sums of weights, and of scores times weights, over the cells that are told."""
        protocol = make_protocol(columns=Columns(weight="weight"))
        rows: Rows = [
            {"label": int(n % 7 > 2), "score": (n % 7 * 9 + n % 97) / 160, "weight": n % 3 + 0.5}
            for n in range(400)
        ]
        whole, told = make_tally(rows, protocol), hidden(rows, protocol=protocol)
        ours, theirs = told.views[0].cells, whole.base.cells
        assert ours.amount("weight").sum() == theirs.amount("weight").sum() == 599
        assert ours.amount("score").sum() == pytest.approx(theirs.amount("score").sum(), abs=1e-6)
        found, exact = (assess(one, protocol).strata[0].estimates["auroc"] for one in (told, whole))
        assert found.value is not None
        assert exact.value is not None
        assert found.error_bound is not None
        assert abs(found.value - exact.value) <= found.error_bound
        assert found.method == "delong-logit-weighted"

    def test_a_grid_is_kept(self) -> None:
        """Scores on a grid already stay on it."""
        protocol = make_protocol()
        rows: Rows = [{"label": n % 2, "score": (n % 97) / 97} for n in range(400)]
        whole = make_tally(rows, protocol, grid=COARSE)
        told = hide(whole, plan_of(protocol, minimum=10))
        assert told.grid == COARSE
        assert bool((told.views[0].cells.exams >= 10).all())

    def test_of_no_exam(self) -> None:
        """An empty tally tells nothing."""
        whole = make_tally(random_rows(5, 20), PROTOCOL)
        none = replace(whole.base, cells=whole.base.cells.where(np.zeros(0, dtype=np.intp)))
        told = hide(replace(whole, views=(none,)), plan_of(PROTOCOL, minimum=10))
        assert [len(view.cells) for view in told.views] == [0]

    def test_ranks_are_merged_too(self) -> None:
        """Scores beyond 1 have edges of their own, 32 to a doubling."""
        rows: Rows = [{"label": n % 2, "score": float(n % 130) * 1.37} for n in range(400)]
        tally = hidden(rows, protocol=make_protocol())
        assert len(tally.views[0].cells) > 20
        assert bool((tally.views[0].cells.exams >= 10).all())

    def test_a_table_of_too_few(self) -> None:
        """Five exams: nothing of them is told, and the site is named."""
        tally = hidden(random_rows(11, 5))
        assert not len(tally.views[0].cells)
        assert set(tally.levels["site"]) <= {"S", "T"}
        assert assess(read(write(tally)), PROTOCOL).warnings
