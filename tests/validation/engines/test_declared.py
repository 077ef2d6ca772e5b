"""Tests of what a protocol may declare besides labels, scores and groups."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.factories.tables import HEAD, write_table
from validation.engines.duckdb import tally_table
from validation.errors import TableError
from validation.protocols import read
from validation.tallies import INDETERMINATE, UNLABELLED, LeftOut, Period, Tally
from validation.tallies.cells import ALARM, MISS, MISS_SQUARED, WEIGHT, WEIGHT_SQUARED

COSTS = """\
[costs]
false_negative = 10
false_positive = 1
set_by = "A"
set_on = 2026-01-05
why = "b"
"""
ROW = {"exam": "E", "site": "North", "label": "1", "score": "0.9"}
POSITIVE, NEGATIVE = ROW, ROW | {"label": "0", "score": "0.2"}


def tally(
    folder: Path, *rows: Mapping[str, str], columns: str = "", top: str = "", more: str = ""
) -> Tally:
    """Return the tally of rows; each gets an exam of its own unless it names one."""
    named = [
        {**row, "exam": row["exam"] if row["exam"] != "E" else f"E{i}"}
        for i, row in enumerate(rows)
    ]
    header = tuple(dict.fromkeys(name for row in named for name in row))
    path = write_table(folder, [[row.get(n, "") for n in header] for row in named], columns=header)
    plan = read(
        f'{HEAD}{top}[columns]\nexam = "exam"\nsite = "site"\n{columns}\n'
        f"[operating_point]\nthreshold = 0.5\n{more}"
    )
    return tally_table(path, plan)


def refusal(folder: Path, *rows: Mapping[str, str], **declared: str) -> TableError:
    """Return the error with which rows are refused."""
    with pytest.raises(TableError) as caught:
        tally(folder, *rows, **declared)
    return caught.value


class TestWeight:
    """Sampling weights."""

    WEIGHT = 'weight = "w"'

    def test_is_added_up(self, tmp_path: Path) -> None:
        """Two exams that weigh 2 and 0.5 weigh 2.5, and their squares 4.25."""
        found = tally(tmp_path, POSITIVE | {"w": "2"}, POSITIVE | {"w": "0.5"}, columns=self.WEIGHT)
        assert found.base.cells.amount(WEIGHT).tolist() == [2.5]
        assert found.base.cells.amount(WEIGHT_SQUARED).tolist() == [4.25]

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("", "no sampling weight"),
            ("0", "not between 0.01"),
            ("-1", "not between 0.01"),
            ("0.001", "not between 0.01"),
            ("2e6", "not between 0.01"),
            ("heavy", "not a number"),
            ("inf", "not finite"),
        ],
    )
    def test_bad(self, tmp_path: Path, value: str, words: str) -> None:
        """What is no weight is refused with its row and a remedy."""
        rows = (POSITIVE | {"w": "1"}, NEGATIVE | {"w": value})
        error = refusal(tmp_path, *rows, columns=self.WEIGHT)
        assert (error.column, error.rows) == ("w", (2,))
        assert words in error.problem
        assert error.remedy

    def test_excluded_exams_need_none(self, tmp_path: Path) -> None:
        """Who was excluded was perhaps never sampled."""
        rows = (POSITIVE | {"w": "1", "why": ""}, NEGATIVE | {"w": "", "why": "no consent"})
        found = tally(tmp_path, *rows, columns=f'{self.WEIGHT}\nexcluded = "why"')
        assert int(found.base.cells.exams.sum()) == 1


class TestCosts:
    """What errors about this very exam would cost."""

    BOTH = 'cost_of_miss = "m"\ncost_of_alarm = "f"'

    def test_are_added_up_by_class(self, tmp_path: Path) -> None:
        """A positive's error is a miss and a negative's an alarm; the other cost is not read."""
        rows = (
            POSITIVE | {"m": "3", "f": ""}, POSITIVE | {"m": "4", "f": "99"},
            NEGATIVE | {"m": "", "f": "0.5"},
        )  # fmt: skip
        cells = tally(tmp_path, *rows, columns=self.BOTH, more=COSTS).base.cells
        assert cells.amount(MISS).tolist() == [0, 7]
        assert cells.amount(MISS_SQUARED).tolist() == [0, 25]
        assert cells.amount(ALARM).tolist() == [0.5, 0]

    @pytest.mark.parametrize(
        ("row", "columns", "column", "words"),
        [
            (POSITIVE | {"m": ""}, 'cost_of_miss = "m"', "m", "with the finding and has no cost"),
            (NEGATIVE | {"f": ""}, 'cost_of_alarm = "f"', "f", "without the finding and has no"),
            (POSITIVE | {"m": "-1"}, 'cost_of_miss = "m"', "m", "not between 0 and 1,000,000"),
            (POSITIVE | {"m": "2e6"}, 'cost_of_miss = "m"', "m", "not between 0 and 1,000,000"),
            (POSITIVE | {"m": "dear"}, 'cost_of_miss = "m"', "m", "not a number"),
        ],
    )
    def test_bad(
        self, tmp_path: Path, row: dict[str, str], columns: str, column: str, words: str
    ) -> None:
        """A cost that is none, or is missing where it is needed, is refused with its row."""
        good = POSITIVE | {column: "1"}
        error = refusal(tmp_path, good, row, columns=columns, more=COSTS)
        assert (error.column, error.rows) == (column, (2,))
        assert words in error.problem
        assert error.remedy


class TestSeverity:
    """How grave a finding is."""

    def test_is_read_of_positives_only(self, tmp_path: Path) -> None:
        """What stands there of a negative does not count; what does not is not recorded."""
        rows = (
            POSITIVE | {"g": "mild"}, POSITIVE | {"g": ""}, NEGATIVE | {"g": "mild"},
            ROW | {"label": "", "g": "grave"},
        )  # fmt: skip
        found = tally(tmp_path, *rows, columns='severity = "g"')
        assert found.levels["severity"] == ("", "mild", "not recorded")
        cells = found.base.cells
        assert cells.codes["severity"][cells.label < 1].tolist() == [0, 0]
        assert sorted(cells.codes["severity"][cells.label == 1].tolist()) == [1, 2]

    def test_words_of_exams_without_the_finding_mean_nothing(self, tmp_path: Path) -> None:
        """Patients are counted by the levels that positives have, whatever others have written."""
        rows = [POSITIVE | {"p": "A", "g": "mild"}, NEGATIVE | {"p": "B", "g": "grave"}]
        plain = [rows[0], NEGATIVE | {"p": "B", "g": ""}]
        columns = 'severity = "g"\npatient = "p"'
        found, other = (tally(tmp_path, *some, columns=columns) for some in (rows, plain))
        assert {by for _, _, by in found.persons if by[:1] and by[0][0] == "severity"} == {
            (("severity", "mild"),)
        }
        assert found.digest == other.digest


class TestLeftOut:
    """Rows that enter no cell."""

    def test_excluded(self, tmp_path: Path) -> None:
        """Excluded rows are counted by place and reason, and are in no cell."""
        rows = (
            POSITIVE | {"why": ""}, NEGATIVE | {"why": "no consent"},
            NEGATIVE | {"why": "no consent"}, NEGATIVE | {"why": "blurred", "site": "South"},
        )  # fmt: skip
        found = tally(tmp_path, *rows, columns='excluded = "why"')
        assert (found.rows, int(found.base.cells.exams.sum())) == (4, 1)
        assert found.left_out == (
            LeftOut(finding="", partition="", site="North", because="no consent", exams=2),
            LeftOut(finding="", partition="", site="South", because="blurred", exams=1),
        )
        assert found.levels["site"] == ("North",)

    def test_all_excluded(self, tmp_path: Path) -> None:
        """A table of nobody but the excluded is refused, naming their column."""
        error = refusal(tmp_path, POSITIVE | {"why": "x"}, columns='excluded = "why"')
        assert error.column == "why"
        assert "every row is excluded" in error.problem

    def test_duplicate(self, tmp_path: Path) -> None:
        """A row that says the same again counts once, and it is said that it was there."""
        found = tally(tmp_path, POSITIVE | {"exam": "A"}, POSITIVE | {"exam": "A"}, NEGATIVE)
        assert int(found.base.cells.exams.sum()) == 2
        assert [(one.because, one.exams) for one in found.left_out] == [("duplicate", 1)]

    def test_again_though_excluded(self, tmp_path: Path) -> None:
        """An exam that was excluded and then stands there again is no contradiction."""
        rows = (POSITIVE | {"exam": "A", "why": "blurred"}, POSITIVE | {"exam": "A", "why": ""})
        found = tally(tmp_path, *rows, columns='excluded = "why"')
        assert int(found.base.cells.exams.sum()) == 1
        assert [one.because for one in found.left_out] == ["blurred"]

    def test_contradiction(self, tmp_path: Path) -> None:
        """An exam that says otherwise the second time is refused with both rows."""
        error = refusal(tmp_path, POSITIVE | {"exam": "A"}, NEGATIVE | {"exam": "A"})
        assert error.rows == (1, 2)

    def test_long(self, tmp_path: Path) -> None:
        """In a long table it is said of which finding a row was left out."""
        rows = (
            POSITIVE | {"what": "a", "why": ""}, NEGATIVE | {"what": "b", "why": "blurred"},
        )  # fmt: skip
        columns = 'finding = "what"\nexcluded = "why"'
        found = tally(tmp_path, *rows, columns=columns, more="[findings.a]\n[findings.b]\n")
        assert [one.finding for one in found.left_out] == ["b"]


EXCLUDED = {"why": "no consent", "exam": "X"}
EVERYTHING = """\
excluded = "why"
patient = "p"
partition = "split"
weight = "w"
severity = "g"
time = "day"
cost_of_miss = "m"
cost_of_alarm = "f"
"""
REST = (
    COSTS
    + """\
