"""Tests of drafted protocols: what is guessed from a table, and that a draft can be followed."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.tables import COLUMNS, ROWS, write_table
from validation.engines.duckdb import tally_table
from validation.engines.glimpse import look
from validation.errors import TableError
from validation.protocols import Protocol, read
from validation.protocols.drafting import draft
from validation.protocols.facts import ColumnFacts, TableFacts
from validation.protocols.shape import Columns, Partition, Sampling, ScoreKind

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def drafted(path: Path) -> Protocol:
    """Return the protocol drafted from a table."""
    return read(draft(look(path)))


def columns(*facts: ColumnFacts) -> TableFacts:
    """Return the facts of a table of 100 rows."""
    return TableFacts(name="table", rows=100, columns=facts)


LABEL = ColumnFacts(name="label", levels=("0", "1"), distinct=2, empty=0, low=0, high=1)
SCORE = ColumnFacts(name="score", levels=(), distinct=90, empty=0, low=0.01, high=0.99)


class TestDraft:
    """A table of six exams with every role in it."""

    def test_roles(self, tmp_path: Path) -> None:
        """Columns are known by their names and by what they hold."""
        assert drafted(write_table(tmp_path)).columns == Columns(
            label="label",
            score="score",
            exam="exam",
            patient="patient",
            site="site",
            partition="split",
        )

    def test_purpose_is_the_partition(self, tmp_path: Path) -> None:
        """Rows of external testing make a protocol for it."""
        assert drafted(write_table(tmp_path)).purpose is Partition.EXTERNAL_TESTING

    def test_claims_the_weakest(self, tmp_path: Path) -> None:
        """What a table cannot tell is put at its weakest, and no bound is proposed."""
        protocol = drafted(write_table(tmp_path))
        assert protocol.sampling is Sampling.VERIFIED_ONLY
        assert protocol.reference_standard == "NOT YET DESCRIBED"
        assert protocol.criteria == ()
        assert protocol.costs is None

    def test_repeated_exam_is_not_the_exam(self, tmp_path: Path) -> None:
        """A column whose values repeat does not name the exam."""
        rows = [("E1", *row[1:]) for row in ROWS]
        assert drafted(write_table(tmp_path, rows)).columns.exam is None

    def test_unknown_partition_words(self, tmp_path: Path) -> None:
        """A split that names training rows is left to a person."""
        rows = [(*row[:3], "train", *row[4:]) for row in ROWS]
        assert drafted(write_table(tmp_path, rows)).columns.partition is None

    def test_ranks(self) -> None:
        """Scores beyond 1 are ranks, with a threshold in the middle of their range."""
        score = ColumnFacts(name="score", levels=(), distinct=90, empty=0, low=-10, high=30)
        protocol = read(draft(columns(LABEL, score)))
        assert protocol.score_kind is ScoreKind.RANK
        assert protocol.operating_point.threshold == 10

    def test_wide_findings(self) -> None:
        """Labels and scores whose names end alike are findings."""
        facts = [
            ColumnFacts(name=f"{role}_{name}", levels=one.levels, distinct=one.distinct, empty=0,
                        low=one.low, high=one.high)
            for name in ("af", "st")
            for role, one in (("label", LABEL), ("score", SCORE))
        ]  # fmt: skip
        findings = read(draft(columns(*facts))).findings
        assert [(f.name, f.label, f.score) for f in findings] == [
            ("af", "label_af", "score_af"),
            ("st", "label_st", "score_st"),
        ]

    def test_score_of_another_name(self) -> None:
        """Without a known name, numbers in [0, 1] with many values are the score."""
        score = ColumnFacts(name="p_hat", levels=(), distinct=90, empty=0, low=0.01, high=0.99)
        assert read(draft(columns(LABEL, score))).columns.score == "p_hat"

    def test_label_of_another_name(self) -> None:
        """Without a known name, the first column of zeros and ones is the label."""
        label = ColumnFacts(name="cad", levels=("0", "1"), distinct=2, empty=0, low=0, high=1)
        assert read(draft(columns(label, SCORE))).columns.label == "cad"

    def test_age_is_cut(self) -> None:
        """An age becomes bands that hold its whole range."""
        age = ColumnFacts(name="age", levels=(), distinct=70, empty=0, low=19, high=103)
        (band,) = read(draft(columns(LABEL, SCORE, age))).subgroups
        assert band.edges == (0, 18, 40, 60, 80, 120)

    @settings(max_examples=60, deadline=None)
    @given(names=st.lists(TEXTS, min_size=1, max_size=4, unique=True), levels=TEXTS)
    def test_any_name_can_be_followed(self, names: list[str], levels: str) -> None:
        """Whatever a table calls its columns and levels, the draft is sound TOML."""
        facts = [
            ColumnFacts(name=name, levels=(levels, "x"), distinct=2, empty=0)
            for name in names
            if name.strip() == name and name not in {"label", "score"}
        ]
        found = {group.column for group in read(draft(columns(LABEL, SCORE, *facts))).subgroups}
        assert found <= set(names)

    @pytest.mark.parametrize(
        "name", ["demo/heart-cad_2.0.0.csv", "eicu_demo_apache/predictions.csv"]
    )
    def test_real_tables_fit_their_draft(self, name: str) -> None:
        """A draft from a public table measures that table."""
        path = SHARED / name
        if not path.exists():
            pytest.skip("the public tables of ../shared/data are not here")
        assert tally_table(path, drafted(path)).rows


class TestLook:
    """The facts of columns."""

    def test_column(self, tmp_path: Path) -> None:
        """Few values are listed; a range is given where all are numbers; empty ones counted."""
        facts = {column.name: column for column in look(write_table(tmp_path)).columns}
        assert facts["sex"] == ColumnFacts(name="sex", levels=("F", "M"), distinct=2, empty=1)
        assert (facts["age"].low, facts["age"].high, facts["age"].empty) == (40, 120, 1)

    def test_no_rows(self, tmp_path: Path) -> None:
        """A header alone is no table."""
        with pytest.raises(TableError, match="no rows"):
            look(write_table(tmp_path, [], columns=COLUMNS))
