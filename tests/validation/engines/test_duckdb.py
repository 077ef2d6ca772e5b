"""Tests of the DuckDB engine: what it counts, and what it refuses."""

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.tables import COLUMNS, HEAD, PROTOCOL, ROWS, changed, write_table
from validation.engines.duckdb import tally_table
from validation.errors import TableError
from validation.protocols import read
from validation.tallies import MISSING, UNLABELLED, Persons

SHARED = Path(__file__).resolve().parents[4] / "shared"
PLAN = read(PROTOCOL)
FREE = read(PROTOCOL.replace("reference_standard", 'score_kind = "rank"\nreference_standard'))


def counted(persons: Persons) -> tuple[int, int]:
    """Return how many patients there are, and how many of them have several exams."""
    return persons.patients, persons.repeated


def refusal(folder: Path, rows: Sequence[Sequence[str]], **more: Sequence[str]) -> TableError:
    """Return the error with which a table is refused."""
    with pytest.raises(TableError) as caught:
        tally_table(write_table(folder, rows, **more), PLAN)  # type: ignore[arg-type]  # columns
    return caught.value


class TestTallyTable:
    """Six exams of five patients at two hospitals."""

    def test_counts_rows(self, tmp_path: Path) -> None:
        """Every row is counted, whatever became of it."""
        assert tally_table(write_table(tmp_path), PLAN).rows == 6

    def test_unscored_and_unlabelled_are_kept(self, tmp_path: Path) -> None:
        """One exam has no score and another no label; both are cells."""
        cells = tally_table(write_table(tmp_path), PLAN).base.cells
        assert int(cells.exams[cells.label == UNLABELLED].sum()) == 1
        assert int(cells.exams[cells.score != cells.score].sum()) == 1

    def test_bands_hold_their_lower_edge(self, tmp_path: Path) -> None:
        """45 is in the middle band, 65 and 120 in the last, and nobody's age is missing twice."""
        tally = tally_table(write_table(tmp_path), PLAN)
        assert tally.levels["age_band"] == ("0 to <45", "45 to <65", "65 to 120", MISSING)
        codes = tally.base.cells.codes["age_band"]
        exams = tally.base.cells.exams
        assert [int(exams[codes == code].sum()) for code in range(4)] == [1, 2, 2, 1]

    def test_persons(self, tmp_path: Path) -> None:
        """P1 has two exams, both at North, both of a woman, in two age bands."""
        persons = tally_table(write_table(tmp_path), PLAN).persons
        word = "external testing"
        assert counted(persons["", word, ()]) == (5, 1)
        assert counted(persons["", word, (("site", "North"),)]) == (1, 1)
        assert counted(persons["", word, (("age_band", "0 to <45"), ("sex", "F"))]) == (1, 0)

    def test_table_digest_is_that_of_the_bytes(self, tmp_path: Path) -> None:
        """The digest is the SHA-256 of the file."""
        path = write_table(tmp_path)
        expected = hashlib.sha256(path.read_bytes()).hexdigest()
        assert tally_table(path, PLAN).table_digest == f"sha256:{expected}"

    @settings(
        max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(seed=st.integers(0, 2**32))
    def test_row_order_does_not_count(self, tmp_path: Path, seed: int) -> None:
        """Shuffled rows have another table digest and the same content."""
        shuffled = list(ROWS)
        random.Random(seed).shuffle(shuffled)  # noqa: S311  (no secret)
        other = tally_table(write_table(tmp_path, shuffled, name="other.csv"), PLAN)
        assert other.digest == tally_table(write_table(tmp_path), PLAN).digest

    def test_threads_do_not_count(self, tmp_path: Path) -> None:
        """A table large enough to be read in pieces keeps its row numbers and its counts."""
        rows = [
            (f"E{i}", f"P{i // 2}", "North", "external", "F", "50", str(i % 2), f"{i / 3e5:.6f}")
            for i in range(300_000)
        ]
        tally = tally_table(write_table(tmp_path, rows), PLAN)
        assert int(tally.base.cells.exams.sum()) == 300_000
        assert counted(tally.persons["", "external testing", ()]) == (150_000, 150_000)
        rows[271_827] = (*rows[271_827][:7], "high")
        assert refusal(tmp_path, rows).rows == (271_828,)

    def test_parquet_counts_alike(self, tmp_path: Path) -> None:
        """The same table as Parquet, with numbers as numbers, has the same content."""
        path = write_table(tmp_path)
        pd.read_csv(path).to_parquet(tmp_path / "table.csv.txt")
        assert (
            tally_table(tmp_path / "table.csv.txt", PLAN).digest == tally_table(path, PLAN).digest
        )

    def test_other_delimiters(self, tmp_path: Path) -> None:
        """Semicolons and a byte order mark, as spreadsheets write them, change nothing."""
        path = write_table(tmp_path)
        other = tmp_path / "semicolon.csv"
        other.write_text("\ufeff" + path.read_text().replace(",", ";"), encoding="utf-8")
        assert tally_table(other, PLAN).digest == tally_table(path, PLAN).digest

    def test_site_aliases(self, tmp_path: Path) -> None:
        """Two aliases of one site are one site."""
        tally = tally_table(
            write_table(tmp_path), PLAN, sites={"North": "Lübeck", "South": "Lübeck"}
        )
        assert tally.levels["site"] == ("Lübeck",)

    def test_labels_in_words(self, tmp_path: Path) -> None:
        """TRUE and false are labels like 1 and 0."""
        rows = [[*row[:6], {"1": "TRUE", "0": "false"}.get(row[6], ""), row[7]] for row in ROWS]
        expected = tally_table(write_table(tmp_path), PLAN).digest
        assert tally_table(write_table(tmp_path, rows), PLAN).digest == expected

    def test_partition_words(self, tmp_path: Path) -> None:
        """Underscores and case do not count in the name of a partition."""
        tally = tally_table(write_table(tmp_path, changed(1, split="Development_OOF")), PLAN)
        assert tally.levels["partition"] == ("development", "external testing")

    def test_progress_ends_at_one(self, tmp_path: Path) -> None:
        """Progress never runs back and ends when all is done."""
        told: list[float] = []
        tally_table(write_table(tmp_path), PLAN, progress=lambda _, share: told.append(share))
        assert told == sorted(told)
        assert told[-1] == 1.0

    def test_nothing_to_remark(self, tmp_path: Path) -> None:
        """A plain table whose attributes are all filled in needs no words."""
        said: list[str] = []
        tally_table(write_table(tmp_path, changed(5, sex="F")), PLAN, remark=said.append)
        assert said == []

    def test_chest_films(self) -> None:
        """The counts of a public table of 22,433 films agree with pandas."""
        path = SHARED / "data" / "demo" / "chexnet-effusion_2022.csv"
        if not path.exists():
            pytest.skip("the public tables of ../shared/data are not here")
        plan = read(
            HEAD + '[columns]\nexam = "exam_id"\npatient = "patient_id"\n'
            '[operating_point]\nthreshold = 0.5\n[subgroups]\nview = "view_position"\n'
        )
        tally, table = tally_table(path, plan), pd.read_csv(path)
        ap = tally.base.cells.codes["view"] == tally.levels["view"].index("AP")
        positive = tally.base.cells.label == 1
        assert int(tally.base.cells.exams[ap & positive].sum()) == int(
            table.loc[table["view_position"] == "AP", "label"].sum()
        )
        per_patient = table.groupby("patient_id").size()
        assert counted(tally.persons["", "", ()]) == (
            len(per_patient),
            int((per_patient > 1).sum()),
        )


class TestFindings:
    """Several findings, side by side or below one another."""

    points = "[operating_point]\nthreshold = 0.5\n"
    wide = (
        HEAD
        + '[columns]\nexam = "exam"\n'
        + points
        + "".join(
            f'[findings.{name}]\nlabel = "label_{name}"\nscore = "score_{name}"\n'
            for name in ("oedema", "effusion")
        )
    )
    long = (
        HEAD
        + '[columns]\nexam = "exam"\npatient = "patient"\nfinding = "finding"\n'
        + points
        + "[findings.oedema]\n[findings.effusion]\n"
    )
    names = ("exam", "patient", "finding", "label", "score")
    rows = (
        ("E1", "P1", "oedema", "1", "0.9"),
        ("E1", "P1", "effusion", "0", "0.3"),
        ("E2", "P2", "oedema", "0", "0.1"),
    )

    def test_wide(self, tmp_path: Path) -> None:
        """Each finding has its own label and score from the same row."""
        path = write_table(
            tmp_path,
            [("E1", "1", "0.9", "0", "0.3")],
            columns=("exam", "label_oedema", "score_oedema", "label_effusion", "score_effusion"),
        )
        tally = tally_table(path, read(self.wide))
        assert tally.levels["finding"] == ("effusion", "oedema")
        assert tally.base.cells.codes["finding"].tolist() == [0, 1]
        assert tally.base.cells.score.tolist() == [0.3, 0.9]

    def test_long(self, tmp_path: Path) -> None:
        """Each row is one finding of an exam; the exam's patient counts once."""
        tally = tally_table(write_table(tmp_path, self.rows, columns=self.names), read(self.long))
        assert tally.base.cells.codes["finding"].tolist() == [0, 1, 1]
        assert counted(tally.persons["", "", ()]) == (2, 0)

    def test_undeclared_finding(self, tmp_path: Path) -> None:
        """A finding of the table that the protocol does not declare is refused by name."""
        rows = [*self.rows, ("E2", "P2", "oedemas", "0", "0.1")]
        with pytest.raises(TableError, match=r"row 4.*Did you mean “oedema”"):
            tally_table(write_table(tmp_path, rows, columns=self.names), read(self.long))

    def test_exam_that_contradicts_itself(self, tmp_path: Path) -> None:
        """Two rows of one exam cannot have two patients."""
        rows = [*self.rows[:1], ("E1", "P9", "effusion", "0", "0.3")]
        with pytest.raises(TableError, match="disagree about “patient”"):
            tally_table(write_table(tmp_path, rows, columns=self.names), read(self.long))

    def test_exam_twice_for_one_finding(self, tmp_path: Path) -> None:
        """An exam that says two things of one finding is refused."""
        rows = [*self.rows, ("E2", "P2", "oedema", "0", "0.2")]
        with pytest.raises(TableError, match="more than once for the same finding"):
            tally_table(write_table(tmp_path, rows, columns=self.names), read(self.long))


class TestRefusals:
    """What cannot be counted is refused with column, row and remedy."""

    @pytest.mark.parametrize(
        ("row", "values", "column", "words"),
        [
            (3, {"score": "high"}, "score", "“high” is not a number"),
            (3, {"score": "n/k"}, "score", "is not a number"),
            (3, {"score": "0;5"}, "score", "is not a number"),
            (3, {"score": "-inf"}, "score", "not finite"),
            (3, {"score": "1e999"}, "score", "not finite"),
            (2, {"score": "1.2"}, "score", "no probability"),
            (2, {"label": "2"}, "label", "“2” is neither 0 nor 1"),
            (2, {"label": "yes"}, "label", "neither 0 nor 1"),
            (4, {"site": ""}, "site", "the site is empty"),
            (4, {"exam": " "}, "exam", "the exam is empty"),
            (4, {"split": "train"}, "split", "is no evidence|are no evidence|no evidence"),
            (4, {"split": "somewhere"}, "split", "not a partition"),
            (4, {"age": "old"}, "age", "cut into bands"),
            (4, {"age": "121"}, "age", "outside the bands"),
        ],
    )
    def test_value(
        self, tmp_path: Path, row: int, values: dict[str, str], column: str, words: str
    ) -> None:
        """A value that cannot be read is named with its column and row."""
        error = refusal(tmp_path, changed(row, **values))
        assert error.column == column
        assert error.rows == (row,)
        with pytest.raises(TableError, match=words):
            raise error

    def test_duplicated_exam(self, tmp_path: Path) -> None:
        """An exam that stands there twice is named with both rows."""
        error = refusal(tmp_path, changed(4, exam="E1"))
        assert (error.column, error.rows) == ("exam", (1, 4))

    def test_ranks_may_lie_anywhere(self, tmp_path: Path) -> None:
        """Scores beyond 1 are fine where nobody calls them probabilities."""
        tally = tally_table(write_table(tmp_path, changed(2, score="1.2e2")), FREE)
        assert 120.0 in tally.base.cells.score.tolist()

    def test_missing_column(self, tmp_path: Path) -> None:
        """A missing column is named with the nearest one that is there."""
        columns = ("exam", "patient", "site", "split", "sex", "age", "label", "scores")
        error = refusal(tmp_path, ROWS, columns=columns)
        assert error.column == "score"
        assert "Did you mean “scores”?" in error.remedy

    def test_header_twice(self, tmp_path: Path) -> None:
        """A header may name a column once only."""
        assert refusal(tmp_path, ROWS, columns=(*COLUMNS[:-1], "label")).column == "label"

    def test_ragged_row(self, tmp_path: Path) -> None:
        """A row with too few fields is named."""
        error = refusal(tmp_path, [*ROWS[:2], ROWS[2][:5], *ROWS[3:]])
        assert error.rows == (3,)
        assert "fewer fields" in error.problem

    def test_long_row(self, tmp_path: Path) -> None:
        """A row with too many fields is named."""
        error = refusal(tmp_path, [*ROWS[:4], (*ROWS[4], "x")])
        assert error.rows == (5,)
        assert "more fields" in error.problem

    def test_no_rows(self, tmp_path: Path) -> None:
        """A header alone is no table."""
        assert "no rows" in refusal(tmp_path, []).problem

    def test_no_label(self, tmp_path: Path) -> None:
        """Without a label nothing can be measured."""
        assert "no row has a label" in refusal(tmp_path, [[*r[:6], "", r[7]] for r in ROWS]).problem

    def test_unknown_site(self, tmp_path: Path) -> None:
        """A site that nobody registered is never guessed."""
        with pytest.raises(
            TableError, match=r"rows 3, 4, 5, 6.*Did you mean “Süd South”"
        ) as caught:
            tally_table(write_table(tmp_path), PLAN, sites={"North": "Kiel", "Süd South": "Ulm"})
        assert caught.value.column == "site"

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "empty"),
            (b"\n\n", "no names of columns"),
            (b"exam,label\nE1,\xff\n", "row 1: the text is not UTF-8|not UTF-8"),
            (b"\x1f\x8b\x08\x00abc", "gzip"),
            (b"PK\x03\x04abc", "workbook"),
            (b"PAR1 cut off", "Parquet file cannot be read"),
            (b"a\x00b", "neither CSV nor Parquet"),
        ],
    )
    def test_unreadable(self, tmp_path: Path, content: bytes, words: str) -> None:
        """What is no table is refused by what its bytes are."""
        path = tmp_path / "table.csv"
        path.write_bytes(content)
        with pytest.raises(TableError, match=words):
            tally_table(path, PLAN)

    def test_absent_file(self, tmp_path: Path) -> None:
        """A path that leads nowhere is said so."""
        with pytest.raises(TableError, match="cannot be read"):
            tally_table(tmp_path / "nothing.csv", PLAN)