[readers]
r = "reader"
[comparators.old]
score = "old"
[subgroups]
sex = "sex"
age = { column = "age", edges = [0, 45, 120] }
"""
)
WHOLE = {
    "why": "", "p": "P1", "split": "external", "w": "1", "g": "mild", "day": "2026-03-29",
    "m": "1", "f": "1", "reader": "1", "old": "0.5", "sex": "F", "age": "50",
}  # fmt: skip


class TestExcluded:
    """What stands in rows that are excluded is no evidence, so that nothing there can be wrong."""

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("label", "perhaps"),
            ("score", "999"),
            ("score", "failed"),
            ("score", '"0,7"'),
            ("exam", ""),
            ("p", ""),
            ("w", ""),
            ("w", "heavy"),
            ("day", "03/04/2026"),
            ("m", "dear"),
            ("f", "-1"),
            ("reader", "perhaps"),
            ("old", "infinity"),
            ("sex", "f"),
            ("age", "old"),
            ("age", "999"),
        ],
    )
    def test_is_not_judged(self, tmp_path: Path, column: str, value: str) -> None:
        """A bad value refuses the table in a row that counts, and never in one that does not."""
        rows = [POSITIVE | WHOLE, NEGATIVE | WHOLE | {"p": "P2"}]
        declared = {"columns": EVERYTHING, "more": REST}
        plain = tally(tmp_path, *rows, POSITIVE | WHOLE | EXCLUDED, **declared)
        found = tally(tmp_path, *rows, POSITIVE | WHOLE | EXCLUDED | {column: value}, **declared)
        assert found.left_out == plain.left_out != ()
        assert found.digest == plain.digest
        bad = POSITIVE | WHOLE | {column: value, "exam": "X" if column != "exam" else value}
        assert refusal(tmp_path, *rows, bad, **declared).column == column

    @pytest.mark.parametrize(
        ("changed", "place"),
        [
            ({"site": ""}, ("external testing", "not recorded")),
            ({"split": ""}, ("not recorded", "North")),
            ({"split": "pilot"}, ("not recorded", "North")),
            ({"split": "train", "site": "South"}, ("not recorded", "South")),
        ],
    )
    def test_place(self, tmp_path: Path, changed: dict[str, str], place: tuple[str, str]) -> None:
        """It is counted where it says that it is from, and nowhere in particular otherwise."""
        rows = (POSITIVE | WHOLE, NEGATIVE | WHOLE, POSITIVE | WHOLE | EXCLUDED | changed)
        found = tally(tmp_path, *rows, columns=EVERYTHING, more=REST)
        assert [(o.partition, o.site, o.exams) for o in found.left_out] == [(*place, 1)]
        assert found.levels["partition"] == ("external testing",)
        assert found.levels["site"] == ("North",)

    def test_finding(self, tmp_path: Path) -> None:
        """A finding that nobody declared is none of the tally's, and its row is counted."""
        rows = (
            POSITIVE | {"exam": "A", "what": "a", "why": ""},
            NEGATIVE | {"exam": "B", "what": "a", "why": ""},
            NEGATIVE | {"exam": "B", "what": "c", "why": "blurred"},
            NEGATIVE | {"exam": "", "what": "", "why": "blurred", "site": "South"},
        )
        columns = 'finding = "what"\nexcluded = "why"'
        found = tally(tmp_path, *rows, columns=columns, more="[findings.a]\n[findings.b]\n")
        assert found.levels["finding"] == ("a",)
        assert [(one.finding, one.site) for one in found.left_out] == [
            ("not recorded", "North"), ("not recorded", "South"),
        ]  # fmt: skip

    def test_exam_that_moved(self, tmp_path: Path) -> None:
        """An excluded row may contradict the other rows of its exam."""
        rows = (
            POSITIVE | {"exam": "A", "what": "a", "why": ""},
            NEGATIVE | {"exam": "A", "what": "b", "why": "wrong site", "site": "South"},
        )
        columns = 'finding = "what"\nexcluded = "why"'
        found = tally(tmp_path, *rows, columns=columns, more="[findings.a]\n[findings.b]\n")
        assert int(found.base.cells.exams.sum()) == 1

    def test_site_that_is_not_registered(self, tmp_path: Path) -> None:
        """It is not told by a name that nobody knows."""
        rows = [["A", "North", "1", "0.9", ""], ["B", "Nowhere", "1", "0.9", "blurred"]]
        path = write_table(tmp_path, rows, columns=("exam", "site", "label", "score", "why"))
        plan = read(
            f'{HEAD}[columns]\nsite = "site"\nexcluded = "why"\n'
            "[operating_point]\nthreshold = 0.5\n"
        )
        found = tally_table(path, plan, sites={"North": "Ulm"})
        assert [one.site for one in found.left_out] == ["not recorded"]

    def test_rows_of_a_message(self, tmp_path: Path) -> None:
        """A message names the rows that are to be mended, and no excluded ones."""
        rows = [POSITIVE | {"split": "pilot", "why": why} for why in ("blurred", "")]
        columns = 'partition = "split"\nexcluded = "why"'
        assert refusal(tmp_path, *rows, columns=columns).rows == (2,)

    @pytest.mark.parametrize("word", ["0", "no", "No", "FALSE", "0.0", "not excluded"])
    def test_words_that_say_otherwise(self, tmp_path: Path, word: str) -> None:
        """“no” in the column of reasons would exclude the exam against what it says."""
        rows = (POSITIVE | {"why": ""}, NEGATIVE | {"why": word})
        error = refusal(tmp_path, *rows, columns='excluded = "why"')
        assert (error.column, error.rows) == ("why", (2,))
        assert "was not excluded" in error.problem


