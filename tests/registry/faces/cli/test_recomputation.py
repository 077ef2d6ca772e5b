"""Tests of `cmr audit recompute`: over an embedded registry, with the table and without it."""

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from registry.domain.digests import canonical
from registry.domain.people import Role
from registry.faces.cli.commands import whole
from registry.faces.cli.recomputation import metric_words, stratum_words
from registry.services import evidence, sessions
from registry.services.work import Workshop
from registry.settings import Settings
from registry.store import evidence as kept
from tests.factories.evidence import rows, table
from tests.factories.people import PASSWORD, login_of
from tests.factories.reviews import WELL_MEASURED, make_case
from validation.recomputation import Change, Difference


@dataclass
class Cmr:
    """The command over one embedded registry in which evidence stands on a table."""

    workshop: Workshop
    home: Path
    evidence: UUID

    @property
    def table(self) -> Path:
        """The table that was measured, as its custodian has it."""
        return self.home.parent / "table.csv"

    def run(self, *words: str, role: Role = Role.AUDITOR) -> Result:
        """Run `cmr audit recompute` as a role's person."""
        with self.workshop.begin(None) as work:
            opened = sessions.sign_in(work, login=login_of(role), password=PASSWORD).result()
        environment = {"CMR_HOME": str(self.home), "CMR_TOKEN": opened.secret, "COLUMNS": "250"}
        return CliRunner().invoke(whole(), ["audit", "recompute", *words], env=environment)

    def rewrite(self, *, verdict: str | None = None, low: float | None = None) -> None:
        """Let the assessment have been computed otherwise."""
        with self.workshop.begin(None) as work:
            row = kept.get(work.session, self.evidence)
            document = json.loads(work.artifacts.read(str(row.assessment_digest)))
            if verdict is not None:
                document["criteria"][0]["verdict"] = verdict
            if low is not None:
                document["strata"][0]["estimates"]["auroc"]["low"] = low
            row.assessment_digest = self.workshop.artifacts.put_bytes(canonical(document)).digest
            work.session.add(row)


@pytest.fixture
def cmr(tmp_path: Path, home: Path) -> Cmr:
    """Return the command over a registry with one well-measured version."""
    workshop = Workshop.open(Settings(home=home))
    case = make_case(workshop)
    with case.registry.work(Role.AUDITOR) as work:
        (made,) = evidence.of_version(work, "heart-cad", 1)
    (tmp_path / "table.csv").write_bytes(table(rows(exams=WELL_MEASURED)))
    return Cmr(workshop=workshop, home=home, evidence=UUID(made["id"]))


class TestFromRows:
    """With the table from its custodian."""

    @pytest.mark.parametrize("named", ["id", "heart-cad/1"])
    def test_same(self, cmr: Cmr, named: str) -> None:
        """The same bytes give the same tally, figures and verdicts: 0, and each is said."""
        which = str(cmr.evidence) if named == "id" else named
        ended = cmr.run(str(cmr.table), "--evidence", which)
        assert ended.exit_code == 0, ended.output
        assert "same     the table's digest" in ended.output
        assert "same     every verdict" in ended.output
        assert "The rows give what is stored." in ended.output
        assert "differs" not in ended.output

    def test_rows_in_another_order(self, cmr: Cmr) -> None:
        """Other bytes, the same counts: the table differs, tally and figures do not."""
        head, *lines = cmr.table.read_text(encoding="utf-8").splitlines()
        cmr.table.write_text("\n".join([head, *reversed(lines)]) + "\n", encoding="utf-8")
        ended = cmr.run(str(cmr.table), "--evidence", str(cmr.evidence))
        assert ended.exit_code == 1
        assert "differs  the table's digest" in ended.output
        assert "same     the tally, by its digest" in ended.output
        assert "same     every figure, within 1e-9" in ended.output

    def test_one_label_changed(self, cmr: Cmr) -> None:
        """One label turned: tally and figures differ, and the figures are listed."""
        text = cmr.table.read_text(encoding="utf-8")
        cmr.table.write_text(text.replace(",1,0.8000", ",0,0.8000", 1), encoding="utf-8")
        ended = cmr.run(str(cmr.table), "--evidence", str(cmr.evidence), "--json")
        assert ended.exit_code in {1, 3}, ended.output
        (found,) = json.loads(ended.stdout)["evidence"]
        assert "the tally, by its digest" in found["differs"]
        assert {"positives", "negatives"} <= {one["key"] for one in found["figures"]}

    def test_verdict_of_another_engine(self, cmr: Cmr) -> None:
        """A stored verdict that the rows do not give ends with 3, and is named."""
        cmr.rewrite(verdict="not met")
        ended = cmr.run(str(cmr.table), "--evidence", str(cmr.evidence))
        assert ended.exit_code == 3, ended.output
        assert "differs  every verdict" in ended.output
        assert "criteria discrimination" in ended.output

    def test_another_table_of_the_version(self, cmr: Cmr) -> None:
        """A table on which no evidence of the version rests is said to be another one."""
        cmr.table.write_bytes(table())
        ended = cmr.run(str(cmr.table), "--evidence", "heart-cad/1")
        assert ended.exit_code == 1
        assert "No evidence of heart-cad/1 rests on a table with these bytes" in ended.output


