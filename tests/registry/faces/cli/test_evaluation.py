"""Tests of `cmr evaluate`, `cmr protocol draft` and `cmr protocol check` on real commands."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from registry.faces.cli import console, drafting, evaluation
from tests.factories.tables import HEAD, PROTOCOL, changed, write_table
from validation.engines.duckdb import tally_table
from validation.errors import ProtocolError, TableError
from validation.protocols import read
from validation.tallies.files import write

app = typer.Typer()
app.command()(evaluation.evaluate)
app.command()(drafting.draft)
app.command()(drafting.check)
RUNNER = CliRunner()
# 40 positives of which 36 are found, 40 negatives of which 38 are left alone.
ROWS = [
    *((f"P{i}", "1", "0.9" if i < 36 else "0.1") for i in range(40)),
    *((f"N{i}", "0", "0.8" if i < 2 else "0.2") for i in range(40)),
]
NAMES = ("exam", "label", "score")
COMMAS = "".join(";".join(row).replace(".", ",") + "\n" for row in (NAMES, *ROWS))
PLAN = HEAD + '[columns]\nexam = "exam"\n[operating_point]\nthreshold = 0.5\n'


def bound(metric: str, value: float) -> str:
    """Return a criterion as TOML."""
    return f'[[criteria]]\nid = "{metric}"\nmetric = "{metric}"\nat_least = {value}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a table and a protocol."""
    write_table(tmp_path, ROWS, columns=NAMES)
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def run(*words: object) -> tuple[int, str]:
    """Return how a command ended, and what it printed."""
    result = RUNNER.invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