class TestPeriods:
    """When exams were made."""

    TIME = 'time = "day"'

    def test_first_and_last(self, tmp_path: Path) -> None:
        """The first and last day of each site, of the exams that count and say it."""
        rows = (
            POSITIVE | {"day": "2026-03-29T02:30", "why": ""},
            NEGATIVE | {"day": "2025-12-01", "why": ""},
            NEGATIVE | {"day": "", "why": ""},
            NEGATIVE | {"day": "1999-01-01", "why": "old"},
            NEGATIVE | {"day": "2026-01-02", "why": "", "site": "South"},
        )
        found = tally(tmp_path, *rows, columns=f'{self.TIME}\nexcluded = "why"')
        assert found.periods == (
            Period(partition="", site="North", first="2025-12-01", last="2026-03-29"),
            Period(partition="", site="South", first="2026-01-02", last="2026-01-02"),
        )

    def test_bad(self, tmp_path: Path) -> None:
        """A day whose month cannot be told is refused with its row."""
        rows = (POSITIVE | {"day": "2026-03-29"}, NEGATIVE | {"day": "03/04/2026"})
        error = refusal(tmp_path, *rows, columns=self.TIME)
        assert (error.column, error.rows) == ("day", (2,))


class TestIndeterminate:
    """Labels that say there is no answer."""

    @pytest.mark.parametrize("word", ["unclear", "Unclear", "UNCLEAR", " unclear "])
    def test_in_any_capitals(self, tmp_path: Path, word: str) -> None:
        """The protocol's word counts in any capitals; an empty label is another thing."""
        rows = (POSITIVE, NEGATIVE | {"label": word}, NEGATIVE | {"label": ""})
        found = tally(tmp_path, *rows, top='indeterminate = ["Unclear"]\n')
        assert sorted(found.base.cells.label.tolist()) == [INDETERMINATE, UNLABELLED, 1]

    def test_bad(self, tmp_path: Path) -> None:
        """Another word is refused with its row, with the declared one beside it or not."""
        rows = (POSITIVE, NEGATIVE | {"label": "unclear"}, NEGATIVE | {"label": "maybe"})
        error = refusal(tmp_path, *rows, top='indeterminate = ["unclear"]\n')
        assert (error.column, error.rows) == ("label", (3,))

    @staticmethod
    def remarks(folder: Path, top: str, more: str = "", **labels: str) -> list[str]:
        """Return what is said of a table of two exams; the second has these labels."""
        columns = ("label", "other", "score")
        rows = [["1", "1", "0.9"], [labels.get("label", "0"), labels.get("other", "0"), "0.2"]]
        path = write_table(folder, rows, columns=columns)
        plan = read(f"{HEAD}{top}{more}[operating_point]\nthreshold = 0.5\n")
        found: list[str] = []
        tally_table(path, plan, remark=found.append)
        return found

    def test_never_met(self, tmp_path: Path) -> None:
        """A word that no label is, is said; one that occurs in any capitals is not."""
        top = 'indeterminate = ["equivocal", "Unclear"]\n'
        (said,) = self.remarks(tmp_path, top, label="UNCLEAR")
        assert "“equivocal”" in said
        assert "never occurs in column “label”" in said

    def test_met_in_any_finding(self, tmp_path: Path) -> None:
        """Of several findings it is enough that one has it; none is said once, of all."""
        top = 'indeterminate = ["unclear"]\n'
        more = (
            '[findings.a]\nlabel = "label"\nscore = "score"\n'
            '[findings.b]\nlabel = "other"\nscore = "score"\n'
        )
        assert self.remarks(tmp_path, top, more, other="unclear") == []
        (said,) = self.remarks(tmp_path, top, more)
        assert "in columns “label”, “other”" in said