class TestSince:
    """Without a table: the registry's own tallies."""

    def test_same(self, cmr: Cmr) -> None:
        """The present engine gives what it gave."""
        ended = cmr.run("--since", "2026-01-01")
        assert ended.exit_code == 0, ended.output
        assert "1 stored assessments computed again: 1 the same, 0 different" in ended.output

    def test_nothing_that_late(self, cmr: Cmr) -> None:
        """From a day in the future on there is nothing."""
        assert "0 stored assessments" in cmr.run("--since", "2999-01-01").output

    def test_a_figure_that_would_change(self, cmr: Cmr) -> None:
        """A figure is listed with stratum, stored and now, and so is what rests on it."""
        cmr.rewrite(low=0.125)
        ended = cmr.run("--since", "2026-01-01")
        assert ended.exit_code == 1, ended.output
        assert "strata auroc.low" in ended.output
        assert "0.125" in ended.output
        assert "0 the same, 1 different. Nothing was overwritten." in ended.output

    def test_a_verdict_that_would_change(self, cmr: Cmr) -> None:
        """A verdict ends with 3, for programs too."""
        cmr.rewrite(verdict="not met")
        ended = cmr.run("--since", "2026-01-01", "--json")
        assert ended.exit_code == 3
        assert json.loads(ended.stdout)[0]["differences"][0]["stored"] == "not met"

    def test_who_may_not(self, cmr: Cmr) -> None:
        """An ML engineer is refused."""
        assert cmr.run("--since", "2026-01-01", role=Role.ML_ENGINEER).exit_code != 0


class TestAsked:
    """What is asked must be one of two things."""

    @pytest.mark.parametrize(
        "words", [[], ["--evidence", "heart-cad/1"], ["--since", "2026-01-01", "--evidence", "x"]]
    )
    def test_neither(self, cmr: Cmr, words: list[str]) -> None:
        """Neither a table with its evidence nor a day alone is bad input."""
        assert cmr.run(*words).exit_code == 2


class TestWords:
    """How a figure is named."""

    def test_stratum(self) -> None:
        """Finding, partition and levels; nothing at all is overall."""
        where = {"finding": "effusion", "partition": None, "by": {"site": "Hungary"}}
        assert stratum_words(where) == "effusion, site Hungary"
        assert stratum_words({"by": {}}) == "overall"

    def test_metric(self) -> None:
        """The section, what tells the entry apart, and the key."""
        one = Difference(
            section="fairness",
            where={"attribute": "sex", "metric": "auroc_difference"},
            key="low",
            change=Change.CHANGED,
            stored=0.1,
            now=0.2,
        )
        assert metric_words(one) == "fairness sex auroc_difference low"