class TestEvaluate:
    """Eighty exams; sensitivity 36/40 = 0.90 (Wilson 0.77 to 0.96)."""

    @pytest.mark.parametrize(
        ("criteria", "code"),
        [
            ("", 0),
            (bound("sensitivity", 0.70), 0),
            (bound("sensitivity", 0.85), 4),
            (bound("sensitivity", 0.99), 3),
            (bound("sensitivity", 0.85) + bound("specificity", 1.0), 3),
        ],
    )
    def test_exit_code(self, folder: Path, criteria: str, code: int) -> None:
        """It ends as its worst verdict says."""
        (folder / "plan.toml").write_text(PLAN + criteria, encoding="utf-8")
        assert run("evaluate", folder / "table.csv", "-p", folder / "plan.toml")[0] == code

    def test_exploratory_criteria_decide_nothing(self, folder: Path) -> None:
        """A bound that was not pre-specified is shown and does not count."""
        text = PLAN + bound("sensitivity", 0.99) + "exploratory = true\n"
        (folder / "plan.toml").write_text(text, encoding="utf-8")
        code, printed = run("evaluate", folder / "table.csv", "-p", folder / "plan.toml")
        assert code == 0
        assert "exploratory: decides nothing" in printed

    def test_blocking_first(self, folder: Path) -> None:
        """What is not met stands above what is met, with the reason."""
        text = PLAN + bound("specificity", 0.5) + bound("sensitivity", 0.99)
        (folder / "plan.toml").write_text(text, encoding="utf-8")
        printed = run("evaluate", folder / "table.csv", "-p", folder / "plan.toml")[1]
        assert printed.index("not met") < printed.index("because 40 positives")
        assert printed.index("sensitivity: ") < printed.index("specificity: ")
        assert "0.900 (0.769–0.960)" in printed

    def test_json_is_the_assessment(self, folder: Path) -> None:
        """Programs get the document, and the same one in the file."""
        saved = folder / "assessment.json"
        printed = run(
            "evaluate", folder / "table.csv", "-p", folder / "plan.toml", "--json", "--out", saved
        )[1]
        assert json.loads(printed) == json.loads(saved.read_text(encoding="utf-8"))
        assert json.loads(printed)["schema"] == "cmr.assessment/1"

    def test_html_needs_nothing_beside_it(self, folder: Path) -> None:
        """The report holds the numbers and loads nothing."""
        page = folder / "report.html"
        (folder / "plan.toml").write_text(
            PLAN.replace("Test protocol", "A <b>bold</b> plan") + bound("sensitivity", 0.99),
            encoding="utf-8",
        )
        run("evaluate", folder / "table.csv", "-p", folder / "plan.toml", "--html", page)
        text = page.read_text(encoding="utf-8")
        assert "0.900 (0.769–0.960)" in text
        assert "A &lt;b&gt;bold" in text
        assert "default-src &#39;none&#39;" in text
        assert not re.search(r"(?:src|href)=|url\((?!data:)|@import", text[: text.index("<body>")])
        assert "Figure 1. Discrimination" in text

    def test_what_is_said_of_a_table(self, folder: Path) -> None:
        """People hear how a table that is not plain was read; JSON stays JSON."""
        (folder / "export.csv").write_text(COMMAS, encoding="utf-8")
        words = ("evaluate", folder / "export.csv", "-p", folder / "plan.toml")
        assert "Column “score” has decimal commas and was read so." in run(*words)[1]
        assert json.loads(run(*words, "--json")[1])["schema"] == "cmr.assessment/1"

    def test_tally_instead_of_table(self, folder: Path) -> None:
        """A tally is judged as its table was."""
        tally = folder / "site.tally"
        tally.write_bytes(write(tally_table(folder / "table.csv", read(PLAN))))
        plan = ("-p", folder / "plan.toml", "--json")
        assert run("evaluate", tally, *plan) == run("evaluate", folder / "table.csv", *plan)

    def test_nothing_half_written(self, folder: Path) -> None:
        """A table that is refused leaves no file behind."""
        write_table(folder, changed(2, score="high"))
        (folder / "plan.toml").write_text(PROTOCOL, encoding="utf-8")
        before = sorted(folder.iterdir())
        with pytest.raises(TableError, match="is not a number"):
            run("evaluate", folder / "table.csv", "-p", folder / "plan.toml",
                "--out", folder / "a.json", "--html", folder / "a.html")  # fmt: skip
        assert sorted(folder.iterdir()) == before

    def test_unwritable_place(self, folder: Path) -> None:
        """A folder that is not there is named."""
        with pytest.raises(TableError, match="cannot be written"):
            run("evaluate", folder / "table.csv", "-p", folder / "plan.toml",
                "--out", folder / "nowhere" / "a.json")  # fmt: skip

    def test_unscored_stand_beside(self, folder: Path) -> None:
        """An unscored positive is a miss, and the rate among the scored is printed, too."""
        write_table(folder, [*ROWS, ("P99", "1", "")], columns=NAMES)
        printed = run("evaluate", folder / "table.csv", "-p", folder / "plan.toml")[1]
        assert "0.878" in printed  # 36 of 41
        assert "Sensitivity 0.900" in printed  # 36 of 40

    def test_a_weighted_comparison(self, tmp_path: Path) -> None:
        """That McNemar's test does not exist on a weighted table is printed beside the rates."""
        rows = [
            (str(i % 2), f"{i * 37 % 100 / 100:.2f}", f"{i * 53 % 100 / 100:.2f}", str(1 + i % 3))
            for i in range(160)
        ]
        table = write_table(tmp_path, rows, columns=("label", "score", "old", "weight"))
        plan = tmp_path / "plan.toml"
        plan.write_text(
            HEAD + '[columns]\nweight = "weight"\n[operating_point]\nthreshold = 0.5\n'
            '[comparators.in_use]\nscore = "old"\nthreshold = 0.5\n',
            encoding="utf-8",
        )
        printed = " ".join(run("evaluate", table, "-p", plan)[1].split())
        assert "PPV ratio" in printed
        assert "Sensitivity: McNemar's test counts discordant exams and is not defined" in printed

    def test_groups_sites_and_comparators(self, tmp_path: Path) -> None:
        """Gaps, the spread between sites and comparisons are printed, with what they leave out."""
        rows = [
            (f"E{i}", f"H{i // 2 % 4}", "F" if i % 3 else "M", str(i % 2), f"{score:.2f}", "0.5")
            for i, score in enumerate((j * 37 % 100) / 100 for j in range(160))
        ]
        rows += [("E900", "H9", "X", "0", "0.3", ""), ("E901", "H9", "X", "", "0.3", "0.5")]
        table = write_table(
            tmp_path, rows, columns=("exam", "site", "sex", "label", "score", "old")
        )
        plan = tmp_path / "plan.toml"
        plan.write_text(
            HEAD.replace("consecutive", "enriched")
            + '[columns]\nexam = "exam"\nsite = "site"\n[operating_point]\nthreshold = 0.5\n'
            'origin = "the audit"\nthreshold_probability = 0.2\n[subgroups]\nsex = "sex"\n'
            '[comparators.in_use]\nscore = "old"\nthreshold = 0.5\n',
            encoding="utf-8",
        )
        printed = run("evaluate", table, "-p", plan)[1]
        for words in (
            "How patients entered: enriched",
            "Origin of the threshold: the audit",
            "Threshold probability: net benefit at 0.2",
            "Between groups",
            "X is left out of ",
            "Between sites",
            "Against the comparators",
            "0 (+1 unlabelled)",
            "Sensitivity undefined in site H9, sex X",
        ):
            assert words in printed

    @pytest.mark.parametrize(
        ("point", "said"),
        [
            ("threshold = 0.5", "Threshold: positive when the score is >= 0.5\n"),
            ('rule = "sensitivity at least 0.90 in A"', "Threshold: not found yet; its rule is"),
            (None, "Threshold: none is declared\n"),
        ],
    )
    def test_threshold(self, folder: Path, point: str | None, said: str) -> None:
        """The one in use, the rule that is to find it, or that there is none."""
        head = HEAD.replace("external testing", "development") if point is None else HEAD
        text = head + '[columns]\nexam = "exam"\n'
        text += "" if point is None else f"[operating_point]\n{point}\n"
        (folder / "plan.toml").write_text(text, encoding="utf-8")
        assert said in run("evaluate", folder / "table.csv", "-p", folder / "plan.toml")[1]

    def test_what_is_not_compared_is_said_once(self, tmp_path: Path) -> None:
        """One sentence for all differences and strata that lack the same thing."""
        rows = [
            (f"E{i}", f"H{i % 2}", str(i // 2 % 2), f"{i % 9 / 10}", f"{i % 7 / 10}")
            for i in range(60)
        ]
        names = ("exam", "site", "label", "score", "old")
        table = write_table(tmp_path, rows, columns=names)
        plan = tmp_path / "plan.toml"
        text = (
            f'{HEAD}[columns]\nexam = "exam"\nsite = "site"\n[operating_point]\n'
            'rule = "sensitivity at least 0.90 in A"\n[comparators.in_use]\nscore = "old"\n'
        )
        plan.write_text(text, encoding="utf-8")
        lines = [
            line
            for line in run("evaluate", table, "-p", plan)[1].splitlines()
            if line.startswith("Not compared with in_use")
        ]
        where = "Not compared with in_use in all exams, site H0, site H1: "
        figures = "Sensitivity, Specificity, PPV ratio, NPV ratio, Net benefit"
        assert lines == [
            f"{where}Expected cost (the protocol declares no costs).",
            f"{where}{figures} (the protocol declares no operating point).",
        ]


class TestAtEightyColumns:
    """What a terminal of eighty columns shows of three hospitals with dates and exclusions."""

    @pytest.fixture
    def printed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        """Return what is printed."""
        rows = [
            (f"E{i}", f"H{i % 3}", "FM"[i // 3 % 2], f"2026-0{1 + i % 9}-02", str(i % 2),
             f"{(i * 37 % 89 + 20 * (i % 2) + 1) / 120:.2f}", "too late" if i % 60 == 7 else "")
            for i in range(480)
        ]  # fmt: skip
        table = write_table(
            tmp_path,
            rows,
            columns=("exam", "site", "sex", "made", "label", "score", "why"),
        )
        plan = tmp_path / "plan.toml"
        plan.write_text(
            HEAD + '[columns]\nexam = "exam"\nsite = "site"\ntime = "made"\nexcluded = "why"\n'
            '[operating_point]\nthreshold = 0.5\n[subgroups]\nsex = "sex"\n'
            '[[criteria]]\nid = "equity"\nsource = "fairness"\nattribute = "sex"\n'
            'metric = "auroc_difference"\nat_most = 0.9\nbasis = "site-standardised"\n',
            encoding="utf-8",
        )
        monkeypatch.setattr(console.out, "width", 80)
        return run("evaluate", table, "-p", plan)[1]

    def test_every_table_fits(self, printed: str) -> None:
        """No line of a table is longer; sentences are the terminal's to wrap."""
        tables = [line for line in printed.splitlines() if re.match(r" [^ ]| +─", line)]
        assert tables
        assert max(map(len, tables)) <= 80

    def test_why_calibration_is_missing(self, folder: Path) -> None:
        """A column that nobody has a figure for is not dropped without a word."""
        rows = [(f"P{i}", str(i % 2), f"{i % 5 / 4}") for i in range(80)]
        write_table(folder, rows, columns=NAMES)
        printed = run("evaluate", folder / "table.csv", "-p", folder / "plan.toml")[1]
        assert "(ICI) undefined in all exams: the log-odds are infinite" in printed

    @pytest.mark.parametrize(
        "words",
        [
            "Left out of every figure",
            "too late",
            "When the exams were made",
            "2026-09-02",
            "ICI",
            "Between groups · sex",
            "Within sites",
            "Between sites, one site left out",
            "without H",
            "AUROC gap at most 0.9, by sex, overall, within the same sites",
        ],
    )
    def test_what_must_be_known_stands_there(self, printed: str, words: str) -> None:
        """Exclusions, periods, calibration, gaps within sites and the weight of single sites."""
        assert words in printed


class TestManySites:
    """What is shown of more hospitals than a person looks through."""

    def test_the_largest_are_listed_and_the_rest_are_counted(self, tmp_path: Path) -> None:
        """Thirty hospitals with 1 to 30 positives: the twenty largest, and a word on the rest."""
        rows = [
            (f"H{site:02d}", str(label), f"0.{label + 3}")
            for site in range(1, 31)
            for label in [1] * site + [0]
        ]
        table = write_table(tmp_path, rows, columns=("site", "label", "score"))
        plan = tmp_path / "plan.toml"
        plan.write_text(
            HEAD + '[columns]\nsite = "site"\n[operating_point]\nthreshold = 0.5\n',
            encoding="utf-8",
        )
        code, printed = run("evaluate", table, "-p", plan)
        assert code == 0
        assert "site H11" in printed
        assert "site H10" not in printed
        assert "10 more sites, none of them with more than 10 positives" in printed


class TestDraft:
    """Drafting at the command line."""

    def test_draft_can_be_checked(self, folder: Path) -> None:
        """What was drafted passes the check with its own table."""
        made = folder / "drafted.toml"
        assert run("draft", folder / "table.csv", "--out", made)[0] == 0
        code, printed = run("check", made, "--table", folder / "table.csv")
        assert code == 0
        assert "80 rows" in printed
        assert "not described yet" in printed

    def test_printed_whole(self, folder: Path) -> None:
        """Without a file the draft is printed so that it can be read back."""
        read(run("draft", folder / "table.csv")[1])

    def test_unwritable_place(self, folder: Path) -> None:
        """A folder that is not there is named."""
        with pytest.raises(ProtocolError, match="cannot be written"):
            run("draft", folder / "table.csv", "--out", folder / "nowhere" / "p.toml")

    def test_overwrites_nothing(self, folder: Path) -> None:
        """A file that is there stays."""
        with pytest.raises(ProtocolError, match="already there"):
            run("draft", folder / "table.csv", "--out", folder / "plan.toml")
        assert (folder / "plan.toml").read_text(encoding="utf-8") == PLAN


class TestCheck:
    """Checking at the command line."""

    def test_json(self, folder: Path) -> None:
        """Programs get the digests and the canonical document."""
        found = json.loads(run("check", folder / "plan.toml", "--json")[1])
        assert found["digest"].startswith("sha256:")
        assert found["protocol"]["schema"] == "cmr.protocol/1"

    def test_json_of_a_table(self, folder: Path) -> None:
        """With a table the digests of its bytes and of its counts stand there, too."""
        words = ("check", folder / "plan.toml", "--table", folder / "table.csv", "--json")
        found = json.loads(run(*words)[1])["table"]
        assert found["rows"] == 80
        assert found["tally_digest"] == tally_table(folder / "table.csv", read(PLAN)).digest

    def test_what_is_said_of_a_table(self, folder: Path) -> None:
        """People and programs hear how a table that is not plain was read."""
        (folder / "export.csv").write_text(COMMAS, encoding="utf-8")
        words = ("check", folder / "plan.toml", "--table", folder / "export.csv")
        assert "! Column “score” has decimal commas" in run(*words)[1]
        assert len(json.loads(run(*words, "--json")[1])["table"]["remarks"]) == 1

    def test_what_is_open(self, folder: Path) -> None:
        """Criteria are listed, and what somebody must settle before signing."""
        text = PLAN.replace('exam = "exam"', "").replace(
            "threshold = 0.5", 'rule = "sensitivity at least 0.9 in Cleveland"'
        )
        (folder / "plan.toml").write_text(text + bound("auroc", 0.8), encoding="utf-8")
        printed = run("check", folder / "plan.toml")[1]
        assert "auroc at least 0.8, overall" in printed
        assert "resolved before signing" in printed
        assert "No column names the exam" in printed

    def test_no_utf8(self, folder: Path) -> None:
        """A protocol in another encoding is refused in words."""
        (folder / "plan.toml").write_bytes(PLAN.replace("angio", "ängio").encode("latin-1"))
        with pytest.raises(ProtocolError, match="not UTF-8"):
            run("check", folder / "plan.toml")

    def test_bad_input_ends_with_two(self, folder: Path) -> None:
        """The command itself prints one sentence and ends with 2."""
        (folder / "plan.toml").write_text(PLAN + "colour = 1\n", encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, "-c", "from registry.faces.cli.main import main; main()",
             "protocol", "check", str(folder / "plan.toml")],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert ended.returncode == 2, ended.stderr
        assert "operating_point.colour" in ended.stderr