class TestReaders:
    """What each reader of the reference standard said."""

    def test_are_kept(self, tmp_path: Path) -> None:
        """1, 0 and nothing of each reader of the same exam."""
        rows = (POSITIVE | {"r1": "1", "r2": "true"}, NEGATIVE | {"r1": "0", "r2": ""})
        readers = tally(
            tmp_path, *rows, more='[readers]\none = "r1"\ntwo = "r2"\n'
        ).base.cells.readers
        assert {name: calls.tolist() for name, calls in readers.items()} == {
            "one": [0, 1],
            "two": [UNLABELLED, 1],
        }

    def test_of_each_finding(self, tmp_path: Path) -> None:
        """In a wide table a reader has a column per finding."""
        row = {"exam": "E", "site": "North", "la": "1", "lb": "0", "sa": "0.9", "sb": "0.1"}
        more = (
            '[findings.a]\nlabel = "la"\nscore = "sa"\n[findings.b]\nlabel = "lb"\nscore = "sb"\n'
            '[readers]\none = "r_{finding}"\n'
        )
        found = tally(tmp_path, row | {"r_a": "1", "r_b": ""}, more=more)
        assert found.base.cells.codes["finding"].tolist() == [0, 1]
        assert found.base.cells.readers["one"].tolist() == [1, UNLABELLED]

    def test_bad(self, tmp_path: Path) -> None:
        """A call that is none is refused with its row, naming the reader."""
        rows = (POSITIVE | {"r1": "1"}, NEGATIVE | {"r1": "perhaps"})
        error = refusal(tmp_path, *rows, more='[readers]\none = "r1"\n')
        assert (error.column, error.rows) == ("r1", (2,))
        assert "“perhaps” is no call of reader “one”" in error.problem


class TestCostsOfOneError:
    """Where rows price one error, the other has the finding's own price."""

    def test_findings_that_no_row_has(self, tmp_path: Path) -> None:
        """A declared finding that the table lacks does not lend its price to another."""
        rows = [ROW | {"f": "nodule", "m": "4"}, NEGATIVE | {"f": "nodule", "m": ""}]
        findings = "".join(
            f"[findings.{name}]\n[findings.{name}.costs]\nfalse_positive = {price}\n"
            for name, price in (("effusion", 7), ("nodule", 3))
        )
        columns = 'finding = "f"\ncost_of_miss = "m"'
        found = tally(tmp_path, *rows, columns=columns, more=COSTS + findings)
        assert found.base.cells.amount(ALARM).sum() == 3
